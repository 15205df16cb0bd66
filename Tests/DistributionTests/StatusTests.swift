import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `What an agent wants` {
  var desk = Desk()

  @Test mutating func `nobody becomes ready by logging in`() {
    desk.arrive("call")
    let effects = desk.logIn("anna")
    #expect(effects.changes == ["anna: log-in by agent"])
    #expect(desk["anna"].status == .notReady(reason: "login"))
    #expect(desk["anna"].phone == "phone-anna")
    #expect(desk.set("anna", .ready).offers == ["call→anna"])
  }

  @Test mutating func `an unknown agent can do nothing`() {
    #expect(desk.tell { $0.agentLoggedIn("nobody", phone: "p", at: $1) } == [])
    #expect(desk.set("nobody", .ready) == [])
    #expect(desk.tell { $0.agentLoggedOut("nobody", by: .agent, at: $1) } == [])
    #expect(desk.distributor.agent("nobody") == nil)
  }

  @Test mutating func `a status of somebody logged out stays so`() {
    #expect(desk.set("anna", .ready) == [])
    #expect(desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) } == [])
  }

  @Test mutating func `the same status twice is told once`() {
    desk.makeReady("anna")
    #expect(desk.set("anna", .ready) == [])
  }

  @Test mutating func `each change tells who made it, and what was before`() {
    desk.makeReady("anna")
    let effects = desk.set("anna", .notReady(reason: "lunch"), by: .supervisor)
    guard case .agentChanged(let old, let new, "away", .supervisor) = effects.first, effects.count == 1 else {
      Issue.record("\(effects)")
      return
    }
    #expect(old.status == .ready)
    #expect(new.status == .notReady(reason: "lunch"))
    #expect(new.statusSince == desk.clock.now)
    #expect(new.activitySince == old.activitySince)
  }

  @Test mutating func `away during a call waits until the wrap-up is over`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    #expect(desk.set("anna", .notReady(reason: "lunch")).changes == ["anna: away by agent"])
    #expect(desk["anna"].status == .ready)
    #expect(desk["anna"].pendingStatus == .notReady(reason: "lunch"))
    desk.hangUp("call", "anna")
    #expect(desk["anna"].status == .ready)
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .notReady(reason: "lunch"))
    #expect(desk["anna"].pendingStatus == nil)
  }

  @Test mutating func `ready during a call takes back what was to come`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }
    #expect(desk["anna"].pendingStatus == .loggedOut)
    desk.set("anna", .ready)
    #expect(desk["anna"].pendingStatus == nil)
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .ready)
  }

  @Test mutating func `a log-out during a call cuts nothing, and comes true after it`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    #expect(desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }.deeds == [])
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .loggedOut)
    #expect(desk["anna"].phone == nil)
  }

  @Test(arguments: [Actor.agent, .supervisor])
  func `going away while it rings takes the call from her at once`(actor: Actor) {
    var desk = Desk()
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    desk.ring("call", "anna")
    let effects = desk.set("anna", .notReady(reason: "lunch"), by: actor)
    #expect(
      effects.deeds == [
        .withdraw("call", from: "anna", .agentGone), .offerEnded("call", "anna", .agentGone),
        .offer("call", to: "berta", at: "phone-berta"),
      ])
    #expect(desk["anna"].status == .notReady(reason: "lunch"))
    #expect(desk["anna"].missedOffers == 0)
  }

  @Test mutating func `going away by a rule of the system waits for the end of the offer`() {
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.set("anna", .notReady(reason: "closing"), by: .system).deeds == [])
    desk.fail("call", "anna", .declined)
    #expect(desk["anna"].status == .notReady(reason: "closing"))
  }

  @Test mutating func `a log-out while it rings takes the call from her at once`() {
    desk.makeReady("anna")
    desk.arrive("call")
    let effects = desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }
    #expect(effects.withdrawals == ["call→anna agentGone"])
    #expect(desk["anna"].status == .loggedOut)
    #expect(desk["anna"].contact == nil)
  }

  @Test mutating func `the same contact is not offered to her again in the instant it was taken from her`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.set("anna", .notReady(reason: "lunch"))
    #expect(desk.set("anna", .ready).offers.isEmpty)
    #expect(desk.pass(.seconds(5)).offers == ["call→anna"])
  }

  @Test mutating func `a break does not count as idle time`() {
    desk.makeReady("anna", "berta")
    desk.set("anna", .notReady(reason: "lunch"))
    desk.pass(.seconds(600))
    desk.set("anna", .ready)
    #expect(desk["anna"].readySince == desk.clock.now)
    #expect(desk.arrive("call").offers == ["call→berta"])
  }
}

@Suite struct `Logging in` {
  var desk = Desk()

  @Test mutating func `the last log-in wins, the displaced phone is told, her status stays`() {
    desk.makeReady("anna")
    let effects = desk.logIn("anna", phone: "desk-2")
    #expect(effects.deeds == [.displaced("anna", from: "phone-anna")])
    #expect(desk["anna"].status == .ready)
    #expect(desk.arrive("call").deeds == [.offer("call", to: "anna", at: "desk-2")])
  }

  @Test mutating func `logging in again at the same phone changes nothing`() {
    desk.makeReady("anna")
    #expect(desk.logIn("anna") == [])
  }

  @Test mutating func `a log-in elsewhere while it rings takes the call from the old phone`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    let effects = desk.logIn("anna", phone: "desk-2")
    #expect(effects.withdrawals == ["call→anna agentGone"])
    #expect(effects.deeds.contains(.displaced("anna", from: "phone-anna")))
    #expect(desk.pass(.seconds(5)).deeds == [.offer("call", to: "anna", at: "desk-2")])
  }

  @Test mutating func `a log-in elsewhere during a call keeps the call`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    #expect(desk.logIn("anna", phone: "desk-2").deeds == [.displaced("anna", from: "phone-anna")])
    #expect(desk["anna"].activity == .talking)
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk.arrive("next").deeds == [.offer("next", to: "anna", at: "desk-2")])
  }

  @Test mutating func `a log-in takes back a log-out that was to come`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }
    desk.logIn("anna")
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .ready)
  }

  @Test mutating func `another agent at her phone logs her out, and she is told`() {
    desk.makeReady("anna")
    let effects = desk.logIn("berta", phone: "phone-anna")
    #expect(effects.deeds == [.displaced("anna", from: "phone-anna")])
    #expect(effects.changes == ["anna: displaced by system", "berta: log-in by agent"])
    #expect(desk["anna"].status == .loggedOut)
    #expect(desk["berta"].phone == "phone-anna")
  }

  @Test mutating func `another agent at her phone while it rings: the call goes on to somebody else`() {
    desk.makeReady("anna", "clara")
    desk.arrive("call")
    let effects = desk.logIn("berta", phone: "phone-anna")
    #expect(effects.withdrawals == ["call→anna agentGone"])
    #expect(effects.offers == ["call→clara"])
    #expect(desk["anna"].status == .loggedOut)
  }

  @Test mutating func `another agent at her phone during a call: she is logged out after it, whatever she says`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.logIn("berta", phone: "phone-anna")
    #expect(desk["anna"].activity == .talking)
    #expect(desk["anna"].pendingStatus == .loggedOut)
    #expect(desk.set("anna", .ready) == [])
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .loggedOut)
    #expect(desk["berta"].phone == "phone-anna")
    #expect(desk.set("berta", .ready).changes == ["berta: ready by agent"])
    #expect(desk.arrive("next").offers == ["next→berta"])
  }

  @Test mutating func `a displaced agent who finds another phone stays`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.logIn("berta", phone: "phone-anna")
    desk.logIn("anna", phone: "desk-2")
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .ready)
    #expect(desk["anna"].phone == "desk-2")
  }
}
