import Control

// Values that come as JSON, of a command or of what was saved, are read as those of a file are.
extension TOMLValue {
  /// The same value, standing at one place; nil for null, which TOML has not.
  init?(_ json: JSON, at place: Place) {
    let content: Content
    switch json {
    case .null: return nil
    case .bool(let value): content = .boolean(value)
    case .integer(let value): content = .integer(value)
    case .number(let value): content = .real(value)
    case .string(let value): content = .string(value)
    case .array(let values): content = .array(values.compactMap { TOMLValue($0, at: place) })
    case .object(let members): content = .table(TOMLEntry.entries(of: members, at: place))
    }
    self.init(place: place, content: content)
  }

  /// The same as JSON; a date, which no setting is, as null.
  var json: JSON {
    switch content {
    case .string(let value): .string(value)
    case .integer(let value): .integer(value)
    case .real(let value): .number(value)
    case .boolean(let value): .bool(value)
    case .date: .null
    case .array(let values): .array(values.map(\.json))
    case .table(let entries):
      .object(Dictionary(entries.map { ($0.key, $0.value.json) }) { first, _ in first })
    }
  }
}

extension TOMLEntry {
  /// By name; those that are null are left out.
  static func entries(of members: [String: JSON], at place: Place) -> [TOMLEntry] {
    members.sorted { $0.key < $1.key }.compactMap { key, json in
      TOMLValue(json, at: place).map { TOMLEntry(key: key, place: place, value: $0) }
    }
  }
}

extension [TOMLEntry] {
  /// The value of a key; setting nil takes it away.
  subscript(key: String) -> TOMLValue? {
    get { first { $0.key == key }?.value }
    set {
      let index = firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): self[index] = TOMLEntry(key: key, place: value.place, value: value)
      case (let index?, nil): remove(at: index)
      case (nil, let value?): append(TOMLEntry(key: key, place: value.place, value: value))
      case (nil, nil): break
      }
    }
  }
}
