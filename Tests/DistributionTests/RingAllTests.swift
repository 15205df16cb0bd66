import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Several phones at once` {
  private func office(_ strategy: QueueStrategy, _ levels: [Int]) -> Desk {
    var queue = QueueSettings(id: "sales")
    queue.strategy = strategy
    let names = ["anna", "berta", "clara", "dora"] as [AgentID]
    var desk = Desk(
      DistributionSettings(
        queues: [queue],
        agents: zip(names, levels).map { AgentSettings(id: $0, memberships: ["sales": Membership(level: $1)]) }))
    for (name, _) in zip(names, levels) { desk.makeReady(name) }
    return desk
  }

  @Test func `all of the best level ring, and nobody of another`() {
    var desk = office(.ringAll, [1, 1, 2])
    #expect(desk.arrive("call").offers == ["call→anna", "call→berta"])
    #expect(desk.distributor.queues[0].ringing == 1 && desk.distributor.queues[0].waiting == ["call"])
    #expect(desk.fail("call", "anna", .declined).offers.isEmpty)
    #expect(desk.fail("call", "berta", .declined).offers == ["call→clara"])
  }

  @Test func `the first answer wins; the others stop without having missed anything`() {
    var desk = office(.ringAll, [1, 1, 1])
    let since = desk["anna"].readySince
    desk.arrive("call")
    for agent in ["anna", "berta", "clara"] as [AgentID] { desk.ring("call", agent) }
    let effects = desk.answer("call", "berta")
    #expect(
      effects.deeds == [
        .connect("call", "berta"), .withdraw("call", from: "anna", .answeredElsewhere),
        .offerEnded("call", "anna", .answeredElsewhere), .withdraw("call", from: "clara", .answeredElsewhere),
        .offerEnded("call", "clara", .answeredElsewhere),
      ])
    #expect(desk["anna"].missedOffers == 0 && desk["anna"].counters.ended == [.answeredElsewhere: 1])
    #expect(desk["anna"].activity == .idle && desk["anna"].readySince == since)
    #expect(desk.clock.pending.isEmpty)
    #expect(desk.arrive("next").offers == ["next→anna", "next→clara"])
  }

  @Test func `a second answer, on its way when the first came, joins nobody`() {
    var desk = office(.ringAll, [1, 1])
    desk.arrive("call")
    #expect(desk.answer("call", "anna").deeds.first == .connect("call", "anna"))
    #expect(desk.answer("call", "berta") == [])
    #expect(desk["berta"].activity == .idle)
    desk.hangUp("call", "anna")
    #expect(desk.answer("call", "berta") == [])
  }

  @Test func `whoever becomes free rings too, unless a better level rings already`() {
    var desk = office(.ringAll, [1, 1, 2])
    desk.set("berta", .notReady(reason: "lunch"))
    desk.set("anna", .notReady(reason: "lunch"))
    #expect(desk.arrive("call").offers == ["call→clara"])
    #expect(desk.set("anna", .ready).offers == ["call→anna"])
    desk.ring("call", "anna")
    #expect(desk.fail("call", "clara", .declined).offers.isEmpty)
    desk.pass(.seconds(5))
    #expect(desk["clara"].activity == .idle)
    #expect(desk.set("berta", .ready).offers == ["call→berta"])
  }

  @Test func `the caller who hangs up stops them all`() {
    var desk = office(.ringAll, [1, 1])
    desk.arrive("call")
    #expect(desk.leave("call").withdrawals == ["call→anna callerGone", "call→berta callerGone"])
    #expect(desk.distributor.queues[0].ringing == 0 && desk.clock.pending.isEmpty)
  }

  @Test func `each phone rings for its own time, and misses are counted for whoever missed`() {
    var desk = office(.ringAll, [1, 1])
    desk.set("berta", .notReady(reason: "lunch"))
    desk.arrive("call")
    desk.ring("call", "anna")
    desk.pass(.seconds(10))
    desk.set("berta", .ready)
    desk.ring("call", "berta")
    #expect(desk.pass(.seconds(10)).withdrawals == ["call→anna noAnswer"])
    #expect(desk["anna"].missedOffers == 1 && desk["berta"].missedOffers == 0)
    #expect(desk.answer("call", "berta").deeds == [.connect("call", "berta")])
  }

  @Test func `the oldest caller gets all phones, the next one those that become free`() {
    var desk = office(.ringAll, [1, 1])
    desk.arrive("one")
    desk.pass(.seconds(1))
    #expect(desk.arrive("two").offers.isEmpty)
    #expect(desk.answer("one", "anna").offers == ["two→berta"])
  }

  @Test func `progressively: the longest idle first, one more phone each time, across levels`() {
    var desk = office(.ringProgressively, [1, 1, 2])
    #expect(desk.arrive("call").offers == ["call→anna"])
    desk.ring("call", "anna")
    #expect(desk.pass(.milliseconds(9_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["call→berta"])
    desk.ring("call", "berta")
    // One fails: as many phones as before go on ringing.
    #expect(desk.fail("call", "anna", .declined).offers == ["call→clara"])
    desk.ring("call", "clara")
    #expect(desk.pass(.seconds(10)).offers == ["call→anna"])
    #expect(desk.answer("call", "clara").ends.count == 2)
    #expect(!desk.clock.pending.contains(.ringMore("call")))
  }

  @Test func `a phone that rings for one caller does not ring for another`() {
    var desk = office(.ringProgressively, [1, 1])
    desk.arrive("one")
    #expect(desk.arrive("two").offers == ["two→berta"])
    desk.ring("one", "anna")
    desk.ring("two", "berta")
    #expect(desk.pass(.seconds(10)).offers.isEmpty)
    #expect(desk.fail("two", "berta", .declined).offers == ["one→berta"])
  }
}
