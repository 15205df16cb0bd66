import Control
import Conversations
import Distribution
import History
import Supervision
import Telephony

/// Phones that hold us, and take us back.
extension CallFlow {
  mutating func held(_ leg: LegID, at now: Moment) -> [Effect] {
    if case .supervisor = legs[leg] {
      holdingMonitorLegs.insert(leg)
      return translate(switchboard.partyHeld(leg))
    }
    guard let id = legs[leg]?.contact, contacts[id]?.holding.insert(leg).inserted == true else { return [] }
    return translate(switchboard.partyHeld(leg)) + tellHeld(leg, in: id, at: now)
  }

  mutating func retrieved(_ leg: LegID, at now: Moment) -> [Effect] {
    if case .supervisor = legs[leg] {
      holdingMonitorLegs.remove(leg)
      return translate(switchboard.partyRetrieved(leg))
    }
    guard let id = legs[leg]?.contact, contacts[id]?.holding.remove(leg) != nil else { return [] }
    var effects = translate(switchboard.partyRetrieved(leg))
    guard let contact = contacts[id], contact.isTalking else { return effects }
    if let engagement = contact.engagement, engagement.leg == leg {
      contacts[id]?.engagement?.stage = .talking
      effects += translate(distributor.conversationRetrieved(id, by: engagement.agent, at: now), at: now)
      effects += translate(monitors.contactRetrieved(id, at: now), at: now)
      effects += translate(books.segmentRetrieved(id, name: engagement.segment, at: now))
    }
    return effects + [notice(.contactRetrieved, contact, at: now)]
  }

  /// The two talk from now on: whoever held before they did is found holding.
  mutating func heldBefore(_ id: ContactID, at now: Moment) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    return [contact.outside, contact.inside].compactMap { $0 }.filter(contact.holding.contains)
      .flatMap { translate(switchboard.partyHeld($0)) + tellHeld($0, in: id, at: now) }
  }

  /// Nobody is told before the two talk.
  mutating func tellHeld(_ leg: LegID, in id: ContactID, at now: Moment) -> [Effect] {
    guard let contact = contacts[id], contact.isTalking else { return [] }
    var effects: [Effect] = []
    if let engagement = contact.engagement, engagement.leg == leg {
      contacts[id]?.engagement?.stage = .holding
      effects += translate(distributor.conversationHeld(id, by: engagement.agent, at: now), at: now)
      effects += translate(monitors.contactHeld(id, at: now), at: now)
      effects += translate(books.segmentHeld(id, name: engagement.segment, at: now))
    }
    return effects + [notice(.contactHeld, contact, at: now)]
  }
}
