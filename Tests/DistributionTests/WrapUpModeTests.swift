import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `What ends a wrap-up` {
  @Test func `none: she is idle at once`() {
    #expect(Desk.wrappingUp(.none)["anna"].activity == .idle)
  }

  @Test func `optional: only when she asks for it during the call`() {
    #expect(Desk.wrappingUp(.optional)["anna"].activity == .idle)
    var asked = Desk.wrappingUp(.optional) { $0.tell { $0.wrapUpRequested("anna", at: $1) } }
    #expect(asked["anna"].activity == .afterCallWork)
    asked.pass(.seconds(15))
    #expect(asked["anna"].activity == .idle)
    #expect(asked.tell { $0.wrapUpRequested("anna", at: $1) } == [])
  }

  @Test func `a time that may not be cut short, not even by a new status, which comes after it`() {
    var desk = Desk.wrappingUp(.timed, mayEndEarly: false)
    #expect(desk.tell { $0.wrapUpFinished("anna", at: $1) } == [])
    desk.set("anna", .notReady(reason: "lunch"))
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].pendingStatus == .notReady(reason: "lunch"))
    desk.pass(.seconds(15))
    #expect(desk["anna"].activity == .idle && desk["anna"].status == .notReady(reason: "lunch"))
  }

  @Test(arguments: [Actor.supervisor, .system]) func `others may cut it short, and log her out of it`(actor: Actor) {
    var desk = Desk.wrappingUp(.timed, mayEndEarly: false)
    desk.set("anna", .ready, by: actor)
    #expect(desk["anna"].activity == .idle)
    desk = Desk.wrappingUp(.untilDisposition)
    desk.tell { $0.agentLoggedOut("anna", by: actor, at: $1) }
    #expect(desk["anna"].status == .loggedOut && desk.clock.pending.isEmpty)
  }

  @Test func `she herself leaves when it is over, and coming back is no way around it`() {
    var desk = Desk.wrappingUp(.timed, mayEndEarly: false)
    desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].pendingStatus == .loggedOut)
    desk.logIn("anna")
    desk.set("anna", .ready)
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].pendingStatus == nil)
    desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .loggedOut && desk.clock.pending.isEmpty)
    desk = Desk.wrappingUp(.untilDisposition)
    desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }
    desk.pass(.seconds(1_000))
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].pendingStatus == .loggedOut)
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    #expect(desk["anna"].status == .loggedOut)
  }

  @Test func `until disposition: it holds beyond the time, and ends with the disposition`() {
    var desk = Desk.wrappingUp(.untilDisposition)
    #expect(desk.tell { $0.wrapUpFinished("anna", at: $1) } == [])
    desk.set("anna", .ready)
    desk.pass(.seconds(1_000))
    #expect(desk["anna"].activity == .afterCallWork && desk.clock.pending.isEmpty)
    #expect(desk.tell { $0.wrapUpExtended("anna", by: .seconds(5), at: $1) } == [])
    #expect(desk.tell { $0.dispositionSet("other", for: "anna", at: $1) } == [])
    #expect(desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }.changes == ["anna: disposition-set by agent"])
    #expect(desk["anna"].activity == .idle)
    #expect(desk.tell { $0.dispositionSet("call", for: "anna", at: $1) } == [])
  }

  @Test func `until disposition: one within the time ends it too, and there need not be a time`() {
    var desk = Desk.wrappingUp(.untilDisposition, time: .zero)
    #expect(desk["anna"].activity == .afterCallWork && desk.clock.pending.isEmpty)
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    #expect(desk["anna"].activity == .idle)
    desk = Desk.wrappingUp(.untilDisposition)
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    #expect(desk["anna"].activity == .idle && desk.clock.pending.isEmpty)
  }

  @Test func `until disposition: one ends it also when its time was extended`() {
    var desk = Desk.wrappingUp(.untilDisposition)
    desk.tell { $0.wrapUpExtended("anna", by: .seconds(30), at: $1) }
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    #expect(desk["anna"].activity == .idle && desk.clock.pending.isEmpty)
  }

  @Test func `until disposition: one that was set during the call leaves the time`() {
    var desk = Desk.wrappingUp(.untilDisposition) { $0.tell { $0.dispositionSet("call", for: "anna", at: $1) } }
    #expect(desk["anna"].activity == .afterCallWork)
    desk.tell { $0.wrapUpFinished("anna", at: $1) }
    #expect(desk["anna"].activity == .idle)
  }

  @Test func `until disposition: dialling in between does not make it forget`() {
    var desk = Desk.wrappingUp(.untilDisposition, time: .zero)
    desk.tell { $0.dialingBegan("back", by: "anna", at: $1) }
    desk.tell { $0.dialingFailed("back", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .afterCallWork)
    desk.tell { $0.dialingBegan("again", by: "anna", at: $1) }
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    desk.tell { $0.dialingFailed("again", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .idle)
  }

  @Test func `until disposition: a longer wrap-up of another call does not make it forget`() {
    var desk = Desk.wrappingUp(.untilDisposition, time: .zero) { desk in
      desk.tell { $0.dialingBegan("emergency", by: "anna", overrides: true, at: $1) }
      desk.tell { $0.dialingAnswered("emergency", by: "anna", at: $1) }
    }
    #expect(desk["anna"].activity == .outboundTalking)
    desk.hangUp("emergency", "anna")
    desk.pass(.seconds(100))
    #expect(desk["anna"].activity == .afterCallWork)
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    #expect(desk["anna"].activity == .idle)
  }

  @Test func `until disposition: after her own dialling it is about the call that still waits for one`() {
    var desk = Desk.wrappingUp(.untilDisposition, time: .seconds(5))
    desk.pass(.seconds(6))
    desk.tell { $0.dialingBegan("back", by: "anna", at: $1) }
    desk.tell { $0.dialingAnswered("back", by: "anna", at: $1) }
    desk.hangUp("back", "anna")
    let since = desk.clock.now
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].contact == "back")
    #expect(desk.pass(.seconds(15)).changes == ["anna: disposition-missing by system"])
    #expect(desk["anna"].contact == "call" && desk["anna"].activitySince == since)
    desk.pass(.seconds(600))
    desk.tell { $0.dispositionSet("call", for: "anna", at: $1) }
    #expect(desk["anna"].activity == .idle)
  }

  @Test func `until disposition: of two that are missing each is written in turn`() {
    var settings = DistributionSettings.small
    settings.agents[1].capacity = 2
    for index in [0, 1] {
      settings.queues[index].wrapUpMode = .untilDisposition
      settings.queues[index].wrapUp = .zero
    }
    var desk = Desk(settings)
    desk.makeReady("berta")
    desk.arrive("one")
    desk.answer("one", "berta")
    desk.arrive("two", "support")
    desk.answer("two", "berta")
    desk.hangUp("one", "berta")
    desk.hangUp("two", "berta")
    let first = desk["berta"].contact
    desk.tell { $0.dispositionSet(first ?? "", for: "berta", at: $1) }
    #expect(desk["berta"].activity == .afterCallWork && desk["berta"].contact == (first == "one" ? "two" : "one"))
  }

  @Test(arguments: [1, 59, 61]) func `until disposition: time that another call demands stays with its disposition`(
    second: Int
  ) {
    var settings = DistributionSettings.small
    settings.queues[0].wrapUp = .seconds(60)
    settings.queues[0].wrapUpMayEndEarly = false
    settings.queues[1].wrapUp = .seconds(90)
    settings.queues[1].wrapUpMode = .untilDisposition
    settings.agents[1].capacity = 2
    var desk = Desk(settings)
    desk.makeReady("berta")
    desk.arrive("timed")
    desk.answer("timed", "berta")
    desk.arrive("coded", "support")
    desk.answer("coded", "berta")
    desk.hangUp("timed", "berta")
    desk.hangUp("coded", "berta")
    desk.pass(.seconds(second))
    desk.tell { $0.dispositionSet("coded", for: "berta", at: $1) }
    #expect((desk["berta"].activity == .afterCallWork) == (second < 60))
    desk.pass(.seconds(max(0, 59 - second)))
    #expect((desk["berta"].activity == .afterCallWork) == (second < 60))
    desk.pass(.seconds(1))
    #expect(desk["berta"].activity == .idle && desk.clock.pending.isEmpty)
  }

  @Test func `until disposition: one that was said while another call went on leaves its time`() {
    var settings = DistributionSettings.small
    settings.agents[1].capacity = 2
    for index in [0, 1] { settings.queues[index].wrapUpMode = .untilDisposition }
    settings.queues[0].wrapUp = .seconds(60)
    settings.queues[1].wrapUp = .seconds(90)
    var desk = Desk(settings)
    desk.makeReady("berta")
    desk.arrive("one")
    desk.answer("one", "berta")
    desk.arrive("two", "support")
    desk.answer("two", "berta")
    desk.hangUp("one", "berta")
    desk.tell { $0.dispositionSet("one", for: "berta", at: $1) }
    desk.hangUp("two", "berta")
    desk.pass(.seconds(10))
    desk.tell { $0.dispositionSet("two", for: "berta", at: $1) }
    desk.pass(.seconds(49))
    #expect(desk["berta"].activity == .afterCallWork)
    desk.pass(.seconds(1))
    #expect(desk["berta"].activity == .idle)
  }

  @Test func `what interrupts a wrap-up counts towards its time, and more time is more of what stays`() {
    var settings = DistributionSettings.small
    settings.queues[0].wrapUp = .seconds(60)
    settings.queues[1].wrapUp = .zero
    settings.queues[1].wrapUpMode = .untilDisposition
    settings.agents[1].capacity = 2
    var desk = Desk(settings)
    desk.makeReady("berta")
    desk.arrive("timed")
    desk.answer("timed", "berta")
    desk.arrive("coded", "support")
    desk.answer("coded", "berta")
    desk.hangUp("timed", "berta")
    desk.hangUp("coded", "berta")
    desk.pass(.seconds(20))
    desk.tell { $0.dialingBegan("back", by: "berta", at: $1) }
    desk.pass(.seconds(500))
    desk.tell { $0.dialingFailed("back", by: "berta", at: $1) }
    desk.tell { $0.wrapUpExtended("berta", by: .seconds(30), at: $1) }
    desk.pass(.seconds(10))
    desk.tell { $0.dispositionSet("coded", for: "berta", at: $1) }
    desk.pass(.seconds(59))
    #expect(desk["berta"].activity == .afterCallWork)
    desk.pass(.seconds(1))
    #expect(desk["berta"].activity == .idle)
  }

  @Test func `a wrap-up survives a transfer`() {
    var desk = Desk.wrappingUp(.timed)
    desk.makeReady("clara")
    desk.pass(.seconds(4))
    // The contact goes on to another queue, and is served and ended there.
    #expect(desk.arrive("call", "support").offers == ["call→clara"])
    desk.answer("call", "clara")
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].contact == "call")
    desk.pass(.seconds(5))
    desk.hangUp("call", "clara")
    #expect(desk["anna"].activity == .afterCallWork && desk["clara"].activity == .afterCallWork)
    desk.pass(.seconds(5))
    #expect(desk["anna"].activity == .idle && desk["clara"].activity == .afterCallWork)
    desk.pass(.seconds(10))
    #expect(desk["clara"].activity == .idle)
  }

  @Test func `the rules that a queue has when the call ends are those that count`() {
    let desk = Desk.wrappingUp(.timed) { desk in
      var queue = QueueSettings(id: "sales")
      queue.wrapUpMode = .none
      desk.tell { $0.queueSet(queue, at: $1) }
    }
    #expect(desk["anna"].activity == .idle)
  }
}

@Suite struct `What an agent's offers come to` {
  @Test func `declined, no answer, busy, unreachable, caller gone and a fault of ours are counted apart`() {
    var settings = DistributionSettings.small
    settings.queues[0].missedOffersBeforeAway = 0
    var desk = Desk(settings)
    desk.makeReady("anna")
    let ends: [Distributor.OfferEnd] = [.declined, .declined, .noAnswer, .busy, .unreachable, .systemFailure]
    for end in ends {
      desk.arrive("call")
      desk.fail("call", "anna", end)
      desk.leave("call")
      desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) }
      desk.pass(.seconds(5))
    }
    desk.arrive("call")
    desk.leave("call")
    desk.arrive("call")
    desk.set("anna", .notReady(reason: "lunch"))
    desk.set("anna", .ready)
    desk.pass(.seconds(5))
    desk.answer("call", "anna")
    var counters = OfferCounters()
    counters.made = 9
    counters.answered = 1
    counters.ended = [
      .declined: 2, .noAnswer: 1, .busy: 1, .unreachable: 1, .systemFailure: 1, .callerGone: 1, .agentGone: 1,
    ]
    #expect(desk["anna"].counters == counters)
  }

  @Test func `whoever the only agent rejects is not offered to her again without delay`() {
    var desk = Desk()
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.fail("call", "anna", .declined).offers.isEmpty)
    #expect(desk.set("anna", .ready).offers.isEmpty)
    #expect(desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) }.offers.isEmpty)
    #expect(desk.tell { $0.priorityChanged("call", to: 5, at: $1) }.offers.isEmpty)
    #expect(desk.pass(.milliseconds(4_999)).offers.isEmpty)
    #expect(desk.pass(.milliseconds(1)).offers == ["call→anna"])
  }

  @Test func `whoever is away for longer than the reason allows is told of once`() {
    var settings = DistributionSettings.small
    settings.reasons["lunch"] = ReasonSettings(isPaid: false, longest: .seconds(60))
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.set("anna", .notReady(reason: "lunch"))
    #expect(desk.pass(.seconds(59)).deeds.isEmpty)
    #expect(desk.pass(.seconds(1)).deeds == [.overstayed("anna", reason: "lunch")])
    #expect(desk.pass(.seconds(600)).deeds.isEmpty)
    desk.set("anna", .notReady(reason: "meeting"))
    #expect(desk.clock.pending.isEmpty)
    desk.set("anna", .notReady(reason: "lunch"))
    desk.set("anna", .ready)
    #expect(desk.clock.pending.isEmpty)
  }
}
