public import Telephony

// What can be seen.
extension Distributor {
  /// All agents of the settings, by id.
  public var agents: [AgentState] { agentOrder.compactMap { people[$0]?.state } }

  /// One agent; nil when she is not in the settings.
  public func agent(_ id: AgentID) -> AgentState? { people[id]?.state }

  /// All queues of the settings, by id.
  public var queues: [QueueState] {
    queueOrder.compactMap { lines[$0] }.map { line in
      let places = (line.waiting.elements + line.offered.elements).sorted()
      return QueueState(
        id: line.settings.id, waiting: places.map(\.contact), ringing: line.offered.elements.count,
        longestWaitingSince: places.map(\.enqueued).min(), agentsLoggedIn: line.agentsLoggedIn,
        agentsFree: line.free.elements.count)
    }
  }
}
