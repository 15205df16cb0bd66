import Figures
import Telephony
import Testing

private func wall(_ text: String) -> Int64 { RFC3339.milliseconds(text) ?? 0 }

@Suite struct `Times of reports` {
  private let tokyo = Calendar(dayEnds: 5 * 60) { _ in 9 * 3600 }
  /// Summer time ends on 2026-10-25 01:00 UTC.
  private let berlin = Calendar { $0 < wall("2026-10-25T01:00:00Z") ? 7200 : 3600 }

  /// One after the other; three thousand at most.
  private func periods(_ span: Calendar.Span, of calendar: Calendar, in range: Range<Int64>) -> [Range<Int64>] {
    var periods: [Range<Int64>] = []
    var at = range.lowerBound
    while at < range.upperBound, periods.count < 3000 {
      periods.append(calendar.period(span, containing: at))
      at = max(periods.last?.upperBound ?? at, at + 1)
    }
    return periods
  }

  @Test(arguments: [
    (Calendar.Span.quarter, "2026-11-22T00:30:00Z", "2026-11-22T00:45:00Z"),
    (.hour, "2026-11-22T00:00:00Z", "2026-11-22T01:00:00Z"),
    // 09:37 on a Sunday, of a day that began at five.
    (.day, "2026-11-21T20:00:00Z", "2026-11-22T20:00:00Z"), (.week, "2026-11-15T20:00:00Z", "2026-11-22T20:00:00Z"),
    (.month, "2026-10-31T20:00:00Z", "2026-11-30T20:00:00Z"),
  ])
  func `a wall time lies in`(span: Calendar.Span, start: String, end: String) {
    #expect(tokyo.period(span, containing: wall("2026-11-22T00:37:00Z")) == wall(start)..<wall(end))
  }

  @Test func `a day in which the clock goes back has twenty-five hours`() {
    let day = berlin.period(.day, containing: wall("2026-10-25T12:00:00Z"))
    #expect(day == wall("2026-10-24T22:00:00Z")..<wall("2026-10-25T23:00:00Z"))
    #expect(periods(.hour, of: berlin, in: day).count == 25)
    #expect(periods(.quarter, of: berlin, in: day).count == 100)
  }

  @Test(arguments: Calendar.Span.allCases) func `periods follow each other without a gap`(span: Calendar.Span) {
    // Days that end within the hour that is shown twice, and within the one that is left out.
    let late = Calendar(dayEnds: 150, offset: berlin.offset)
    let skipping = Calendar(dayEnds: 150) { $0 < wall("2026-10-25T01:00:00Z") ? 3600 : 7200 }
    for calendar in [tokyo, berlin, late, skipping] {
      let periods = periods(
        span, of: calendar, in: wall("2026-09-01T00:00:00Z")..<wall("2027-03-01T00:00:00Z"))
      for (one, next) in zip(periods, periods.dropFirst()) {
        #expect(one.upperBound == next.lowerBound)
        #expect(one.lowerBound < one.upperBound)
        #expect(calendar.period(span, containing: one.upperBound - 1) == one)
        if span == .day {
          let quarters = stride(from: one.lowerBound, to: one.upperBound, by: Int(Cell.length))
          #expect(quarters.allSatisfy { calendar.period(span, containing: $0) == one })
        }
      }
    }
  }

  @Test func `dates name days, and what is no date names none`() {
    #expect(tokyo.day("2026-11-22") == wall("2026-11-21T20:00:00Z")..<wall("2026-11-22T20:00:00Z"))
    for text in ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "today", "2026-11-22T", "+026-11-22"] {
      #expect(tokyo.day(text) == nil, "\(text)")
    }
    #expect(tokyo.text(wall("2026-11-22T00:37:00Z")) == "2026-11-22 09:37")
  }

  @Test func `any longer time is the sum of its quarters, and a report is no longer than it may be`() throws {
    let range = wall("2026-11-21T20:00:00Z")..<wall("2026-11-22T20:00:00Z")
    var cells: [Cell: Counts] = [:]
    for index in 0..<96 {
      cells[Cell(quarter: range.lowerBound + Int64(index) * Cell.length, subject: .queue("sales"))] = [
        .offered: index + 1
      ]
    }
    cells[Cell(quarter: range.upperBound, subject: .queue("sales"))] = [.offered: 1000]
    for span in Calendar.Span.allCases {
      var report = Report(in: range, by: span, [.queue], tokyo)
      try report.add(cells)
      #expect(report.rows.reduce(0) { $0 + $1.counts[.offered] } == 96 * 97 / 2)
      #expect(report.rows.count == [.quarter: 96, .hour: 24][span] ?? 1)
    }
    var agents = Report(in: range, by: .day, [.agent], tokyo)
    try agents.add(cells)
    #expect(agents.rows.isEmpty)
    var short = Report(in: range, by: .quarter, [.queue], tokyo, most: 95)
    #expect(throws: Report.TooLong.self) { try short.add(cells) }
    var enough = Report(in: range, by: .quarter, [.queue], tokyo, most: 96)
    #expect(throws: Never.self) { try enough.add(cells) }
  }
}
