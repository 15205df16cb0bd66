/// Figures of some subjects over some times by one view, each an exact sum of quarters.
public struct Report: Sendable {
  /// One line.
  public struct Row: Sendable, Equatable {
    /// The time, as wall time in milliseconds.
    public var period: Range<Int64>
    /// Of what.
    public var subject: Subject
    /// What was counted, by the view.
    public var counts: Counts
  }

  /// It would have more rows than it may.
  public struct TooLong: Error, Equatable {
    /// So many it may have.
    public var most: Int
  }

  private let range: Range<Int64>
  private let span: Calendar.Span
  private let kinds: Set<Subject.Kind>
  private let view: View
  private let calendar: Calendar
  private let most: Int
  private var sums: [Int64: [Subject: Counts]] = [:]
  private var ends: [Int64: Int64] = [:]
  private var count = 0

  /// Of every subject of these kinds of which something is there: nothing yet, and never more rows than `most`.
  public init(
    in range: Range<Int64>, by span: Calendar.Span, _ kinds: Set<Subject.Kind>, view: View = .cohort,
    _ calendar: Calendar, most: Int = .max
  ) {
    self.range = range
    self.span = span
    self.kinds = kinds
    self.view = view
    self.calendar = calendar
    self.most = most
  }

  /// Whether agents' time is shown in it.
  public var hasAgents: Bool { kinds.contains(.agent) || kinds.contains(.all) }

  /// Adds what was counted, as it is kept; cells outside the range are left out, and those of which the view shows nothing.
  public mutating func add(_ cells: [Cell: Counts]) throws(TooLong) {
    for (cell, counts) in cells where range.contains(cell.quarter) && kinds.contains(cell.subject.kind) {
      let counts = counts.seen(by: view)
      guard !counts.isEmpty else { continue }
      let period = calendar.period(span, containing: cell.quarter)
      ends[period.lowerBound] = max(period.upperBound, period.lowerBound)
      if sums[period.lowerBound]?[cell.subject] == nil {
        guard count < most else { throw TooLong(most: most) }
        count += 1
      }
      sums[period.lowerBound, default: [:]][cell.subject, default: Counts()].add(counts)
    }
  }

  /// By time, then by subject.
  public var rows: [Row] {
    sums.sorted { $0.key < $1.key }.flatMap { start, subjects in
      subjects.sorted { $0.key < $1.key }.map { subject, counts in
        Row(period: start..<(ends[start] ?? start), subject: subject, counts: counts)
      }
    }
  }
}
