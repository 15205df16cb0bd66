public import Telephony

/// Why a supervisor may not, or cannot.
public enum MonitorRefusal: Error, Sendable, Equatable {
  /// This supervisor has a monitor that cannot be moved: she is where it was asked for, her phone rings, or it is another.
  case alreadyMonitors(AgentID)
  /// This supervisor has no monitor that could be changed or ended.
  case monitorsNobody(AgentID)
  /// This supervisor waits for a call, and there is none to take over.
  case hearsNobody(AgentID)
  /// The contact has no agent yet, or none any more.
  case nobodyTalks(ContactID)
  /// The contact of this agent was to be followed, and she has none.
  case hasNoCall(AgentID)
  /// The supervisor is the one who was to be monitored.
  case herself(AgentID)
  /// As many as may be are in that contact, or stay with that agent.
  case tooMany(limit: Int)
  /// Nobody may monitor contacts of that queue.
  case queueIsClosed
  /// No row gives this supervisor this right with this agent, there.
  case notAllowed(AgentID, MonitorRight, with: AgentID)

  /// Whether it is what the administrator decided, and not how things stand.
  public var isByPolicy: Bool {
    switch self {
    case .tooMany, .queueIsClosed, .herself, .notAllowed: true
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
    case .notAllowed(let supervisor, let right, let agent):
      "\(supervisor) has no right to \(right.rawValue) with agent \(agent) there: it would be a row of [[supervision.rights]]"
    case .queueIsClosed: "the configuration ([supervision] queues) does not allow this contact to be monitored"
    }
  }

  /// What her phone is told that asked by the code (RFC 3261 §21.4).
  public var sipStatus: Int {
    switch self {
    case .queueIsClosed, .herself, .notAllowed: 403
    case .alreadyMonitors, .tooMany: 486
    case .monitorsNobody, .hearsNobody, .nobodyTalks, .hasNoCall: 480
    }
  }
}

/// What was refused to a supervisor by what the administrator decided.
public struct MonitorDenial: Sendable, Equatable {
  /// The monitor that there is, or would have been.
  public var monitor: MonitorID
  /// To whom.
  public var supervisor: AgentID
  /// At which phone.
  public var phone: PhoneID
  /// With whom.
  public var agent: AgentID
  /// In which contact; nil where there is none.
  public var contact: ContactID?
  /// What.
  public var right: MonitorRight
  /// Why.
  public var refusal: MonitorRefusal
}
