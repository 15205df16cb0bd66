import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Phones that can be reached, or not` {
  var desk = Desk()

  /// Anna, ready at an extension.
  mutating func sitAtExtension() {
    desk.tell { $0.agentLoggedIn("anna", phone: "201", at: $1) }
    desk.set("anna", .ready)
  }

  @Test mutating func `a phone that has not registered is not rung`() {
    desk.tell { $0.agentLoggedIn("anna", phone: "desk", at: $1) }
    desk.set("anna", .ready)
    #expect(desk["anna"].activity == .unreachable)
    #expect(desk.arrive("call").offers.isEmpty)
    let effects = desk.tell { $0.phoneBecameReachable("desk", at: $1) }
    #expect(effects.changes.first == "anna: phone-reachable by system")
    #expect(effects.offers == ["call→anna"])
  }

  @Test mutating func `an extension is reachable without ever registering, and its slow mobile leg gets its time`() {
    sitAtExtension()
    let effects = desk.arrive("call")
    #expect(effects.deeds == [.offer("call", to: "anna", at: "201")])
    #expect(effects.contains(.startTimer(.alerting("anna"), .seconds(15))))
    #expect(desk.tell { $0.phoneBecameUnreachable("201", at: $1) } == [])
  }

  @Test mutating func `a lost binding makes her unreachable, and its return starts her idle time`() {
    desk.makeReady("anna")
    let effects = desk.tell { $0.phoneBecameUnreachable("phone-anna", at: $1) }
    #expect(effects.changes == ["anna: phone-unreachable by system"])
    #expect(desk["anna"].status == .ready)
    #expect(desk["anna"].activity == .unreachable)
    desk.pass(.seconds(5))
    desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) }
    #expect(desk["anna"].readySince == desk.clock.now)
  }

  @Test mutating func `a lost binding does not cut a ringing phone, which may still answer`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.ring("call", "anna")
    #expect(desk.tell { $0.phoneBecameUnreachable("phone-anna", at: $1) } == [])
    #expect(desk.answer("call", "anna").deeds == [.connect("call", "anna")])
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk["anna"].activity == .unreachable)
  }

  @Test mutating func `a phone without a ring in its time is withdrawn as unreachable, without penalty`() {
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    #expect(desk.pass(.milliseconds(3_900)).deeds == [])
    let effects = desk.pass(.milliseconds(200))
    #expect(effects.withdrawals == ["call→anna unreachable"])
    #expect(effects.offers == ["call→berta"])
    #expect(desk["anna"].activity == .unreachable)
    #expect(desk["anna"].missedOffers == 0)
  }

  @Test func `a ring time shorter than the limit does not blame her for a silent phone`() {
    var settings = DistributionSettings.small
    settings.queues[0].ringTime = .seconds(2)
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.arrive("call")
    #expect(desk.pass(.seconds(2)).withdrawals == ["call→anna unreachable"])
    #expect(desk["anna"].missedOffers == 0)
  }

  @Test mutating func `a registration ends the back-off of a registered phone at once`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.fail("call", "anna", .unreachable)
    #expect(desk.clock.pending.contains(.backOff("phone-anna")))
    desk.pass(.seconds(6))
    let effects = desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) }
    #expect(effects.first == .cancelTimer(.backOff("phone-anna")))
    #expect(effects.offers == ["call→anna"])
  }

  @Test mutating func `a registration of a phone that is reachable changes nothing`() {
    desk.makeReady("anna")
    #expect(desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) } == [])
    desk.arrive("call")
    #expect(desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) } == [])
  }

  @Test mutating func `a phone that is known to be gone needs no back-off`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.tell { $0.phoneBecameUnreachable("phone-anna", at: $1) }
    desk.fail("call", "anna", .unreachable)
    #expect(!desk.clock.pending.contains(.backOff("phone-anna")))
    #expect(desk["anna"].activity == .unreachable)
  }

  @Test mutating func `each back-off of an extension in a row is twice as long, up to five minutes`() {
    sitAtExtension()
    desk.arrive("call")
    for seconds in [30, 60, 120, 240, 300, 300] {
      let effects = desk.fail("call", "anna", .unreachable)
      #expect(effects.contains(.startTimer(.backOff("201"), .seconds(seconds))))
      #expect(desk["anna"].activity == .unreachable)
      #expect(desk.pass(.seconds(seconds) - .milliseconds(1)).offers.isEmpty)
      #expect(desk.pass(.milliseconds(1)).offers == ["call→anna"])
    }
  }

  @Test mutating func `an offer that rings, or is answered, makes the next back-off short again`() {
    sitAtExtension()
    desk.arrive("call")
    desk.fail("call", "anna", .unreachable)
    desk.pass(.seconds(30))
    desk.ring("call", "anna")
    #expect(desk.fail("call", "anna", .unreachable).contains(.startTimer(.backOff("201"), .seconds(30))))
    desk.pass(.seconds(30))
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    desk.arrive("next")
    #expect(desk.fail("next", "anna", .unreachable).contains(.startTimer(.backOff("201"), .seconds(30))))
  }
}
