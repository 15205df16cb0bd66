public import Figures
internal import Telephony

extension Database {
  /// Writes or replaces the row of an agent's time; durable when it returns.
  public func save(_ stretch: Stretch) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      let what = stretch.engagement
      try connection.run(
        "INSERT OR REPLACE INTO stretches (\(Stretch.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [Value(stretch.agent)] + stretch.startedAt.values + stretch.endedAt.values + [
          Value(what.occupation.rawValue), Value(what.reason), Value(what.isPaid), Value(what.countsAsWork),
          Value(what.isLoggedIn), Value(what.contact),
        ])
    }
  }
}

extension Connection {
  /// One that began more than eight days before is not looked for.
  func stretches(touching range: Range<Int64>) throws(StorageError) -> [Stretch] {
    let (from, to) = (Value.integer(range.lowerBound), Value.integer(range.upperBound))
    return try rows(
      """
      SELECT \(Stretch.columns) FROM stretches
      WHERE started_wall < ? AND started_wall > ? - \(Stretch.longest) AND (
        ended_wall IS NULL OR ended_wall > ?
        OR started_wall + (ended_monotonic - started_monotonic) / 1000000 + 1 > ?)
      UNION SELECT \(Stretch.columns) FROM stretches WHERE occupation = 'acw' AND contact IN (
        SELECT id FROM contacts WHERE started_wall >= ? AND started_wall < ?
        UNION SELECT contact FROM segments WHERE started_wall >= ? AND started_wall < ?)
      """, [to, from, from, from, from, to, from, to], of: "stretches", Stretch.read
    ).compactMap(\.self)
  }
}

extension Stretch {
  /// Milliseconds after which nobody looks for one any more.
  static let longest: Int64 = 691_200_000

  static let columns = """
    agent, started_wall, started_monotonic, ended_wall, ended_monotonic, occupation, reason, paid, counts_as_work, \
    logged_in, contact
    """

  fileprivate static func read(_ row: borrowing Row) -> Stretch? {
    guard let occupation: Occupation = row.word(5) else { return nil }
    return Stretch(
      agent: row.name(0),
      engagement: Engagement(
        occupation, contact: row.optionalName(10), reason: row.text(6), isPaid: row.flag(7), countsAsWork: row.flag(8),
        isLoggedIn: row.flag(9)),
      startedAt: row.moment(1), endedAt: row.optionalMoment(3))
  }
}
