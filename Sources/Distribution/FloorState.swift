public import Telephony

/// What of the floor outlives the daemon: who was logged in where, and where turns stood.
public struct FloorState: Sendable, Equatable {
  /// Everybody who was logged in, with her phone.
  public var logIns: [AgentID: PhoneID]
  /// Who was offered the last contact of a queue that goes round.
  public var turns: [QueueID: AgentID]

  /// Both as given.
  public init(logIns: [AgentID: PhoneID] = [:], turns: [QueueID: AgentID] = [:]) {
    self.logIns = logIns
    self.turns = turns
  }
}

/// One change of it.
public enum FloorChange: Sendable, Hashable {
  /// She is logged in at this phone; nil: at none.
  case logIn(AgentID, PhoneID?)
  /// The turn of the queue stands behind this agent; nil: at its beginning.
  case turn(QueueID, AgentID?)

  /// What it is about: a later change of the same takes its place.
  public enum Subject: Sendable, Hashable { case agent(AgentID), queue(QueueID) }

  /// What it is about.
  public var subject: Subject {
    switch self {
    case .logIn(let agent, _): .agent(agent)
    case .turn(let queue, _): .queue(queue)
    }
  }
}

/// Where it is kept.
public protocol FloorStore: Sendable {
  /// Durable when it returns.
  func save(_ change: FloorChange) async throws
  /// As it was saved last.
  func floor() async throws -> FloorState
}
