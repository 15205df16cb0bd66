public import Telephony

/// What a client may do: each role may do all that the ones before it may.
public enum Role: String, Sendable, Codable, CaseIterable, Comparable {
  /// Looks.
  case readOnly = "read-only"
  /// Works with calls as one agent: her own state, her own dialling.
  case agent
  /// Works with all agents and calls.
  case supervisor
  /// Everything.
  case administrator

  /// From the least to the most.
  public static func < (a: Role, b: Role) -> Bool {
    allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
  }
}

/// Who is at the other end of a connection, as the kernel says it (`SO_PEERCRED`) and the configuration reads it.
public struct Client: Sendable, Hashable {
  /// Unique within one run of the daemon.
  public var number: UInt64
  /// What she may do.
  public var role: Role
  /// The agent whose state and calls a client of role `agent` may touch, or the supervisor whose rights a client of role
  /// `supervisor` may use; nil for any.
  public var agent: AgentID?
  /// Unix user id.
  public var userID: UInt32
  /// Process id, for logs.
  public var processID: Int32

  /// Puts it together.
  public init(number: UInt64, role: Role, agent: AgentID?, userID: UInt32, processID: Int32) {
    self.number = number
    self.role = role
    self.agent = agent
    self.userID = userID
    self.processID = processID
  }
}
