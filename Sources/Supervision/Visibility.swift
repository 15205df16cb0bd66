public import Telephony

/// Who may know that somebody is monitored, besides supervisors, who always do. The same in what is told, listed and shown
/// of what was.
public enum Visibility: String, Sendable, Codable, CaseIterable {
  case supervisors
  /// The one who is monitored, by her own clients.
  case agent
  case everyone

  /// Somebody to whom things are shown.
  public struct Onlooker: Sendable, Equatable {
    /// Of the role supervisor or more.
    public var isSupervisor: Bool
    /// The one agent whose calls are shown to it, for it is bound to her; nil: everybody's.
    public var own: AgentID?

    /// Puts it together.
    public init(isSupervisor: Bool, own: AgentID? = nil) {
      self.isSupervisor = isSupervisor
      self.own = own
    }
  }

  // MARK: What is told as it happens

  /// Whom notices of a monitor are for. `isKnown`: the clients of its agent have been told that it is there; until then they
  /// are told nothing of it.
  public func audiences(of monitor: Monitor, isKnown: Bool) -> [Audience] {
    switch self {
    case .supervisors: [.supervisors()]
    case .agent: [isKnown ? .supervisors(and: [monitor.agent]) : .supervisors()]
    case .everyone: isKnown ? [.everybody] : [.supervisors(), .others(than: [monitor.agent])]
    }
  }

  /// For the clients alone that are bound to the agent of a monitor.
  public func ownAudience(of monitor: Monitor) -> [Audience] {
    self == .supervisors ? [] : [.bound(to: monitor.agent)]
  }

  /// Whom notices of a file are for that holds what supervisors say beside this agent: there is one as soon as one may be
  /// heard, which tells as much as a notice of hers.
  public func audience(ofFileBeside agent: AgentID?) -> Audience {
    switch self {
    case .supervisors: .supervisors()
    case .agent: .supervisors(and: agent.map { [$0] } ?? [])
    case .everyone: .everybody
    }
  }

  /// Who is told that this agent supervises, and who is told in her place what she would be without that; nil: all are told
  /// the same.
  public func audiences(ofSupervising supervisor: AgentID) -> (told: Audience, deceived: Audience)? {
    self == .everyone ? nil : (.supervisors(and: [supervisor]), .others(than: [supervisor]))
  }

  // MARK: What is shown when it is asked for

  /// Whether it may know that this agent is monitored, or was; nil: nobody knows whose it was.
  public func mayKnow(_ onlooker: Onlooker, of agent: AgentID?) -> Bool {
    if onlooker.isSupervisor { return true }
    switch self {
    case .supervisors: return false
    case .agent: return agent != nil && onlooker.own == agent
    case .everyone: return true
    }
  }

  /// Whether there is anything that it may be shown in a list of them.
  public func mayList(_ onlooker: Onlooker) -> Bool { onlooker.isSupervisor || mayKnow(onlooker, of: onlooker.own) }

  /// Whether that of this agent is in its list: whoever is bound to one agent sees what is hers.
  public func lists(_ agent: AgentID, for onlooker: Onlooker) -> Bool {
    if onlooker.isSupervisor { return true }
    return mayKnow(onlooker, of: agent) && (onlooker.own ?? agent) == agent
  }
}

extension MonitorDesk {
  /// Whether it may see that this agent supervises: whoever may know of the one whom she monitors, and she herself.
  public func mayKnow(_ onlooker: Visibility.Onlooker, that supervisor: AgentID) -> Bool {
    if onlooker.isSupervisor || onlooker.own == supervisor || settings.visibility == .everyone { return true }
    return watches.values.contains {
      $0.monitor.supervisor == supervisor && settings.visibility.mayKnow(onlooker, of: $0.monitor.agent)
    }
  }
}
