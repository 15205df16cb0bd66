public import Figures
public import Telephony

extension Database: FigureStore {
  /// Adds to what is stored, all or nothing; durable when it returns.
  public func add(_ cells: [Cell: Counts], at now: Moment) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      for (cell, counts) in cells {
        var sum = try connection.counts(of: cell)
        sum.add(counts)
        try connection.write(sum, of: cell)
      }
      try connection.run(
        """
        INSERT INTO signs_of_life (id, wall, monotonic) VALUES (1, ?, ?)
        ON CONFLICT (id) DO UPDATE SET wall = excluded.wall, monotonic = excluded.monotonic
        """, now.values)
    }
  }

  /// Of the quarters that begin in this time, as wall time in milliseconds.
  public func cells(in range: Range<Int64>) async throws(StorageError) -> [Cell: Counts] {
    try await listing.perform { connection throws(StorageError) in
      let rows = try connection.rows(
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
  }

  /// Puts these in place of all that is stored from a time on; durable when it returns.
  public func replaceCells(from quarter: Int64, with cells: [Cell: Counts]) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try connection.run("DELETE FROM figures WHERE quarter >= ?", [.integer(quarter)])
      for (cell, counts) in cells where cell.quarter >= quarter { try connection.write(counts, of: cell) }
    }
  }
}

extension Connection {
  fileprivate func counts(of cell: Cell) throws(StorageError) -> Counts {
    try rows(
      "SELECT counts FROM figures WHERE quarter = ? AND kind = ? AND subject = ?", cell.values, of: "figures"
    ) { Counts(text: $0.text(0)) ?? Counts() }.first ?? Counts()
  }

  fileprivate func write(_ counts: Counts, of cell: Cell) throws(StorageError) {
    try run(
      "INSERT OR REPLACE INTO figures (quarter, kind, subject, counts) VALUES (?, ?, ?, ?)",
      cell.values + [Value(counts.text)])
  }
}

extension Cell {
  fileprivate var values: [Value] { [.integer(quarter), Value(subject.kind.rawValue), Value(subject.name)] }
}
