/// Figures of some subjects over some times, each an exact sum of quarters.
public struct Report: Sendable {
  /// One line.
  public struct Row: Sendable, Equatable {
    /// The time, as wall time in milliseconds.
    public var period: Range<Int64>
    /// Of what.
    public var subject: Subject
    /// What was counted.
    public var counts: Counts
  }

  /// By time, then by subject.
  public private(set) var rows: [Row] = []

  /// Of every subject of these kinds of which something is there. Cells outside the range are left out.
  public init(
    _ cells: [Cell: Counts], in range: Range<Int64>, by span: Calendar.Span, _ kinds: Set<Subject.Kind>,
    _ calendar: Calendar
  ) {
    var sums: [Int64: [Subject: Counts]] = [:]
    var ends: [Int64: Int64] = [:]
    for (cell, counts) in cells where range.contains(cell.quarter) && kinds.contains(cell.subject.kind) {
      let period = calendar.period(span, containing: cell.quarter)
      ends[period.lowerBound] = max(period.upperBound, period.lowerBound)
      sums[period.lowerBound, default: [:]][cell.subject, default: Counts()].add(counts)
    }
    for (start, subjects) in sums.sorted(by: { $0.key < $1.key }) {
      for (subject, counts) in subjects.sorted(by: { $0.key < $1.key }) {
        rows.append(Row(period: start..<(ends[start] ?? start), subject: subject, counts: counts))
      }
    }
  }
}

/// What is kept of one cell and what a fold finds there are not the same.
public struct Discrepancy: Sendable, Equatable {
  /// Where.
  public var cell: Cell
  /// Of what.
  public var item: Item
  /// What is kept.
  public var kept: Int
  /// What the log says.
  public var found: Int

  /// All of them, by time, subject and item.
  public static func all(between kept: [Cell: Counts], and found: [Cell: Counts]) -> [Discrepancy] {
    var all: [Discrepancy] = []
    for cell in Set(kept.keys).union(found.keys) {
      let (kept, found) = (kept[cell] ?? Counts(), found[cell] ?? Counts())
      for item in Set(kept.values.keys).union(found.values.keys) where kept[item] != found[item] {
        all.append(Discrepancy(cell: cell, item: item, kept: kept[item], found: found[item]))
      }
    }
    return all.sorted {
      ($0.cell.quarter, $0.cell.subject, $0.item) < ($1.cell.quarter, $1.cell.subject, $1.item)
    }
  }
}
