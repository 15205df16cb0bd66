import Control
import Conversations
import Dialing
import Directory
import Distribution
import History
import Supervision
import Telephony

/// Click-to-dial: what a client asked for, and what the dialler answers.
extension CallFlow {
  mutating func dial(_ agent: AgentID, to text: String, at now: Moment) -> Decision {
    guard let state = distributor.agent(agent) else { return .refused(.notFound, "there is no agent \(agent)") }
    let dialled: DialledNumber
    switch read(text) {
    case .success(let value): dialled = value
    case .failure(let fault): return .refused(.invalidParameters, "to: \(fault.explanation)")
    }
    let isEmergency = dialled.number.kind == .emergency
    guard closing.dials(isEmergency: isEmergency) else {
      return .refused(.draining, DialRefusal.stopping(isEmergency: isEmergency).explanation)
    }
    guard isEmergency || !isOverloaded else { return .refused(.overloaded, Self.overloadedText) }
    let trunk: TrunkID
    switch settings.dialPlan.route(dialled.number) {
    case .success(let value): trunk = value
    case .failure(let refusal): return .refused(.refused, refusal.explanation)
    }
    guard let phone = distributor.phoneForDialing(agent, isEmergency: isEmergency) else {
      let refusal: DialRefusal =
        isEmergency ? .agentAtNoPhone(agent) : .agentNotAvailable(agent, Self.hindrance(of: state))
      return .refused(.wrongState, refusal.explanation)
    }
    let id = newContact(at: now)
    var contact = outbound(id, dialled, at: now)
    contact.engagement = .init(
      agent: agent, phone: phone, segment: newSegment(at: now), leg: nil, stage: .dialing)
    let effects = open(contact, number: dialled.number, at: now)
    return .done(
      Done(contact: id),
      effects
        + translate(dialer.dialRequested(id, by: agent, number: dialled.number, trunk: trunk, at: now), at: now))
  }

  /// Of somebody who cannot be rung to dial.
  private static func hindrance(of state: AgentState) -> DialRefusal.AgentHindrance {
    guard state.phone != nil else { return .loggedOut }
    return switch state.activity {
    case .reserved, .ringing: .offered
    case .talking, .holding, .outboundDialing, .outboundTalking: .talking
    case .supervising: .supervising
    case .idle, .afterCallWork, .unreachable: .phoneNotReachable
    }
  }

  /// A phone of ours dialled a number by itself, and the dial plan found the way out.
  mutating func dialled(
    _ dialled: DialledNumber, by trunk: TrunkID, on phone: PhoneID, _ leg: LegID, at now: Moment
  ) -> [Effect] {
    let id = newContact(at: now)
    let agent = distributor.agentDialing(from: phone)
    var contact = outbound(id, dialled, at: now)
    contact.awaitsAnswer = true
    if let agent {
      contact.engagement = .init(
        agent: agent, phone: phone, segment: newSegment(at: now), leg: leg, stage: .dialing)
      legs[leg] = .agent(id, agent)
    } else {
      contact.keypad = leg
      legs[leg] = .keypad(id)
    }
    var effects: [Effect] = [
      .log(LogLine(.info, "a phone dials out", contact: id, ["phone": phone.rawValue]))
    ]
    effects += open(contact, number: dialled.number, at: now)
    if let agent { effects += translate(cards.offered(id, to: agent, at: now), at: now) }
    return effects
      + translate(dialer.phoneDialled(id, by: agent, number: dialled.number, trunk: trunk, at: now), at: now)
  }

  private func outbound(_ id: ContactID, _ dialled: DialledNumber, at now: Moment) -> Contact {
    var contact = Contact(
      id: id, isOutbound: true, caller: Caller(number: dialled.number), called: dialled.number.display, startedAt: now)
    contact.isPrivate = dialled.isWithheld
    contact.keys = known.keys(of: contact.caller)
    return contact
  }

  /// A contact that goes out begins; whoever dials it is taken out of the distribution.
  private mutating func open(_ contact: Contact, number: PhoneNumber, at now: Moment) -> [Effect] {
    let id = contact.id
    contacts[id] = contact
    let arrival = Notice.Body.contactArrived(
      caller: summary(contact.caller), called: contact.called, direction: "outbound")
    var effects = translate(books.opened(id, .outbound, caller: contact.caller, called: contact.called, at: now))
    effects.append(notice(arrival, contact, at: now))
    if let engagement = contact.engagement {
      effects += translate(
        distributor.dialingBegan(
          id, by: engagement.agent, overrides: contact.awaitsAnswer || number.kind == .emergency, at: now), at: now)
      let kind = Segment.Kind.agent(engagement.agent, engagement.phone)
      effects += translate(books.segmentBegan(id, kind, name: engagement.segment, at: now))
    }
    // Nobody in need waits for a card.
    let known = number.kind == .emergency ? nil : number
    return effects + translate(cards.contactArrived(id, number: known, at: now), at: now)
  }

  mutating func translate(_ effects: [Dialer.Effect], at now: Moment) -> [Effect] {
    effects.flatMap { translate($0, at: now) }
  }

  private mutating func translate(_ effect: Dialer.Effect, at now: Moment) -> [Effect] {
    if let forwarded = forwarded(effect, at: now) { return forwarded }
    switch effect {
    case .ringAgent(let id, let agent): return translate(cards.offered(id, to: agent, at: now), at: now)
    case .dialNumber(let id, let number, let trunk): return dialNumber(id, number, by: trunk, at: now)
    case .openEarlyMedia(let id):
      guard let contact = contacts[id], let leg = contact.outside else { return [] }
      let effects = translate(switchboard.earlyMediaOpened(leg, in: id, side: .outside))
      guard contact.awaitsAnswer, let phone = contact.inside else { return effects }
      return [.engine(.openEarlyMedia(phone))] + effects
    case .tellRinging(let id): return contacts[id]?.inside.map { [.engine(.ring($0))] } ?? []
    case .join(let id, let agent): return join(id, agent, at: now)
    case .endAgentLeg(let id):
      // One that was not answered is told why by `failed`, which follows.
      guard let contact = contacts[id], let leg = contact.inside, !contact.awaitsAnswer else { return [] }
      contacts[id]?.insideLeft()
      return end(leg, status: 487)
    case .endNumberLeg(let id):
      guard let leg = contacts[id]?.outside else { return [] }
      contacts[id]?.outside = nil
      return end(leg, status: 487)
    case .failed(let id, let agent, let reason, let stage):
      return endLegs(of: id, status: reason.sipStatus)
        + (agent.map { translate(distributor.dialingFailed(id, by: $0, at: now), at: now) } ?? [])
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
    var effects = translate(books.segmentBegan(id, .number(number), name: segment, at: now))
    if let inside = contact.inside {
      // A phone that dialled by itself makes its own ringing tone.
      let tone = contact.awaitsAnswer ? nil : settings.ringback
      effects += translate(switchboard.partyWaits(inside, in: id, side: .agent, hearing: tone))
    }
    return effects + [
      notice(.contactDialing(number: number.display), contact, at: now),
      .engine(.dial(leg, to: .trunk(trunk, number), showing: shown, contact: id)),
    ]
  }

  private mutating func join(_ id: ContactID, _ agent: AgentID?, at now: Moment) -> [Effect] {
    guard let contact = contacts[id], let inside = contact.inside, let outside = contact.outside else { return [] }
    contacts[id]?.engagement?.stage = .talking
    var effects: [Effect] = contact.awaitsAnswer ? [.engine(.answer(inside))] : []
    contacts[id]?.awaitsAnswer = false
    if let agent { effects += translate(distributor.dialingAnswered(id, by: agent, at: now), at: now) }
    if let segment = contact.numberSegment {
      effects += translate(books.segmentAnswered(id, name: segment, at: now))
    }
    effects += translate(switchboard.partyJoined(outside, in: id, side: .outside, holdMusic: nil))
    effects += translate(switchboard.partyJoined(inside, in: id, side: .agent, holdMusic: settings.music))
    return effects + [notice(.contactConnected, contact, at: now)] + conversationBegan(id, agent, nil, at: now)
      + heldBefore(id, at: now)
      + (agent.map { supervisorsMayHear(id, $0, queue: nil, at: now) } ?? [])
  }
}
