import Distribution
import Telephony
import TelephonyTesting
import Testing

/// Between the offer and the moment when her phone is dialled: the card of the caller is waited for.
@Suite struct `Who was only reserved` {
  private var desk = Desk()

  /// Anna has been free for longer than Berta; nobody's phone is dialled before that is told.
  init() { start(.small) }

  private mutating func start(_ settings: DistributionSettings) {
    desk = Desk(settings)
    desk.dialsAtOnce = false
    desk.makeReady("anna", "berta")
  }

  @discardableResult
  private mutating func identify(_ contact: ContactID, wish: AgentID?, priority: Int = 0) -> [Distributor.Effect] {
    desk.tell { $0.callerIdentified(contact, as: "c-1", wish: wish.map { Wish(for: $0) }, priority: priority, at: $1) }
  }

  @Test mutating func `is given up for the agent who knows the caller, and loses nothing by it`() {
    #expect(desk.arrive("call").offers == ["call→anna"])
    let since = desk["anna"].readySince
    let effects = identify("call", wish: "berta")
    #expect(
      effects.deeds == [
        .withdraw("call", from: "anna", .keptForAnother), .offerEnded("call", "anna", .keptForAnother),
        .offer("call", to: "berta", at: "phone-berta"),
      ])
    #expect(effects.decisions.map(\.outcome) == [.kept(for: "berta"), .offered(to: "berta")])
    #expect(desk["anna"].readySince == since && desk["anna"].activity == .idle && desk["anna"].missedOffers == 0)
    #expect(desk["anna"].counters.ended == [.keptForAnother: 1] && desk["anna"].counters.made == 1)
    #expect(desk.arrive("next").offers == ["next→anna"])
  }

  @Test mutating func `is free at once for others who wait, while he waits for her who talks`() {
    desk.arrive("before")
    desk.answer("before", "anna")
    #expect(desk.arrive("call").offers == ["call→berta"])
    desk.arrive("other")
    #expect(identify("call", wish: "anna").offers == ["other→berta"])
    #expect(desk.clock.pending.contains(.wish("call")))
    #expect(desk.distributor.queues[0].waiting == ["call", "other"])
    // Not for ever.
    desk.leave("other")
    #expect(desk.pass(.seconds(20)).offers == ["call→berta"])
  }

  @Test mutating func `stays where the one who knows him could not take him soon, or is the same`() {
    desk.arrive("call")
    #expect(identify("call", wish: "clara").deeds.isEmpty)
    desk.set("berta", .notReady(reason: "lunch"))
    #expect(identify("call", wish: "berta").deeds.isEmpty)
    #expect(!desk.clock.pending.contains(.wish("call")))
    #expect(identify("call", wish: "anna").deeds.isEmpty)
    #expect(desk.clock.pending.contains(.wish("call")) && desk["anna"].contact == "call")
  }

  @Test mutating func `goes on ringing once her phone is dialled`() {
    desk.arrive("call")
    desk.tell { $0.offerDialled("call", to: "anna", at: $1) }
    #expect(identify("call", wish: "berta").deeds.isEmpty)
    #expect(desk["anna"].contact == "call" && !desk.clock.pending.contains(.wish("call")))
  }

  @Test(arguments: [nil, "clara"] as [AgentID?])
  mutating func `by a number that turns out to be many people's stays, for there is nobody to keep him for`(
    wish: AgentID?
  ) {
    desk.arrive("call", wishing: "berta")
    #expect(desk["berta"].contact == "call")
    let effects = identify("call", wish: wish)
    #expect(effects.deeds.isEmpty && effects.decisions.map(\.outcome) == [.unkept("berta")])
    #expect(desk["berta"].contact == "call" && desk["berta"].counters.made == 1)
    #expect(desk["berta"].counters.ended.isEmpty && !desk.clock.pending.contains(.wish("call")))
    desk.tell { $0.offerDialled("call", to: "berta", at: $1) }
    #expect(desk.fail("call", "berta", .declined).offers == ["call→anna"])
  }

  @Test mutating func `has not rung: one phone rings at first, and more only after that`() {
    var settings = DistributionSettings.small
    settings.queues[0].strategy = .ringProgressively
    start(settings)
    desk.arrive("before")
    desk.answer("before", "anna")
    desk.arrive("call")
    #expect(desk["berta"].contact == "call" && desk.clock.pending.contains(.ringMore("call")))
    desk.pass(.seconds(10))
    identify("call", wish: "anna")
    #expect(desk["berta"].contact == nil && !desk.clock.pending.contains(.ringMore("call")))
    // What is left of the time for which he is kept for her.
    #expect(desk.pass(.seconds(10)).offers == ["call→berta"])
    desk.hangUp("before", "anna")
    #expect(desk.tell { $0.wrapUpFinished("anna", at: $1) }.offers.isEmpty)
    #expect(desk.pass(.seconds(10)).offers == ["call→anna"])
  }

  @Test mutating func `and paused since then keeps what she is offered, when it is said again that he is for her`() {
    desk.arrive("call", wishing: "berta")
    desk.pause("berta", in: "sales")
    #expect(identify("call", wish: "berta").deeds.isEmpty && desk["berta"].contact == "call")
  }

  @Test mutating func `of several phones all but hers are given up`() {
    var settings = DistributionSettings.small
    settings.queues[0].strategy = .ringAll
    start(settings)
    #expect(desk.arrive("call").offers == ["call→anna", "call→berta"])
    let effects = identify("call", wish: "berta")
    #expect(effects.ends == ["call→anna keptForAnother"] && effects.offers.isEmpty)
    #expect(desk["berta"].contact == "call" && desk.distributor.queues[0].ringing == 1)
    desk.tell { $0.offerDialled("call", to: "berta", at: $1) }
    #expect(desk.fail("call", "berta", .declined).offers == ["call→anna"])
  }

  @Test mutating func `still has her turn`() {
    var settings = DistributionSettings.small
    settings.queues[0].strategy = .roundRobin
    start(settings)
    desk.arrive("call")
    #expect(desk.distributor.lastOffered(of: "sales") == "anna")
    identify("call", wish: "berta")
    #expect(desk.distributor.lastOffered(of: "sales") == nil)
    desk.answer("call", "berta")
    desk.hangUp("call", "berta")
    desk.tell { $0.wrapUpFinished("berta", at: $1) }
    #expect(desk.arrive("next").offers == ["next→anna"])
    desk.serve("next", "anna")
    // Berta's turn now; she is reserved, and given up for Anna.
    #expect(desk.arrive("third").offers == ["third→berta"])
    identify("third", wish: "anna")
    #expect(desk.distributor.lastOffered(of: "sales") == "anna")
    desk.serve("third", "anna")
    #expect(desk.arrive("fourth").offers == ["fourth→berta"])
  }

  @Test mutating func `takes no turn over a restart that she did not take before`() {
    var settings = DistributionSettings.small
    settings.queues[0].strategy = .roundRobin
    start(settings)
    desk.makeReady("clara")
    var memory = Memory()
    func expectSame(_ turn: AgentID?) {
      var next = Desk(settings)
      next.tell { $0.restored(memory.floor, at: $1) }
      #expect(desk.distributor.lastOffered(of: "sales") == turn)
      #expect(next.distributor.lastOffered(of: "sales") == turn)
    }
    memory.keep(desk.arrive("one"), of: desk)
    expectSame("anna")
    // Back at its beginning.
    memory.keep(identify("one", wish: "clara"), of: desk)
    #expect(desk["clara"].contact == "one")
    expectSame(nil)
    memory.keep(desk.arrive("two"), of: desk)
    expectSame("anna")
    // Kept for her from the start, it is nobody's turn.
    memory.keep(desk.arrive("three", wishing: "berta"), of: desk)
    #expect(desk["berta"].contact == "three")
    expectSame("anna")
  }

  @Test mutating func `a turn that somebody else has taken since is not given back`() {
    var settings = DistributionSettings.small
    settings.queues[0].strategy = .roundRobin
    start(settings)
    desk.arrive("call")
    #expect(desk.arrive("other").offers == ["other→berta"])
    identify("call", wish: "berta")
    #expect(desk.distributor.lastOffered(of: "sales") == "berta")
  }

  @Test mutating func `what a person said that he counts for, the directory does not change`() {
    desk.set("anna", .notReady(reason: "lunch"))
    desk.set("berta", .notReady(reason: "lunch"))
    desk.arrive("one")
    desk.pass(.seconds(1))
    desk.arrive("two")
    desk.tell { $0.priorityChanged("two", to: 5, at: $1) }
    identify("two", wish: nil, priority: 0)
    #expect(desk.distributor.queues[0].waiting == ["two", "one"])
    identify("one", wish: nil, priority: 9)
    #expect(desk.distributor.queues[0].waiting == ["one", "two"])
  }
}

@Suite struct `Who is cut off` {
  @Test func `leaves no place, and phones stop ringing as nobody's fault`() {
    var settings = DistributionSettings.small
    settings.queues[0].keepsPlace = .seconds(60)
    var desk = Desk(settings)
    desk.makeReady("anna")
    var arrival = Arrival(for: .queue("sales"))
    arrival.caller = "+8131"
    desk.arrive("call", arrival)
    let since = desk["anna"].readySince
    let effects = desk.tell { $0.contactCutOff("call", at: $1) }
    #expect(effects.deeds == [.withdraw("call", from: "anna", .withdrawn), .offerEnded("call", "anna", .withdrawn)])
    #expect(desk.clock.pending.isEmpty && desk["anna"].readySince == since)
    #expect(desk["anna"].counters.ended == [.withdrawn: 1])
    desk.arrive("call", arrival)
    desk.leave("call")
    #expect(desk.clock.pending == [.keptPlace(KeptPlace(queue: "sales", caller: "+8131"))])
    #expect(desk.tell { $0.contactCutOff("call", at: $1) } == [])
  }
}
