public import Figures
public import History
public import Telephony

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

  /// Stretches that touch this time, and wrap-ups after contacts that began, or came to somebody, in it. One that began more
  /// than eight days before is not looked for.
  public func stretches(touching range: Range<Int64>) async throws(StorageError) -> [Stretch] {
    let (from, to) = (Value.integer(range.lowerBound), Value.integer(range.upperBound))
    return try await listing.perform { connection throws(StorageError) in
      try connection.rows(
        """
        SELECT \(Stretch.columns) FROM stretches WHERE started_wall < ? AND started_wall > ? - 691200000 AND (
          ended_wall IS NULL OR ended_wall > ?
          OR started_wall + (ended_monotonic - started_monotonic) / 1000000 + 1 > ?)
        UNION SELECT \(Stretch.columns) FROM stretches WHERE occupation = 'acw' AND contact IN (
          SELECT id FROM contacts WHERE started_wall >= ? AND started_wall < ?
          UNION SELECT contact FROM segments WHERE started_wall >= ? AND started_wall < ?)
        """, [to, from, from, from, from, to, from, to], of: "stretches", Stretch.read
      ).compactMap(\.self)
    }
  }

  /// All contacts that began, or came to somebody, in this time.
  public func records(touching range: Range<Int64>) async throws(StorageError) -> [ContactRecord] {
    let (from, to) = (Value.integer(range.lowerBound), Value.integer(range.upperBound))
    return try await listing.perform { connection throws(StorageError) in
      try ContactRecord.read(
        from: connection,
        """
        WHERE (started_wall >= ? AND started_wall < ?)
        OR id IN (SELECT contact FROM segments WHERE started_wall >= ? AND started_wall < ?)
        """, [from, to, from, to])
    }
  }

  /// Ends what a dead daemon left of agents' time, at its last sign of life. Called once at start, after
  /// `closeInterrupted`, of which it is told.
  ///
  /// The wall time from which on figures must be reckoned from the log again, since some of what happened may not have
  /// been added to them any more; nil when there is nothing to reckon.
  public func closeStretches(interrupted: [ContactID]) async throws(StorageError) -> Int64? {
    try await writing.perform { connection throws(StorageError) in
      let sign = try connection.rows("SELECT wall, monotonic FROM signs_of_life WHERE id = 1") { $0.moment(0) }.first
      let last = sign?.values ?? [.integer(0), .integer(0)]
      try connection.run(
        """
        UPDATE stretches SET
          ended_wall = CASE WHEN ? > started_monotonic THEN ? ELSE started_wall END,
          ended_monotonic = max(?, started_monotonic)
        WHERE ended_wall IS NULL
        """, [last[1], last[0], last[1]])
      let isEmpty = try connection.rows("SELECT count(*) FROM (SELECT 1 FROM figures LIMIT 1)") { $0.integer(0) == 0 }
      let since: Value =
        isEmpty.first == true ? .integer(0) : .integer((sign?.wallMilliseconds ?? 0) - Self.unwrittenMilliseconds)
      var starts = try connection.rows(
        """
        SELECT min(started_wall) FROM contacts WHERE ended_wall >= ?
        UNION ALL SELECT min(started_wall) FROM segments
          WHERE contact IN (SELECT id FROM contacts WHERE ended_wall >= ?)
        UNION ALL SELECT min(started_wall) FROM stretches WHERE ended_wall >= ?
        UNION ALL SELECT min(started_wall) FROM contacts WHERE id IN (
          SELECT contact FROM stretches WHERE occupation = 'acw' AND ended_wall >= ?)
        """, [since, since, since, since]
      ) { $0.isNull(0) ? nil : $0.integer(0) }
      for contact in interrupted {
        starts += try connection.rows(
          """
          SELECT min(started_wall) FROM contacts WHERE id = ?
          UNION ALL SELECT min(started_wall) FROM segments WHERE contact = ?
          """, [Value(contact), Value(contact)]
        ) { $0.isNull(0) ? nil : $0.integer(0) }
      }
      // Also what was counted of a contact whose row never came to the disk.
      if let sign, isEmpty.first != true { starts.append(sign.wallMilliseconds - Self.unwrittenMilliseconds) }
      return starts.compactMap(\.self).min().map(Cell.quarter)
    }
  }

  /// No figure waits for longer than that to be added to the stored ones.
  private static let unwrittenMilliseconds: Int64 = 120_000
}

extension Stretch {
  fileprivate static let columns = """
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
