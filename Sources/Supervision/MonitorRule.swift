public import Telephony

/// What a supervisor can be allowed, each by itself.
public enum MonitorRight: String, Sendable, Codable, CaseIterable {
  /// To hear both. Without it she is in no contact at all, whatever else she may.
  case listen
  /// To be heard by the agent.
  case whisper
  /// To be heard by both.
  case barge
  /// To become the contact's party in the agent's place; also without the right to barge.
  case takeOver = "take_over"

  /// What this mode needs.
  public init(_ mode: MonitorMode) {
    self =
      switch mode {
      case .listen: .listen
      case .whisper: .whisper
      case .barge: .barge
      }
  }
}

/// One row of who may do what to whom. Of several rows that fit, each adds what it allows.
public struct MonitorRule: Sendable, Equatable {
  /// Whom it allows something.
  public var supervisor: AgentID
  /// Whose contacts; nil: everybody's.
  public var agents: Set<AgentID>?
  /// Contacts of which queues; nil: of all, also those without a queue.
  public var queues: Set<QueueID>?
  /// What she may.
  public var rights: Set<MonitorRight>

  /// Puts it together; everything with everybody when nothing else is said.
  public init(
    supervisor: AgentID, agents: Set<AgentID>? = nil, queues: Set<QueueID>? = nil,
    rights: Set<MonitorRight> = Set(MonitorRight.allCases)
  ) {
    self.supervisor = supervisor
    self.agents = agents
    self.queues = queues
    self.rights = rights
  }

  func fits(_ supervisor: AgentID, with agent: AgentID) -> Bool {
    self.supervisor == supervisor && (agents?.contains(agent) ?? true)
  }

  func fits(_ queue: QueueID?) -> Bool { queues.map { queue.map($0.contains) ?? false } ?? true }
}

/// Who may monitor whom, and how: asked before a phone rings, at each contact and at each mode.
public struct MonitorRules: Sendable, Equatable {
  /// Whose contacts may be monitored at all; nil: all, also those without a queue.
  public var queues: Set<QueueID>?
  /// None: whoever a client names may everything, and nobody anything by her phone alone. As soon as there is one,
  /// supervisors without a row may nothing.
  public var rows: [MonitorRule] = []

  /// Everything to everybody who is named by a client.
  public init() {}

  /// Whether a queue's contacts may be monitored.
  func isOpen(_ queue: QueueID?) -> Bool { queues.map { queue.map($0.contains) ?? false } ?? true }

  /// What she may with this agent in some contact, as yet unknown.
  func rights(of supervisor: AgentID, with agent: AgentID) -> Set<MonitorRight> {
    guard !rows.isEmpty else { return Set(MonitorRight.allCases) }
    return rows.filter { $0.fits(supervisor, with: agent) }.reduce(into: []) { $0.formUnion($1.rights) }
  }

  /// What she may with this agent in a contact of this queue.
  func rights(of supervisor: AgentID, with agent: AgentID, in queue: QueueID?) -> Set<MonitorRight> {
    guard isOpen(queue) else { return [] }
    guard !rows.isEmpty else { return Set(MonitorRight.allCases) }
    return rows.filter { $0.fits(supervisor, with: agent) && $0.fits(queue) }
      .reduce(into: []) { $0.formUnion($1.rights) }
  }
}
