import Directory
import Telephony
import TelephonyTesting
import Testing

private let number = PhoneNumber(canonical: "+819012345678", display: "090-1234-5678", kind: .mobile)
private let yamada = Customer(id: "1", name: "山田 太郎", reading: "ヤマダ タロウ", romaji: "Yamada Taro")
private let contact: ContactID = "c"
private let deadline: CallerCards.Timer = .deadline(contact)

@Suite struct `The card before the ring` {
  private var cards = CallerCards()
  private var now = ManualClock<CallerCards.Timer>().now

  private mutating func arrive() -> [CallerCards.Effect] { cards.contactArrived(contact, number: number, at: now) }
  private mutating func offer(_ agent: AgentID) -> [CallerCards.Effect] { cards.offered(contact, to: agent, at: now) }

  @Test mutating func `the number is looked up when the contact arrives`() {
    #expect(arrive() == [.lookUp(contact, number), .startTimer(deadline, .milliseconds(150))])
    #expect(cards.card(of: contact) == .pending)
    #expect(arrive() == [])
  }

  @Test mutating func `a card that is there is shown, then the phone rings`() {
    _ = arrive()
    #expect(cards.found(contact, [yamada], at: now) == [.cancelTimer(deadline)])
    #expect(offer("anna") == [.popUp(contact, "anna", .known([yamada])), .ring(contact, "anna")])
    #expect(cards.card(of: contact) == .known([yamada]))
  }

  @Test mutating func `an offer waits for the card, and no longer than for the deadline`() {
    _ = arrive()
    #expect(offer("anna") == [])
    #expect(
      cards.found(contact, [yamada], at: now)
        == [.cancelTimer(deadline), .popUp(contact, "anna", .known([yamada])), .ring(contact, "anna")])
    #expect(cards.timerFired(deadline, at: now) == [])
  }

  @Test mutating func `at the deadline the phone rings without the card, which is completed later`() {
    _ = arrive()
    _ = offer("anna")
    _ = offer("ben")
    now = now.advanced(by: .milliseconds(150))
    #expect(
      cards.timerFired(deadline, at: now)
        == [
          .popUp(contact, "anna", .pending), .ring(contact, "anna"), .popUp(contact, "ben", .pending),
          .ring(contact, "ben"),
        ])
    #expect(cards.timerFired(deadline, at: now) == [])
    #expect(
      cards.found(contact, [yamada], at: now)
        == [.completePopUp(contact, "anna", .known([yamada])), .completePopUp(contact, "ben", .known([yamada]))])
  }

  @Test mutating func `after the deadline an offer waits no more, even if the timer is late`() {
    _ = arrive()
    now = now.advanced(by: .milliseconds(149))
    #expect(offer("anna") == [])
    now = now.advanced(by: .milliseconds(1))
    #expect(offer("ben") == [.popUp(contact, "ben", .pending), .ring(contact, "ben")])
    #expect(
      cards.found(contact, [yamada], at: now)
        == [
          .cancelTimer(deadline), .completePopUp(contact, "ben", .known([yamada])),
          .popUp(contact, "anna", .known([yamada])), .ring(contact, "anna"),
        ])
  }

  @Test mutating func `later agents see the card that has come meanwhile`() {
    _ = arrive()
    _ = offer("anna")
    _ = cards.timerFired(deadline, at: now)
    #expect(cards.offerEnded(contact, to: "anna", at: now) == [])
    #expect(cards.found(contact, [yamada], at: now) == [])
    #expect(offer("ben") == [.popUp(contact, "ben", .known([yamada])), .ring(contact, "ben")])
    #expect(offer("anna") == [.popUp(contact, "anna", .known([yamada])), .ring(contact, "anna")])
  }

  @Test mutating func `without a number there is nobody to wait for`() {
    #expect(cards.contactArrived(contact, number: nil, at: now) == [])
    #expect(offer("anna") == [.popUp(contact, "anna", .unknown), .ring(contact, "anna")])
  }

  @Test mutating func `a number that nobody has is an empty card`() {
    _ = arrive()
    _ = offer("anna")
    #expect(
      cards.found(contact, [], at: now)
        == [.cancelTimer(deadline), .popUp(contact, "anna", .unknown), .ring(contact, "anna")])
  }

  @Test mutating func `a source that fails keeps no phone silent`() {
    _ = arrive()
    _ = offer("anna")
    #expect(
      cards.lookUpFailed(contact, at: now)
        == [.cancelTimer(deadline), .popUp(contact, "anna", .failed), .ring(contact, "anna")])
    #expect(cards.found(contact, [yamada], at: now) == [])
    #expect(cards.card(of: contact) == .failed)
  }

  @Test mutating func `an offer that ended while it waited is not shown and does not ring`() {
    _ = arrive()
    _ = offer("anna")
    _ = cards.offerEnded(contact, to: "anna", at: now)
    #expect(cards.found(contact, [yamada], at: now) == [.cancelTimer(deadline)])
  }

  @Test mutating func `the same offer twice is one offer`() {
    _ = arrive()
    #expect(offer("anna") == [])
    #expect(offer("anna") == [])
    #expect(cards.lookUpFailed(contact, at: now).count == 3)
    #expect(offer("anna") == [])
  }

  @Test mutating func `a contact that has ended is forgotten`() {
    _ = arrive()
    _ = offer("anna")
    #expect(cards.contactEnded(contact, at: now) == [.cancelTimer(deadline)])
    #expect(cards.contactEnded(contact, at: now) == [])
    #expect(cards.found(contact, [yamada], at: now) == [])
    #expect(cards.lookUpFailed(contact, at: now) == [])
    #expect(cards.timerFired(deadline, at: now) == [])
    #expect(offer("ben") == [])
    #expect(cards.card(of: contact) == .unknown)
  }

  @Test mutating func `a deadline of zero never waits`() {
    cards = CallerCards(deadline: .zero)
    #expect(arrive() == [.lookUp(contact, number)])
    #expect(offer("anna") == [.popUp(contact, "anna", .pending), .ring(contact, "anna")])
    #expect(cards.found(contact, [yamada], at: now) == [.completePopUp(contact, "anna", .known([yamada]))])
  }
}
