import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `What she does who has several contacts` {
  @Test func `she is in the call that her phone does not hold`() {
    var desk = Desk.talking()
    desk.arrive("two")
    desk.tell { $0.conversationHeld("one", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .holding && desk["anna"].contact == "one")
    desk.answer("two", "anna")
    #expect(desk["anna"].activity == .talking && desk["anna"].contact == "two")
    desk.tell { $0.conversationHeld("two", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .holding && desk["anna"].contact == "two")
    desk.pass(.seconds(1))
    desk.tell { $0.conversationRetrieved("one", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .talking && desk["anna"].contact == "one")
    // She stays in the one that she turned to last, although the other one began later.
    desk.pass(.seconds(1))
    desk.tell { $0.conversationHeld("one", by: "anna", at: $1) }
    #expect(desk["anna"].activity == .holding && desk["anna"].contact == "one")
    desk.hangUp("one", "anna")
    #expect(desk["anna"].activity == .holding && desk["anna"].contact == "two")
  }

  @Test func `of two that are not held she is in the one that she took back last`() {
    var desk = Desk.talking()
    desk.pass(.seconds(1))
    desk.arrive("two")
    desk.answer("two", "anna")
    #expect(desk["anna"].contact == "two")
    desk.tell { $0.conversationHeld("one", by: "anna", at: $1) }
    desk.pass(.seconds(1))
    desk.tell { $0.conversationRetrieved("one", by: "anna", at: $1) }
    #expect(desk["anna"].contact == "one")
  }

  @Test func `a wrap-up is due when a call ends, keeps others away, and begins when she talks to nobody`() {
    var desk = Desk.talkingTwice { $0.wrapUp = .seconds(15) }
    desk.arrive("three")
    #expect(desk.hangUp("one", "anna").offers.isEmpty)
    #expect(desk["anna"].activity == .talking)
    let why = desk.distributor.explanation(of: "three", at: desk.clock.now)
    #expect(why?.leftOut.first { $0.agent == "anna" }?.obstacle == .wrapUp)
    desk.pass(.seconds(60))
    #expect(desk.hangUp("two", "anna").offers.isEmpty)
    #expect(desk["anna"].activity == .afterCallWork)
    // It is after both: of either she may say what it came to.
    for contact in ["one", "two"] as [ContactID] {
      #expect((try? desk.distributor.disposer(of: contact, for: "anna").get())?.queue == "sales", "\(contact)")
    }
    #expect(desk.pass(.seconds(14)).offers.isEmpty)
    #expect(desk.pass(.seconds(1)).offers == ["three→anna"])
  }

  @Test func `a disposition that was all that was missing makes room while the other call goes on`() {
    var desk = Desk.talkingTwice {
      $0.wrapUp = .zero
      $0.wrapUpMode = .untilDisposition
    }
    desk.arrive("three")
    #expect(desk.hangUp("one", "anna").offers.isEmpty)
    #expect((try? desk.distributor.disposer(of: "one", for: "anna").get())?.queue == "sales")
    #expect(desk.tell { $0.dispositionSet("one", for: "anna", at: $1) }.offers == ["three→anna"])
    #expect(desk["anna"].contacts == ["two"])
  }

  @Test func `a wrap-up asked for is of the call that she is in`() {
    var desk = Desk.talkingTwice {
      $0.wrapUp = .seconds(15)
      $0.wrapUpMode = .optional
    }
    desk.tell { $0.conversationHeld("two", by: "anna", at: $1) }
    desk.tell { $0.wrapUpRequested("anna", at: $1) }
    desk.hangUp("two", "anna")
    desk.arrive("three")
    #expect(desk["anna"].offered == "three")
    desk.hangUp("one", "anna")
    // Her phone rings still; what is due comes after that.
    #expect(desk["anna"].activity == .reserved && desk["anna"].contact == "three")
    desk.leave("three")
    #expect(desk["anna"].activity == .afterCallWork && desk["anna"].contact == "one")
    desk.pass(.seconds(15))
    #expect(desk["anna"].activity == .idle && desk.clock.pending.isEmpty)
  }

  @Test func `going in the middle of it ends a wrap-up that has come due beside an offer`() {
    var desk = Desk.talking { $0.wrapUp = .seconds(15) }
    desk.arrive("two")
    desk.hangUp("one", "anna")
    desk.tell { $0.agentLoggedOut("anna", by: .supervisor, at: $1) }
    #expect(desk["anna"].status == .loggedOut && desk["anna"].activity == .idle)
    #expect(!desk.clock.pending.contains(.wrapUp("anna")))
  }

  @Test func `somebody else at her phone takes the offer from her, and leaves her the call`() {
    var desk = Desk.talking()
    desk.arrive("two")
    #expect(desk.tell { $0.agentLoggedIn("berta", phone: "phone-anna", at: $1) }.ends == ["two→anna agentGone"])
    #expect(desk["anna"].contacts == ["one"] && desk["anna"].phone == nil && desk["anna"].pendingStatus == .loggedOut)
    desk.hangUp("one", "anna")
    #expect(desk["anna"].status == .loggedOut)
  }
}
