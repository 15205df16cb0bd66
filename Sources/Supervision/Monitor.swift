public import Telephony

/// One supervisor's presence beside an agent or in a contact, as others may see it.
public struct Monitor: Sendable, Equatable {
  /// Its name.
  public let id: MonitorID
  /// Who listens; an agent of the configuration.
  public let supervisor: AgentID
  /// Her phone.
  public let phone: PhoneID
  /// Whom she stays with.
  public internal(set) var follow: MonitorFollow
  /// The Unix user of the client that asked; nil: nobody, for she dialled the code on her phone.
  public internal(set) var user: UInt32?
  /// When it was asked for.
  public let since: Moment
  /// Whom she hears, or waits for.
  public internal(set) var agent: AgentID
  /// What she hears, or will as soon as she answers; nil between the calls of the agent whom she follows.
  public internal(set) var contact: ContactID?
  /// What she is at this moment: `listen` before she hears anything.
  public internal(set) var mode = MonitorMode.listen
  /// How far it has come.
  public internal(set) var stage = Stage.asked

  func isAt(_ agent: AgentID, _ contact: ContactID?, _ follow: MonitorFollow) -> Bool {
    self.agent == agent && self.contact == contact && self.follow == follow
  }

  ///     asked ──row on disk──▶ ringing ──answered──▶ waiting ◀──▶ present        and from any of them: over
  public enum Stage: String, Sendable, Codable {
    /// The first row of the audit is being written.
    case asked
    /// Her phone rings, or is being answered where she dialled the code.
    case ringing
    /// Her phone is up, and she hears nobody.
    case waiting
    /// She hears the contact.
    case present
  }
}

/// How a monitor ended.
public enum MonitorEnd: String, Sendable, Codable, CaseIterable {
  /// A client ended it.
  case stopped
  /// The supervisor hung up.
  case hungUp = "hung_up"
  /// Her phone rang to the end of the ring time.
  case noAnswer = "no_answer"
  /// Her phone refused, was busy or could not be reached.
  case notReached = "not_reached"
  /// The contact that she followed is over.
  case contactEnded = "contact_ended"
  /// The agent whom she followed has logged out.
  case agentLeft = "agent_left"
  /// She is the contact's party now.
  case tookOver = "took_over"
  /// The contact has gone to an agent with whom she may not monitor.
  case notAllowed = "not_allowed"
  /// The audit could not be written.
  case auditFailed = "audit_failed"
  /// The daemon stops.
  case shutdown

  /// What her phone is told whose call by the code was not answered before it ended (RFC 3261 §21).
  public var sipStatus: Int {
    switch self {
    case .auditFailed, .shutdown: 503
    case .stopped, .hungUp, .noAnswer, .notReached, .contactEnded, .agentLeft, .tookOver, .notAllowed: 480
    }
  }
}

/// What a client asks for, or a supervisor by her phone.
public struct MonitorOrder: Sendable, Equatable {
  /// Who is to listen.
  public var supervisor: AgentID
  /// Where she is rung, or has dialled the code.
  public var phone: PhoneID
  /// Whom, or what.
  public var target: Target
  /// What she becomes as soon as she has heard the two in `listen`.
  public var mode: MonitorMode
  /// Nil: what the target is.
  public var follow: MonitorFollow?
  /// The Unix user of the client that asks; nil: she dialled the code, and her call waits to be answered.
  public var user: UInt32?

  /// An agent, with or without a call, or a contact in which an agent talks.
  public enum Target: Sendable, Equatable {
    case agent(AgentID)
    case contact(ContactID)
  }

  /// Puts it together.
  public init(
    supervisor: AgentID, phone: PhoneID, target: Target, mode: MonitorMode = .listen, follow: MonitorFollow? = nil,
    user: UInt32?
  ) {
    self.supervisor = supervisor
    self.phone = phone
    self.target = target
    self.mode = mode
    self.follow = follow
    self.user = user
  }
}
