public import Telephony

/// Who talked with an agent last, as the history tells a later run of the daemon.
public struct PastConversation: Sendable, Equatable {
  /// The outside party.
  public var caller: Caller
  /// Who that was, as the directory said then.
  public var customer: CustomerID?
  /// Who talked with him.
  public var agent: AgentID
  /// Wall time, milliseconds since 1970.
  public var endedAt: Int64

  /// Puts it together.
  public init(caller: Caller, customer: CustomerID?, agent: AgentID, endedAt: Int64) {
    self.caller = caller
    self.customer = customer
    self.agent = agent
    self.endedAt = endedAt
  }
}
