internal import CSQLite
internal import Telephony

extension Row {
  func name<Name: Identifier>(_ column: Int32, as: Name.Type = Name.self) -> Name { Name(rawValue: text(column)) }
  func optionalName<Name: Identifier>(_ column: Int32, as: Name.Type = Name.self) -> Name? {
    optionalText(column).map(Name.init(rawValue:))
  }

  /// From this column and the next.
  func moment(_ column: Int32) -> Moment {
    Moment(monotonicNanoseconds: integer(column + 1), wallMilliseconds: integer(column))
  }
  func optionalMoment(_ column: Int32) -> Moment? { isNull(column) ? nil : moment(column) }

  /// A word of a closed set.
  func word<Word: RawRepresentable<String>>(_ column: Int32, as: Word.Type = Word.self) throws(StorageError) -> Word {
    let raw = text(column)
    guard let word = Word(rawValue: raw) else {
      let name = sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "\(column)"
      throw .unreadable(column: name, value: raw)
    }
    return word
  }
  func optionalWord<Word: RawRepresentable<String>>(_ column: Int32, as: Word.Type = Word.self) throws(StorageError)
    -> Word?
  { isNull(column) ? nil : try word(column) }

  /// From this column (canonical), the next (display) and the one after (class).
  func optionalNumber(_ column: Int32) -> PhoneNumber? {
    guard let canonical = optionalText(column) else { return nil }
    return PhoneNumber(
      canonical: canonical, display: text(column + 1), kind: PhoneNumber.Kind(rawValue: text(column + 2)) ?? .other)
  }
}

extension PhoneNumber? {
  /// As three columns, all null when there is none.
  var values: [Value] {
    guard let number = self else { return [.null, .null, .null] }
    return [.text(number.canonical), .text(number.display), .text(number.kind.rawValue)]
  }
}
