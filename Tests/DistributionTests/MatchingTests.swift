import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Who takes whom` {
  var desk = Desk()

  @Test mutating func `the longest idle is rung first`() {
    desk.makeReady("berta", "anna")
    #expect(desk.arrive("one").offers == ["one→berta"])
    #expect(desk.arrive("two").offers == ["two→anna"])
  }

  @Test mutating func `of two who became ready in the same instant the lower name is rung first`() {
    for agent in ["berta", "anna"] as [AgentID] {
      desk.logIn(agent)
      desk.set(agent, .ready)
    }
    #expect(desk.arrive("call").offers == ["call→anna"])
  }

  @Test mutating func `a lower level of the queue goes before a longer wait`() {
    desk.makeReady("clara", "anna")
    #expect(desk.arrive("call").offers == ["call→anna"])
    #expect(desk.arrive("next").offers == ["next→clara"])
  }

  @Test mutating func `nobody is rung for a queue that she does not serve`() {
    desk.makeReady("anna")
    #expect(desk.arrive("call", "support").offers.isEmpty)
  }

  @Test mutating func `a freed agent takes the oldest caller`() {
    desk.arrive("b")
    desk.pass(.seconds(1))
    desk.arrive("a")
    desk.logIn("anna")
    #expect(desk.set("anna", .ready).offers == ["b→anna"])
  }

  @Test mutating func `of two who came in the same instant the lower name is served first`() {
    desk.arrive("b")
    desk.arrive("a")
    desk.logIn("anna")
    #expect(desk.set("anna", .ready).offers == ["a→anna"])
  }

  @Test mutating func `a higher priority goes before a longer wait`() {
    desk.arrive("old")
    desk.pass(.seconds(60))
    desk.arrive("urgent", priority: 5)
    desk.arrive("least", priority: .min)
    #expect(desk.distributor.queues[0].waiting == ["urgent", "old", "least"])
    desk.logIn("anna")
    #expect(desk.set("anna", .ready).offers == ["urgent→anna"])
  }

  @Test mutating func `a freed agent serves the queue of her lower level first, whatever the priority elsewhere`() {
    desk.arrive("urgent", priority: 9)
    desk.pass(.seconds(60))
    desk.arrive("help", "support")
    desk.logIn("clara")
    #expect(desk.set("clara", .ready).offers == ["help→clara"])
  }

  @Test mutating func `a failed offer gives the caller to the next and the agent the next caller, at once`() {
    desk.makeReady("anna")
    desk.arrive("one")
    desk.arrive("two")
    let effects = desk.fail("one", "anna", .declined)
    #expect(effects.offers == ["two→anna"])
    desk.logIn("berta")
    #expect(desk.set("berta", .ready).offers == ["one→berta"])
    desk.ring("one", "berta")
    desk.answer("two", "anna")
    desk.pass(.seconds(6))
    desk.hangUp("two", "anna")
    desk.set("anna", .ready)
    desk.arrive("three", "support")
    // Anna does not serve "three", which Berta gets in exchange.
    #expect(desk.fail("one", "berta", .declined).offers.sorted() == ["one→anna", "three→berta"])
  }

  @Test mutating func `a direct call waits for its agent alone, and goes before her queues`() {
    desk.makeReady("anna", "berta")
    desk.arrive("queued-1")
    desk.arrive("queued-2")
    desk.arrive("queued-3")
    #expect(desk.tell { $0.contactArrived("direct", for: .agent("berta"), at: $1) }.offers.isEmpty)
    desk.answer("queued-1", "anna")
    desk.answer("queued-2", "berta")
    desk.hangUp("queued-2", "berta")
    desk.hangUp("queued-1", "anna")
    let effects = desk.pass(.seconds(15))
    #expect(Set(effects.offers) == ["direct→berta", "queued-3→anna"])
  }

  @Test mutating func `a direct call for a free agent rings her at once`() {
    desk.makeReady("anna", "berta")
    #expect(desk.tell { $0.contactArrived("direct", for: .agent("berta"), at: $1) }.offers == ["direct→berta"])
    #expect(desk.fail("direct", "berta", .declined).offers.isEmpty)
    #expect(desk.pass(.seconds(5)).offers == ["direct→berta"])
  }

  @Test mutating func `what the end of a contact means for many agents is told in the order of their names`() {
    let names = (1...8).map { AgentID(rawValue: "agent-\($0)") }
    desk = Desk(
      DistributionSettings(
        queues: [QueueSettings(id: "sales")], agents: names.map { AgentSettings(id: $0, memberships: ["sales": 1]) }))
    for name in names { desk.makeReady(name) }
    desk.arrive("call")
    for name in names { desk.fail("call", name, .declined) }
    let effects = desk.tell { $0.contactLeft("call", at: $1) }
    #expect(effects.compactMap { if case .cancelTimer(.retry(let agent)) = $0 { agent } else { nil } } == names)
  }

  /// However they came to be there, and whoever comes last: held against the rule in its plainest form.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func `whether the caller or the agent comes first, each pair is the best there is`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let names: [AgentID] = ["a", "b", "c", "d", "e"]
    let queues: [QueueID] = ["p", "q", "r"]
    var settings = DistributionSettings(queues: queues.map { QueueSettings(id: $0) })
    var rule = PlainRule()
    for name in names {
      for queue in queues where !random.chance(3) { rule.levels[name, default: [:]][queue] = random.pick([1, 2, 3]) }
      settings.agents.append(
        AgentSettings(id: name, memberships: (rule.levels[name] ?? [:]).mapValues { Membership(level: $0) }))
    }
    var desk = Desk(settings)
    for name in names.dropLast().shuffled(using: &random) where random.chance(2) {
      desk.makeReady(name)
      #expect(rule.comes(name).isEmpty)
    }
    desk.logIn("e")
    for number in 0..<6 {
      let (caller, queue) = (ContactID(rawValue: "call-\(number)"), random.pick(queues))
      #expect(desk.arrive(caller, queue).offers == rule.comes(caller, queue), "seed \(seed)")
      desk.pass(.milliseconds(10))
    }
    let queue = random.pick(queues)
    var (agentFirst, callerFirst) = (desk, desk)
    var (agentFirstRule, callerFirstRule) = (rule, rule)
    let one = agentFirst.set("e", .ready) + agentFirst.arrive("new", queue)
    #expect(one.offers == agentFirstRule.comes("e") + agentFirstRule.comes("new", queue), "seed \(seed)")
    let other = callerFirst.arrive("new", queue) + callerFirst.set("e", .ready)
    #expect(other.offers == callerFirstRule.comes("new", queue) + callerFirstRule.comes("e"), "seed \(seed)")
  }
}

@Suite struct `Independent events` {
  /// Two floors that share nothing, each with its own day; together they are told in another order each time.
  @Test(arguments: QueueStrategy.allCases, 0..<5 as Range<UInt64>)
  func `change no pairing by their order`(strategy: QueueStrategy, seed: UInt64) {
    let floors = (0..<2).map { Floor(number: $0, seed: seed) }
    func pairings(_ order: [Int]) -> [Set<String>] {
      var settings = DistributionSettings()
      settings.seed = seed
      settings.explains = false
      for floor in floors {
        var queue = QueueSettings(id: floor.queue)
        queue.strategy = strategy
        settings.queues.append(queue)
        settings.agents += floor.agents.map { AgentSettings(id: $0, memberships: [floor.queue: 1]) }
      }
      var desk = Desk(settings)
      for agent in floors.flatMap(\.agents) { desk.logIn(agent) }
      var next = [0, 0]
      for floor in order {
        floors[floor].events[next[floor]](&desk)
        next[floor] += 1
      }
      return (0..<2).map { floor in Set(desk.log.offers.filter { $0.contains("-\(floor)-") }) }
    }
    let count = floors[0].events.count
    let order = [Int](repeating: 0, count: count) + [Int](repeating: 1, count: count)
    let expected = pairings(order)
    var random = SeededRandom(seed: seed)
    for _ in 0..<3 { #expect(pairings(order.shuffled(using: &random)) == expected, "seed \(seed)") }
    #expect(!expected[0].isEmpty && !expected[1].isEmpty)
  }

  /// What happens on one floor, in its order and at one instant.
  private struct Floor {
    let queue: QueueID
    let agents: [AgentID]
    let events: [@Sendable (inout Desk) -> Void]

    init(number: Int, seed: UInt64) {
      let queue = QueueID(rawValue: "queue-\(number)-")
      let agents = (0..<4).map { AgentID(rawValue: "agent-\(number)-\($0)") }
      var random = SeededRandom(seed: seed &+ UInt64(number) &* 1_000)
      events = (0..<30).map { step in
        let agent = random.pick(agents)
        let contact = ContactID(rawValue: "call-\(number)-\(step)")
        let some = ContactID(rawValue: "call-\(number)-\(random.next() % UInt64(step + 1))")
        switch random.next() % 6 {
        case 0, 1: return { $0.arrive(contact, queue) }
        case 2, 3: return { $0.set(agent, .ready) }
        case 4: return { $0.answer(some, agent) }
        default: return { $0.fail(some, agent, .declined) }
        }
      }
      self.queue = queue
      self.agents = agents
    }
  }
}

/// Of all pairs that are possible the one of the lowest level, then the oldest caller, then the longest idle agent.
private struct PlainRule {
  var levels: [AgentID: [QueueID: Int]] = [:]
  private var waiting: [(contact: ContactID, queue: QueueID)] = []
  private var free: [AgentID] = []

  mutating func comes(_ agent: AgentID) -> [String] {
    free.append(agent)
    return pairs()
  }

  mutating func comes(_ contact: ContactID, _ queue: QueueID) -> [String] {
    waiting.append((contact, queue))
    return pairs()
  }

  private mutating func pairs() -> [String] {
    var best: (level: Int, caller: Int, agent: Int)?
    for caller in waiting.indices {
      for agent in free.indices {
        guard let level = levels[free[agent]]?[waiting[caller].queue] else { continue }
        if best.map({ (level, caller, agent) < $0 }) ?? true { best = (level, caller, agent) }
      }
    }
    guard let best else { return [] }
    return ["\(waiting.remove(at: best.caller).contact)→\(free.remove(at: best.agent))"]
  }
}
