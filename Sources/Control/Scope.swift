public import Telephony

/// What a client that is bound to one agent is brought: her own contacts and shifts and what is said of her, and nobody else's
/// callers. How many wait in a queue and what colleagues do is no secret among them (`queues.list`, `agents.list`).
extension Client {
  /// The one agent whose contacts this client sees; nil: everybody's.
  public var scope: AgentID? { role == .agent ? agent : nil }

  /// Whether it may use a supervisor's rights in this agent's name.
  public func speaks(for agent: AgentID) -> Bool {
    if role < .administrator, let own = self.agent { return own == agent && role >= .agent }
    return role >= .supervisor
  }
}

extension Request {
  /// As far as this client may ask: what would bring others' contacts is narrowed to her own, or refused when others were
  /// asked for.
  func narrowed(to client: Client) throws(ControlError) -> Request {
    if case .eventsSubscribe(var subscription) = self, client.role >= .supervisor {
      subscription.seesMonitors = true
      return .eventsSubscribe(subscription)
    }
    guard let own = client.scope else { return self }
    switch self {
    case .historyList(var filter):
      filter.agent = try Self.narrowed(filter.agent, to: own)
      return .historyList(filter)
    case .shiftList(var filter):
      filter.agent = try Self.narrowed(filter.agent, to: own)
      return .shiftList(filter)
    case .eventsSubscribe(var subscription):
      subscription.agent = try Self.narrowed(subscription.agent, to: own)
      subscription.boundTo = own
      return .eventsSubscribe(subscription)
    default: return self
    }
  }

  private static func narrowed(_ wanted: AgentID?, to own: AgentID) throws(ControlError) -> AgentID {
    guard wanted ?? own == own else { throw .beyondScope(of: own) }
    return own
  }
}

extension ControlResult {
  /// Without the calls that are not this client's business.
  public func narrowed(to client: Client) -> ControlResult {
    guard let own = client.scope, case .calls(let calls) = self else { return self }
    return .calls(calls.filter { $0.agents.contains(own) })
  }
}

extension ControlError {
  static func beyondScope(of own: AgentID) -> ControlError {
    ControlError(.forbidden, "This client sees the contacts of agent \(own) only. Others need the role supervisor.")
  }
}
