internal import CSQLite
internal import Telephony

extension Row {
  func name<Name: Identifier>(_ column: Int32, as: Name.Type = Name.self) -> Name { Name(rawValue: text(column)) }
  func optionalName<Name: Identifier>(_ column: Int32, as: Name.Type = Name.self) -> Name? {
    optionalText(column).map(Name.init(rawValue:))
  }

  /// From this column and the next. What no clock has ever shown is brought to the nearest that one could: the file may
  /// have been touched by others, and nobody's subtraction may overflow.
  func moment(_ column: Int32) -> Moment {
    Moment(
      monotonicNanoseconds: min(max(0, integer(column + 1)), 1 << 62),
      wallMilliseconds: min(max(0, integer(column)), Self.lastMillisecond))
  }
  func optionalMoment(_ column: Int32) -> Moment? { isNull(column) ? nil : moment(column) }

  /// The end of the year 9999.
  private static var lastMillisecond: Int64 { 253_402_300_799_999 }

  /// A word of a closed set; nil for one that no release of ours has written, and then the log is told.
  func word<Word: RawRepresentable<String>>(_ column: Int32, as: Word.Type = Word.self) -> Word? {
    if let word = Word(rawValue: text(column)) { return word }
    tellUnreadable(column)
    return nil
  }
  func optionalWord<Word: RawRepresentable<String>>(_ column: Int32, as: Word.Type = Word.self) -> Word? {
    isNull(column) ? nil : word(column)
  }

  /// Tells the log that this column means nothing.
  func tellUnreadable(_ column: Int32) {
    let name = sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "\(column)"
    connection.tell(Unreadable(table: table, row: text(0), column: name, value: text(column)))
  }

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
