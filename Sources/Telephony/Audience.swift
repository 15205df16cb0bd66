/// Whom something is told, besides what each client asked for.
public enum Audience: Sendable, Equatable {
  case everybody
  /// Clients of the role supervisor or more, and those that are bound to one of these agents.
  case supervisors(and: Set<AgentID> = [])
  /// All but supervisors and the clients of these: they are told something else.
  case others(than: Set<AgentID>)
  /// Clients that are bound to this agent, and nobody else.
  case bound(to: AgentID)
}
