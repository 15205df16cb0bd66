import Dialing
import Telephony
import TelephonyTesting
import Testing

/// A network that carries out what the dialer asks for, and now and then reports things too late or twice.
private struct Network {
  var dialer = Dialer(settings: Dialer.Settings())
  var clock = ManualClock<Dialer.Timer>()
  var random: SeededRandom
  var agentLegs: Set<ContactID> = []
  var numberLegs: Set<ContactID> = []
  var joined: Set<ContactID> = []
  var opened: Set<ContactID> = []
  var finishes: [ContactID: Int] = [:]

  mutating func carryOut(_ effects: [Dialer.Effect]) {
    for effect in effects {
      switch effect {
      case .ringAgent(let contact, _): #expect(agentLegs.insert(contact).inserted)
      case .dialNumber(let contact, _, _):
        #expect(agentLegs.contains(contact), "dialled without an agent")
        #expect(numberLegs.insert(contact).inserted)
      case .tellRinging(let contact):
        #expect(contact.isByPhone && numberLegs.contains(contact) && !opened.contains(contact))
      case .openEarlyMedia(let contact): #expect(opened.insert(contact).inserted, "opened twice")
      case .join(let contact, _):
        #expect(agentLegs.contains(contact) && numberLegs.contains(contact), "joined with nobody")
        #expect(joined.insert(contact).inserted)
      case .endAgentLeg(let contact): #expect(agentLegs.remove(contact) != nil, "no agent leg to end")
      case .endNumberLeg(let contact): #expect(numberLegs.remove(contact) != nil, "no number leg to end")
      case .failed(let contact, _, _, _):
        #expect(!joined.contains(contact), "failed after it was joined")
        finish(contact)
      case .ended(let contact, _, _):
        #expect(joined.contains(contact), "ended before it was joined")
        finish(contact)
      case .startTimer(let timer, let duration): clock.start(timer, after: duration)
      case .cancelTimer(let timer): clock.cancel(timer)
      }
    }
  }

  private mutating func finish(_ contact: ContactID) {
    finishes[contact, default: 0] += 1
    #expect(!agentLegs.contains(contact) && !numberLegs.contains(contact), "\(contact) leaves a leg")
    #expect(!clock.pending.contains(.ringing(contact)), "\(contact) leaves a timer")
    #expect(!dialer.knows(contact))
  }

  mutating func step(_ contact: ContactID) {
    let statuses = [183, 180, 486, 404, 487, 503, 603, 302, 200, 408]
    let status = statuses[Int.random(in: 0..<statuses.count, using: &random)]
    let end = LegEnd(
      status: status, byPeer: Bool.random(using: &random), wasAnswered: joined.contains(contact) || status == 200)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1, 2: carryOut(dialer.agentAnswered(contact, at: clock.now))
    case 3, 4: if numberLegs.contains(contact) { carryOut(dialer.numberAnswered(contact, at: clock.now)) }
    case 5: carryOut(dialer.numberProgressed(contact, status: status, at: clock.now))
    case 6:
      if agentLegs.remove(contact) != nil || Bool.random(using: &random) {
        carryOut(dialer.agentLegEnded(contact, end, at: clock.now))
      }
    case 7:
      // Before the number was dialled there is no such leg, and the machine must not care.
      if numberLegs.remove(contact) != nil || Bool.random(using: &random) {
        carryOut(dialer.numberLegEnded(contact, end, at: clock.now))
      }
    case 8: carryOut(dialer.cancelled(contact, reason: .cancelled, at: clock.now))
    case 9: carryOut(dialer.timerFired(.ringing(contact), at: clock.now))
    default:
      let end = clock.now.advanced(by: .seconds(Int.random(in: 0...30, using: &random)))
      while let timer = clock.next(until: end) { carryOut(dialer.timerFired(timer, at: clock.now)) }
    }
  }
}

@Suite struct `Click to dial, at random` {
  @Test(arguments: 0..<100 as Range<UInt64>)
  func `every attempt finishes exactly once and leaves neither leg nor timer`(seed: UInt64) {
    var network = Network(random: SeededRandom(seed: seed))
    let contacts = (0..<20).map { ContactID(rawValue: "c\($0)") }
    let number = PhoneNumber(canonical: "+81312345678", display: "", kind: .fixed)
    for contact in contacts where contact.isByPhone {
      network.agentLegs.insert(contact)
      network.carryOut(
        contact.isSentOn
          ? network.dialer.callerSentOn(contact, from: nil, to: number, trunk: "out", at: network.clock.now)
          : network.dialer.phoneDialled(contact, by: nil, number: number, trunk: "out", at: network.clock.now))
    }
    for contact in contacts where !contact.isByPhone {
      network.carryOut(
        network.dialer.dialRequested(contact, by: "anna", number: number, trunk: "out", at: network.clock.now))
    }
    for _ in 0..<600 {
      let contact = contacts[Int.random(in: 0..<contacts.count, using: &network.random)]
      network.step(contact)
    }
    for contact in contacts {
      network.carryOut(network.dialer.cancelled(contact, reason: .shutdown, at: network.clock.now))
    }
    for contact in contacts { #expect(network.finishes[contact] == 1) }
    #expect(network.agentLegs.isEmpty && network.numberLegs.isEmpty && network.clock.pending.isEmpty)
  }
}

extension ContactID {
  /// Every other one was dialled by a phone itself, or is a caller's.
  fileprivate var isByPhone: Bool { rawValue.utf8.last.map { $0 % 2 == 0 } ?? false }
  fileprivate var isSentOn: Bool { rawValue.utf8.last.map { $0 % 4 == 0 } ?? false }
}
