internal import Figures
public import Telephony

/// What there is to do about figures at a start, before anything else is counted.
public struct FigureRecovery: Sendable, Equatable {
  /// The quarters that are in question, wall time in milliseconds.
  public var range: Range<Int64>
  /// They are to be reckoned from the log, since something that happened may not have been added to them; otherwise they
  /// are only held against it.
  public var isDue: Bool

  /// Both as given.
  public init(range: Range<Int64>, isDue: Bool) {
    self.range = range
    self.isDue = isDue
  }
}

extension Database {
  /// Ends what a dead daemon left of agents' time, at its last sign of life, and says which figures are in question; nil
  /// when there are none. Called once at start, after `closeInterrupted`, of which it is told. What is due stays due until
  /// `replaceCells` was told the last part; also when the clock is so wrong that what is due is none of its time, which is
  /// logged. Nothing before `oldest`, wall time in milliseconds, is of interest.
  public func recoverFigures(
    interrupted: [ContactID], since oldest: Int64, at now: Moment
  ) async throws(StorageError) -> FigureRecovery? {
    try await writing.perform { connection throws(StorageError) in
      let sign = try connection.rows("SELECT wall, monotonic, closed FROM signs_of_life WHERE id = 1") {
        (moment: $0.moment(0), isClosed: $0.flag(2))
      }.first
      let left = try connection.closeStretches(at: sign?.moment)
      var due = try connection.rows("SELECT quarter FROM figures_due WHERE id = 1") { $0.integer(0) }.first
      let start = try connection.firstQuestionable(interrupted, sign?.moment)
      if sign?.isClosed == false || left > 0 || !interrupted.isEmpty {
        due = [due, start].compactMap(\.self).min()
        if let due { try connection.letFiguresBeReckoned(from: due) }
      }
      guard let first = due ?? start else { return nil }
      if let range = try connection.rowsOfFigures(from: max(first, oldest), at: now) {
        return FigureRecovery(range: range, isDue: due != nil)
      }
      if try connection.endsOfRows(from: first) == nil {
        try connection.run("DELETE FROM figures_due")
      } else if due != nil {
        connection.log(
          LogLine(
            .error, "figures are due that are none of this clock's time: they are reckoned at a start when it is right",
            ["from": RFC3339.text(first), "now": RFC3339.text(now.wallMilliseconds)]))
      }
      return nil
    }
  }
}

extension Connection {
  /// How many there were. A sign of life that cannot be of the stretch's own run, by what both clocks say, ends it at its
  /// beginning: how long it lasted is not known.
  fileprivate func closeStretches(at sign: Moment?) throws(StorageError) -> Int {
    let last = sign?.values ?? [.integer(0), .integer(0)]
    return try rows(
      """
      UPDATE stretches SET (ended_wall, ended_monotonic) = (
        SELECT CASE WHEN is_after THEN ?1 ELSE started_wall END, CASE WHEN is_after THEN ?2 ELSE started_monotonic END
        FROM (SELECT ?2 > started_monotonic
          AND (?2 - started_monotonic) / 1000000 - (?1 - started_wall) < 7200000 AS is_after))
      WHERE ended_wall IS NULL RETURNING agent
      """, last
    ) { _ in }.count
  }

  /// The quarter from which on figures may lack something: of whatever was not over well before the last sign of life.
  fileprivate func firstQuestionable(_ interrupted: [ContactID], _ sign: Moment?) throws(StorageError) -> Int64? {
    guard let sign else { return nil }
    let since = Value.integer(sign.wallMilliseconds - Self.unwrittenMilliseconds)
    var starts = try rows(
      """
      SELECT min(started_wall) FROM contacts WHERE ended_wall >= ?1
      UNION ALL SELECT min(\(Self.earliest)) FROM segments
        WHERE contact IN (SELECT id FROM contacts WHERE ended_wall >= ?1)
      UNION ALL SELECT min(started_wall) FROM stretches WHERE ended_wall >= ?1
      UNION ALL SELECT min(started_wall) FROM contacts WHERE id IN (
        SELECT contact FROM stretches WHERE occupation = 'acw' AND ended_wall >= ?1)
      """, [since]
    ) { $0.isNull(0) ? nil : $0.integer(0) }
    for contact in interrupted {
      starts += try rows(
        """
        SELECT min(started_wall, coalesce(ended_wall, started_wall)) FROM contacts WHERE id = ?1
        UNION ALL SELECT min(\(Self.earliest)) FROM segments WHERE contact = ?1
        """, [Value(contact)]
      ) { $0.isNull(0) ? nil : $0.integer(0) }
    }
    // Also what was counted of a contact whose row never came to the disk.
    starts.append(sign.wallMilliseconds - Self.unwrittenMilliseconds)
    return starts.compactMap(\.self).min().map(Cell.quarter)
  }

  /// Of what happened in a segment what came first, by a clock that may have been set back meanwhile.
  private static let earliest =
    "min(started_wall, coalesce(answered_wall, started_wall), coalesce(ended_wall, started_wall))"

  /// No figure waits for longer than that to be added to the stored ones.
  private static let unwrittenMilliseconds: Int64 = 120_000

  /// From the first of the rows there are, in this time, to the last; a year from `now` is the farthest.
  fileprivate func rowsOfFigures(from first: Int64, at now: Moment) throws(StorageError) -> Range<Int64>? {
    guard let (start, end) = try endsOfRows(from: first) else { return nil }
    let farthest = now.wallMilliseconds + 366 * 86_400_000
    let (lower, upper) = (max(first, Cell.quarter(of: start)), Cell.quarter(of: min(end, farthest)) + Cell.length)
    return lower < upper ? lower..<upper : nil
  }

  /// Of the rows there are from then on.
  fileprivate func endsOfRows(from first: Int64) throws(StorageError) -> (start: Int64, end: Int64)? {
    let from = Value.integer(first)
    let ends = try rows(
      """
      SELECT min(started_wall), max(started_wall) FROM contacts WHERE started_wall >= ?1
      UNION ALL SELECT min(ended_wall), max(ended_wall) FROM contacts WHERE ended_wall >= ?1
      UNION ALL SELECT min(started_wall), max(started_wall) FROM segments WHERE started_wall >= ?1
      UNION ALL SELECT min(answered_wall), max(answered_wall) FROM segments WHERE answered_wall >= ?1
      UNION ALL SELECT min(ended_wall), max(ended_wall) FROM segments WHERE ended_wall >= ?1
      UNION ALL SELECT min(\(Self.passing)), max(\(Self.passing)) FROM segments
        WHERE threshold_nanoseconds IS NOT NULL AND \(Self.passing) >= ?1
      UNION ALL SELECT min(started_wall), max(ended_wall) FROM stretches
        WHERE started_wall >= ?1 - \(Stretch.longestMilliseconds)
      UNION ALL SELECT min(started_wall), max(ended_wall) FROM stretches WHERE \(Stretch.isLong) AND \(Stretch.end) > ?1
      UNION ALL SELECT min(quarter), max(quarter) FROM figures WHERE quarter >= ?1
      """, [from]
    ) { ($0.isNull(0) ? nil : $0.integer(0), $0.isNull(1) ? nil : $0.integer(1)) }
    guard let start = ends.compactMap(\.0).min(), let end = ends.compactMap(\.1).max() else { return nil }
    return (start, end)
  }
}
