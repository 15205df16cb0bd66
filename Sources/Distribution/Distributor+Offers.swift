public import Telephony

extension Distributor {
  /// Her phone is dialled now: the time in which it must ring, and the ring time, begin. Before that the offer waits for
  /// whatever is to be on her screen first, and nothing of that wait is the phone's fault, or hers.
  ///
  /// Whoever makes the offers sees to it that each is dialled or ended: one that is neither stays as it is.
  public mutating func offerDialled(_ contact: ContactID, to agent: AgentID, at now: Moment) -> [Effect] {
    guard var offer = offer(of: contact, to: agent), !offer.isDialled else { return [] }
    var turn = Turn(at: now)
    offer.isDialled = true
    people[agent]?.work = .offered(offer)
    let limit = settings.extensions.contains(offer.phone) ? settings.alertingLimitOverTrunk : settings.alertingLimit
    if !offer.rang { start(.alerting(agent), after: limit, &turn) }
    start(.ringing(agent), after: queueSettings(of: offer.target).ringTime, &turn)
    return conclude(&turn)
  }

  /// 180 or 183 came from the agent's phone.
  public mutating func offerRang(_ contact: ContactID, at agent: AgentID, at now: Moment) -> [Effect] {
    guard var offer = offer(of: contact, to: agent), !offer.rang else { return [] }
    var turn = Turn(at: now)
    offer.rang = true
    phones[offer.phone]?.nextBackOff = nil
    cancel(.alerting(agent), &turn)
    change(agent, "rings", by: .system, &turn) { $0.work = .offered(offer) }
    return conclude(&turn)
  }

  /// She took it. Too late when she is not offered it any more, or another phone was faster: whoever rang her ends that leg.
  public mutating func offerAnswered(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard let offer = offer(of: contact, to: agent), let ringing = contacts[contact]?.offers else { return [] }
    var turn = Turn(at: now)
    turn.effects.append(.connect(contact, agent))
    cancel(.ringing(agent), &turn)
    cancel(.alerting(agent), &turn)
    phones[offer.phone]?.nextBackOff = nil
    for other in ringing where other.agent != agent {
      endOffer(of: contact, to: other.agent, .answeredElsewhere, .withdrawn, by: .system, &turn)
    }
    endOfOffers(of: contact, to: agent)
    let queue = contacts[contact]?.queue
    forget(contact, &turn)
    engaged.insert(contact)
    change(agent, "answered", by: .agent, &turn) {
      $0.shareTime(until: now)
      $0.work = .talking(
        .init(contact: contact, phone: offer.phone, queue: queue, isOutbound: false, turnedTo: now))
      $0.missedOffers = 0
      $0.counters.answered += 1
      $0.tally.add(.init(calls: 1), at: now)
    }
    return conclude(&turn)
  }

  /// The phone ended the offer by itself. It cannot know that the caller or the agent has gone, so such an end counts as
  /// a refusal.
  public mutating func offerFailed(_ contact: ContactID, by agent: AgentID, _ end: OfferEnd, at now: Moment) -> [Effect]
  {
    guard let offer = offer(of: contact, to: agent) else { return [] }
    var turn = Turn(at: now)
    var end = end.isKnownToPhone ? end : .declined
    // A phone that takes no second call, or somebody who does not want one: it says the same.
    if end == .busy, offer.isBeside { end = .declined }
    endOffer(of: contact, to: agent, end, .byPhone, by: end == .declined ? .agent : .system, &turn)
    return conclude(&turn)
  }

  func offer(of contact: ContactID, to agent: AgentID) -> Agent.Offer? {
    guard case .offered(let offer) = people[agent]?.work, offer.contact == contact else { return nil }
    return offer
  }

  /// False when it cannot be made, which a free agent and a waiting contact never lead to.
  mutating func offer(_ pair: Pair, _ turn: inout Turn) -> Bool {
    let (id, contact) = (pair.rank.agent, pair.place.contact)
    guard let phone = people[id]?.phone, let target = contacts[contact]?.target else { return false }
    explainOffer(pair, &turn)
    beginOffer(pair, &turn)
    turn.effects.append(.offer(contact, to: id, at: phone))
    change(id, "offer", by: .system, &turn) {
      // Whoever may be offered one has nothing to do, or talks.
      let isBeside = $0.conversation != nil
      if isBeside { $0.aside.append($0.work) }
      $0.work = .offered(.init(contact: contact, phone: phone, target: target, isBeside: isBeside))
      $0.counters.made += 1
    }
    return true
  }

  /// What an offer changes about the contact and its queue.
  private mutating func beginOffer(_ pair: Pair, _ turn: inout Turn) {
    let (agent, id) = (pair.rank.agent, pair.place.contact)
    guard let contact = contacts[id] else { return }
    // By her place in the queue also while it is kept for her: whose phones may ring beside hers is asked when it is not.
    let level = contact.queue.flatMap { people[agent]?.membership(of: $0)?.level } ?? pair.rank.level
    var ringing = Contact.Ringing(agent: agent, tier: Tier(load: pair.rank.load, level: level))
    if let queue = contact.queue, contact.wish == nil {
      let slot = Slot(position: pair.rank.position, agent: agent)
      ringing.turn = (taken: slot, before: lines[queue]?.turn)
      lines[queue]?.turn = slot
    }
    contacts[id]?.offers.append(ringing)
    file(id)
    guard let queue = contact.queue else { return }
    if contact.offers.isEmpty { lines[queue]?.ringing += 1 }
    if deadlines[.ringMore(id)] == nil { startRingingMore(id, &turn) }
  }

  /// What the end of one does.
  private mutating func endOfOffers(of id: ContactID, to agent: AgentID) {
    contacts[id]?.offers.removeAll { $0.agent == agent }
    guard let contact = contacts[id], contact.offers.isEmpty, let queue = contact.queue else { return }
    lines[queue]?.ringing -= 1
  }

  /// The turn of its queue stands again where it stood before this offer, unless another one has moved it since.
  mutating func giveBackTurn(of id: ContactID, taken agent: AgentID) {
    guard let contact = contacts[id], let queue = contact.queue,
      let turn = contact.offers.first(where: { $0.agent == agent })?.turn, lines[queue]?.turn == turn.taken
    else { return }
    lines[queue]?.turn = turn.before
  }

  /// One more phone may ring for the contact, and another one after that.
  mutating func ringMore(_ id: ContactID, _ turn: inout Turn) {
    contacts[id]?.phonesAtOnce += 1
    startRingingMore(id, &turn)
    makeWait(id, &turn)
  }

  /// No phone has rung for it, nor will: when one does, it is the first.
  private mutating func ringFromTheFirst(_ id: ContactID, _ turn: inout Turn) {
    guard contacts[id]?.offers.isEmpty == true else { return }
    contacts[id]?.phonesAtOnce = 1
    cancel(.ringMore(id), &turn)
  }

  mutating func startRingingMore(_ id: ContactID, _ turn: inout Turn) {
    guard let queue = contacts[id]?.queue, rules(of: queue).strategy == .ringProgressively else { return }
    start(.ringMore(id), after: max(rules(of: queue).ringMoreAfter, .seconds(1)), &turn)
  }

  /// Who ended an offer.
  enum Ending {
    case byPhone
    /// We do: the phone must be told.
    case withdrawn
  }

  /// All phones stop ringing for it.
  mutating func endOffers(of contact: ContactID, _ end: OfferEnd, _ turn: inout Turn) {
    for offer in contacts[contact]?.offers ?? [] {
      endOffer(of: contact, to: offer.agent, end, .withdrawn, by: .system, &turn)
    }
  }

  /// The one way in which an offer ends without an answer. The contact keeps its old place; what becomes of the
  /// agent depends on whose fault it was, on what `beforehand` makes of her, and on the work that she turns to instead.
  mutating func endOffer(
    of contact: ContactID, to id: AgentID, _ end: OfferEnd, _ ending: Ending, reason: String? = nil, by actor: Actor,
    _ turn: inout Turn, becoming next: Agent.Work? = nil, beforehand: (inout Agent) -> Void = { _ in }
  ) {
    guard let offer = offer(of: contact, to: id) else { return }
    if ending == .withdrawn { turn.effects.append(.withdraw(contact, from: id, end)) }
    turn.effects.append(.offerEnded(contact, id, end))
    cancel(.ringing(id), &turn)
    cancel(.alerting(id), &turn)
    if end == .keptForAnother { giveBackTurn(of: contact, taken: id) }
    endOfOffers(of: contact, to: id)
    if end == .keptForAnother { ringFromTheFirst(contact, &turn) }
    // The call beside which it was made shows that the phone is there: it takes no second one now.
    if end == .unreachable, !offer.isBeside { backOff(offer.phone, &turn) }
    let rules = queueSettings(of: offer.target)
    let retry = turn.now.advanced(by: max(rules.retryDelay, QueueSettings.shortestRetryDelay))
    if end == .systemFailure {
      contacts[contact]?.isPausing = true
      start(.offerAgain(contact), until: retry, &turn)
    } else if !end.isNobodysFault {
      // Also after a withdrawal: an event of the old leg that is still under way must not meet a new offer of the same.
      contacts[contact]?.leftOut[id] = end
      people[id]?.leftOutUntil[contact] = retry
      forgetLastAgent(id, of: contact)
      if contacts[contact]?.wish == id { endWish(contact, &turn) }
    }
    makeWait(contact, &turn)
    // Whoever talks to a caller is there, whatever else she does not answer.
    let missed = end == .noAnswer && !offer.isBeside ? (people[id]?.missedOffers ?? 0) + 1 : nil
    // The call beside which it was made may be over.
    let owed = next == nil && people[id]?.aside.isEmpty == true ? people[id]?.owed : nil
    let ends = owed.flatMap { startTimer(of: $0, id, &turn) }
    let isAway = missed.map { rules.missedOffersBeforeAway > 0 && $0 >= rules.missedOffersBeforeAway } ?? false
    change(
      id, reason ?? (isAway ? AgentStatus.afterNoAnswer : end.word), by: actor,
      keepingPlace: end.isNobodysFault && !offer.isBeside, &turn
    ) { agent in
      agent.counters.ended[end, default: 0] += 1
      beforehand(&agent)
      if let next { agent.work = next } else { agent.leaveOffer(owing: owed, ends: ends) }
      if let missed, agent.status == .ready { agent.missedOffers = missed }
      if isAway, agent.status == .ready { agent.adopt(.notReady(reason: AgentStatus.afterNoAnswer)) }
      let isRefused = end == .noAnswer || end == .busy || offer.isBeside && (end == .declined || end == .unreachable)
      if isRefused { agent.pausedUntil = retry }
    }
    settleRetry(id, &turn)
  }

  /// Her phone did not ring in time, or nobody answered it. A phone that never rang is no missed offer of hers, however
  /// short the ring time.
  mutating func offerTimedOut(_ agent: AgentID, _ turn: inout Turn) {
    guard case .offered(let offer) = people[agent]?.work else { return }
    let end: OfferEnd = offer.rang ? .noAnswer : .unreachable
    endOffer(of: offer.contact, to: agent, end, .withdrawn, by: .system, &turn)
  }

  // MARK: Retry delays

  /// Sets the agent's retry timer to the first of her delays that will be over.
  mutating func settleRetry(_ id: AgentID, _ turn: inout Turn) {
    guard let agent = people[id] else { return }
    let first = (agent.leftOutUntil.values + [agent.pausedUntil].compactMap(\.self)).min()
    guard let first else { return cancel(.retry(id), &turn) }
    if deadlines[.retry(id)] != first { start(.retry(id), until: first, &turn) }
  }

  /// A contact that a fault of ours kept from being offered may be offered again.
  mutating func pauseOver(_ contact: ContactID, _ turn: inout Turn) {
    contacts[contact]?.isPausing = false
    makeWait(contact, &turn)
  }

  mutating func retryDelayOver(_ id: AgentID, _ turn: inout Turn) {
    guard let agent = people[id] else { return }
    for (contact, until) in agent.leftOutUntil where until <= turn.now {
      people[id]?.leftOutUntil[contact] = nil
      contacts[contact]?.leftOut[id] = nil
    }
    if let until = agent.pausedUntil, until <= turn.now {
      change(id, "retry-delay-over", by: .system, &turn) { $0.pausedUntil = nil }
    }
    turn.freedAgents.append(id)
    settleRetry(id, &turn)
  }
}
