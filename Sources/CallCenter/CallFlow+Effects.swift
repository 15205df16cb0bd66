import Control
import Conversations
import Dialing
import Directory
import Distribution
import History
import Recordings
import Supervision
import Telephony

/// What the features answer, said to the others and to the outside.
extension CallFlow {
  mutating func translate(_ effects: [Distributor.Effect], at now: Moment) -> [Effect] {
    effects.indices.flatMap { index -> [Effect] in
      let kept = distributor.memory(of: effects[index]).map { [Effect.saveFloor($0)] } ?? []
      guard case .overflow(let id, let queue, let target, let reason) = effects[index] else {
        return translate(effects[index], at: now) + kept
      }
      let stays = !effects[(index + 1)...].contains { $0.sendsAway(id) }
      return overflowed(id, from: queue, to: target, reason, stays: stays, at: now) + kept
    }
  }

  private mutating func translate(_ effect: Distributor.Effect, at now: Moment) -> [Effect] {
    switch effect {
    case .offer(let id, let agent, let phone): return offer(id, to: agent, phone, at: now)
    case .withdraw(let id, let agent, let end):
      guard let leg = contacts[id]?[agent]?.leg else { return [] }
      contacts[id]?[agent]?.leg = nil
      return self.end(leg, status: 487, answeredElsewhere: end == .answeredElsewhere)
    case .offerEnded(let id, let agent, let end): return offerEnded(id, agent, end, at: now)
    case .connect(let id, let agent): return connect(id, agent, at: now)
    case .giveUp(let id, let reason): return close(id, reason, at: now)
    case .decided(let decision): return decided(decision)
    // Told above, with what follows it.
    case .overflow: return []
    case .overstayed(let agent, let reason): return overstayed(agent, reason, at: now)
    case .agentChanged(let old, let new, let reason, let actor):
      let effects = noted(new, at: now) + agentChanged(old, new, cause: reason, by: actor, at: now)
      guard new.status == .loggedOut else { return effects }
      return effects + translate(monitors.agentLoggedOut(new.id, at: now), at: now)
    case .displaced(let agent, let phone):
      return [.notice(Notice(at: now, agent: agent, body: .agentDisplaced(from: phone)))]
    case .startTimer(let timer, let duration): return [.startTimer(.distribution(timer), duration)]
    case .cancelTimer(let timer): return [.cancelTimer(.distribution(timer))]
    }
  }

  private mutating func offer(_ id: ContactID, to agent: AgentID, _ phone: PhoneID, at now: Moment) -> [Effect] {
    // Nothing begins any more once everything is being ended.
    guard contacts[id] != nil, closing < .ending else { return [] }
    let segment = newSegment(at: now)
    contacts[id]?[agent] = .init(agent: agent, phone: phone, segment: segment, leg: nil, stage: .reserved)
    return translate(books.segmentBegan(id, .agent(agent, phone), name: segment, at: now))
      + translate(cards.offered(id, to: agent, at: now), at: now)
  }

  private mutating func offerEnded(
    _ id: ContactID, _ agent: AgentID, _ end: Distributor.OfferEnd, at now: Moment
  ) -> [Effect] {
    guard let contact = contacts[id], let offer = contact.offers.first(where: { $0.agent == agent }) else { return [] }
    contacts[id]?.offers.removeAll { $0.agent == agent }
    var effects = offer.leg.map { self.end($0, status: 487) } ?? []
    effects += translate(cards.offerEnded(id, to: agent, at: now), at: now)
    effects += translate(books.segmentEnded(id, name: offer.segment, end.endReason, at: now))
    // Who was not told of the offer is not told of its end.
    if offer.stage == .reserved { return effects }
    return effects + [notice(.contactOfferEnded(reason: end.rawValue), contact, agent, at: now)]
  }

  /// The first who answers has it. Phones that ring beside hers are told to stop by what follows.
  private mutating func connect(_ id: ContactID, _ agent: AgentID, at now: Moment) -> [Effect] {
    guard var contact = contacts[id], var engagement = contact[agent], let agentLeg = engagement.leg,
      let outside = contact.outside
    else { return [] }
    contact[agent] = nil
    engagement.stage = .talking
    contact.engagement = engagement
    contacts[id] = contact
    var effects = receive(id, .answered)
    let music = music(of: contact)
    effects += translate(switchboard.partyJoined(outside, in: id, side: .outside, holdMusic: nil))
    effects += translate(switchboard.partyJoined(agentLeg, in: id, side: .agent, holdMusic: music))
    if let queue = contact.queue {
      effects += translate(books.segmentEnded(id, name: queue.segment, .answered, at: now))
    }
    effects += translate(books.segmentAnswered(id, name: engagement.segment, at: now))
    return effects + [notice(.contactConnected, contact, at: now)]
      + conversationBegan(id, agent, contact.cameBy, at: now) + heldBefore(id, at: now)
      + supervisorsMayHear(id, agent, queue: contact.cameBy, at: now)
  }

  mutating func conversationBegan(_ id: ContactID, _ agent: AgentID?, _ queue: QueueID?, at now: Moment) -> [Effect] {
    let policy = queue.flatMap { settings.queues[$0]?.recording } ?? settings.recordingWithoutQueue
    return translate(
      recorder.conversationBegan(
        id, agent: agent, queue: queue, policy: policy, name: newRecording(at: now), at: now), at: now)
  }

  mutating func translate(_ effects: [CallerCards.Effect], at now: Moment) -> [Effect] {
    effects.flatMap { effect -> [Effect] in
      switch effect {
      case .lookUp(let id, let number): return [.lookUp(id, number)]
      case .popUp(let id, let agent, let card): return popUp(id, agent, card, isCompletion: false, at: now)
      case .completePopUp(let id, let agent, let card): return popUp(id, agent, card, isCompletion: true, at: now)
      case .ring(let id, let agent): return ring(id, agent, at: now)
      case .startTimer(let timer, let duration): return [.startTimer(.directory(timer), duration)]
      case .cancelTimer(let timer): return [.cancelTimer(.directory(timer))]
      }
    }
  }

  private func popUp(
    _ id: ContactID, _ agent: AgentID, _ card: CallerCards.Card, isCompletion: Bool, at now: Moment
  ) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    let value = popUp(of: contact, card: card, at: now)
    return [
      .notice(
        Notice(
          at: now, contact: id, agent: agent, queue: contact.queue?.id,
          body: isCompletion ? .popUpCompleted(value) : .popUp(value)))
    ]
  }

  private mutating func ring(_ id: ContactID, _ agent: AgentID, at now: Moment) -> [Effect] {
    guard let contact = contacts[id], let engagement = contact[agent], engagement.leg == nil else { return [] }
    let leg = newLeg(.agent(id, agent))
    contacts[id]?[agent]?.leg = leg
    contacts[id]?.rung.insert(agent)
    if engagement.stage == .reserved { contacts[id]?[agent]?.stage = .offered }
    let display = settings.phones[engagement.phone]?.display ?? .name
    let shown = display.presented(contact.caller, card: cards.card(of: id))
    return [
      notice(.contactOffered(phone: engagement.phone), contact, agent, at: now),
      .engine(.dial(leg, to: .phone(engagement.phone), showing: shown, contact: id)),
    ] + translate(distributor.offerDialled(id, to: agent, at: now), at: now)
  }

  mutating func translate(_ effects: [Switchboard.Effect]) -> [Effect] {
    effects.map { effect in
      switch effect {
      case .link(let link): .engine(.link(link))
      case .unlink(let link): .engine(.unlink(link))
      }
    }
  }

  mutating func translate(_ effects: [Ledger.Effect]) -> [Effect] {
    effects.map { effect in
      switch effect {
      case .save(let record): .saveContact(record)
      }
    }
  }
}

extension Actor {
  /// The word on the socket.
  var word: String {
    switch self {
    case .agent: "agent"
    case .supervisor: "supervisor"
    case .system: "system"
    }
  }
}
