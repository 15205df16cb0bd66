import Telephony

/// One table while it is read: hands out typed values, notes which keys were asked for, and reports all others.
///
/// A value of the wrong type or outside its range is reported and then treated as absent, so that reading goes on and
/// finds the next fault.
final class Section {
  /// As people know it: `[sip]`, `[[queues]]`.
  let name: String
  let place: Place
  let log: FaultLog
  let entries: [TOMLEntry]
  private var asked: Set<String> = []
  private let index: [String: Int]

  init(name: String, place: Place, entries: [TOMLEntry], log: FaultLog) {
    self.name = name
    self.place = place
    self.entries = entries
    self.log = log
    index = Dictionary(zip(entries.map(\.key), entries.indices), uniquingKeysWith: { first, _ in first })
  }

  /// The key as it stands there; asking makes it known.
  func entry(_ key: String) -> TOMLEntry? {
    asked.insert(key)
    return index[key].map { entries[$0] }
  }

  /// Where a key stands, or the table where it is missing.
  func place(of key: String) -> Place { index[key].map { entries[$0].place } ?? place }

  /// Reports a key that must be there and is not.
  func missing(_ key: String, _ what: String) { log.error(place, "\(name) has no \(key): \(what)") }

  /// Reports every key that nobody asked for. To be called once, when all was asked. `isListed`: the manual has a row for
  /// each of its keys, under its name.
  func finish(isListed: Bool = true) {
    if isListed { log.know(asked, of: name) }
    for entry in entries where !asked.contains(entry.key) {
      log.error(entry.place, "\(name) knows no key \(quoted(entry.key))\(guess(entry.key, among: asked))")
    }
  }

  func wrongType(_ entry: TOMLEntry, wanted: String) {
    log.error(entry.value.place, "\(entry.key) must be \(wanted), not \(entry.value.typeName)")
  }
}

/// A value with the place where it stands.
struct Written<Value> {
  var value: Value
  var place: Place
}

extension Section {
  func string(_ key: String) -> Written<String>? {
    guard let entry = entry(key) else { return nil }
    guard case .string(let text) = entry.value.content else {
      wrongType(entry, wanted: "text in quotes")
      return nil
    }
    return Written(value: text, place: entry.value.place)
  }

  /// Text for people: at most 200 characters, none of them a control character.
  func label(_ key: String) -> String? {
    guard let text = string(key) else { return nil }
    guard text.value.count <= 200,
      !text.value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      log.error(text.place, "\(key) must be one line of at most 200 characters")
      return nil
    }
    return text.value
  }

  func boolean(_ key: String) -> Bool? {
    guard let entry = entry(key) else { return nil }
    guard case .boolean(let value) = entry.value.content else {
      wrongType(entry, wanted: "true or false")
      return nil
    }
    return value
  }

  func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let entry = entry(key) else { return nil }
    guard case .integer(let value) = entry.value.content else {
      wrongType(entry, wanted: "a whole number")
      return nil
    }
    guard let number = Int(exactly: value), range.contains(number) else {
      log.error(entry.value.place, "\(key) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
      return nil
    }
    return number
  }

  /// Whole or broken seconds.
  func seconds(_ key: String, _ range: ClosedRange<Int>) -> Duration? {
    guard let entry = entry(key), case .real(let value) = entry.value.content else {
      return integer(key, range).map { .seconds($0) }
    }
    // NaN is in no range.
    guard (Double(range.lowerBound)...Double(range.upperBound)).contains(value) else {
      log.error(entry.value.place, "\(key) must be from \(range.lowerBound) to \(range.upperBound) seconds")
      return nil
    }
    return .milliseconds(Int64((value * 1000).rounded()))
  }

  /// One word of a closed set.
  func choice<Value>(_ key: String, _ words: KeyValuePairs<String, Value>) -> Value? {
    guard let text = string(key) else { return nil }
    return chosen(text, words, key: key)
  }

  /// Several words of a closed set, each once.
  func choices<Value>(_ key: String, _ words: KeyValuePairs<String, Value>) -> [Value]? {
    guard let texts = strings(key) else { return nil }
    var seen: Set<String> = []
    return texts.compactMap { text in
      guard seen.insert(text.value).inserted else {
        log.error(text.place, "\(quoted(text.value)) stands in \(key) twice")
        return nil
      }
      return chosen(text, words, key: key)
    }
  }

  func chosen<Value>(
    _ text: Written<String>, _ words: some Collection<(key: String, value: Value)>, key: String
  ) -> Value? {
    if let word = words.first(where: { $0.key == text.value }) { return word.value }
    let allowed = words.map { "'\($0.key)'" }.joined(separator: ", ")
    log.error(
      text.place,
      "\(key) cannot be \(quoted(text.value)): one of \(allowed)\(guess(text.value, among: words.map(\.key)))")
    return nil
  }

  func strings(_ key: String) -> [Written<String>]? {
    guard let entry = entry(key) else { return nil }
    guard case .array(let values) = entry.value.content else {
      let example =
        if case .string(let text) = entry.value.content {
          " such as [\"\(String(text.prefix(64)).safeForDisplay)\"]"
        } else { "" }
      wrongType(entry, wanted: "a list of texts" + example)
      return nil
    }
    return values.compactMap { value in
      guard case .string(let text) = value.content else {
        log.error(value.place, "\(key) must be a list of texts; this is \(value.typeName)")
        return nil
      }
      return Written(value: text, place: value.place)
    }
  }

  /// A table within; an empty one where it is absent, so that its defaults apply.
  func section(_ key: String) -> Section {
    guard let entry = entry(key) else {
      return Section(name: "[\(path(of: key))]", place: place, entries: [], log: log)
    }
    guard case .table(let entries) = entry.value.content else {
      wrongType(entry, wanted: "a table: write [\(path(of: key))]")
      return Section(name: "[\(path(of: key))]", place: entry.place, entries: [], log: log)
    }
    return Section(name: "[\(path(of: key))]", place: entry.value.place, entries: entries, log: log)
  }

  /// The tables of a list.
  func sections(_ key: String) -> [Section] {
    guard let entry = entry(key) else { return [] }
    guard case .array(let values) = entry.value.content else {
      wrongType(entry, wanted: "a list of tables: write [[\(path(of: key))]]")
      return []
    }
    return values.compactMap { value in
      guard case .table(let entries) = value.content else {
        log.error(value.place, "\(key) must be a list of tables: write [[\(path(of: key))]]")
        return nil
      }
      return Section(name: "[[\(path(of: key))]]", place: value.place, entries: entries, log: log)
    }
  }

  /// The key of a table within this one, as it stands in a header: `control.roles`.
  private func path(of key: String) -> String {
    name.hasPrefix("[") ? name.filter { $0 != "[" && $0 != "]" } + "." + key : key
  }

  /// The `id` of a table: what it is called in other tables, on the socket and in SIP addresses.
  func identifier(_ seen: inout [String: Int]) -> String? {
    guard let text = string("id") else {
      if entry("id") == nil { missing("id", "every one needs a name of its own") }
      return nil
    }
    let allowed = text.value.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
    guard (1...64).contains(text.value.utf8.count), allowed else {
      log.error(
        text.place, "\(quoted(text.value)) cannot be an id: 1 to 64 of the letters A–Z, a–z, digits, '-', '_' and '.'")
      return nil
    }
    if let line = seen[text.value] {
      log.error(text.place, "\(name) \(quoted(text.value)) stands here twice, first on line \(line)")
      return nil
    }
    seen[text.value] = text.place.line
    return text.value
  }

  /// The name of another thing, which must exist.
  func reference(_ key: String, to kind: String, among names: some Collection<String>) -> String? {
    string(key).flatMap { resolve($0, to: kind, among: names) }
  }

  func resolve(_ text: Written<String>, to kind: String, among names: some Collection<String>) -> String? {
    guard names.contains(text.value) else {
      log.error(text.place, "there is no \(kind) \(quoted(text.value))\(guess(text.value, among: names))")
      return nil
    }
    return text.value
  }
}
