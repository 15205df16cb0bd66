import Control
import Conversations
import Dialing
import Directory
import Distribution
import History
import Recordings
import Telephony

/// What happens to legs after they exist.
extension CallFlow {
  mutating func progressed(_ leg: LegID, status: Int, at now: Moment) -> [Effect] {
    switch legs[leg] {
    case .agent(let id, let agent):
      guard !dialer.knows(id) else { return [] }
      guard contacts[id]?.engagement?.stage == .offered else { return [] }
      contacts[id]?.engagement?.stage = .ringing
      guard let contact = contacts[id] else { return [] }
      return translate(distributor.offerRang(id, at: agent, at: now), at: now)
        + [notice(.contactRinging, contact, at: now)]
    case .number(let id): return translate(dialer.numberProgressed(id, status: status, at: now), at: now)
    case .caller, nil: return []
    }
  }

  mutating func answered(_ leg: LegID, at now: Moment) -> [Effect] {
    switch legs[leg] {
    case .caller(let id):
      contacts[id]?.outsideIsAnswered = true
      return []
    case .agent(let id, let agent):
      if dialer.knows(id) {
        let segment = contacts[id]?.engagement?.segment
        return (segment.map { translate(ledger.segmentAnswered(id, name: $0, at: now)) } ?? [])
          + translate(dialer.agentAnswered(id, at: now), at: now)
      }
      let effects = translate(distributor.offerAnswered(id, by: agent, at: now), at: now)
      if contacts[id]?.engagement?.isTalking == true { return effects }
      // The offer was over before she answered.
      legs[leg] = nil
      return effects + [.engine(.end(leg, status: 200, answeredElsewhere: true))]
    case .number(let id):
      contacts[id]?.outsideIsAnswered = true
      return translate(dialer.numberAnswered(id, at: now), at: now)
    case nil:
      return [.engine(.end(leg, status: 200, answeredElsewhere: true))]
    }
  }

  mutating func held(_ leg: LegID, at now: Moment) -> [Effect] {
    var effects = translate(switchboard.partyHeld(leg))
    guard let part = legs[leg], var contact = contacts[part.contact] else { return effects }
    if case .agent(let id, let agent) = part, contact.engagement?.stage == .talking {
      contact.engagement?.stage = .holding
      contacts[id] = contact
      effects += translate(distributor.conversationHeld(by: agent, at: now), at: now)
      if let segment = contact.engagement?.segment {
        effects += translate(ledger.segmentHeld(id, name: segment, at: now))
      }
    }
    return effects + [notice(.contactHeld, contact, at: now)]
  }

  mutating func retrieved(_ leg: LegID, at now: Moment) -> [Effect] {
    var effects = translate(switchboard.partyRetrieved(leg))
    guard let part = legs[leg], var contact = contacts[part.contact] else { return effects }
    if case .agent(let id, let agent) = part, contact.engagement?.stage == .holding {
      contact.engagement?.stage = .talking
      contacts[id] = contact
      effects += translate(distributor.conversationRetrieved(by: agent, at: now), at: now)
      if let segment = contact.engagement?.segment {
        effects += translate(ledger.segmentRetrieved(id, name: segment, at: now))
      }
    }
    return effects + [notice(.contactRetrieved, contact, at: now)]
  }

  mutating func ended(_ leg: LegID, _ end: LegEnd, at now: Moment) -> [Effect] {
    let effects = translate(switchboard.partyLeft(leg))
    guard let part = legs.removeValue(forKey: leg) else { return effects }
    switch part {
    case .caller(let id):
      contacts[id]?.outside = nil
      return effects + callerEnded(id, end, at: now)
    case .number(let id):
      contacts[id]?.outside = nil
      return effects + translate(dialer.numberLegEnded(id, end, at: now), at: now)
    case .agent(let id, _):
      guard contacts[id]?.engagement?.leg == leg else { return effects }
      contacts[id]?.engagement?.leg = nil
      if dialer.knows(id) { return effects + translate(dialer.agentLegEnded(id, end, at: now), at: now) }
      if contacts[id]?.engagement?.isTalking == true { return effects + agentEnded(id, end, at: now) }
      return effects + agentLegFailed(id, end, at: now)
    }
  }

  private mutating func callerEnded(_ id: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    if let engagement = contact.engagement, engagement.isTalking {
      let reason = contact.ending ?? (end.byPeer ? .callerHungUp : .lost)
      return translate(distributor.conversationEnded(id, with: engagement.agent, at: now), at: now)
        + close(id, reason, at: now)
    }
    let reason = contact.ending ?? .abandoned
    return translate(distributor.contactLeft(id, at: now), at: now) + close(id, reason, at: now)
  }

  private mutating func agentEnded(_ id: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] {
    guard let contact = contacts[id], let engagement = contact.engagement else { return [] }
    let reason = contact.ending ?? (end.byPeer ? .agentHungUp : .lost)
    return translate(distributor.conversationEnded(id, with: engagement.agent, at: now), at: now)
      + close(id, reason, at: now)
  }

  /// An agent's phone ended the offer by itself, or never could be rung.
  mutating func agentLegFailed(_ id: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] {
    guard let engagement = contacts[id]?.engagement, !engagement.isTalking else { return [] }
    if dialer.knows(id) { return translate(dialer.agentLegEnded(id, end, at: now), at: now) }
    return translate(
      distributor.offerFailed(id, by: engagement.agent, Distributor.OfferEnd(sipStatus: end.status), at: now), at: now)
  }

  /// Ends a contact by our will, in whatever state it is.
  mutating func hangUp(_ id: ContactID, reason: EndReason, at now: Moment) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    contacts[id]?.ending = reason
    if dialer.knows(id) { return translate(dialer.cancelled(id, reason: reason, at: now), at: now) }
    if let engagement = contact.engagement, engagement.isTalking {
      return translate(distributor.conversationEnded(id, with: engagement.agent, at: now), at: now)
        + close(id, reason, at: now)
    }
    return translate(distributor.contactLeft(id, at: now), at: now) + close(id, reason, at: now)
  }

  /// The contact is over: what is left of it ends, and everybody is told once.
  mutating func close(_ id: ContactID, _ reason: EndReason, stage: String? = nil, at now: Moment) -> [Effect] {
    guard let contact = contacts.removeValue(forKey: id) else { return [] }
    var effects: [Effect] = []
    for leg in [contact.outside, contact.engagement?.leg].compactMap({ $0 }) where legs[leg] != nil {
      legs[leg] = nil
      effects += translate(switchboard.partyLeft(leg))
      effects.append(.engine(.end(leg, status: Self.status(for: reason), answeredElsewhere: false)))
    }
    effects += translate(recorder.conversationEnded(id, at: now), at: now)
    effects += translate(cards.contactEnded(id, at: now), at: now)
    effects += translate(ledger.ended(id, reason, at: now))
    return effects + [notice(.contactEnded(reason: reason.rawValue, stage: stage), contact, at: now)]
  }

  /// What a caller who was not answered yet is told.
  private static func status(for reason: EndReason) -> Int {
    switch reason {
    case .busy: 486
    case .declined, .hungUpByCommand, .rejected: 603
    case .notFound: 404
    case .shutdown, .systemFailure: 503
    default: 480
    }
  }
}
