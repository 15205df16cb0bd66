import Figures
import Synchronization
import Telephony
import Testing

@testable import Storage

@Suite struct `Shifts that are kept` {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func day(_ text: String) throws -> LocalDay { try #require(LocalDay(text)) }

  private func plan(
    _ agent: AgentID, _ date: String, _ hours: [String], _ parts: [Shift.Kind: [String]] = [:]
  ) throws -> ShiftChange {
    let read = try WrittenDay(agent: agent, date: date, shifts: hours, parts: parts).read.get()
    return ShiftChange(agent, read.day, read.shifts)
  }

  private func kept(_ agent: AgentID? = nil, in database: Database) async throws -> [String] {
    try await database.shifts(on: .first...(.last), of: agent, atMost: 100).map { kept in
      let parts = Shift.Kind.allCases.flatMap { kept.shift.texts($0) }
      return ([kept.shift.agent.rawValue, kept.shift.day.text, kept.shift.text] + parts + ["\(kept.user)"])
        .joined(separator: " ")
    }
  }

  @Test func `they come back as they were, by another run, and a day's take the place of the day's`() async throws {
    let database = try folder.open()
    let parts: [Shift.Kind: [String]] = [
      .unpaidBreak: ["12:00-13:00"], .paidBreak: ["15:00-15:10"], .work: ["10:00-11:00"],
    ]
    let first = try await database.carryOut(try plan("花子", "2026-11-23", ["09:00-18:00"], parts), user: 7, at: 5)
    #expect(try first.get().map(\.day.text) == ["2026-11-23"])
    _ = try await database.carryOut(try plan("boris", "2026-11-23", ["22:00-06:00"]), user: 8, at: 6)
    _ = try await database.carryOut(try plan("boris", "2026-11-24", ["08:00-12:00", "13:00-17:00"]), user: 8, at: 6)
    await database.close()
    let again = try folder.open()
    #expect(
      try await kept(in: again) == [
        "boris 2026-11-23 22:00-06:00 8", "花子 2026-11-23 09:00-18:00 12:00-13:00 15:00-15:10 10:00-11:00 7",
        "boris 2026-11-24 08:00-12:00 8", "boris 2026-11-24 13:00-17:00 8",
      ])
    // The same again is no change, and keeps who planned it.
    #expect(try await again.carryOut(try plan("boris", "2026-11-23", ["22:00-06:00"]), user: 1, at: 9).get().isEmpty)
    #expect(try await again.carryOut(try plan("boris", "2026-11-24", ["09:00-10:00"]), user: 1, at: 9).get().count == 1)
    #expect(try await kept("boris", in: again) == ["boris 2026-11-23 22:00-06:00 8", "boris 2026-11-24 09:00-10:00 1"])
    #expect(try await again.carryOut(try plan("boris", "2026-11-23", []), user: 1, at: 9).get().count == 1)
    #expect(try await kept("boris", in: again) == ["boris 2026-11-24 09:00-10:00 1"])
    #expect(try await again.shifts(on: .first...(.last), of: nil, atMost: 1).count == 1)
    #expect(try await again.shifts(on: try day("2026-11-25")...(.last), of: nil, atMost: 9).isEmpty)
    await again.close()
  }

  @Test func `nothing of a change is written that overlaps what is planned`() async throws {
    let database = try folder.open()
    _ = try await database.carryOut(try plan("anna", "2026-11-23", ["22:00-06:00"]), user: 1, at: 5)
    let table = "agent,date,from,to\nboris,2026-11-23,9:00,18:00\nanna,2026-11-24,5:00,12:00\n"
    let change = try ShiftTable.read(table) { $0 }.get()
    guard case .failure(let faults) = try await database.carryOut(change, user: 2, at: 6) else {
      Issue.record("it was carried out")
      return
    }
    #expect(
      faults.text
        == "line 3: agent anna: 05:00-12:00 on 2026-11-24 overlaps 22:00-06:00 on 2026-11-23, which is planned already")
    #expect(try await kept(in: database) == ["anna 2026-11-23 22:00-06:00 1"])
    await database.close()
  }

  @Test func `a row that is no shift is left out and told`() async throws {
    let lines = Told()
    let database = try folder.open(log: { lines.add($0) })
    _ = try await database.carryOut(try plan("anna", "2026-11-23", ["09:00-18:00"]), user: 1, at: 5)
    for row in [
      "('yesterday', 'a', 1, 2, '', 0, 0)", "('2026-11-23', 'b', 540, 100, '', 0, 0)",
      "('2026-11-23', 'c', 540, 9223372036854775807, '', 0, 0)", "('2026-11-23', 'd', -1, 100, '', 0, 0)",
      "('2026-11-23', 'e', 540, 600, 'nap=550-560', 0, 0)", "('2026-11-23', 'f', 540, 600, 'work=500-560', 0, 0)",
      "('2026-11-23', 'g', 540, 600, 'work=-1', 9223372036854775807, 9223372036854775807)",
    ] { try folder.tamper("INSERT INTO shifts VALUES \(row)") }
    #expect(try await kept(in: database) == ["anna 2026-11-23 09:00-18:00 1"])
    #expect(lines.all.count >= 6)
    await database.close()
  }

  @Test func `they are forgotten with the figures, and not before`() async throws {
    let database = try folder.open()
    for date in ["2026-09-15", "2026-09-19", "2026-09-20", "2026-09-21"] {
      _ = try await database.carryOut(try plan("anna", date, ["09:00-18:00"]), user: 1, at: 5)
    }
    // 2026-09-21 14:13 UTC.
    try await database.add([:], at: moment(0), forgetting: moment(0).wallMilliseconds)
    #expect(
      try await kept(in: database).map { $0.prefix(15) } == ["anna 2026-09-19", "anna 2026-09-20", "anna 2026-09-21"])
    await database.close()
  }

  /// Eight hours of shift, an hour of unpaid break, half an hour of training, four hours of talk and hold, one of wrap-up, one
  /// and a half idle.
  @Test func `the worked check of the definitions comes out over all of the shift`() async throws {
    let database = try folder.open()
    let plan = try plan(
      "anna", "2026-11-24", ["09:00-17:00"], [.unpaidBreak: ["12:00-13:00"], .work: ["16:30-17:00"]])
    _ = try await database.carryOut(plan, user: 1, at: 5)
    let tokyo = Calendar(dayEnds: 5 * 60) { _ in 9 * 3600 }
    let day = try #require(tokyo.day("2026-11-24"))
    var now = Moment(monotonicNanoseconds: 77, wallMilliseconds: day.lowerBound + 4 * 3_600_000)
    let course: [(Engagement, Int)] = [
      (Engagement(.talking), 120), (Engagement(.holding), 60),
      (Engagement(.away, reason: "lunch", isPaid: false), 60), (Engagement(.talking), 60), (Engagement(.acw), 60),
      (Engagement(.idle), 90), (Engagement(.away, reason: "training", countsAsWork: true), 30),
      // What comes after the shift is in none of its figures.
      (Engagement(.talking), 60),
    ]
    var book = FloorBook(calendar: tokyo, at: now)
    for (what, minutes) in course {
      for row in book.agentBecame("anna", what, at: now) { try await database.save(row) }
      now = now.advanced(by: .seconds(minutes * 60))
    }
    for row in book.agentBecame("anna", nil, at: now) { try await database.save(row) }
    try await database.add(book.taken(at: now), at: now, forgetting: 0)
    for (span, rows) in [(Calendar.Span.quarter, 32 + 4), (.hour, 9), (.day, 1), (.week, 1), (.month, 1)] {
      let report = try await database.reading(begun: {}) { [now] stored in
        var report = Report(in: day, by: span, [.agent], tokyo)
        try report.add(try stored.cells(in: day))
        let shifts = try stored.shifts(on: tokyo.days(touching: day))
        let time = ScheduledTime(in: day, until: now, tokyo)
        try report.add(time.cells(shifts, try stored.stretches(touching: day)))
        return report.rows
      }
      #expect(report.count == rows, "\(span)")
      let counts = report.reduce(into: Counts()) { $0.add($1.counts) }
      func thousandths(_ name: String) -> Int? {
        Definition.named(name)?.value(of: counts).map { $0.billionths / 1_000_000 }
      }
      #expect(thousandths("utilisation_a_shift") == 81_250)
      #expect(thousandths("utilisation_b_shift") == 62_500)
      #expect(thousandths("scheduled") == 8 * 3_600_000)
      #expect(thousandths("scheduled_paid") == 7 * 3_600_000)
      #expect(thousandths("adherence") == 100_000)
      // As before: over what was logged in less the unpaid break, the hour after the shift among it.
      #expect(thousandths("paid") == 8 * 3_600_000)
    }
    await database.close()
  }
}

/// Lines of the log.
private final class Told: Sendable {
  private let lines = Mutex<[LogLine]>([])
  func add(_ line: LogLine) { lines.withLock { $0.append(line) } }
  var all: [LogLine] { lines.withLock { $0 } }
}
