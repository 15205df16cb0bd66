import Directory
import Telephony
import TelephonyTesting
import Testing

/// What stands on the screens, and which offers still wait for their ring.
private struct Screens {
  struct Offer: Hashable {
    var contact: ContactID
    var agent: AgentID
  }
  var cards = CallerCards()
  var clock = ManualClock<CallerCards.Timer>()
  var arrivedAt: [ContactID: Moment] = [:]
  var lookingUp: Set<ContactID> = []
  /// Offers that stand, with the moment in which they were made.
  var offered: [Offer: Moment] = [:]
  var shown: [Offer: CallerCards.Card] = [:]
  var rung: Set<Offer> = []

  mutating func carryOut(_ effects: [CallerCards.Effect]) {
    for (index, effect) in effects.enumerated() {
      switch effect {
      case .lookUp(let contact, _): #expect(lookingUp.insert(contact).inserted)
      case .popUp(let contact, let agent, let card):
        let offer = Offer(contact: contact, agent: agent)
        #expect(offered[offer] != nil, "shown to somebody who is not offered it")
        #expect(shown.updateValue(card, forKey: offer) == nil, "shown twice")
        #expect(effects.dropFirst(index + 1).first == .ring(contact, agent))
      case .completePopUp(let contact, let agent, let card):
        #expect(shown.updateValue(card, forKey: Offer(contact: contact, agent: agent)) == .pending)
        #expect(card != .pending)
      case .ring(let contact, let agent):
        let offer = Offer(contact: contact, agent: agent)
        #expect(shown[offer] != nil, "rang before the card was shown")
        #expect(rung.insert(offer).inserted, "rang twice")
        if let arrived = arrivedAt[contact], let made = offered[offer] {
          let due = max(made, arrived.advanced(by: .milliseconds(150)))
          #expect(clock.now <= due, "rang after the deadline")
        }
      case .startTimer(let timer, let duration): clock.start(timer, after: duration)
      case .cancelTimer(let timer):
        #expect(clock.pending.contains(timer))
        clock.cancel(timer)
      }
    }
  }

  mutating func forget(_ offer: Offer) {
    offered[offer] = nil
    shown[offer] = nil
    rung.remove(offer)
  }
}

@Suite struct `The card before the ring, at random` {
  @Test(arguments: 0..<30 as Range<UInt64>)
  func `every ring follows its own pop-up, and no phone is silent after the deadline`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var screens = Screens()
    let number = PhoneNumber(canonical: "+819012345678", display: "", kind: .mobile)
    let agents: [AgentID] = ["anna", "ben", "chie"]
    var arrivals = 0
    var live: [ContactID] = []
    for _ in 0..<500 {
      let choice = Int.random(in: 0..<12, using: &random)
      if choice == 0 || live.isEmpty {
        arrivals += 1
        let contact = ContactID(rawValue: "c\(arrivals)")
        live.append(contact)
        screens.arrivedAt[contact] = screens.clock.now
        let shows = Int.random(in: 0..<4, using: &random) > 0
        screens.carryOut(screens.cards.contactArrived(contact, number: shows ? number : nil, at: screens.clock.now))
        continue
      }
      let contact = live[Int.random(in: 0..<live.count, using: &random)]
      let agent = agents[Int.random(in: 0..<3, using: &random)]
      let offer = Screens.Offer(contact: contact, agent: agent)
      let now = screens.clock.now
      switch choice {
      case 1, 2, 3, 4:
        screens.offered[offer] = screens.offered[offer] ?? now
        screens.carryOut(screens.cards.offered(contact, to: agent, at: now))
      case 5:
        screens.carryOut(screens.cards.offerEnded(contact, to: agent, at: now))
        screens.forget(offer)
      case 6:
        guard screens.lookingUp.contains(contact) else { continue }
        let customers = Bool.random(using: &random) ? [] : [Customer(id: "1", name: "山田 太郎")]
        screens.carryOut(screens.cards.found(contact, customers, at: now))
      case 7:
        guard screens.lookingUp.contains(contact) else { continue }
        screens.carryOut(screens.cards.lookUpFailed(contact, at: now))
      case 8:
        screens.carryOut(screens.cards.contactEnded(contact, at: now))
        for agent in agents { screens.forget(Screens.Offer(contact: contact, agent: agent)) }
        live.removeAll { $0 == contact }
      default:
        let end = now.advanced(by: .milliseconds(Int.random(in: 0...80, using: &random)))
        while let timer = screens.clock.next(until: end) {
          screens.carryOut(screens.cards.timerFired(timer, at: screens.clock.now))
        }
      }
      let now2 = screens.clock.now
      for (offer, _) in screens.offered {
        let isLate = screens.arrivedAt[offer.contact].map { now2.since($0) >= .milliseconds(150) } ?? false
        let isSettled = screens.cards.card(of: offer.contact) != .pending
        if isLate || isSettled { #expect(screens.rung.contains(offer), "\(offer) is silent") }
        if isSettled {
          #expect(screens.shown[offer] == screens.cards.card(of: offer.contact), "\(offer) is incomplete")
        }
      }
    }
    for contact in live { screens.carryOut(screens.cards.contactEnded(contact, at: screens.clock.now)) }
    #expect(screens.clock.pending.isEmpty)
  }
}
