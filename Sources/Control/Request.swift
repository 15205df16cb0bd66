public import Telephony

/// Everything that a client can ask for, with its parameters already read and typed.
public enum Request: Sendable, Equatable {
  case systemStatus
  case help(command: String?)
  case agentsList
  case agentLogIn(AgentID, PhoneID)
  case agentLogOut(AgentID)
  case agentSetStatus(AgentID, WantedStatus)
  case agentFinish(AgentID)
  case agentExtendWrapUp(AgentID, seconds: Int)
  case queuesList
  case callsList
  case callHangUp(ContactID)
  case callDial(AgentID, to: String)
  case recordingStart(ContactID)
  case recordingStop(ContactID)
  case historyList(HistoryFilter)
  case directoryLookUp(number: String)
  case eventsSubscribe(Subscription)

  /// What an agent can set of herself.
  public enum WantedStatus: Sendable, Equatable {
    case ready
    case away(reason: String)
  }
}

/// Which records `history.list` is to bring.
public struct HistoryFilter: Sendable, Equatable {
  public var limit = 50
  public var agent: AgentID?
  public var queue: QueueID?
  public var contact: ContactID?
  /// As written by the client.
  public var number: String?
  /// RFC 3339: only contacts that began before.
  public var before: String?
  /// The newest fifty.
  public init() {}
}

/// Which notices a client wants.
public struct Subscription: Sendable, Equatable {
  /// The first `seq` wanted, to go on after a break; nil: from now on.
  public var since: UInt64?
  /// The `epoch` that `since` belongs to; another one than the present makes the answer say that the log began anew.
  public var epoch: UInt64?
  /// Only notices about this agent.
  public var agent: AgentID?
  /// Only these types, or types that begin with one of them and a dot; empty: all.
  public var types: [String] = []
  /// Everything from now on.
  public init() {}
}
