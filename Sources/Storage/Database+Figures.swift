public import Figures
public import Telephony

extension Database: FigureStore {
  /// How many rows of each table go with each adding: more than come.
  private static let forgottenWithEach = 500

  /// Adds to what is stored, all or nothing; durable when it returns. A cell that cannot be read is put aside. Nothing is
  /// forgotten for a leap of the wall clock, which may be wrong: by as much as it is ahead of what the last run has seen and
  /// the monotonic clock has counted since the start, more is kept until the next.
  public func add(_ cells: [Cell: Counts], at now: Moment, forgetting oldest: Int64) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      for (cell, counts) in cells {
        var sum = try connection.counts(of: cell)
        sum.add(counts)
        try connection.write(sum, of: cell)
      }
      let ahead = try connection.leap(to: now)
      try connection.sign(now, isClosed: false)
      try connection.forgetFigures(before: oldest - ahead, atMost: Self.forgottenWithEach)
    }
  }

  /// The daemon ends with everything written; durable when it returns.
  public func closed(at now: Moment) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in try connection.sign(now, isClosed: true) }
  }

  /// Of the quarters that begin in this time, as wall time in milliseconds.
  public func cells(in range: Range<Int64>) async throws(StorageError) -> [Cell: Counts] {
    try await listing.perform { connection throws(StorageError) in try connection.cells(in: range) }
  }

  /// See `FigureStore`: `read` has a connection of its own, and a transaction that begins with it.
  public func reading<Answer: Sendable>(
    begun: @escaping @Sendable () -> Void, _ read: @escaping @Sendable (any StoredFigures) throws -> Answer
  ) async throws -> Answer {
    try await reckoning.perform { connection throws(StorageError) -> Result<Answer, any Error> in
      // What a transaction sees is what there is when it reads first.
      _ = try connection.rows("SELECT id FROM signs_of_life") { _ in }
      begun()
      return Result { try read(connection) }
    }.get()
  }

  /// Puts these in place of all that is stored of a time, and lets everything after it be reckoned still when `isLast` is
  /// false; durable when it returns.
  public func replaceCells(in range: Range<Int64>, with cells: [Cell: Counts], isLast: Bool) async throws(StorageError)
  {
    try await writing.perform { connection throws(StorageError) in
      for found in try connection.unreadable(in: range) { try connection.putAside(found) }
      try connection.run(
        "DELETE FROM figures WHERE quarter >= ? AND quarter < ?",
        [.integer(range.lowerBound), .integer(range.upperBound)])
      for (cell, counts) in cells where range.contains(cell.quarter) { try connection.write(counts, of: cell) }
      if isLast {
        try connection.run("DELETE FROM figures_due")
      } else {
        try connection.letFiguresBeReckoned(from: range.upperBound)
      }
    }
  }
}

extension Connection: StoredFigures {
  func cells(in range: Range<Int64>) throws(StorageError) -> [Cell: Counts] {
    let rows = try rows(
      "SELECT kind, subject, quarter, counts FROM figures WHERE quarter >= ? AND quarter < ?",
      [.integer(range.lowerBound), .integer(range.upperBound)], of: "figures"
    ) { row -> (Cell, Counts)? in
      guard let kind: Subject.Kind = row.word(0) else { return nil }
      guard let counts = Counts(text: row.text(3)) else {
        row.tellUnreadable(3)
        return nil
      }
      return (Cell(quarter: row.integer(2), subject: Subject(kind, row.text(1))), counts)
    }
    return Dictionary(rows.compactMap(\.self)) { first, _ in first }
  }

  func unreadable(in range: Range<Int64>) throws(StorageError) -> [UnreadableFigures] {
    let (from, to) = (Value.integer(range.lowerBound), Value.integer(range.upperBound))
    return try rows(
      """
      SELECT kind, subject, quarter, counts, 1 FROM unreadable_figures WHERE quarter >= ? AND quarter < ?
      UNION ALL SELECT kind, subject, quarter, counts, 0 FROM figures WHERE quarter >= ? AND quarter < ?
      """, [from, to, from, to]
    ) { row -> UnreadableFigures? in
      let isAside = row.flag(4)
      guard isAside || Subject.Kind(rawValue: row.text(0)) == nil || Counts(text: row.text(3)) == nil else {
        return nil
      }
      return UnreadableFigures(
        quarter: row.integer(2), kind: row.text(0), subject: row.text(1), text: row.text(3))
    }.compactMap(\.self)
  }

  /// What is there; nothing where it cannot be read, and then it is put aside.
  fileprivate func counts(of cell: Cell) throws(StorageError) -> Counts {
    let found = try rows(
      "SELECT quarter, counts FROM figures WHERE quarter = ? AND kind = ? AND subject = ?", cell.values, of: "figures"
    ) { row -> (text: String, counts: Counts?) in
      let counts = Counts(text: row.text(1))
      if counts == nil { row.tellUnreadable(1) }
      return (row.text(1), counts)
    }.first
    guard let found, found.counts == nil else { return found?.counts ?? Counts() }
    try putAside(
      UnreadableFigures(
        quarter: cell.quarter, kind: cell.subject.kind.rawValue, subject: cell.subject.name, text: found.text))
    return Counts()
  }

  fileprivate func putAside(_ found: UnreadableFigures) throws(StorageError) {
    let values: [Value] = [
      .integer(found.quarter), Value(found.kind), Value(found.subject), Value(found.text),
    ]
    // It may be there already, from the last time.
    try run(
      """
      INSERT INTO unreadable_figures (quarter, kind, subject, counts) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (
        SELECT 1 FROM unreadable_figures WHERE quarter = ?1 AND kind = ?2 AND subject = ?3 AND counts = ?4)
      """, values)
  }

  fileprivate func write(_ counts: Counts, of cell: Cell) throws(StorageError) {
    try run(
      "INSERT OR REPLACE INTO figures (quarter, kind, subject, counts) VALUES (?, ?, ?, ?)",
      cell.values + [Value(counts.text)])
  }

  fileprivate func sign(_ now: Moment, isClosed: Bool) throws(StorageError) {
    try run(
      """
      INSERT INTO signs_of_life (id, wall, monotonic, closed) VALUES (1, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET wall = excluded.wall, monotonic = excluded.monotonic, closed = excluded.closed
      """, now.values + [Value(isClosed)])
  }

  /// How many milliseconds the wall clock is ahead of the one that can be relied on.
  fileprivate func leap(to now: Moment) throws(StorageError) -> Int64 {
    let last = try reliable == nil ? rows("SELECT wall FROM signs_of_life WHERE id = 1") { $0.integer(0) }.first : nil
    let since =
      reliable
      ?? Moment(monotonicNanoseconds: now.monotonicNanoseconds, wallMilliseconds: last ?? now.wallMilliseconds)
    reliable = since
    let passed = max(0, now.monotonicNanoseconds - since.monotonicNanoseconds) / 1_000_000
    return max(0, now.wallMilliseconds - since.wallMilliseconds - Int64(passed))
  }

  /// From this quarter on, until that is done.
  func letFiguresBeReckoned(from quarter: Int64) throws(StorageError) {
    try run(
      "INSERT INTO figures_due (id, quarter) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET quarter = excluded.quarter",
      [.integer(quarter)])
  }

  /// Stretches and shifts that reach into a quarter that is kept are kept.
  fileprivate func forgetFigures(before oldest: Int64, atMost most: Int) throws(StorageError) {
    try run(
      """
      DELETE FROM figures WHERE (quarter, kind, subject) IN (
        SELECT quarter, kind, subject FROM figures WHERE quarter < ? ORDER BY quarter LIMIT ?)
      """, [.integer(oldest), Value(most)])
    try run(
      """
      DELETE FROM stretches WHERE (agent, started_wall, started_monotonic) IN (
        SELECT agent, started_wall, started_monotonic FROM stretches
        WHERE started_wall < ?1 AND ended_wall < ?1 AND \(Stretch.end) < ?1 ORDER BY started_wall LIMIT ?2)
      """, [.integer(oldest), Value(most)])
    // No zone is a day from UTC, and no shift longer than one.
    let day = Calendar { _ in 0 }.localDay(at: oldest).advanced(by: -2)
    try run(
      """
      DELETE FROM shifts WHERE (day, agent, begins) IN (
        SELECT day, agent, begins FROM shifts WHERE day < ? ORDER BY day LIMIT ?)
      """, [Value(day.text), Value(most)])
  }
}

extension Cell {
  fileprivate var values: [Value] { [.integer(quarter), Value(subject.kind.rawValue), Value(subject.name)] }
}
