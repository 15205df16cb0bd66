import Telephony
import TelephonyTesting
import Testing

@testable import Distribution

private func phone(of agent: AgentID) -> PhoneID { PhoneID(rawValue: "p-\(agent)") }

/// A desk, and what the log has of it.
private struct LoggedDesk {
  var desk: Desk
  private(set) var past = PastWork()
  private var lasting: [AgentID: PastWork.Span] = [:]
  private var begun: [ContactID: Moment] = [:]
  private(set) var talking: [(contact: ContactID, agent: AgentID)] = []
  private var calls = 0

  init(_ settings: DistributionSettings) { desk = Desk(settings) }

  var now: Moment { desk.clock.now }

  mutating func tell(_ input: (inout Distributor, Moment) -> [Distributor.Effect]) {
    for effect in desk.tell(input) {
      switch effect {
      case .agentChanged(let old, let new, _, _):
        changed(new)
        let hasWrittenUp = old.activity == .afterCallWork && new.activity != .afterCallWork
        if hasWrittenUp, let index = past.handlings.lastIndex(where: { $0.agent == new.id }) {
          past.handlings[index].wrapUp = now.since(old.activitySince)
        }
      case .connect(let contact, let agent):
        past.answers.append(.init(agent: agent, at: now))
        begun[contact] = now
        talking.append((contact, agent))
      default: break
      }
    }
  }

  private mutating func changed(_ agent: AgentState) {
    if var span = lasting.removeValue(forKey: agent.id) {
      span.endedAt = now
      past.spans.append(span)
    }
    if agent.status == .loggedOut, agent.activity == .idle { return }
    lasting[agent.id] = .init(
      agent: agent.id, activity: agent.activity, isReady: agent.status == .ready,
      isLoggedIn: agent.status != .loggedOut, isAfterRestart: agent.status == .notReady(reason: "restart"),
      startedAt: now, endedAt: now)
  }

  /// Answered at once by whoever is offered it; nobody waits.
  @discardableResult
  mutating func call() -> AgentID? {
    calls += 1
    let contact = ContactID(rawValue: "c\(calls)")
    var chosen: AgentID?
    for case .offer(_, let agent, _) in desk.arrive(contact) { chosen = agent }
    if let chosen { tell { $0.offerAnswered(contact, by: chosen, at: $1) } } else { desk.leave(contact) }
    return chosen
  }

  mutating func hangUp(_ index: Int) {
    let (contact, agent) = talking.remove(at: index)
    tell { $0.conversationEnded(contact, with: agent, at: $1) }
    past.releases[agent] = now
    guard let began = begun[contact] else { return }
    past.handlings.append(.init(agent: agent, queue: "sales", startedAt: began, endedAt: now))
  }

  mutating func finish(_ agent: AgentID) { tell { $0.wrapUpFinished(agent, at: $1) } }

  /// A new day of work, where that counts.
  mutating func beginDay() {
    guard desk.distributor.settings.counterWindow == .day else { return }
    tell { $0.dayBegan(at: $1) }
    past.since = now.wallMilliseconds
  }

  /// Of everything that a log would have: what lasts ends with the daemon.
  func written() -> PastWork {
    var past = past
    for var span in lasting.values {
      span.endedAt = now
      past.spans.append(span)
    }
    let since = past.since
    past.spans.removeAll { $0.endedAt.wallMilliseconds <= since }
    past.answers.removeAll { $0.at.wallMilliseconds < since }
    return past
  }
}

@Suite struct `What agents did before a restart` {
  private static let everybody: [AgentID] = ["anna", "berta", "clara", "dora"]

  private static func settings(_ strategy: QueueStrategy, _ window: CounterWindow) -> DistributionSettings {
    var queue = QueueSettings(id: "sales")
    queue.strategy = strategy
    queue.wrapUp = .seconds(3600)
    var settings = DistributionSettings(
      queues: [queue], agents: everybody.map { AgentSettings(id: $0, memberships: ["sales": 1]) })
    settings.counterWindow = window
    return settings
  }

  private static let windows: [CounterWindow] = [.shift, .day, .rolling(.seconds(1800))]
  private static let strategies: [QueueStrategy] = [
    .fewestCalls, .leastTalkTime, .leastOccupied, .leastRecent, .longestIdle,
  ]

  /// An hour or so in which people come and go, and talk.
  private static func hour(_ office: inout LoggedDesk, _ chance: inout SeededRandom) {
    for agent in everybody { office.tell { $0.phoneBecameReachable(phone(of: agent), at: $1) } }
    for step in 0..<160 {
      office.desk.clock.advance(by: .milliseconds(Int.random(in: 1...60_000, using: &chance)))
      if step == 40 { office.beginDay() }
      let agent = everybody[Int.random(in: 0..<(step < 100 ? 3 : 4), using: &chance)]
      switch Int.random(in: 0..<10, using: &chance) {
      case 0..<4: office.call()
      case 4..<6: if let index = office.talking.indices.randomElement(using: &chance) { office.hangUp(index) }
      case 6..<8: for agent in everybody { office.finish(agent) }
      case 8:
        office.tell { $0.agentLoggedIn(agent, phone: phone(of: agent), at: $1) }
        office.tell { $0.statusSet(agent, to: .ready, by: .agent, at: $1) }
      default:
        let status: AgentStatus = Bool.random(using: &chance) ? .notReady(reason: "lunch") : .ready
        office.tell { distributor, now in
          chance.chance(4)
            ? distributor.agentLoggedOut(agent, by: .agent, at: now)
            : distributor.statusSet(agent, to: status, by: .agent, at: now)
        }
      }
    }
    while !office.talking.isEmpty { office.hangUp(0) }
    for agent in everybody { office.finish(agent) }
  }

  /// The same clock, and nothing else, but for what the log tells.
  private static func restarted(
    _ office: LoggedDesk, _ settings: DistributionSettings, _ past: PastWork
  ) -> LoggedDesk {
    var next = LoggedDesk(settings)
    next.desk.clock.advance(by: office.now.since(next.now))
    var floor = FloorState()
    for agent in everybody where office.desk[agent].status != .loggedOut {
      floor.logIns[agent] = phone(of: agent)
    }
    next.tell { $0.restored(floor, past, at: $1) }
    for agent in everybody {
      next.tell { $0.phoneBecameReachable(phone(of: agent), at: $1) }
    }
    return next
  }

  @Test(arguments: strategies, 1...12 as ClosedRange<UInt64>)
  func `counts on: whoever goes on by the log chooses as who was never away`(strategy: QueueStrategy, seed: UInt64) {
    for window in Self.windows {
      let settings = Self.settings(strategy, window)
      var chance = SeededRandom(seed: seed)
      var office = LoggedDesk(settings)
      Self.hour(&office, &chance)
      var past = office.written()
      if seed % 2 == 0 { past = past.ofAnotherRun }
      var next = Self.restarted(office, settings, past)
      for agent in Self.everybody where office.desk[agent].status != .loggedOut {
        office.tell { $0.statusSet(agent, to: .notReady(reason: "restart"), by: .system, at: $1) }
      }
      let (old, new) = (office.desk.distributor, next.desk.distributor)
      #expect(new.handling.count == old.handling.count && new.handling.microseconds == old.handling.microseconds)
      #expect(new.handling.count > 10)
      for agent in Self.everybody {
        let isThere = old.people[agent]?.isLoggedIn == true
        // A log-in begins a shift anew, whatever was before.
        guard isThere || window != .shift, let before = old.people[agent], let after = new.people[agent] else {
          continue
        }
        let (was, isNow) = (old.counts(of: before, at: office.now), new.counts(of: after, at: next.now))
        #expect(
          [was.calls, was.talk, was.busy, was.idle] == [isNow.calls, isNow.talk, isNow.busy, isNow.idle],
          "\(agent), \(window)")
        #expect(before.lastRelease == after.lastRelease || seed % 2 == 0, "\(agent), \(window)")
      }
      // The last one comes when the others have worked for a while.
      var (chosen, again): ([AgentID?], [AgentID?]) = ([], [])
      for (round, agent) in (Self.everybody + Self.everybody).enumerated() {
        let length = Duration.milliseconds(Int.random(in: 1000...90_000, using: &chance))
        Self.goOn(&office, agent, round, length, &chosen)
        Self.goOn(&next, agent, round, length, &again)
      }
      #expect(chosen == again && chosen.compactMap(\.self).count > 8, "\(window)")
    }
  }

  private static func goOn(
    _ office: inout LoggedDesk, _ agent: AgentID, _ round: Int, _ length: Duration, _ chosen: inout [AgentID?]
  ) {
    if round < everybody.count {
      office.tell { $0.agentLoggedIn(agent, phone: phone(of: agent), at: $1) }
      office.tell { $0.statusSet(agent, to: .ready, by: .agent, at: $1) }
    }
    for _ in 0..<2 {
      office.desk.clock.advance(by: .seconds(1))
      chosen.append(office.call())
      office.desk.clock.advance(by: length)
      while !office.talking.isEmpty { office.hangUp(0) }
      office.desk.clock.advance(by: .seconds(3))
      for agent in everybody { office.finish(agent) }
    }
  }

  @Test func `who came late before it is not flooded after it for having done less`() {
    var office = LoggedDesk(Self.settings(.fewestCalls, .day))
    func isReady(_ agent: AgentID) {
      office.tell { $0.phoneBecameReachable(phone(of: agent), at: $1) }
      office.tell { $0.agentLoggedIn(agent, phone: phone(of: agent), at: $1) }
      office.tell { $0.statusSet(agent, to: .ready, by: .agent, at: $1) }
      office.desk.clock.advance(by: .seconds(1))
    }
    office.beginDay()
    isReady("anna")
    for _ in 0..<20 {
      office.call()
      office.desk.clock.advance(by: .seconds(30))
      office.hangUp(0)
      office.finish("anna")
    }
    isReady("berta")
    var next = Self.restarted(office, Self.settings(.fewestCalls, .day), office.written())
    for agent in ["anna", "berta"] as [AgentID] {
      next.tell { $0.statusSet(agent, to: .ready, by: .agent, at: $1) }
      next.desk.clock.advance(by: .seconds(1))
    }
    // Twenty each: the one who is idle for longer.
    #expect(next.call() == "anna")
  }

  @Test func `a log-in that went on over one restart goes on over the next`() {
    let settings = Self.settings(.fewestCalls, .shift)
    var office = LoggedDesk(settings)
    office.tell { $0.phoneBecameReachable(phone(of: "anna"), at: $1) }
    office.tell { $0.agentLoggedIn("anna", phone: phone(of: "anna"), at: $1) }
    var past = PastWork()
    for _ in 0..<3 {
      office.tell { $0.statusSet("anna", to: .ready, by: .agent, at: $1) }
      office.desk.clock.advance(by: .seconds(5))
      office.call()
      office.desk.clock.advance(by: .seconds(30))
      office.hangUp(0)
      office.finish("anna")
      past.spans += office.written().spans
      past.answers += office.written().answers
      office = Self.restarted(office, settings, past)
      office.desk.clock.advance(by: .seconds(60))
    }
    let anna = office.desk.distributor.people["anna"].map { office.desk.distributor.counts(of: $0, at: office.now) }
    #expect(anna?.calls == 3 && anna?.talk == 90_000_000 && anna?.idle == 15_000_000)
  }

  @Test func `contacts that she had at a time took an equal part of it each, as when it was measured`() {
    var settings = DistributionSettings(queues: [QueueSettings(id: "sales"), QueueSettings(id: "support")])
    for index in settings.queues.indices { settings.queues[index].wrapUp = .zero }
    settings.agents = [AgentSettings(id: "anna", memberships: ["sales": 1, "support": 1])]
    settings.agents[0].capacity = 3
    var desk = Desk(settings)
    desk.makeReady("anna")
    var past = PastWork()
    func answers(_ contact: ContactID, _ queue: QueueID, after pause: Int) {
      desk.clock.advance(by: .seconds(pause))
      desk.arrive(contact, queue)
      desk.answer(contact, "anna")
      past.handlings.append(.init(agent: "anna", queue: queue, startedAt: desk.clock.now, endedAt: desk.clock.now))
    }
    func ends(_ contact: ContactID, _ index: Int, after pause: Int) {
      desk.clock.advance(by: .seconds(pause))
      desk.hangUp(contact, "anna")
      past.handlings[index].endedAt = desk.clock.now
    }
    answers("one", "sales", after: 5)
    answers("two", "support", after: 10)
    answers("three", "support", after: 20)
    ends("one", 0, after: 30)
    ends("three", 2, after: 7)
    answers("four", "sales", after: 3)
    ends("two", 1, after: 2)
    ends("four", 3, after: 40)
    past.handlings.reverse()
    var next = Desk(settings)
    next.clock.advance(by: desk.clock.now.since(next.clock.now))
    let told = past
    next.tell { $0.restored(FloorState(), told, at: $1) }
    for queue in ["sales", "support"] as [QueueID] {
      let (old, new) = (desk.distributor.lines[queue]?.handling, next.distributor.lines[queue]?.handling)
      #expect(old?.count == 2 && new?.count == 2 && old?.microseconds == new?.microseconds, "\(queue)")
    }
    #expect(next.distributor.lines["sales"]?.handling.microseconds == 71_000_000)
  }

  @Test func `is told once, and rows that contradict themselves do no harm`() {
    let settings = Self.settings(.leastOccupied, .rolling(.seconds(600)))
    var past = PastWork(since: .max)
    let ends = [Int64.min, -1, 0, 1 << 62].flatMap { monotonic in
      [Int64(0), 1_790_000_000_000, 253_402_300_799_999].map {
        Moment(monotonicNanoseconds: max(0, monotonic), wallMilliseconds: $0)
      }
    }
    for start in ends {
      for end in ends {
        past.spans.append(.init(agent: "anna", activity: .talking, isReady: true, startedAt: start, endedAt: end))
        past.handlings.append(.init(agent: "anna", queue: "sales", startedAt: start, endedAt: end))
        past.answers.append(.init(agent: "nobody", at: end))
        past.releases["anna"] = end
      }
    }
    var desk = Desk(settings)
    let told = past
    desk.tell { $0.restored(FloorState(logIns: ["anna": "p"]), told, at: $1) }
    let count = desk.distributor.handling.count
    desk.tell { $0.restored(FloorState(), told, at: $1) }
    #expect(desk.distributor.handling.count == count)
    desk.makeReady("anna")
    #expect(desk.arrive("call").offers == ["call→anna"])
  }

  @Test func `of so much of the log as its window asks for`() {
    let now = ManualClock<Int>().now
    func since(_ window: CounterWindow) -> Int64 {
      let bounds = Distributor(settings: Self.settings(.random, window), at: now).boundsOfPastWork(day: 77, at: now)
      #expect(bounds.agents == Self.everybody && bounds.queues == ["sales"] && bounds.countsDialling)
      return bounds.since
    }
    #expect(since(.day) == 77)
    #expect(since(.shift) == now.wallMilliseconds - 86_400_000)
    #expect(since(.rolling(.seconds(600))) == now.wallMilliseconds - 600_000)
  }
}

extension PastWork {
  /// As another run of the machine would have written it: by other monotonic clocks.
  fileprivate var ofAnotherRun: PastWork {
    func moved(_ moment: Moment) -> Moment {
      Moment(
        monotonicNanoseconds: moment.monotonicNanoseconds + 9_000_000_000_000,
        wallMilliseconds: moment.wallMilliseconds)
    }
    var past = self
    past.releases = releases.mapValues(moved)
    for index in past.answers.indices { past.answers[index].at = moved(answers[index].at) }
    for index in past.spans.indices {
      past.spans[index].startedAt = moved(spans[index].startedAt)
      past.spans[index].endedAt = moved(spans[index].endedAt)
    }
    for index in past.handlings.indices {
      past.handlings[index].startedAt = moved(handlings[index].startedAt)
      past.handlings[index].endedAt = moved(handlings[index].endedAt)
    }
    return past
  }
}
