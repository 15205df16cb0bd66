import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Talking and wrapping up` {
  var desk = Desk()

  /// Anna, wrapping up after a call for sales.
  mutating func wrapUp() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
  }

  @Test mutating func `hold and retrieve are seen, each once`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    #expect(desk.tell { $0.conversationHeld("call", by: "anna", at: $1) }.changes == ["anna: held by agent"])
    #expect(desk["anna"].activity == .holding)
    #expect(desk.tell { $0.conversationHeld("call", by: "anna", at: $1) } == [])
    desk.tell { $0.conversationRetrieved("call", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .talking)
    #expect(desk.tell { $0.conversationRetrieved("call", by: "anna", at: $1) } == [])
  }

  @Test mutating func `after a call she has the queue's time for notes, then the next caller`() {
    wrapUp()
    #expect(desk["anna"].activity == .afterCallWork)
    #expect(desk["anna"].contact == "call")
    desk.arrive("next")
    #expect(desk.pass(.milliseconds(14_900)).offers.isEmpty)
    let effects = desk.pass(.milliseconds(100))
    #expect(effects.changes.first == "anna: wrap-up-over by system")
    #expect(effects.offers == ["next→anna"])
  }

  @Test func `a queue without wrap-up frees her at once`() {
    var settings = DistributionSettings.small
    settings.queues[0].wrapUp = .zero
    var desk = Desk(settings)
    desk.makeReady("anna")
    desk.arrive("call")
    desk.arrive("next")
    desk.answer("call", "anna")
    #expect(desk.hangUp("call", "anna").offers == ["next→anna"])
  }

  @Test mutating func `a call that was not hers ends nothing`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    #expect(desk.hangUp("other", "anna") == [])
    #expect(desk.hangUp("call", "berta") == [])
    #expect(desk.leave("call") == [])
    desk.hangUp("call", "anna")
    #expect(desk.hangUp("call", "anna") == [])
  }

  @Test mutating func `she ends her wrap-up by saying so`() {
    wrapUp()
    desk.arrive("next")
    let effects = desk.tell { $0.wrapUpFinished("anna", at: $1) }
    #expect(effects.changes.first == "anna: wrap-up-finished by agent")
    #expect(effects.offers == ["next→anna"])
    #expect(!desk.clock.pending.contains(.wrapUp("anna")))
    #expect(desk.tell { $0.wrapUpFinished("anna", at: $1) } == [])
  }

  @Test mutating func `ready ends the wrap-up too`() {
    wrapUp()
    desk.arrive("next")
    #expect(desk.set("anna", .ready).offers == ["next→anna"])
  }

  @Test mutating func `ready in wrap-up takes back a log-out that was to come`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.tell { $0.agentLoggedOut("anna", by: .agent, at: $1) }
    desk.hangUp("call", "anna")
    desk.set("anna", .ready)
    #expect(desk["anna"].status == .ready)
    #expect(desk["anna"].phone == "phone-anna")
    #expect(desk.arrive("next").offers == ["next→anna"])
  }

  @Test(arguments: [AgentStatus.notReady(reason: "lunch"), .loggedOut])
  func `away in wrap-up counts at once`(status: AgentStatus) {
    var desk = Desk()
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
    desk.set("anna", status)
    #expect(desk["anna"].status == status)
    #expect(desk["anna"].activity == .idle)
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `a supervision interrupts it, and then it goes on`() {
    wrapUp()
    desk.pass(.seconds(5))
    desk.tell { $0.supervisionBegan(by: "anna", at: $1) }
    #expect(desk["anna"].activity == .supervising && desk.clock.pending.isEmpty)
    desk.pass(.seconds(100))
    let effects = desk.tell { $0.supervisionEnded(by: "anna", at: $1) }
    #expect(effects.contains(.startTimer(.wrapUp("anna"), .seconds(10))))
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].contact == "call")
  }

  @Test mutating func `more time is added to what is left`() {
    wrapUp()
    desk.pass(.seconds(10))
    #expect(
      desk.tell { $0.wrapUpExtended("anna", by: .seconds(60), at: $1) } == [.startTimer(.wrapUp("anna"), .seconds(65))])
    desk.pass(.seconds(64))
    #expect(desk["anna"].activity == .afterCallWork)
    desk.pass(.seconds(1))
    #expect(desk["anna"].activity == .idle)
  }

  @Test(arguments: [Duration.seconds(4_000), .seconds(Int64.max)])
  func `no wrap-up is extended past an hour in all`(more: Duration) {
    var desk = Desk()
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
    desk.pass(.seconds(10))
    #expect(
      desk.tell { $0.wrapUpExtended("anna", by: more, at: $1) } == [.startTimer(.wrapUp("anna"), .seconds(3_590))])
    #expect(desk.tell { $0.wrapUpExtended("anna", by: .seconds(1), at: $1) } == [])
  }

  @Test(arguments: [Duration.zero, .seconds(-5), .seconds(Int64.min)])
  func `an extension by nothing, or less, does nothing`(more: Duration) {
    var desk = Desk()
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.hangUp("call", "anna")
    #expect(desk.tell { $0.wrapUpExtended("anna", by: more, at: $1) } == [])
    #expect(desk.tell { $0.wrapUpExtended("berta", by: .seconds(5), at: $1) } == [])
  }
}
