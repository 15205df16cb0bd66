public import Telephony

// All queues and agents at once.
extension Distributor {
  /// These queues and agents, and no others, from now on: as if each that is different, new or gone had been told by
  /// itself. Whatever else the settings say stays as it was at the beginning.
  public mutating func settingsChanged(queues: [QueueSettings], agents: [AgentSettings], at now: Moment) -> [Effect] {
    var effects: [Effect] = []
    for queue in queues where lines[queue.id]?.settings != queue { effects += queueSet(queue, at: now) }
    let wantedQueues = Set(queues.map(\.id))
    for queue in queueOrder where !wantedQueues.contains(queue) { effects += queueRemoved(queue, at: now) }
    for agent in agents where !isAsBefore(agent) { effects += agentSet(agent, at: now) }
    let wantedAgents = Set(agents.map(\.id))
    for agent in agentOrder where !wantedAgents.contains(agent) { effects += agentRemoved(agent, at: now) }
    return effects
  }

  private func isAsBefore(_ new: AgentSettings) -> Bool {
    guard let agent = people[new.id], !agent.isRemoved, agent.skills == new.skills,
      agent.duties.count == new.memberships.count
    else { return false }
    return agent.duties.allSatisfy { new.memberships[$0.queue] == $0.membership }
  }
}
