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

  /// However they came to be there: one agent and one caller at the same instant, in either order, make the same pairs.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func `the pairs do not depend on whether the caller or the agent came first`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let names: [AgentID] = ["a", "b", "c", "d", "e"]
    let queues: [QueueID] = ["p", "q"]
    var settings = DistributionSettings(queues: queues.map { QueueSettings(id: $0) })
    settings.agents = names.map { name in
      AgentSettings(
        id: name, memberships: Dictionary(uniqueKeysWithValues: queues.filter { _ in random.chance(2) }.map { ($0, 1) })
      )
    }
    var desk = Desk(settings)
    for name in names.dropLast().shuffled(using: &random) where random.chance(2) {
      desk.makeReady(name)
    }
    desk.logIn("e")
    for number in 0..<6 {
      desk.arrive(ContactID(rawValue: "call-\(number)"), random.pick(queues))
      desk.pass(.seconds(1))
    }
    let queue = random.pick(queues)
    var agentFirst = desk
    var callerFirst = desk
    let one = agentFirst.set("e", .ready) + agentFirst.arrive("new", queue)
    let other = callerFirst.arrive("new", queue) + callerFirst.set("e", .ready)
    #expect(Set(one.offers) == Set(other.offers), "seed \(seed)")
  }
}
