import Telephony

extension Distributor {
  /// Pairs whoever can be paired, and hands out what was decided.
  ///
  /// Before the turn no free agent could take a waiting contact, so every pair there is now has somebody in it who was
  /// freed in this turn, and is the best one of hers or his.
  mutating func conclude(_ turn: inout Turn) -> [Effect] {
    while let pair = bestPair(turn), offer(pair, &turn) {}
    return turn.effects
  }

  private func bestPair(_ turn: Turn) -> Pair? {
    let pairs = turn.freedAgents.compactMap(bestPair(forAgent:)) + turn.freedContacts.compactMap(bestPair(forContact:))
    return pairs.min()
  }

  private func bestPair(forAgent id: AgentID) -> Pair? {
    guard let agent = people[id], agent.isFree else { return nil }
    func first(_ waiting: SortedArray<Place>, level: Int) -> Pair? {
      // She is left out for a few contacts at most, and few pause, so this ends soon.
      waiting.elements.first { agent.leftOutUntil[$0.contact] == nil && contacts[$0.contact]?.isPausing != true }
        .map { Pair(place: $0, agent: FreeAgent(level: level, readySince: agent.readySince, agent: id)) }
    }
    let fromQueues = agent.memberships.compactMap { membership in
      lines[membership.queue].flatMap { first($0.waiting, level: membership.level) }
    }
    return ([first(agent.waiting, level: Self.directLevel)].compactMap(\.self) + fromQueues).min()
  }

  private func bestPair(forContact id: ContactID) -> Pair? {
    guard let contact = contacts[id], contact.offeredTo == nil, !contact.isPausing else { return nil }
    switch contact.target {
    case .queue(let queue):
      return lines[queue]?.free.elements.first { !contact.leftOut.contains($0.agent) }
        .map { Pair(place: contact.place, agent: $0) }
    case .agent(let only):
      guard let agent = people[only], agent.isFree, !contact.leftOut.contains(only) else { return nil }
      return Pair(
        place: contact.place, agent: FreeAgent(level: Self.directLevel, readySince: agent.readySince, agent: only))
    }
  }

  /// Before every queue: nobody else can take it.
  private static var directLevel: Int { .min }
}
