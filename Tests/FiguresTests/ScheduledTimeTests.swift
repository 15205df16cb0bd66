import Figures
import Telephony
import TelephonyTesting
import Testing

private func wall(_ text: String) -> Int64 { RFC3339.milliseconds(text) ?? 0 }

private func shifts(_ agent: AgentID, _ date: String, _ hours: [String], _ parts: [Shift.Kind: [String]] = [:])
  -> [Shift]
{
  (try? WrittenDay(agent: agent, date: date, shifts: hours, parts: parts).read.get().shifts) ?? []
}

@Suite struct `Time against the plan of shifts` {
  private let utc = Calendar { _ in 0 }
  private let day = wall("2026-11-22T00:00:00Z")..<wall("2026-11-23T00:00:00Z")

  private func at(_ hour: Int, _ minute: Int = 0) -> Moment {
    let seconds = Int64(hour * 3600 + minute * 60)
    return Moment(
      monotonicNanoseconds: seconds * 1_000_000_000, wallMilliseconds: day.lowerBound + seconds * 1000)
  }

  private func row(_ what: Engagement, _ from: Moment, _ to: Moment?, _ agent: AgentID = "anna") -> Stretch {
    Stretch(agent: agent, engagement: what, startedAt: from, endedAt: to)
  }

  private func sum(
    _ shifts: [Shift], _ rows: [Stretch], until now: Moment, of subject: Subject = .agent("anna"),
    _ calendar: Calendar? = nil, in range: Range<Int64>? = nil
  ) -> Counts {
    let cells = ScheduledTime(in: range ?? day, until: now, calendar ?? utc).cells(shifts, rows)
    return cells.filter { $0.key.subject == subject }.values.reduce(into: Counts()) { $0.add($1) }
  }

  private func text(_ name: String, _ counts: Counts) -> String? { Definition.named(name)?.value(of: counts)?.text }

  private let plan = shifts(
    "anna", "2026-11-22", ["09:00-18:00"],
    [.unpaidBreak: ["12:00-13:00"], .paidBreak: ["15:00-15:15"], .work: ["10:00-10:30"]])

  @Test func `whoever does what is planned keeps to all of it`() {
    let rows = [
      row(Engagement(.idle), at(9), at(10)),
      row(Engagement(.away, reason: "training", countsAsWork: true), at(10), at(10, 30)),
      row(Engagement(.talking), at(10, 30), at(12)),
      row(Engagement(.away, reason: "lunch", isPaid: false), at(12), at(12, 20)),
      // The rest of the break she is logged out.
      row(Engagement(.ringing), at(13), at(15)), row(Engagement(.away, reason: "coffee"), at(15), at(15, 15)),
      row(Engagement(.unreachable), at(15, 15), at(18)),
    ]
    let counts = sum(plan, rows, until: at(24))
    #expect(text("scheduled", counts) == "32400.0")
    #expect(text("scheduled_paid", counts) == "28800.0")
    #expect(text("adherence", counts) == "100.0")
    #expect(counts[.scheduledWorking] == 5400 * 1_000_000_000 && counts[.scheduledIdle] == 3600 * 1_000_000_000)
    #expect(sum(plan, rows, until: at(24), of: .all) == counts)
  }

  @Test(arguments: [
    // Late, and at work in the break; away without a plan of it; away in training for a reason that is no work; training that
    // was not planned; logged out; with a call in training; before and after the shift.
    (Engagement(.idle), 8, 12, 10_800 - 1800), (Engagement(.idle), 12, 13, -3600),
    (Engagement(.away, reason: "x"), 13, 14, 0), (Engagement(.away, reason: "x"), 10, 11, 0),
    (Engagement(.away, countsAsWork: true), 10, 12, 1800), (Engagement(.talking), 10, 11, 1800),
    (Engagement(.supervising, isLoggedIn: false), 9, 10, 0), (Engagement(.acw), 18, 23, 0),
    (Engagement(.talking), 0, 9, 0),
  ])
  func `what is not planned is not kept to`(what: Engagement, from: Int, to: Int, seconds: Int) {
    // The breaks alone, an hour and a quarter, are kept by whoever is not there.
    #expect(sum(plan, [], until: at(24))[.adherent] == 4500 * 1_000_000_000)
    let counts = sum(plan, [row(what, at(from), at(to))], until: at(24))
    #expect(counts[.adherent] == (4500 + seconds) * 1_000_000_000)
    #expect(counts[.scheduled] == 32_400 * 1_000_000_000)
  }

  @Test func `a shift counts to now, and nothing of it before it begins`() {
    let rows = [row(Engagement(.idle), at(9), nil)]
    #expect(sum(plan, rows, until: at(9)).isEmpty)
    let counts = sum(plan, rows, until: at(9, 40))
    #expect(counts[.scheduled] == 2400 * 1_000_000_000 && counts[.adherent] == counts[.scheduled])
    #expect(counts[.scheduledIdle] == counts[.scheduled])
    for name in ["scheduled", "scheduled_paid", "adherence", "utilisation_a_shift", "utilisation_b_shift"] {
      #expect(text(name, counts) != nil && text(name, [.loggedIn: 5]) == nil, "\(name)")
    }
  }

  @Test func `what nobody has planned is in no quarter, whoever works in it`() {
    let rows = [row(Engagement(.talking), at(0), at(24), "boris")]
    let cells = ScheduledTime(in: day, until: at(24), utc).cells(plan, rows)
    #expect(cells.keys.allSatisfy { $0.subject != .agent("boris") })
    #expect(cells.count == 2 * 36)
    #expect(sum([], rows, until: at(24), of: .agent("boris")).isEmpty)
  }

  @Test func `two stretches that a step of the clock laid over one another count once`() {
    var stepped = at(10)
    stepped.wallMilliseconds -= 3_600_000
    let rows = [
      row(Engagement(.talking), at(9), at(10)), row(Engagement(.idle), stepped, stepped.advanced(by: .seconds(5400))),
    ]
    let counts = sum(shifts("anna", "2026-11-22", ["09:00-18:00"]), rows, until: at(24))
    #expect(counts[.scheduledWorking] == 3600 * 1_000_000_000 && counts[.scheduledIdle] == 1800 * 1_000_000_000)
    #expect(counts[.adherent] == 5400 * 1_000_000_000)
  }

  @Test func `times that no clock has ever shown stop nothing`() {
    let extreme = Moment(monotonicNanoseconds: 0, wallMilliseconds: 253_402_300_799_999)
    let rows = [
      row(Engagement(.idle), Moment(monotonicNanoseconds: 0, wallMilliseconds: 0), extreme.advanced(by: .zero)),
      row(Engagement(.idle), extreme, Moment(monotonicNanoseconds: 1 << 62, wallMilliseconds: 0)),
      row(Engagement(.idle), at(9), at(8)),
    ]
    #expect(sum(plan, rows, until: at(24))[.scheduledIdle] == 0)
  }

  @Test func `a time is touched by shifts of the night before, and of no other day`() {
    let tokyo = Calendar(dayEnds: 300) { _ in 9 * 3600 }
    func days(_ from: String, _ to: String) -> [String] {
      let days = tokyo.days(touching: wall(from)..<wall(to))
      return [days.lowerBound.text, days.upperBound.text]
    }
    // Until midnight there, and one instant longer.
    #expect(days("2026-11-22T00:00:00Z", "2026-11-22T15:00:00Z") == ["2026-11-21", "2026-11-22"])
    #expect(days("2026-11-22T00:00:00Z", "2026-11-22T15:00:01Z") == ["2026-11-21", "2026-11-23"])
    #expect(days("2026-11-22T15:00:00Z", "2026-11-22T15:00:00Z") == ["2026-11-22", "2026-11-23"])
    #expect(days("1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z") == ["2000-01-01", "2099-12-31"])
  }

  /// Summer time begins on 2026-03-29 01:00 UTC and ends on 2026-10-25 01:00 UTC.
  private let berlin = Calendar {
    (wall("2026-03-29T01:00:00Z")..<wall("2026-10-25T01:00:00Z")).contains($0) ? 7200 : 3600
  }

  @Test(arguments: [
    ("2026-03-28", "22:00-06:00", "02:30-03:00", 7, 0), ("2026-10-24", "22:00-06:00", "02:30-03:00", 9, 90),
    ("2026-10-24", "22:00-06:00", "02:00-02:30", 9, 30), ("2026-03-28", "22:00-06:00", "01:45-02:15", 7, 15),
    ("2026-03-29", "02:10-02:50", "02:20-02:30", 0, 0), ("2026-06-30", "22:00-06:00", "02:30-03:00", 8, 30),
  ])
  func `a night in which the clocks change is as long as it is`(
    date: String, hours: String, pause: String, length: Int, minutes: Int
  ) {
    let plan = shifts("anna", date, [hours], [.unpaidBreak: [pause]])
    let counts = sum(
      plan, [], until: at(24), berlin, in: wall("2026-01-01T00:00:00Z")..<wall("2026-12-01T00:00:00Z"))
    #expect(counts[.scheduled] == length * 3600 * 1_000_000_000)
    #expect(counts[.scheduled] - counts[.scheduledPaid] == minutes * 60 * 1_000_000_000)
  }
}

/// The same figures, second by second.
@Suite struct `Time against the plan, second by second` {
  private static let start = wall("2026-10-24T15:00:00Z")
  private static let seconds = 36 * 3600

  /// The clocks change within the time.
  private static let zones: [ZoneOffset] = [
    { _ in 9 * 3600 }, { $0 < wall("2026-10-25T01:00:00Z") ? 7200 : 3600 },
    { $0 < wall("2026-10-25T01:00:00Z") ? 3600 : 7200 }, { $0 < wall("2026-10-25T03:30:00Z") ? -34_200 : -37_800 },
  ]

  /// When clocks first show so many minutes after the midnight of a day, in seconds after the start; looked for.
  private func second(_ day: LocalDay, _ minutes: Int, _ offset: ZoneOffset) -> Int {
    let local = day.number * 86_400_000 + Int64(minutes) * 60_000
    var at = local - 16 * 3_600_000
    while at + Int64(offset(at)) * 1000 < local { at += 60_000 }
    return Int((at - Self.start) / 1000)
  }

  private func plan(_ agent: AgentID, _ chance: inout SeededRandom) -> [Shift] {
    ["2026-10-24", "2026-10-25", "2026-10-26"].compactMap { LocalDay($0) }.flatMap { day -> [Shift] in
      var shifts: [Shift] = []
      var at = Int.random(in: 0..<600, using: &chance)
      while at < 1440, Bool.random(using: &chance) || shifts.isEmpty {
        let end = min(at + Int.random(in: 1..<700, using: &chance), 1440 + (shifts.last.map { _ in 0 } ?? 0))
        var parts: [Shift.Part] = []
        var from = at
        while from < end, Bool.random(using: &chance) {
          from += Int.random(in: 0..<120, using: &chance)
          let to = min(end, from + Int.random(in: 1..<90, using: &chance))
          guard from < to else { break }
          parts.append(.init(Shift.Kind.allCases.randomElement(using: &chance) ?? .work, from..<to))
          from = to
        }
        if at < end, let shift = Shift(agent: agent, day: day, hours: at..<end, parts: parts) { shifts.append(shift) }
        at = end + Int.random(in: 0..<200, using: &chance)
      }
      return shifts
    }
  }

  private func rows(_ agent: AgentID, _ chance: inout SeededRandom) -> [Stretch] {
    var rows: [Stretch] = []
    var at = Moment(monotonicNanoseconds: 1_000_000_000_000, wallMilliseconds: Self.start - 7_200_000)
    while at.wallMilliseconds < Self.start + Int64(Self.seconds) * 1000 + 3_600_000 {
      if Int.random(in: 0..<20, using: &chance) == 0 {
        at.wallMilliseconds += Int64.random(in: -4000..<4000, using: &chance) * 1000
      }
      let next = at.advanced(by: .seconds(Int.random(in: 1..<5000, using: &chance)))
      let occupation = Occupation.allCases.randomElement(using: &chance) ?? .idle
      let what = Engagement(
        occupation, countsAsWork: occupation == .away && Bool.random(using: &chance),
        isLoggedIn: occupation != .supervising || Bool.random(using: &chance))
      if Int.random(in: 0..<5, using: &chance) > 0 {
        rows.append(Stretch(agent: agent, engagement: what, startedAt: at, endedAt: next))
      }
      at = next
    }
    return rows.shuffled(using: &chance)
  }

  /// Each second asked what is planned in it, and what was done.
  private func counted(
    _ shifts: [Shift], _ rows: [Stretch], until now: Moment, _ offset: ZoneOffset
  ) -> [Cell: Counts] {
    var cells: [Cell: Counts] = [:]
    for agent in Set(shifts.map(\.agent)) {
      var planned = [String](repeating: "", count: Self.seconds)
      var done = [Engagement?](repeating: nil, count: Self.seconds)
      func fill<Value>(_ values: inout [Value], _ from: Int, _ to: Int, _ value: Value) {
        for second in max(0, from)..<max(0, from, min(to, Self.seconds)) { values[second] = value }
      }
      for shift in shifts where shift.agent == agent {
        func second(_ minutes: Int) -> Int { self.second(shift.day, minutes, offset) }
        fill(&planned, second(shift.hours.lowerBound), second(shift.hours.upperBound), "there")
        for part in shift.parts {
          fill(&planned, second(part.hours.lowerBound), second(part.hours.upperBound), part.kind.rawValue)
        }
      }
      // The earlier one is written last.
      let own = rows.filter { $0.agent == agent }.sorted {
        ($0.startedAt.wallMilliseconds, $0.startedAt.monotonicNanoseconds) > (
          $1.startedAt.wallMilliseconds, $1.startedAt.monotonicNanoseconds
        )
      }
      for row in own {
        let from = Int((row.startedAt.wallMilliseconds - Self.start) / 1000)
        let length = Int(((row.endedAt ?? now).since(row.startedAt)).components.seconds)
        fill(&done, from, from + length, row.engagement)
      }
      for second in 0..<Self.seconds where Self.start + Int64(second) * 1000 < now.wallMilliseconds {
        guard !planned[second].isEmpty else { continue }
        let what = done[second]
        let atWork = what.map { $0.isLoggedIn && $0.occupation != .away } ?? false
        let keeps =
          switch planned[second] {
          case "there": atWork
          case "work": what?.occupation == .away && what?.countsAsWork == true
          default: !atWork
          }
        let working: [Occupation] = [.talking, .holding, .acw, .outboundDialing, .outboundTalking]
        let items: [(Item, Bool)] = [
          (.scheduled, true), (.scheduledPaid, planned[second] != "breaks"), (.adherent, keeps),
          (.scheduledWorking, what.map { working.contains($0.occupation) } ?? false),
          (.scheduledIdle, what?.occupation == .idle),
        ]
        let quarter = (Self.start + Int64(second) * 1000) / 900_000 * 900_000
        for subject in [Subject.agent(agent), .all] {
          for (item, holds) in items where holds {
            cells[Cell(quarter: quarter, subject: subject), default: Counts()].add(1_000_000_000, to: item)
          }
        }
      }
    }
    return cells
  }

  @Test(arguments: 0..<12 as Range<UInt64>) func `both come to the same`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    let offset = Self.zones[Int(seed) % Self.zones.count]
    let agents: [AgentID] = ["anna", "boris"]
    let shifts = agents.flatMap { self.plan($0, &chance) }
    let rows = agents.flatMap { self.rows($0, &chance) }
    let now = Moment(
      monotonicNanoseconds: 1_000_000_000_000,
      wallMilliseconds: Self.start + Int64.random(in: 0...Int64(Self.seconds), using: &chance) * 1000)
    let range = Self.start..<Self.start + Int64(Self.seconds) * 1000
    // In two parts, as a report reads it.
    let calendar = Calendar(offset: offset)
    let middle = range.lowerBound + 24 * 3_600_000
    var found = ScheduledTime(in: range.lowerBound..<middle, until: now, calendar).cells(shifts, rows)
    for (cell, counts) in ScheduledTime(in: middle..<range.upperBound, until: now, calendar).cells(shifts, rows) {
      found[cell, default: Counts()].add(counts)
    }
    let expected = counted(shifts, rows, until: now, offset)
    #expect(Discrepancy.all(between: expected, and: found) == [], "seed \(seed)")
    #expect(expected.values.allSatisfy { $0[.adherent] <= $0[.scheduled] && $0[.adherent] >= 0 })
  }
}
