import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `The last agent` {
  var desk = Desk()

  /// Berta talks, Anna is free.
  init() {
    desk.makeReady("berta", "anna")
    desk.arrive("before")
    desk.answer("before", "berta")
  }

  @Test mutating func `he is kept for her for a while, and then is everybody's`() {
    #expect(desk.arrive("call", wishing: "berta").offers.isEmpty)
    #expect(desk.pass(.milliseconds(19_999)).offers.isEmpty)
    let effects = desk.pass(.milliseconds(1))
    #expect(effects.offers == ["call→anna"])
    #expect(effects.decisions.map(\.outcome) == [.unkept("berta"), .offered(to: "anna")])
  }

  @Test mutating func `she gets him before those who have waited longer`() {
    desk.set("anna", .notReady(reason: "lunch"))
    desk.arrive("old")
    desk.pass(.seconds(10))
    desk.arrive("call", wishing: "berta")
    desk.hangUp("before", "berta")
    let effects = desk.tell { $0.wrapUpFinished("berta", at: $1) }
    #expect(effects.offers == ["call→berta"])
    #expect(effects.decisions.last?.strategy == nil)
    desk.answer("call", "berta")
    #expect(!desk.clock.pending.contains(.wish("call")))
  }

  @Test mutating func `he keeps his place in the line meanwhile`() {
    desk.arrive("call", wishing: "berta")
    desk.pass(.seconds(1))
    desk.set("anna", .notReady(reason: "lunch"))
    desk.arrive("newer")
    #expect(desk.distributor.queues[0].waiting == ["call", "newer"])
    desk.pass(.seconds(19))
    #expect(desk.set("anna", .ready).offers == ["call→anna"])
  }

  @Test(arguments: [AgentStatus.notReady(reason: "lunch"), .loggedOut])
  func `whoever is away, or goes, or means to go, is not waited for`(status: AgentStatus) {
    var desk = `The last agent`().desk
    desk.arrive("one", wishing: "berta")
    #expect(desk.set("berta", status).offers == ["one→anna"])
    desk.answer("one", "anna")
    desk.hangUp("one", "anna")
    desk.tell { $0.wrapUpFinished("anna", at: $1) }
    #expect(desk.arrive("two", wishing: "berta").offers == ["two→anna"])
  }

  @Test mutating func `an offer that she misses or declines ends it`() {
    desk.hangUp("before", "berta")
    desk.tell { $0.wrapUpFinished("berta", at: $1) }
    #expect(desk.arrive("call", wishing: "berta").offers == ["call→berta"])
    #expect(desk.fail("call", "berta", .declined).offers == ["call→anna"])
    #expect(!desk.clock.pending.contains(.wish("call")))
  }

  @Test mutating func `a phone that cannot be reached is not waited for`() {
    desk.arrive("call", wishing: "berta")
    #expect(desk.tell { $0.phoneBecameUnreachable("phone-berta", at: $1) }.offers == ["call→anna"])
  }

  @Test mutating func `a membership that is paused meanwhile is not waited for`() {
    desk.arrive("call", wishing: "berta")
    #expect(desk.pause("berta", in: "sales").offers == ["call→anna"])
  }

  @Test mutating func `one that is paused while her phone rings is not waited for after a fault of ours`() {
    desk.hangUp("before", "berta")
    desk.tell { $0.wrapUpFinished("berta", at: $1) }
    #expect(desk.arrive("call", wishing: "berta").offers == ["call→berta"])
    desk.pause("berta", in: "sales")
    desk.fail("call", "berta", .systemFailure)
    #expect(desk.pass(.seconds(5)).offers == ["call→anna"])
  }

  @Test mutating func `somebody who does not serve the queue, or is not known, is not waited for`() {
    #expect(desk.arrive("one", wishing: "stranger").offers == ["one→anna"])
    desk.leave("one")
    desk.pause("berta", in: "sales")
    #expect(desk.arrive("two", wishing: "berta").offers == ["two→anna"])
  }

  /// Nobody of sales is offered to anybody, and whoever waits too long or comes when somebody waits goes on to support, where
  /// clara stands before berta.
  private func sentOn() -> Desk {
    var settings = DistributionSettings.small
    settings.queues[0].isPaused = true
    settings.queues[0].longestLine = 1
    settings.queues[0].longestWait = .seconds(10)
    settings.queues[0].overflow.whenFull = .queue("support")
    settings.queues[0].overflow.afterLongestWait = .queue("support")
    var desk = Desk(settings)
    desk.makeReady("berta", "clara")
    return desk
  }

  private func arrival(_ limit: Int, elsewhere: Int?) -> Arrival {
    var wish = Wish(for: "berta", limit: .seconds(limit))
    wish.elsewhere["support"] = elsewhere.map { .seconds($0) }
    var arrival = Arrival(for: .queue("sales"))
    arrival.wish = wish
    return arrival
  }

  @Test(arguments: [(20, 7), (0, 7), (20, nil)] as [(Int, Int?)])
  func `where he is sent on to he is kept for her for as long as that queue says`(limit: Int, elsewhere: Int?) {
    var desk = sentOn()
    desk.arrive("waits")
    let isKept = elsewhere != nil
    #expect(desk.arrive("one", arrival(limit, elsewhere: elsewhere)).offers == ["one→\(isKept ? "berta" : "clara")"])
    guard isKept else { return }
    desk.answer("one", "berta")
    #expect(desk.arrive("two", arrival(limit, elsewhere: elsewhere)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(6_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["two→clara"])
  }

  @Test(arguments: [(20, 15, 15), (4, 15, 10), (20, 10, 10), (0, 3, 13)])
  func `the time for which he was kept before counts, and when it is over nobody waits for her again`(
    limit: Int, elsewhere: Int, second: Int
  ) {
    var desk = sentOn()
    desk.arrive("before", "support")
    desk.fail("before", "clara", .declined)
    desk.answer("before", "berta")
    desk.pass(.seconds(5))
    desk.arrive("call", arrival(limit, elsewhere: elsewhere))
    #expect(desk.pass(.seconds(second) - .milliseconds(1)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["call→clara"])
  }

  @Test func `what she refuses she is not waited for with where it is sent on to`() {
    var settings = DistributionSettings.small
    settings.queues[0].longestWait = .seconds(10)
    settings.queues[0].retryDelay = .seconds(1)
    settings.queues[0].overflow.afterLongestWait = .queue("support")
    var desk = Desk(settings)
    desk.makeReady("berta")
    #expect(desk.arrive("call", arrival(0, elsewhere: 20)).offers == ["call→berta"])
    desk.fail("call", "berta", .declined)
    // Nor when her retry delay is over.
    desk.pause("sales")
    desk.makeReady("clara")
    #expect(desk.pass(.seconds(9)).offers == ["call→clara"])
  }

  /// Two ready agents where all phones ring at once, the second of a level of her own choice.
  private func ringing(levels: (Int, Int)) -> Desk {
    var settings = DistributionSettings.small
    settings.queues[0].strategy = .ringAll
    settings.queues[0].ringTime = .seconds(60)
    settings.agents = [
      AgentSettings(id: "anna", memberships: ["sales": Membership(level: levels.0)]),
      AgentSettings(id: "berta", memberships: ["sales": Membership(level: levels.1)]),
    ]
    var desk = Desk(settings)
    desk.makeReady("anna", "berta")
    return desk
  }

  @Test func `where all phones ring, hers rings alone for a while, and then those of her level ring beside it`() {
    var desk = ringing(levels: (1, 1))
    #expect(desk.arrive("call", wishing: "berta").offers == ["call→berta"])
    desk.ring("call", "berta")
    #expect(desk.pass(.milliseconds(19_999)).offers.isEmpty)
    let effects = desk.pass(.milliseconds(1))
    #expect(effects.offers == ["call→anna"])
    #expect(effects.decisions.map(\.outcome) == [.unkept("berta"), .offered(to: "anna")])
    #expect(effects.decisions.last?.leftOut.map(\.obstacle) == [.ringing("call")])
  }

  @Test(arguments: [(1, 2, ["call→anna"]), (2, 1, [])])
  func `of two levels the better one rings beside hers`(level: Int, hers: Int, offers: [String]) {
    var desk = ringing(levels: (level, hers))
    desk.arrive("call", wishing: "berta")
    desk.ring("call", "berta")
    #expect(desk.pass(.seconds(19)).offers.isEmpty)
    let effects = desk.pass(.seconds(1))
    #expect(effects.offers == offers)
  }

  @Test func `where all ring, the others do when the time is over, also if she serves the queue no more`() {
    var desk = ringing(levels: (1, 1))
    desk.arrive("call", wishing: "berta")
    desk.ring("call", "berta")
    desk.tell { $0.agentSet(AgentSettings(id: "berta", memberships: [:]), at: $1) }
    #expect(desk.pass(.seconds(20)).offers == ["call→anna"])
  }

  @Test func `she is remembered within the window, and nobody without a key is`() {
    var clock = ManualClock<Int>()
    var last = LastAgents(window: .seconds(3_600), most: 2)
    last.talked("+8131", with: "anna", at: clock.now)
    last.talked(nil, with: "berta", at: clock.now)
    #expect(last.agent(for: "+8131", at: clock.now) == "anna" && last.agent(for: nil, at: clock.now) == nil)
    clock.advance(by: .seconds(3_600))
    #expect(last.agent(for: "+8131", at: clock.now) == "anna")
    last.talked("+8131", with: "clara", at: clock.now)
    clock.advance(by: .seconds(1))
    #expect(last.agent(for: "+8131", at: clock.now) == "clara")
    last.talked("+8132", with: "anna", at: clock.now)
    last.talked("+8133", with: "anna", at: clock.now)
    #expect(last.agent(for: "+8131", at: clock.now) == nil)
    clock.advance(by: .seconds(3_601))
    #expect(last.agent(for: "+8133", at: clock.now) == nil)
  }
}
