public import Telephony

// Why it is as it is. Nothing here changes anything.
extension Distributor {
  /// How it stands with a contact that waits: who could take it at this moment, and why the others cannot; nil when it is
  /// not waiting here.
  public func explanation(of contact: ContactID, at now: Moment) -> Decision? { explain(contact, .waits, at: now) }

  /// One that is about the contact itself.
  func note(
    _ outcome: Decision.Outcome, about contact: ContactID, to destination: Decision.Destination? = nil,
    _ turn: inout Turn
  ) {
    guard settings.explains, var decision = decision(outcome, about: contact, at: turn.now) else { return }
    decision.destination = destination
    turn.effects.append(.decided(decision))
  }

  /// Who came in this turn and found nobody.
  func explainWaits(_ turn: inout Turn) {
    guard settings.explains else { return }
    for id in turn.joined where contacts[id]?.offers.isEmpty == true {
      if let decision = explain(id, .waits, at: turn.now) { turn.effects.append(.decided(decision)) }
    }
  }

  /// Before the offer is made. That all phones ring at once is one decision, told when they are known.
  func explainOffer(_ pair: Pair, _ turn: inout Turn) {
    let id = pair.place.contact
    guard settings.explains, let contact = contacts[id] else { return }
    if contact.only == nil, queueSettings(of: contact.target).strategy == .ringAll {
      turn.rings[id, default: Turn.Ring(index: turn.effects.count)].ranks.append(pair.rank)
    } else if let decision = explain(id, .offered(to: pair.rank.agent), chosen: pair.rank, at: turn.now) {
      turn.effects.append(.decided(decision))
    }
  }

  /// For which contacts all phones ring since this turn. Those that stand last are put in first, so that the places of the
  /// others hold.
  func explainRings(_ turn: inout Turn) {
    for (id, ring) in turn.rings.sorted(by: { $0.value.index > $1.value.index }) {
      guard let decision = explain(id, ring.ranks, at: turn.now) else { continue }
      turn.effects.insert(.decided(decision), at: ring.index)
    }
  }

  private func explain(_ id: ContactID, _ ranks: [Rank], at now: Moment) -> Decision? {
    guard let contact = contacts[id], let queue = contact.queue, let line = lines[queue], let best = ranks.first,
      var decision = decision(.offered(to: best.agent), about: id, at: now)
    else { return nil }
    decision.others = ranks.dropFirst().map(\.agent)
    list(ranks, &decision)
    listLeftOut(of: contact, ranks, [], in: line, &decision)
    return decision
  }

  private func decision(_ outcome: Decision.Outcome, about id: ContactID, at now: Moment) -> Decision? {
    guard let contact = contacts[id] else { return nil }
    var decision = Decision(
      contact: id, queue: contact.queue, at: now, waited: now.since(contact.place.enqueued), outcome: outcome)
    decision.strategy = contact.only == nil ? contact.queue.map { rules(of: $0).strategy } : nil
    if let queue = contact.queue { decision.ahead = lines[queue]?.places.position(of: contact.place) ?? 0 }
    return decision
  }

  private func explain(_ id: ContactID, _ outcome: Decision.Outcome, chosen: Rank? = nil, at now: Moment) -> Decision? {
    guard let contact = contacts[id], var decision = decision(outcome, about: id, at: now) else { return nil }
    guard let queue = contact.queue, let line = lines[queue], contact.only == nil else {
      if let only = contact.only { listOnly(only, contact, chosen, &decision) }
      return decision
    }
    let looked = line.settings.isPaused ? [] : Array(line.free.prefix(Decision.mostLookedAt))
    var ranks = looked.filter { obstacle(to: contact, $0.agent, level: $0.level) == nil }
      .map { rank($0, in: line, for: contact, at: now) }
    if let chosen, !ranks.contains(where: { $0.agent == chosen.agent }) { ranks.append(chosen) }
    list(ranks.sorted(), &decision)
    // Were there anybody for one that seeks somebody, it would not wait.
    if !line.settings.isPaused, chosen != nil || !seeksAgent(contact) {
      decision.moreFree = line.free.count - Set(looked.map(\.agent)).union(ranks.map(\.agent)).count
    }
    decision.rivals = chosen.map { rivals(of: $0, among: ranks, looked.last, areAll: decision.moreFree == 0) }
    listLeftOut(of: contact, ranks, looked, in: line, &decision)
    return decision
  }

  /// Those who are free come with fewer contacts first, then by level: behind the last who was looked at is nobody who
  /// stands before her.
  private func rivals(of chosen: Rank, among ranks: [Rank], _ last: Rank?, areAll: Bool) -> Decision.Rivals {
    var rivals = Decision.Rivals(
      ofLoad: ranks.count { $0.load == chosen.load }, ofLevel: ranks.count { $0.tier == chosen.tier })
    rivals.isLoadSeen = areAll || last.map { $0.load > chosen.load } ?? false
    rivals.isLevelSeen = areAll || last.map { $0.tier > chosen.tier } ?? false
    return rivals
  }

  private func list(_ ranks: [Rank], _ decision: inout Decision) {
    decision.candidates = ranks.prefix(Decision.mostListed).map { candidate($0, at: decision.at) }
    decision.moreCandidates = ranks.count - decision.candidates.count
  }

  /// Whoever of the line is not among these, and cannot take it. Those who were looked at are not among `moreFree`.
  private func listLeftOut(
    of contact: Contact, _ ranks: [Rank], _ looked: [Rank], in line: Line, _ decision: inout Decision
  ) {
    let (takers, looked) = (Set(ranks.map(\.agent)), Set(looked.map(\.agent)))
    for id in line.members.prefix(Decision.mostLookedAt) where decision.leftOut.count < Decision.mostListed {
      guard !takers.contains(id), let agent = people[id], let obstacle = obstacle(to: contact, agent, in: line) else {
        continue
      }
      decision.leftOut.append(.init(agent: id, obstacle: obstacle))
      let isFree = agent.isAvailable && agent.membership(of: line.settings.id)?.isPaused == false
      if decision.moreFree > 0, isFree, !looked.contains(id) { decision.moreFree -= 1 }
    }
    let told = takers.count + decision.moreFree + decision.leftOut.count
    decision.moreLeftOut = max(0, line.members.count - told)
  }

  private func listOnly(_ only: AgentID, _ contact: Contact, _ chosen: Rank?, _ decision: inout Decision) {
    guard let agent = people[only] else { return }
    if let obstacle = agent.obstacle ?? obstacle(to: contact, only, level: .min) {
      decision.leftOut = [.init(agent: only, obstacle: obstacle)]
    } else {
      decision.candidates = [candidate(chosen ?? .alone(agent), at: decision.at)]
    }
  }

  private func obstacle(to contact: Contact, _ agent: Agent, in line: Line) -> Decision.Obstacle? {
    if let obstacle = agent.obstacle { return obstacle }
    guard let membership = agent.membership(of: line.settings.id) else { return nil }
    if membership.isPaused { return .membershipPaused }
    if line.settings.isPaused { return .queuePaused }
    return obstacle(to: contact, agent.id, level: membership.level)
  }

  private func candidate(_ rank: Rank, at now: Moment) -> Decision.Candidate {
    var candidate = Decision.Candidate(
      agent: rank.agent, level: rank.level == .min ? nil : rank.level, key: rank.key,
      idle: people[rank.agent].map { now.since($0.readySince) } ?? .zero, position: rank.position)
    candidate.contacts = rank.load
    return candidate
  }
}
