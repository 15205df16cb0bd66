import Control
import Conversations
import Dialing
import Directory
import Distribution
import History
import Recordings
import Supervision
import Telephony

/// What happens to legs after they exist.
extension CallFlow {
  mutating func progressed(_ leg: LegID, status: Int, at now: Moment) -> [Effect] {
    switch legs[leg] {
    case .agent(let id, let agent):
      guard !dialer.knows(id) else { return [] }
      guard let contact = contacts[id], contact[agent]?.stage == .offered else { return [] }
      contacts[id]?[agent]?.stage = .ringing
      return translate(distributor.offerRang(id, at: agent, at: now), at: now)
        + [notice(.contactRinging, contact, agent, at: now)]
    case .number(let id), .forward(let id):
      return translate(dialer.numberProgressed(id, status: status, at: now), at: now)
    case .caller, .keypad, .supervisor, .ending, nil: return []
    }
  }

  mutating func answered(_ leg: LegID, at now: Moment) -> [Effect] {
    switch legs[leg] {
    case .agent(let id, let agent):
      if dialer.knows(id) {
        let segment = contacts[id]?.engagement?.segment
        return (segment.map { translate(books.segmentAnswered(id, name: $0, at: now)) } ?? [])
          + translate(dialer.agentAnswered(id, at: now), at: now)
      }
      return translate(distributor.offerAnswered(id, by: agent, at: now), at: now)
    case .number(let id), .forward(let id): return translate(dialer.numberAnswered(id, at: now), at: now)
    case .supervisor(let id): return translate(monitors.phoneAnswered(id, at: now), at: now)
    case .ending where leg.isOutgoing:
      // Her answer crossed our CANCEL (RFC 3261 §9.1): now it takes a BYE, once.
      legs[leg] = nil
      return [.engine(.end(leg, status: 200, answeredElsewhere: true))]
    case .caller, .keypad, .ending, nil: return []
    }
  }

  mutating func ended(_ leg: LegID, _ end: LegEnd, at now: Moment) -> [Effect] {
    let effects = translate(switchboard.partyLeft(leg))
    switch legs.removeValue(forKey: leg) {
    case .caller(let id):
      contacts[id]?.outside = nil
      return effects + callerEnded(id, end, at: now)
    case .number(let id):
      contacts[id]?.outside = nil
      return effects + translate(dialer.numberLegEnded(id, end, at: now), at: now)
    case .forward(let id):
      contacts[id]?.forward?.leg = nil
      return effects + translate(dialer.numberLegEnded(id, end, at: now), at: now)
    case .agent(let id, let agent):
      guard contacts[id]?[agent]?.leg == leg else { return effects }
      contacts[id]?[agent]?.leg = nil
      if contacts[id]?.isTalking == true {
        let inherited = translate(monitors.agentLeft(id, at: now), at: now)
        if !inherited.isEmpty { return effects + inherited }
      }
      if dialer.knows(id) { return effects + translate(dialer.agentLegEnded(id, end, at: now), at: now) }
      if contacts[id]?.engagement?.isTalking == true { return effects + agentEnded(id, end, at: now) }
      return effects + agentLegFailed(id, agent, end, at: now)
    case .keypad(let id):
      contacts[id]?.keypad = nil
      return effects + translate(dialer.agentLegEnded(id, end, at: now), at: now)
    case .supervisor(let id): return effects + supervisorLegEnded(id, leg, at: now)
    case .ending, nil: return effects
    }
  }

  private mutating func callerEnded(_ id: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] {
    if dialer.knows(id) { return translate(dialer.agentLegEnded(id, end, at: now), at: now) }
    if let engagement = contacts[id]?.engagement, engagement.isTalking {
      return endConversation(id, engagement.agent, end.reason(hangingUp: .callerHungUp), at: now)
    }
    return translate(distributor.contactLeft(id, at: now), at: now) + close(id, .abandoned, at: now)
  }

  private mutating func agentEnded(_ id: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] {
    guard let engagement = contacts[id]?.engagement else { return [] }
    return endConversation(id, engagement.agent, end.reason(hangingUp: .agentHungUp), at: now)
  }

  /// The legs end first: the agent may be free at once, and her phone must be when it rings again.
  mutating func endConversation(_ id: ContactID, _ agent: AgentID?, _ reason: EndReason, at now: Moment) -> [Effect] {
    endLegs(of: id, status: reason.sipStatus)
      + (agent.map { translate(distributor.conversationEnded(id, with: $0, at: now), at: now) } ?? [])
      + close(id, reason, at: now)
  }

  /// An agent's phone ended the offer by itself, or never could be rung.
  mutating func agentLegFailed(_ id: ContactID, _ agent: AgentID, _ end: LegEnd, at now: Moment) -> [Effect] {
    if dialer.knows(id) { return translate(dialer.agentLegEnded(id, end, at: now), at: now) }
    return translate(distributor.offerFailed(id, by: agent, Distributor.OfferEnd(end), at: now), at: now)
  }

  /// Ends a contact by our will, in whatever state it is.
  mutating func hangUp(_ id: ContactID, reason: EndReason, at now: Moment) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    if dialer.knows(id) { return translate(dialer.cancelled(id, reason: reason, at: now), at: now) }
    if let engagement = contact.engagement, engagement.isTalking {
      return endConversation(id, engagement.agent, reason, at: now)
    }
    return translate(distributor.contactCutOff(id, at: now), at: now) + close(id, reason, at: now)
  }

  /// The contact is over: what is left of it ends, and everybody is told once.
  ///
  /// `status` is what an unanswered caller is told, where the reason alone does not say it.
  mutating func close(
    _ id: ContactID, _ reason: EndReason, stage: String? = nil, status: Int? = nil, at now: Moment
  ) -> [Effect] {
    var effects = endLegs(of: id, status: status ?? reason.sipStatus)
    guard let contact = contacts.removeValue(forKey: id) else { return [] }
    if let engagement = contact.engagement, engagement.isTalking {
      known.talked(contact.keys, with: engagement.agent, at: now)
    }
    effects += translate(recorder.conversationEnded(id, at: now), at: now)
    effects += translate(monitors.contactEnded(id, at: now), at: now)
    effects += translate(cards.contactEnded(id, at: now), at: now)
    effects += translate(books.ended(id, reason, at: now))
    return effects + [notice(.contactEnded(reason: reason.rawValue, stage: stage), contact, at: now)]
  }

  /// Ends those that are still there.
  mutating func endLegs(of id: ContactID, status: Int) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    contacts[id]?.outside = nil
    contacts[id]?.insideLeft()
    for offer in contact.offers { contacts[id]?[offer.agent]?.leg = nil }
    return contact.legs.flatMap { end($0, status: status) }
  }

  /// Ends a leg by our will.
  mutating func end(_ leg: LegID, status: Int, answeredElsewhere: Bool = false) -> [Effect] {
    legs[leg] = .ending
    return translate(switchboard.partyLeft(leg))
      + [.engine(.end(leg, status: status, answeredElsewhere: answeredElsewhere))]
  }
}
