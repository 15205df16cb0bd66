public import Telephony

// All queues and agents at once.
extension Distributor {
  /// These queues and agents, and no others, from now on: as if each that is different, new or gone had been told by
  /// itself. Whatever else the settings say stays as it was at the beginning.
  public mutating func settingsChanged(queues: [QueueSettings], agents: [AgentSettings], at now: Moment) -> [Effect] {
    var effects: [Effect] = []
    let before = currentSettings
    for queue in queues where lines[queue.id]?.settings != queue { effects += queueSet(queue, at: now) }
    let wantedQueues = Set(queues.map(\.id))
    for queue in before.queues where !wantedQueues.contains(queue.id) { effects += queueRemoved(queue.id, at: now) }
    let known = Dictionary(before.agents.map { ($0.id, $0) }) { first, _ in first }
    for agent in agents where known[agent.id] != agent { effects += agentSet(agent, at: now) }
    let wantedAgents = Set(agents.map(\.id))
    for agent in before.agents where !wantedAgents.contains(agent.id) { effects += agentRemoved(agent.id, at: now) }
    return effects
  }
}
