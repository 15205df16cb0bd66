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
  /// One that began long before is looked for among those that are as long, which only former releases have written.
  func stretches(touching range: Range<Int64>) throws(StorageError) -> [Stretch] {
    let (from, to) = (Value.integer(range.lowerBound), Value.integer(range.upperBound))
    return try rows(
      """
      SELECT \(Stretch.columns) FROM stretches WHERE \(Stretch.touching)
      UNION SELECT \(Stretch.columns) FROM stretches WHERE \(Stretch.isLongAndTouching)
      UNION SELECT \(Stretch.columns) FROM stretches WHERE occupation = 'acw' AND contact IN (
        SELECT id FROM contacts WHERE started_wall >= ?1 AND started_wall < ?2
        UNION SELECT contact FROM segments WHERE started_wall >= ?1 AND started_wall < ?2)
      """, [from, to], of: "stretches", Stretch.read
    ).compactMap(\.self)
  }
}

extension Stretch {
  /// What `longest` allows, and an hour: one that lasts is renewed when somebody looks at the clock.
  static let longestMilliseconds = longest.nanoseconds / 1_000_000 + 3_600_000
  /// Whether a row is longer than any is today: as the index over them says it.
  static let isLong = "ended_monotonic - started_monotonic > 172800000000000"
  /// When it ended, as wall time in milliseconds by its beginning and what the monotonic clock has counted since.
  static let end = "started_wall + (ended_monotonic - started_monotonic) / 1000000"

  /// Whether a row of today's lengths reaches into the time from `?1` to `?2`.
  static let touching = """
    started_wall < ?2 AND started_wall > ?1 - \(longestMilliseconds) AND (
      ended_wall IS NULL OR ended_wall > ?1 OR \(end) + 1 > ?1)
    """
  /// Whether a longer one does.
  static let isLongAndTouching = "\(isLong) AND started_wall < ?2 AND \(end) + 1 > ?1"

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
