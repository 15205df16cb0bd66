public import Telephony

// Why it is as it is. Nothing here changes anything.
extension Distributor {
  /// How it stands with a contact that waits: who could take it at this moment, and why the others cannot; nil when it is
  /// not waiting here.
  public func explanation(of contact: ContactID, at now: Moment) -> Decision? { explain(contact, .waits, at: now) }

  /// One that is about the contact itself.
  func note(_ outcome: Decision.Outcome, about contact: ContactID, _ turn: inout Turn) {
    guard settings.explains, let decision = decision(outcome, about: contact, at: turn.now) else { return }
    turn.effects.append(.decided(decision))
  }

  /// Who came in this turn and found nobody.
  func explainWaits(_ turn: inout Turn) {
    guard settings.explains else { return }
    for id in turn.joined where contacts[id]?.offers.isEmpty == true {
      if let decision = explain(id, .waits, at: turn.now) { turn.effects.append(.decided(decision)) }
    }
  }

  /// Before the offer is made.
  func explainOffer(_ pair: Pair, at now: Moment) -> Decision? {
    explain(pair.place.contact, .offered(to: pair.rank.agent), chosen: pair.rank, at: now)
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
    // No more is looked at than is listed, so that a queue of thousands is explained as fast as one of fifty.
    var ranks = line.free.prefix(Decision.mostListed).filter {
      !line.settings.isPaused && obstacle(to: contact, $0.agent, level: $0.level) == nil
    }.map { rank($0, in: line, for: contact, at: now) }
    var unseen = max(0, line.free.count - Decision.mostListed)
    if let chosen, !ranks.contains(where: { $0.agent == chosen.agent }) {
      ranks.append(chosen)
      unseen -= 1
    }
    decision.candidates = ranks.sorted().map { candidate($0, at: now) }
    decision.moreCandidates = max(0, unseen)
    let listed = Set(ranks.map(\.agent))
    for id in line.members.prefix(Decision.mostListed * 2) where decision.leftOut.count < Decision.mostListed {
      guard !listed.contains(id), let agent = people[id] else { continue }
      if let obstacle = obstacle(to: contact, agent, in: line) {
        decision.leftOut.append(.init(agent: id, obstacle: obstacle))
      }
    }
    let told = decision.candidates.count + decision.moreCandidates + decision.leftOut.count
    decision.moreLeftOut = max(0, line.members.count - told)
    return decision
  }

  private func listOnly(_ only: AgentID, _ contact: Contact, _ chosen: Rank?, _ decision: inout Decision) {
    guard let agent = people[only] else { return }
    if let obstacle = agent.obstacle ?? obstacle(to: contact, only, level: .min) {
      decision.leftOut = [.init(agent: only, obstacle: obstacle)]
    } else {
      decision.candidates = [candidate(chosen ?? .alone(only), at: decision.at)]
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
    Decision.Candidate(
      agent: rank.agent, level: rank.level == .min ? nil : rank.level, key: rank.key,
      idle: people[rank.agent].map { now.since($0.readySince) } ?? .zero, position: rank.position)
  }
}
