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
  public let follow: MonitorFollow
  /// The Unix user of the client that asked.
  public let user: UInt32
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

  ///     asked ──row on disk──▶ ringing ──answered──▶ waiting ◀──▶ present        and from any of them: over
  public enum Stage: String, Sendable, Codable {
    /// The first row of the audit is being written.
    case asked
    /// Her phone rings.
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
  /// The audit could not be written.
  case auditFailed = "audit_failed"
  /// The daemon stops.
  case shutdown
}

/// What a client asks for.
public struct MonitorOrder: Sendable, Equatable {
  /// Who is to listen.
  public var supervisor: AgentID
  /// Where she is rung.
  public var phone: PhoneID
  /// Whom, or what.
  public var target: Target
  /// What she becomes as soon as she has heard the two in `listen`.
  public var mode: MonitorMode
  /// Nil: what the target is.
  public var follow: MonitorFollow?
  /// The Unix user of the client that asks.
  public var user: UInt32

  /// An agent, with or without a call, or a contact in which an agent talks.
  public enum Target: Sendable, Equatable {
    case agent(AgentID)
    case contact(ContactID)
  }

  /// Puts it together.
  public init(
    supervisor: AgentID, phone: PhoneID, target: Target, mode: MonitorMode = .listen, follow: MonitorFollow? = nil,
    user: UInt32
  ) {
    self.supervisor = supervisor
    self.phone = phone
    self.target = target
    self.mode = mode
    self.follow = follow
    self.user = user
  }
}

/// Why a supervisor may not, or cannot.
public enum MonitorRefusal: Error, Sendable, Equatable {
  case alreadyMonitors(AgentID)
  case monitorsNobody(AgentID)
  case hearsNobody(AgentID)
  case nobodyTalks(ContactID)
  case hasNoCall(AgentID)
  case herself(AgentID)
  case tooMany(limit: Int)
  case queueIsClosed

  /// Whether it is what the administrator decided, and not how things stand.
  public var isByPolicy: Bool {
    switch self {
    case .tooMany, .queueIsClosed, .herself: true
    case .alreadyMonitors, .monitorsNobody, .hearsNobody, .nobodyTalks, .hasNoCall: false
    }
  }

  /// One sentence for the client.
  public var explanation: String {
    switch self {
    case .alreadyMonitors(let supervisor): "\(supervisor) monitors somebody already: stop that first"
    case .monitorsNobody(let supervisor): "\(supervisor) monitors nobody"
    case .hearsNobody(let supervisor): "\(supervisor) hears no conversation yet that she could take over"
    case .nobodyTalks(let contact): "no agent talks in contact \(contact)"
    case .hasNoCall(let agent): "agent \(agent) has no call that could be followed"
    case .herself(let supervisor): "\(supervisor) cannot monitor herself"
    case .tooMany(let limit): "\(limit) supervisors are there already, and no more may be"
    case .queueIsClosed: "the configuration ([supervision] queues) does not allow this contact to be monitored"
    }
  }
}
