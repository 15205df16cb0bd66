import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `An agent's own dialling` {
  var desk = Desk()

  @Test mutating func `she may dial when logged in, reachable, and idle or wrapping up`() {
    #expect(desk.distributor.phoneForDialing("nobody") == nil)
    #expect(desk.distributor.phoneForDialing("anna") == nil)
    desk.logIn("anna")
    #expect(desk.distributor.phoneForDialing("anna") == "phone-anna")
    desk.set("anna", .ready)
    #expect(desk.distributor.phoneForDialing("anna") == "phone-anna")
    desk.arrive("call")
    #expect(desk.distributor.phoneForDialing("anna") == nil)
    desk.answer("call", "anna")
    #expect(desk.distributor.phoneForDialing("anna") == nil)
    desk.hangUp("call", "anna")
    #expect(desk.distributor.phoneForDialing("anna") == "phone-anna")
    desk.tell { $0.phoneBecameUnreachable("phone-anna", at: $1) }
    #expect(desk.distributor.phoneForDialing("anna") == nil)
  }

  @Test mutating func `while she dials and talks she is offered nothing, then she wraps up`() {
    desk.makeReady("anna")
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .outboundDialing)
    #expect(desk.arrive("call").offers.isEmpty)
    desk.tell { $0.dialingAnswered("out", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .outboundTalking)
    desk.tell { $0.conversationHeld("out", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .holding)
    desk.tell { $0.conversationRetrieved("out", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .outboundTalking)
    desk.hangUp("out", "anna")
    #expect(desk["anna"].activity == .afterCallWork)
    #expect(desk.pass(.seconds(15)).offers == ["call→anna"])
  }

  @Test mutating func `nobody reached: idle again, without wrap-up, at the end of the line of agents`() {
    desk.makeReady("anna", "berta")
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    desk.pass(.seconds(1))
    #expect(desk.tell { $0.dialingFailed("out", by: "anna", at: $1) }.changes == ["anna: dialing-failed by system"])
    #expect(desk["anna"].activity == .idle)
    #expect(desk.arrive("call").offers == ["call→berta"])
  }

  @Test mutating func `an end before an answer is a failure as well`() {
    desk.makeReady("anna")
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    desk.hangUp("out", "anna")
    #expect(desk["anna"].activity == .idle)
  }

  @Test mutating func `dialling interrupts a wrap-up, which goes on when nobody was reached`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
    desk.pass(.seconds(5))
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    #expect(desk.clock.pending.isEmpty)
    desk.pass(.seconds(30))
    let effects = desk.tell { $0.dialingFailed("out", by: "anna", at: $1) }
    #expect(effects.contains(.startTimer(.wrapUp("anna"), .seconds(10))))
    #expect(desk["anna"].contact == "call")
    desk.pass(.seconds(10))
    #expect(desk["anna"].activity == .idle)
  }

  @Test func `a wrap-up after dialling is no shorter than what it interrupted`() {
    var settings = DistributionSettings.small
    settings.direct.wrapUp = .zero
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    desk.tell { $0.dialingAnswered("out", by: "anna", at: $1) }
    #expect(desk.hangUp("out", "anna").contains(.startTimer(.wrapUp("anna"), .seconds(15))))
  }

  @Test mutating func `what cannot be is not done`() {
    #expect(desk.tell { $0.dialingBegan("out", by: "anna", at: $1) } == [])
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    #expect(desk.tell { $0.dialingBegan("out", by: "anna", at: $1) } == [])
    #expect(desk.tell { $0.dialingBegan("call", by: "berta", at: $1) } == [])
    desk.tell { $0.dialingBegan("out", by: "berta", at: $1) }
    #expect(desk.tell { $0.dialingBegan("out", by: "berta", at: $1) } == [])
    #expect(desk.tell { $0.dialingAnswered("other", by: "berta", at: $1) } == [])
    #expect(desk.tell { $0.dialingFailed("other", by: "berta", at: $1) } == [])
    #expect(desk.arrive("out") == [])
    desk.tell { $0.dialingAnswered("out", by: "berta", at: $1) }
    #expect(desk.tell { $0.dialingFailed("out", by: "berta", at: $1) } == [])
  }

  @Test mutating func `an emergency call rings her phone in back-off, unregistered, paused, away or wrapping up`() {
    #expect(desk.distributor.phoneForDialing("nobody", isEmergency: true) == nil)
    #expect(desk.distributor.phoneForDialing("anna", isEmergency: true) == nil)
    desk.makeReady("anna")
    desk.arrive("call")
    desk.fail("call", "anna", .unreachable)
    #expect(desk.clock.pending.contains(.backOff("phone-anna")))
    #expect(desk.distributor.phoneForDialing("anna") == nil)
    #expect(desk.distributor.phoneForDialing("anna", isEmergency: true) == "phone-anna")
    desk.tell { $0.phoneBecameUnreachable("phone-anna", at: $1) }
    desk.set("anna", .notReady(reason: "lunch"))
    #expect(desk.distributor.phoneForDialing("anna", isEmergency: true) == "phone-anna")
    desk.tell { $0.dialingBegan("110", by: "anna", overrides: true, at: $1) }
    #expect(desk["anna"].activity == .outboundDialing)
    desk.tell { $0.dialingAnswered("110", by: "anna", at: $1) }
    desk.hangUp("110", "anna")
    #expect(desk["anna"].activity == .afterCallWork)
    #expect(desk.distributor.phoneForDialing("anna", isEmergency: true) == "phone-anna")
  }

  @Test
  mutating func `an emergency call takes a ringing offer from her without blame, and the caller goes to the next`() {
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    desk.pass(.seconds(1))
    desk.arrive("later", "support")
    desk.ring("call", "anna")
    desk.set("anna", .loggedOut, by: .system)
    desk.fail("later", "berta", .declined)
    #expect(desk.distributor.phoneForDialing("anna", isEmergency: true) == "phone-anna")
    let effects = desk.tell { $0.dialingBegan("110", by: "anna", overrides: true, at: $1) }
    #expect(
      effects.deeds == [
        .withdraw("call", from: "anna", .agentGone), .offerEnded("call", "anna", .agentGone),
        .offer("call", to: "berta", at: "phone-berta"),
      ])
    #expect(effects.changes.first == "anna: dials by agent")
    #expect(desk["anna"].activity == .outboundDialing && desk["anna"].contact == "110")
    #expect(desk["anna"].phone == "phone-anna" && desk["anna"].missedOffers == 0)
    #expect(!desk.clock.pending.contains(.ringing("anna")))
    desk.tell { $0.dialingFailed("110", by: "anna", at: $1) }
    #expect(desk["anna"].status == .loggedOut && desk["anna"].activity == .idle)
  }

  @Test mutating func `an emergency call in a conversation leaves it up, and she goes back to it`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.set("anna", .notReady(reason: "lunch"))
    desk.tell { $0.dialingBegan("110", by: "anna", overrides: true, at: $1) }
    #expect(desk["anna"].activity == .outboundDialing && desk["anna"].contact == "110")
    #expect(desk.tell { $0.conversationHeld("call", by: "anna", at: $1) } == [])
    desk.tell { $0.dialingAnswered("110", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .outboundTalking)
    desk.hangUp("110", "anna")
    #expect(desk["anna"].activity == .holding && desk["anna"].contact == "call")
    desk.hangUp("call", "anna")
    #expect(desk["anna"].activity == .afterCallWork)
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .notReady(reason: "lunch") && desk.clock.pending.isEmpty)
  }

  @Test mutating func `a conversation that ends during an emergency call is wrapped up after it`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.tell { $0.dialingBegan("110", by: "anna", overrides: true, at: $1) }
    desk.arrive("next")
    #expect(desk.hangUp("call", "anna").deeds.isEmpty)
    #expect(desk["anna"].contact == "110" && desk["anna"].contacts == ["110"])
    #expect(desk.pass(.seconds(60)).offers.isEmpty)
    let effects = desk.tell { $0.dialingFailed("110", by: "anna", at: $1) }
    #expect(effects.contains(.startTimer(.wrapUp("anna"), .seconds(15))))
    #expect(desk["anna"].contact == "call")
    #expect(desk.pass(.seconds(15)).offers == ["next→anna"])
  }

  @Test mutating func `one emergency call does not hinder the next, nor dialling that is under way`() {
    desk.makeReady("anna")
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    for number in ["110", "119"] as [ContactID] {
      #expect(desk.distributor.phoneForDialing("anna", isEmergency: true) == "phone-anna")
      desk.tell { $0.dialingBegan(number, by: "anna", overrides: true, at: $1) }
      #expect(desk["anna"].contact == number)
    }
    #expect(desk.tell { $0.dialingAnswered("out", by: "anna", at: $1) } == [])
    desk.tell { $0.dialingFailed("119", by: "anna", at: $1) }
    desk.tell { $0.dialingFailed("110", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .outboundTalking && desk["anna"].contact == "out")
    desk.hangUp("out", "anna")
    #expect(desk["anna"].activity == .afterCallWork)
  }

  @Test mutating func `away while dialling comes true when it has failed`() {
    desk.makeReady("anna")
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    desk.set("anna", .notReady(reason: "lunch"))
    desk.tell { $0.dialingFailed("out", by: "anna", at: $1) }
    #expect(desk["anna"].status == .notReady(reason: "lunch"))
  }
}
