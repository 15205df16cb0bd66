public import Telephony

// All queues and agents at once.
extension Distributor {
  /// These queues and agents, and no others, from now on: those that are different, new or gone are so all at once, and
  /// nobody is sent away, offered or asked less of for what holds only of a part. Whatever else the settings say stays as it was at the beginning.
  public mutating func settingsChanged(queues: [QueueSettings], agents: [AgentSettings], at now: Moment) -> [Effect] {
    var turn = Turn(at: now)
    turn.laterSteps = ([], [])
    for queue in queues where lines[queue.id]?.settings != queue { set(queue, &turn) }
    for agent in agents where !isAsBefore(agent) { set(agent, &turn) }
    let wantedAgents = Set(agents.map(\.id))
    for agent in agentOrder where !wantedAgents.contains(agent) { remove(agent, &turn) }
    lookAtSteps(&turn)
    // At the end: where its contacts go, and whether they are taken there, depends on all of the above.
    let wantedQueues = Set(queues.map(\.id))
    for queue in queueOrder where !wantedQueues.contains(queue) { remove(queue, &turn) }
    return conclude(&turn)
  }

  /// Why agents may be away, from now on. Whoever is away is told to have overstayed as her reason says now, counted from
  /// when she went.
  public mutating func reasonsChanged(to reasons: [String: ReasonSettings], at now: Moment) -> [Effect] {
    guard reasons != settings.reasons else { return [] }
    var turn = Turn(at: now)
    let before = settings.reasons
    settings.reasons = reasons
    for id in agentOrder {
      guard let agent = people[id], case .notReady(let reason) = agent.status else { continue }
      let longest = reasons[reason]?.longest
      guard longest != before[reason]?.longest else { continue }
      cancel(.overstay(id), &turn)
      if let longest { start(.overstay(id), until: agent.statusSince.advanced(by: longest), &turn) }
    }
    return conclude(&turn)
  }

  private func isAsBefore(_ new: AgentSettings) -> Bool {
    guard let agent = people[new.id], !agent.isRemoved, agent.skills == new.skills,
      agent.capacity == new.capacity, agent.duties.count == new.memberships.count
    else { return false }
    return agent.duties.allSatisfy { new.memberships[$0.queue] == $0.membership }
  }
}
