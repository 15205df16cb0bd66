import Control
import Conversations
import Dialing
import Directory
import Distribution
import History
import Telephony

/// Click-to-dial: what a client asked for, and what the dialler answers.
extension CallFlow {
  mutating func dial(_ agent: AgentID, to text: String, at now: Moment) -> Decision {
    guard distributor.agent(agent) != nil else { return .refused(.notFound, "there is no agent \(agent)") }
    let dialled: DialledNumber
    switch read(text) {
    case .success(let value): dialled = value
    case .failure(let fault): return .refused(.invalidParameters, "to: \(fault.explanation)")
    }
    let isEmergency = dialled.number.kind == .emergency
    guard closing.dials(isEmergency: isEmergency) else {
      return .refused(.draining, DialRefusal.stopping(isEmergency: isEmergency).explanation)
    }
    let trunk: TrunkID
    switch settings.dialPlan.route(dialled.number) {
    case .success(let value): trunk = value
    case .failure(let refusal): return .refused(.refused, refusal.explanation)
    }
    guard let phone = distributor.phoneForDialing(agent, isEmergency: isEmergency) else {
      return .refused(.wrongState, DialRefusal.noPhone(of: agent, isEmergency: isEmergency).explanation)
    }
    let id = newContact(at: now)
    let outside = Caller(number: dialled.number)
    let segment = newSegment(at: now)
    let spelling = dialled.number.display
    var contact = Contact(id: id, isOutbound: true, caller: outside, called: spelling, startedAt: now)
    contact.isPrivate = dialled.isWithheld
    contact.engagement = .init(agent: agent, phone: phone, segment: segment, leg: nil, stage: .dialing)
    contacts[id] = contact
    let arrival = Notice.Body.contactArrived(caller: summary(outside), called: spelling, direction: "outbound")
    var effects = translate(ledger.opened(id, .outbound, caller: outside, called: spelling, at: now))
    effects.append(notice(arrival, contact, at: now))
    effects += translate(distributor.dialingBegan(id, by: agent, isEmergency: isEmergency, at: now), at: now)
    effects += translate(ledger.segmentBegan(id, .agent(agent, phone), name: segment, at: now))
    effects += translate(cards.contactArrived(id, number: dialled.number, at: now), at: now)
    effects += translate(
      dialer.dialRequested(id, by: agent, number: dialled.number, trunk: trunk, at: now), at: now)
    return .done(Done(contact: id), effects)
  }

  mutating func translate(_ effects: [Dialer.Effect], at now: Moment) -> [Effect] {
    effects.flatMap { translate($0, at: now) }
  }

  private mutating func translate(_ effect: Dialer.Effect, at now: Moment) -> [Effect] {
    switch effect {
    case .ringAgent(let id, let agent): return translate(cards.offered(id, to: agent, at: now), at: now)
    case .dialNumber(let id, let number, let trunk): return dialNumber(id, number, by: trunk, at: now)
    case .openEarlyMedia(let id):
      guard let leg = contacts[id]?.outside else { return [] }
      return translate(switchboard.earlyMediaOpened(leg, in: id, side: .outside))
    case .join(let id, let agent): return join(id, agent, at: now)
    case .endAgentLeg(let id):
      guard let leg = contacts[id]?.engagement?.leg else { return [] }
      contacts[id]?.engagement?.leg = nil
      return end(leg, status: 487)
    case .endNumberLeg(let id):
      guard let leg = contacts[id]?.outside else { return [] }
      contacts[id]?.outside = nil
      return end(leg, status: 487)
    case .failed(let id, let agent, let reason, let stage):
      return endLegs(of: id, status: reason.sipStatus)
        + translate(distributor.dialingFailed(id, by: agent, at: now), at: now)
        + close(id, reason, stage: stage.rawValue, at: now)
    case .ended(let id, let agent, let reason): return endConversation(id, agent, reason, at: now)
    case .startTimer(let timer, let duration): return [.startTimer(.dialing(timer), duration)]
    case .cancelTimer(let timer): return [.cancelTimer(.dialing(timer))]
    }
  }

  private mutating func dialNumber(
    _ id: ContactID, _ number: PhoneNumber, by trunk: TrunkID, at now: Moment
  ) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    let leg = newLeg(.number(id))
    let segment = newSegment(at: now)
    contacts[id]?.outside = leg
    contacts[id]?.numberSegment = segment
    let shown = PresentedCaller(
      number: settings.callerNumbers[trunk] ?? "anonymous", isPrivate: contact.isPrivate)
    var effects = translate(ledger.segmentBegan(id, .number(number), name: segment, at: now))
    if let agentLeg = contact.engagement?.leg {
      effects += translate(switchboard.partyWaits(agentLeg, in: id, side: .agent, hearing: settings.ringback))
    }
    effects += translate(switchboard.partyWaits(leg, in: id, side: .outside, hearing: nil))
    return effects + [
      notice(.contactDialing(number: number.display), contact, at: now),
      .engine(.dial(leg, to: .trunk(trunk, number), showing: shown, contact: id)),
    ]
  }

  private mutating func join(_ id: ContactID, _ agent: AgentID, at now: Moment) -> [Effect] {
    guard let contact = contacts[id], let agentLeg = contact.engagement?.leg, let outside = contact.outside else {
      return []
    }
    contacts[id]?.engagement?.stage = .talking
    var effects = translate(distributor.dialingAnswered(id, by: agent, at: now), at: now)
    if let segment = contact.numberSegment {
      effects += translate(ledger.segmentAnswered(id, name: segment, at: now))
    }
    effects += translate(switchboard.partyJoined(outside, in: id, side: .outside, holdMusic: nil))
    effects += translate(switchboard.partyJoined(agentLeg, in: id, side: .agent, holdMusic: settings.music))
    return effects + [notice(.contactConnected, contact, at: now)] + conversationBegan(id, agent, nil, at: now)
      + heldBefore(id, at: now)
  }
}
