import Control
import Distribution
import Entries
import Figures
import History
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

extension Floor {
  /// What is kept when everything up to now is stored.
  mutating func keptFigures() -> [Cell: Counts] {
    replay(flow.figuresTaken(withRecords: true, at: clock.now))
    return kept
  }

  /// The same from the rows.
  func foldedFigures() -> [Cell: Counts] {
    var fold = Fold(until: clock.now)
    for record in records.values { fold.add(LoggedContact(record)) }
    for stretch in stretches.values { fold.add(stretch) }
    return fold.cells
  }
}

@Suite struct `Figures of any day` {
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `are the same kept as things happen and folded from the rows, and account for every visit`(seed: UInt64) {
    var day = RandomDay(seed: seed)
    var chance = SeededRandom(seed: seed &+ 77)
    for step in 0..<400 {
      day.step()
      if step % 20 == 0 {
        let kept = day.floor.keptFigures()
        let differences = Discrepancy.all(between: kept, and: day.floor.foldedFigures())
        #expect(differences.isEmpty, "seed \(seed), step \(step): \(differences.prefix(3))")
        guard differences.isEmpty else { return }
        expectBalance(day.floor, kept, seed)
      }
      if Int.random(in: 0..<40, using: &chance) == 0 {
        day.floor.clock.stepWallClock(by: .seconds([-3600, 3600].randomElement(using: &chance) ?? 0))
      }
    }
    day.evening()
    day.floor.replay(day.floor.flow.figuresClosed(at: day.floor.clock.now))
    let kept = day.floor.keptFigures()
    let differences = Discrepancy.all(between: kept, and: day.floor.foldedFigures())
    #expect(differences.isEmpty, "seed \(seed), evening: \(differences.prefix(3))")
    #expect(day.floor.flow.standing(at: day.floor.clock.now).isEmpty)
    expectBalance(day.floor, kept, seed)
    #expect(day.floor.stretches.values.allSatisfy { $0.endedAt != nil })
  }

  /// Offered is the sum of all ends, and of those who wait.
  private func expectBalance(_ floor: Floor, _ kept: [Cell: Counts], _ seed: UInt64) {
    for view in View.allCases {
      var sums: [Subject: Counts] = [:]
      for (cell, counts) in kept { sums[cell.subject, default: Counts()].add(counts.seen(by: view)) }
      var waiting: [Subject: Int] = [:]
      for (cell, counts) in floor.flow.standing(at: floor.clock.now) {
        sums[cell.subject, default: Counts()].add(counts.seen(by: view))
        waiting[cell.subject, default: 0] += counts[.waiting]
      }
      for (subject, counts) in sums {
        #expect(
          Definition.named("waiting")?.value(of: counts) == .count(waiting[subject] ?? 0),
          "\(subject), \(view), seed \(seed)")
      }
    }
  }

  /// Whoever talks to two at once works once, and talks twice.
  @Test func `with several contacts at a time the two ways agree, and an agent's time is hers once`() {
    var (overlaps, talks) = (0, 0)
    for seed in 100..<UInt64(130) {
      var day = RandomDay(seed: seed, capacity: 3)
      for _ in 0..<400 {
        day.step()
        overlaps += day.floor.flow.distributor.agents.count { $0.contacts.count > 1 }
      }
      day.evening()
      day.floor.replay(day.floor.flow.figuresClosed(at: day.floor.clock.now))
      let kept = day.floor.keptFigures()
      let differences = Discrepancy.all(between: kept, and: day.floor.foldedFigures())
      #expect(differences.isEmpty, "seed \(seed): \(differences.prefix(3))")
      var agents: [Subject: Counts] = [:]
      for (cell, counts) in kept {
        if case .agent = cell.subject { agents[cell.subject, default: Counts()].add(counts) }
      }
      for (agent, counts) in agents {
        let time = Occupation.allCases.reduce(0) { $0 + counts[.time($1)] }
        // Who supervises, or has taken over, need not be logged in.
        #expect(time >= counts[.loggedIn], "\(agent), seed \(seed)")
        let rows = day.floor.stretches.values.filter { .agent($0.agent) == agent }
          .sorted { $0.startedAt < $1.startedAt }
        for (row, next) in zip(rows, rows.dropFirst()) {
          #expect(row.endedAt.map { $0 <= next.startedAt } == true, "\(agent), seed \(seed)")
        }
        if counts[.talk] + counts[.hold] > counts[.time(.talking)] + counts[.time(.holding)] { talks += 1 }
      }
    }
    #expect(overlaps > 100 && talks > 0, "\(overlaps), \(talks)")
  }

  @Test func `a day has something of everything`() {
    var whole = Counts()
    var moved: Set<Item> = []
    var ends: [EndReason?: Int] = [:]
    for seed in 1...30 as ClosedRange<UInt64> {
      var day = RandomDay(seed: seed)
      for step in 0..<400 {
        day.step()
        if step % 8 == 7 { day.floor.clock.stepWallClock(by: .seconds(900)) }
      }
      day.evening()
      for (cell, counts) in day.floor.keptFigures() where cell.subject == .all {
        whole.add(counts.seen(by: .cohort))
        moved.formUnion(counts.values.keys.filter(\.isOfEvents))
      }
      for contact in day.floor.records.values.map({ LoggedContact($0) }) where !contact.isOutbound {
        // From a queue to an agent, who did not answer.
        guard let last = contact.segments.last, case .agent(_, visit: nil) = last.kind, last.answeredAt == nil,
          contact.segments.contains(where: { if case .visit = $0.kind { true } else { false } })
        else { continue }
        ends[contact.endReason, default: 0] += 1
      }
    }
    let items: [Item] = [
      .arrived, .blocked, .announced, .direct, .directAnswered, .offered, .answered, .abandoned, .shortAbandoned,
      .flowOut(.timeout), .failed, .cutBySystem, .handled, .talk, .hold, .held, .wrapUp, .takenOver, .offers,
      .offersEnded("unreachable"), .attempts, .connected, .outboundTalk, .outboundHold, .outboundWrapUp, .loggedIn,
      .time(.idle), .time(.supervising), .time(.away), .time(.unreachable),
    ]
    for item in items { #expect(whole[item] > 0, "\(item): \(whole.text)") }
    #expect(ends[.abandoned] ?? 0 > 0 && ends.count > 1, "\(ends)")
    let inAnotherQuarter: [Item] = [
      .directAnswered, .answered, .answeredWithin, .answerTime, .abandoned, .pastThreshold, .flowOut(.timeout),
      .cutBySystem, .handled, .talk, .held, .wrapUp, .takenOver, .offers, .ringTime, .connected, .outboundTalk,
    ]
    for item in inAnotherQuarter { #expect(moved.contains(item.atItsTime), "\(item)") }
  }
}

@Suite struct `Figures for clients` {
  private var floor = Floor()

  private mutating func live(_ subject: Subject) -> FigureRow? {
    guard
      case .success(.figures(let report)) = floor.flow.requested(
        .figuresLive, by: Floor.administrator, at: floor.clock.now)?.answer
    else { return nil }
    return report.rows.first { $0.kind == subject.kind.rawValue && $0.subject == subject.name }
  }

  @Test func `a share that is nearly the next one is not told as if it were`() throws {
    // 79.9499 %, and 10.4996 s: rounded to thousandths first, a table would round them up.
    let share = try #require(Share(319, of: 399))
    #expect(JSON(Definition.Value.share(share)) == .number(79.949874687))
    let time = try #require(Share(104_996_000_000, of: 10))
    #expect(JSON(Definition.Value.time(time)) == .number(10.4996))
  }

  @Test mutating func `a call that was answered stands in the lists, and one that waits too long is a miss at once`() {
    floor.works("anna", at: "desk-1")
    let first = floor.call()
    floor.passes(.seconds(3))
    for leg in floor.dialled { floor.answers(leg) }
    floor.passes(.seconds(60))
    _ = floor.call(from: "0322223333")
    guard case .success(.queues(let queues)) = floor.asks(.queuesList),
      let support = queues.first(where: { $0.queue == "support" })
    else { return #expect(Bool(false), "no queues") }
    #expect(support.offeredToday == 2)
    #expect(support.answeredToday == 1)
    #expect(support.serviceLevelPercent == 100 && support.earlyFlowOut == "miss")
    floor.passes(.seconds(21))
    #expect(live(.queue("support"))?.figures["sl_gross"] == .number(50))
    #expect(live(.queue("support"))?.figures["asa"] == .number(3))
    #expect(live(.queue("support"))?.figures["waiting"] == .integer(1))
    floor.hangsUp(first)
    #expect(floor.agent("anna")?.callsToday == 1)
    #expect(floor.agent("anna")?.occupancyPercent == 100)
  }

  @Test mutating func `how long somebody would wait stands with each queue, and his own with each caller who waits`() {
    func queue(_ id: QueueID) -> QueueSummary? {
      var floor = floor
      guard case .success(.queues(let queues)) = floor.asks(.queuesList) else { return nil }
      return queues.first { $0.queue == id }
    }
    #expect(queue("support")?.estimatedWait == nil && queue("support")?.estimatedWaitReason == "unstaffed")
    floor.works("anna", at: "desk-1")
    #expect(queue("support")?.estimatedWait == EstimatedWaitSummary(p50Seconds: 0, p90Seconds: 0))
    #expect(queue("support")?.estimatedWaitReason == nil && queue("sales")?.estimatedWaitReason == "unstaffed")
    _ = floor.call()
    for leg in floor.dialled { floor.answers(leg) }
    _ = floor.call(from: "0322223333")
    // One agent, who takes five minutes for each as long as nobody has measured it: 210.7 s and 683.9 s.
    let waits = floor.calls.filter { $0.state == "waiting" }.map(\.estimatedWait)
    #expect(waits == [EstimatedWaitSummary(p50Seconds: 211, p90Seconds: 684)])
    #expect(floor.calls.filter { $0.state != "waiting" }.map(\.estimatedWait) == [nil])
    // Behind him.
    #expect(queue("support")?.estimatedWait?.p50Seconds == 506)
  }

  @Test mutating func `whoever is not answered waits, also while a phone rings for him, in the list as in the figures`()
  {
    floor.works("anna", at: "desk-1")
    for caller in ["0312345678", "0322223333", "0333334444"] { _ = floor.call(from: caller) }
    guard case .success(.queues(let queues)) = floor.asks(.queuesList),
      let support = queues.first(where: { $0.queue == "support" })
    else { return #expect(Bool(false), "no queues") }
    #expect(support.waiting == 3 && support.ringing == 1)
    #expect(live(.queue("support"))?.figures["waiting"] == .integer(3))
  }

  @Test mutating func `whatever is dialled within a row of the entry table, it is one entry point`() {
    floor = Floor { $0.entries.entries += Floor.entries([("90XX", .queue("support"))]) }
    for called in ["9012", "9013", "9014"] { _ = floor.call(called) }
    #expect(live(.entry("90XX"))?.figures["arrived"] == .integer(3))
    #expect(live(.entry("9012")) == nil)
    #expect(Set(floor.records.values.map(\.entry)) == ["90XX"])
  }

  @Test mutating func `what colleagues have done today is their business, and a supervisor's`() {
    floor.works("anna", at: "desk-1")
    func calls(_ client: Client) -> [AgentID] {
      guard
        case .success(.agents(let agents)) = floor.flow.requested(.agentsList, by: client, at: floor.clock.now)?.answer
      else { return [] }
      return agents.filter { $0.callsToday != nil }.map(\.agent)
    }
    #expect(calls(Client(number: 1, role: .agent, agent: "anna", userID: 1, processID: 1)) == ["anna"])
    #expect(calls(Client(number: 1, role: .readOnly, agent: nil, userID: 1, processID: 1)) == [])
    #expect(calls(Client(number: 1, role: .supervisor, agent: nil, userID: 1, processID: 1)).count == 3)
  }

  @Test func `periods are days of work unless told, and what is wrong with them is said`() throws {
    var settings = Floor.settings()
    settings.calendar = Calendar(dayEnds: 300) { _ in 9 * 3600 }
    let flow = CallFlow(settings: settings, read: Floor.read, seed: 1, at: floor.clock.now)
    func period(_ from: String?, _ to: String?) -> Result<Range<Int64>, ControlError> {
      var wish = FigureWish()
      (wish.from, wish.to) = (from, to)
      return flow.period(of: wish, at: floor.clock.now)
    }
    func wall(_ text: String) -> Int64 { RFC3339.milliseconds(text) ?? 0 }
    let day = wall("2026-11-21T20:00:00Z")..<wall("2026-11-22T20:00:00Z")
    #expect(period("2026-11-22", nil) == .success(day))
    #expect(period("2026-11-22", "2026-11-22") == .success(day))
    #expect(
      period("2026-11-22T00:07:00Z", "2026-11-22T00:16:00Z")
        == .success(wall("2026-11-22T00:00:00Z")..<wall("2026-11-22T00:30:00Z")))
    #expect(period(nil, nil) == .success(settings.calendar.period(.day, containing: floor.clock.now.wallMilliseconds)))
    for (from, to) in [("2026-02-30", nil), ("2026-11-22", "2026-11-20"), ("2020-01-01", "2026-01-01")] {
      #expect(throws: ControlError.self) { try period(from, to).get() }
    }
  }
}

@Suite struct `What agents' time is made of` {
  @Test func `reasons are those of the configuration, with what they mean`() {
    var floor = Floor { settings in
      settings.distribution.reasons["lunch"] = ReasonSettings(isPaid: false)
      settings.distribution.reasons["training"] = ReasonSettings(isPaid: true, countsAsWork: true)
    }
    floor.works("anna", at: "desk-1")
    for reason in ["lunch", "training"] {
      floor.asks(.agentSetStatus("anna", .away(reason: reason)))
      floor.passes(.seconds(60))
    }
    floor.asks(.agentLogOut("anna"))
    var counts = Counts()
    for (cell, part) in floor.keptFigures() where cell.subject == .agent("anna") { counts.add(part) }
    #expect(counts[.away("lunch")] == 60_000_000_000)
    #expect(counts[.awayUnpaid] == 60_000_000_000)
    #expect(counts[.awayAtWork] == 60_000_000_000)
    #expect(counts[.loggedIn] == 120_000_000_000)
    #expect(floor.foldedFigures()[Cell(at: floor.clock.now.wallMilliseconds, .agent("anna"))] != nil)
  }
}
