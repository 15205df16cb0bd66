import Figures
import Telephony
import Testing

/// What is stored, in memory; it counts how much it is asked for at once.
private struct Store: StoredFigures {
  var kept: [Cell: Counts] = [:]
  var records: [LoggedContact] = []

  func cells(in range: Range<Int64>) -> [Cell: Counts] { kept.filter { range.contains($0.key.quarter) } }
  func unreadable(in range: Range<Int64>) -> [UnreadableFigures] {
    range.contains(Day.morning) ? [.init(quarter: Day.morning, kind: "all", subject: "", text: "?")] : []
  }
  func contacts(touching range: Range<Int64>) -> [LoggedContact] {
    records.filter { record in
      ([record.startedAt, record.endedAt] + record.segments.flatMap { [$0.startedAt, $0.endedAt] })
        .contains { moment in moment.map { range.contains($0.wallMilliseconds) } ?? false }
    }
  }
  func followedContacts(
    touching range: Range<Int64>, within window: Int64, reasons: Set<String>
  ) -> [FollowedContact] { [] }
  func stretches(touching range: Range<Int64>) -> [Stretch] { [] }
  func shifts(on days: ClosedRange<LocalDay>) -> [Shift] { [] }
}

@Suite struct `The comparison of figures with the log` {
  private let start = Moment(monotonicNanoseconds: 1_000_000_000, wallMilliseconds: Day.morning)

  /// Of two days, one of which lies over the midnight between them.
  private var records: [LoggedContact] {
    [0, 86_400 - 600, 90_000].enumerated().map { index, seconds in
      let began = start.advanced(by: .seconds(seconds))
      let second = began.advanced(by: .seconds(900))
      return LoggedContact(
        id: ContactID(rawValue: "\(index)"), isOutbound: false, entry: "8000", startedAt: began,
        endedAt: second.advanced(by: .seconds(9)), endReason: .abandoned,
        segments: [
          .init(
            id: "a", kind: .visit("sales", ServiceTarget()), startedAt: began, endedAt: second, endReason: .busy),
          .init(
            id: "b", kind: .visit("support", ServiceTarget()), startedAt: second,
            endedAt: second.advanced(by: .seconds(9)), endReason: .abandoned),
        ])
    }
  }

  @Test func `day by day it finds what one reading of everything finds, and each contact once`() throws {
    let whole = Fold(records, [], until: start.advanced(by: .seconds(200_000))).cells
    var kept = whole
    let range = Day.morning..<Day.morning + 2 * 86_400_000
    #expect(Array(Comparison.parts(of: range)).count == 2)
    var comparison = Comparison()
    for part in Comparison.parts(of: range) {
      let found = try comparison.found(in: part, Store(kept: kept, records: records), until: start)
      #expect(found == whole.filter { part.contains($0.key.quarter) })
    }
    #expect(comparison.contacts == 3 && comparison.differenceCount == 0 && comparison.cells == whole.count)
    #expect(comparison.unreadable.map(\.text) == ["?"] && comparison.unreadableCount == 1)

    let cell = Cell(quarter: Day.morning, subject: .queue("sales"))
    kept[cell]?.add([.offered: 1])
    kept[Cell(quarter: cell.quarter, subject: .agent("gone"))] = [.handled: 2, .talk: 7]
    var wrong = Comparison()
    for part in Comparison.parts(of: range) {
      _ = try wrong.found(in: part, Store(kept: kept, records: records), until: start)
    }
    #expect(wrong.differenceCount == 3 && wrong.differentCells == 2)
    #expect(wrong.differences.contains(Discrepancy(cell: cell, item: .offered, kept: 2, found: 1)))
  }

  @Test func `however much is different, so much is listed, and all is counted`() throws {
    var store = Store()
    for index in 0..<1500 { store.kept[Cell(quarter: Day.morning, subject: .entry("\(index)"))] = [.offered: 1] }
    var comparison = Comparison()
    _ = try comparison.found(in: Day.morning..<Day.morning + 1, store, until: start)
    #expect(comparison.differences.count == Comparison.mostListed && comparison.differenceCount == 1500)
  }

  @Test func `parts follow each other, and end`() {
    #expect(Array(Comparison.parts(of: 5..<5)).isEmpty)
    #expect(Array(Comparison.parts(of: 5..<6)) == [5..<6])
    let far = Array(Comparison.parts(of: Int64.max - 100_000_000..<Int64.max))
    #expect(far.count == 2 && far.last?.upperBound == .max)
  }
}
