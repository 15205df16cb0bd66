import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Offering a contact to an agent` {
  var desk = Desk()

  @Test mutating func `a caller is offered to a free agent at her phone, and both timers start`() {
    desk.makeReady("anna")
    let effects = desk.arrive("call")
    #expect(effects.deeds == [.offer("call", to: "anna", at: "phone-anna")])
    #expect(desk.clock.pending == [.ringing("anna"), .alerting("anna")])
    #expect(effects.contains(.startTimer(.alerting("anna"), .seconds(4))))
    #expect(effects.contains(.startTimer(.ringing("anna"), .seconds(20))))
    #expect(desk["anna"].activity == .reserved)
    #expect(desk["anna"].contact == "call")
  }

  @Test mutating func `the times of an offer begin when her phone is dialled, and not while her card is awaited`() {
    desk.dialsAtOnce = false
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.clock.pending.isEmpty)
    #expect(desk.pass(.seconds(30)).deeds == [])
    #expect(
      desk.tell { $0.offerDialled("call", to: "anna", at: $1) }
        == [.startTimer(.alerting("anna"), .seconds(4)), .startTimer(.ringing("anna"), .seconds(20))])
    desk.pass(.seconds(3))
    #expect(desk.tell { $0.offerDialled("call", to: "anna", at: $1) } == [])
    #expect(desk.tell { $0.offerDialled("other", to: "anna", at: $1) } == [])
    #expect(desk.tell { $0.offerDialled("call", to: "berta", at: $1) } == [])
    #expect(desk.pass(.seconds(1)).withdrawals == ["call→anna unreachable"])
    #expect(desk.tell { $0.offerDialled("call", to: "anna", at: $1) } == [])
  }

  @Test mutating func `an offer that was never dialled ends without a timer`() {
    desk.dialsAtOnce = false
    desk.makeReady("anna")
    desk.arrive("call")
    desk.leave("call")
    #expect(desk["anna"].activity == .idle && desk.clock.pending.isEmpty)
  }

  @Test mutating func `her phone rings, she answers, they are joined, and no timer is left`() {
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.ring("call", "anna").contains(.cancelTimer(.alerting("anna"))))
    #expect(desk["anna"].activity == .ringing)
    #expect(desk.answer("call", "anna").deeds == [.connect("call", "anna")])
    #expect(desk["anna"].activity == .talking)
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `an answer without a ring before it counts too`() {
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.answer("call", "anna").deeds == [.connect("call", "anna")])
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `ringing twice is told once`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    #expect(desk.ring("call", "anna") == [])
  }

  @Test mutating func `an unanswered call goes to the next agent, before newer calls`() {
    desk.makeReady("anna")
    desk.arrive("old")
    desk.pass(.seconds(1))
    desk.arrive("new")
    desk.ring("old", "anna")
    desk.pass(.seconds(18))
    desk.logIn("berta")
    #expect(desk.set("berta", .ready).offers == ["new→berta"])
    desk.ring("new", "berta")
    desk.logIn("clara")
    desk.set("clara", .ready)
    desk.arrive("newest", "support")
    desk.ring("newest", "clara")
    let effects = desk.pass(.seconds(2))
    #expect(effects.withdrawals == ["old→anna noAnswer"])
    desk.arrive("later")
    #expect(desk.fail("new", "berta", .declined).offers == ["old→berta"])
  }

  @Test mutating func `a missed offer is counted, and for the retry delay she is offered nothing`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    let missed = desk.pass(.seconds(20))
    #expect(missed.deeds == [.withdraw("call", from: "anna", .noAnswer), .offerEnded("call", "anna", .noAnswer)])
    #expect(missed.changes == ["anna: missed by system"])
    #expect(desk["anna"].missedOffers == 1)
    #expect(desk["anna"].activity == .idle)
    #expect(desk.arrive("other").offers.isEmpty)
    #expect(desk.pass(.milliseconds(4_900)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(200)).offers == ["call→anna"])
  }

  @Test mutating func `a miss that the phone reports counts like one that we time`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    let effects = desk.fail("call", "anna", .noAnswer)
    #expect(effects.withdrawals.isEmpty)
    #expect(desk["anna"].missedOffers == 1)
    #expect(desk.arrive("other").offers.isEmpty)
  }

  @Test mutating func `the second miss in a row sets her away, and ready lets her start anew`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    desk.pass(.seconds(25))
    desk.ring("call", "anna")
    #expect(desk.pass(.seconds(20)).changes == ["anna: no-answer by system"])
    #expect(desk["anna"].status == .notReady(reason: "no-answer"))
    #expect(desk["anna"].missedOffers == 2)
    #expect(desk.pass(.seconds(60)).offers.isEmpty)
    #expect(desk.set("anna", .ready).offers == ["call→anna"])
    desk.ring("call", "anna")
    desk.pass(.seconds(20))
    #expect(desk["anna"].status == .ready)
    #expect(desk["anna"].missedOffers == 1)
  }

  @Test mutating func `an answer between two misses forgets the first`() {
    desk.makeReady("anna")
    desk.arrive("one")
    desk.ring("one", "anna")
    desk.pass(.seconds(25))
    desk.answer("one", "anna")
    #expect(desk["anna"].missedOffers == 0)
    desk.arrive("two")
    desk.hangUp("one", "anna")
    desk.pass(.seconds(15))
    desk.ring("two", "anna")
    desk.pass(.seconds(20))
    #expect(desk["anna"].status == .ready)
  }

  @Test func `with a limit of zero nobody is set away for missing`() {
    var settings = DistributionSettings.small
    settings.queues[0].missedOffersBeforeAway = 0
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.arrive("call")
    for _ in 0..<6 {
      desk.ring("call", "anna")
      desk.pass(.seconds(25))
    }
    #expect(desk["anna"].status == .ready)
    #expect(desk["anna"].missedOffers == 6)
  }

  @Test mutating func `a refusal is no miss: she is left out for that caller only`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    let effects = desk.fail("call", "anna", .declined)
    #expect(effects.deeds == [.offerEnded("call", "anna", .declined)])
    #expect(effects.changes == ["anna: declined by agent"])
    #expect(desk["anna"].missedOffers == 0)
    #expect(desk.arrive("other").offers == ["other→anna"])
    desk.leave("other")
    #expect(desk.pass(.milliseconds(4_900)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(200)).offers == ["call→anna"])
  }

  @Test(arguments: [Duration.zero, .seconds(-5)], [Distributor.OfferEnd.declined, .busy, .noAnswer])
  func `without a retry delay there is a pause all the same`(delay: Duration, end: Distributor.OfferEnd) {
    var settings = DistributionSettings.small
    settings.queues[0].retryDelay = delay
    settings.queues[0].missedOffersBeforeAway = 0
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.fail("call", "anna", end).offers.isEmpty)
    #expect(desk.pass(.milliseconds(999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["call→anna"])
  }

  @Test mutating func `a busy set is no miss, and gets no other call for the retry delay`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.fail("call", "anna", .busy)
    #expect(desk["anna"].missedOffers == 0)
    #expect(desk.arrive("other").offers.isEmpty)
    #expect(desk.pass(.seconds(5)).offers == ["call→anna"])
  }

  @Test mutating func `a fault of ours costs the agent nothing, and the caller pauses instead of trying them all`() {
    desk.makeReady("anna", "berta")
    let since = desk["anna"].readySince
    desk.arrive("call")
    desk.pass(.seconds(1))
    let effects = desk.fail("call", "anna", .systemFailure)
    #expect(effects.deeds == [.offerEnded("call", "anna", .systemFailure)])
    #expect(effects.changes == ["anna: system-failure by system"])
    #expect(desk["anna"].activity == .idle)
    #expect(desk["anna"].readySince == since && desk["anna"].missedOffers == 0)
    #expect(desk.clock.pending == [.offerAgain("call")])
    #expect(desk.arrive("other").offers == ["other→anna"])
    desk.logIn("clara")
    #expect(desk.set("clara", .ready).offers.isEmpty)
    desk.leave("other")
    #expect(desk.pass(.milliseconds(4_900)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(100)).offers == ["call→anna"])
    #expect(!desk.clock.pending.contains(.backOff("phone-anna")))
  }

  @Test mutating func `a pausing caller who leaves takes his pause with him`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.fail("call", "anna", .systemFailure)
    desk.leave("call")
    #expect(desk.clock.pending.isEmpty)
  }

  @Test(arguments: [Distributor.OfferEnd.callerGone, .agentGone, .withdrawn, .keptForAnother])
  func `an end that a phone cannot know of counts as a refusal`(end: Distributor.OfferEnd) {
    var desk = Desk()
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.fail("call", "anna", end).ends == ["call→anna declined"])
    #expect(desk.distributor.queues[0].waiting == ["call"])
  }

  @Test mutating func `a caller who hangs up while it rings costs the agent nothing`() {
    desk.makeReady("anna", "berta")
    let since = desk["anna"].readySince
    desk.arrive("call")
    desk.ring("call", "anna")
    desk.pass(.seconds(5))
    let effects = desk.leave("call")
    #expect(effects.deeds == [.withdraw("call", from: "anna", .callerGone), .offerEnded("call", "anna", .callerGone)])
    #expect(desk["anna"].activity == .idle)
    #expect(desk["anna"].readySince == since)
    #expect(desk["anna"].missedOffers == 0)
    #expect(desk.clock.pending.isEmpty)
    #expect(desk.arrive("next").offers == ["next→anna"])
  }

  @Test(arguments: [Distributor.OfferEnd.noAnswer, .declined, .busy, .unreachable])
  func `any other end sends her to the end of the line of agents`(end: Distributor.OfferEnd) {
    var desk = Desk()
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    desk.fail("call", "anna", end)
    desk.leave("call")
    desk.pass(.seconds(60))
    #expect(desk.arrive("next").offers == ["next→berta"])
  }

  @Test mutating func `an answer after the caller hung up does nothing`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.leave("call")
    #expect(desk.answer("call", "anna") == [])
    #expect(desk.ring("call", "anna") == [])
    #expect(desk.fail("call", "anna", .declined) == [])
    #expect(desk.leave("call") == [])
  }

  @Test(arguments: [
    (486, Distributor.OfferEnd.busy), (600, .busy), (404, .unreachable), (408, .unreachable), (480, .unreachable),
    (400, .unreachable), (401, .unreachable), (405, .unreachable), (407, .unreachable), (420, .unreachable),
    (421, .unreachable), (503, .unreachable), (500, .unreachable), (603, .declined), (302, .declined), (482, .declined),
    (487, .declined),
  ])
  func `a final status of her phone has one meaning`(status: Int, end: Distributor.OfferEnd) {
    #expect(Distributor.OfferEnd(LegEnd(status: status, byPeer: true, wasAnswered: false)) == end)
    let fault = LegEnd(status: status, byPeer: false, wasAnswered: false, isOurFault: true)
    #expect(Distributor.OfferEnd(fault) == .systemFailure)
  }

  @Test mutating func `an answer of somebody who is not offered it does nothing`() {
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    #expect(desk.answer("call", "berta") == [])
    #expect(desk.answer("call", "nobody") == [])
    #expect(desk.answer("other", "anna") == [])
    #expect(desk["anna"].activity == .reserved)
  }

  @Test mutating func `a ring time that was cancelled, and fires all the same, does nothing`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.clock.advance(by: .seconds(20))
    #expect(desk.tell { $0.timerFired(.ringing("anna"), at: $1) } == [])
    #expect(desk["anna"].activity == .talking)
    desk.makeReady("berta")
    desk.arrive("old")
    desk.dialsAtOnce = false
    desk.arrive("new")
    desk.fail("old", "berta", .declined)
    #expect(desk.tell { $0.timerFired(.ringing("berta"), at: $1) } == [])
    #expect(desk["berta"].activity == .reserved)
  }

  @Test mutating func `a timer that fires early is set again for the rest`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    desk.clock.advance(by: .seconds(19))
    #expect(
      desk.tell { $0.timerFired(.ringing("anna"), at: $1) } == [.startTimer(.ringing("anna"), .seconds(1))])
    #expect(desk.pass(.seconds(1)).withdrawals == ["call→anna noAnswer"])
  }
}
