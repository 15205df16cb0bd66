/// What of the configuration can be changed while running: one table of the file.
public enum SettingSubject: Hashable, Sendable {
  /// One of `[[queues]]`.
  case queue(QueueID)
  /// One of `[[agents]]`.
  case agent(AgentID)
  /// An agent's place in a queue.
  case membership(AgentID, QueueID)
  /// One of a list of codes.
  case code(CodeList, String)

  /// The queue that it is, or that it is about.
  public var queue: QueueID? {
    switch self {
    case .queue(let queue), .membership(_, let queue): queue
    case .agent, .code: nil
    }
  }

  /// The agent that it is, or whom it is about.
  public var agent: AgentID? {
    switch self {
    case .agent(let agent), .membership(let agent, _): agent
    case .queue, .code: nil
    }
  }
}

extension SettingSubject: Comparable, CustomStringConvertible {
  /// Queues, then agents, memberships, codes; by name.
  public static func < (a: SettingSubject, b: SettingSubject) -> Bool { a.order < b.order }

  private var order: (Int, String, String) {
    switch self {
    case .queue(let queue): (0, queue.rawValue, "")
    case .agent(let agent): (1, agent.rawValue, "")
    case .membership(let agent, let queue): (2, agent.rawValue, queue.rawValue)
    case .code(let list, let code): (3, list.rawValue, code)
    }
  }

  /// In words, for people: `queue support`, `agent 1001`, `agent 1001 in queue support`, `reason lunch`.
  public var description: String {
    switch self {
    case .queue(let queue): "queue \(queue)"
    case .agent(let agent): "agent \(agent)"
    case .membership(let agent, let queue): "agent \(agent) in queue \(queue)"
    case .code(let list, let code): "\(list.rawValue.dropLast()) \(code)"
    }
  }
}

/// The lists of codes that the configuration has, by the names of their tables.
public enum CodeList: String, Sendable, CaseIterable {
  /// Why agents are away.
  case reasons
  /// What calls can have come to.
  case dispositions
}
