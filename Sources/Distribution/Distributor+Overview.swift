public import Telephony

// What can be seen.
extension Distributor {
  /// All agents of the settings, by id.
  public var agents: [AgentState] { agentOrder.compactMap { people[$0]?.state } }

  /// One agent; nil when she is not in the settings.
  public func agent(_ id: AgentID) -> AgentState? { people[id]?.state }

  /// The queues that she serves, paused in them or not, by name; none for somebody who is not known.
  public func queues(of agent: AgentID) -> [QueueID] { people[agent]?.duties.map(\.queue).sorted() ?? [] }

  /// How many contacts she may have at once; 1 for somebody who is not known.
  public func capacity(of agent: AgentID) -> Int { people[agent]?.capacity ?? 1 }

  /// Where it waits, or is being offered, at this moment; nil for a contact that does neither, or for one agent alone.
  public func queue(of contact: ContactID) -> QueueID? { contacts[contact]?.queue }

  /// All queues of the settings, by id.
  public var queues: [QueueState] {
    queueOrder.compactMap { lines[$0] }.map { line in
      let places = line.places
      return QueueState(
        id: line.settings.id, waiting: places.map(\.contact), ringing: line.ringing,
        longestWaitingSince: places.compactMap { contacts[$0.contact]?.joined }.min(),
        agentsLoggedIn: line.present[.loggedIn, default: 0],
        agentsFree: line.free.count, isPaused: line.settings.isPaused)
    }
  }
}
