public import Telephony

/// One thing that happened, as every subscribed client is told it.
public struct Notice: Sendable, Equatable {
  /// When it was decided.
  public var at: Moment
  /// The contact that it is about.
  public var contact: ContactID?
  /// The agent that it is about.
  public var agent: AgentID?
  /// The queue that it is about.
  public var queue: QueueID?
  /// What it says.
  public var body: Body
  /// Who may know it.
  public var audience: Audience

  /// Puts it together.
  public init(
    at: Moment, contact: ContactID? = nil, agent: AgentID? = nil, queue: QueueID? = nil, body: Body,
    audience: Audience = .everybody
  ) {
    self.at = at
    self.contact = contact
    self.agent = agent
    self.queue = queue
    self.body = body
    self.audience = audience
  }

  /// What notices can say. The comment names the `type` on the wire.
  public enum Body: Sendable, Equatable {
    /// `contact.arrived`
    case contactArrived(caller: CallerSummary, called: String, direction: String)
    /// `contact.queued`
    case contactQueued
    /// `contact.overflowed`: it leaves the queue of the notice for a `queue`, an `agent`, a `number` or an `announcement`.
    case contactOverflowed(kind: String, to: String, reason: String)
    /// `contact.offered`: an agent's phone is about to ring. Always after `popup` for the same agent.
    case contactOffered(phone: PhoneID)
    /// `contact.ringing`: her phone rings.
    case contactRinging
    /// `contact.offerEnded`
    case contactOfferEnded(reason: String)
    /// `contact.connected`: the two talk.
    case contactConnected
    /// `contact.held`: one of the two put the other on hold.
    case contactHeld
    /// `contact.retrieved`
    case contactRetrieved
    /// `contact.dialing`: the number is being dialled.
    case contactDialing(number: String)
    /// `contact.digit`
    case contactDigit(String)
    /// `contact.takenOver`: the agent of the notice is its party in this one's place.
    case contactTakenOver(from: AgentID)
    /// `contact.disposition`: what it came to.
    case contactDisposition(code: String, note: String?)
    /// `contact.audio`: what is heard of the `outside` or the `agent` has changed: `flowing`, `one_way`, `silent`.
    case contactAudio(side: String, state: String)
    /// `contact.ended`
    case contactEnded(reason: String, stage: String?)
    /// `popup`: show this card, now.
    case popUp(PopUp)
    /// `popup.completed`: the card that was pending.
    case popUpCompleted(PopUp)
    /// `agent.changed`
    case agentChanged(AgentSummary, cause: String, by: String)
    /// `agent.overstayed`: she has been away, since then, for longer than the reason allows; told once.
    case agentOverstayed(reason: String, since: String)
    /// `contact.priorityChanged`: a caller who waits counts for more, or less.
    case contactPriorityChanged(Int)
    /// `queue.changed`: settings of the queue, by this Unix user.
    case queueChanged([SettingDifference], user: UInt32)
    /// `membership.changed`: the agent's place in the queue, by this Unix user.
    case membershipChanged([SettingDifference], user: UInt32)
    /// `agent.settingsChanged`: what she is and can do, by this Unix user.
    case agentSettingsChanged([SettingDifference], user: UInt32)
    /// `code.changed`: settings of a reason or a disposition, by this Unix user.
    case codeChanged(list: String, code: String, [SettingDifference], user: UInt32)
    /// `shift.changed`: what is planned for the agent on so many days from the one to the other, by this Unix user.
    case shiftChanged(from: String, to: String, days: Int, user: UInt32)
    /// `agent.displaced`: somebody logged in elsewhere in her place.
    case agentDisplaced(from: PhoneID)
    /// `recording.started`
    case recordingStarted(RecordingSummary)
    /// `recording.ended`
    case recordingEnded(RecordingSummary)
    /// `recording.failed`
    case recordingFailed(RecordingSummary, reason: String)
    /// `monitor.started`: a supervisor hears somebody for the first time.
    case monitorStarted(MonitorSummary)
    /// `monitor.changed`: her mode, or whom she hears.
    case monitorChanged(MonitorSummary)
    /// `monitor.stopped`: also when her phone was never answered.
    case monitorStopped(MonitorSummary, reason: String)
    /// `monitor.refused`: a supervisor was refused something by what the administrator decided.
    case monitorRefused(supervisor: AgentID, phone: PhoneID, right: String, reason: String)
    /// `phone.reachable`
    case phoneReachable(PhoneID)
    /// `phone.unreachable`
    case phoneUnreachable(PhoneID)
    /// `security.refused`: a stranger was turned away.
    case refused(source: String, reason: String)
    /// `system.draining`
    case draining
    /// `system.overloaded`: new calls are turned away, for these causes.
    case overloaded(LoadSummary, causes: [String])
    /// `system.recovered`: new calls are taken again, after so many seconds.
    case recovered(LoadSummary, seconds: Int64)
  }
}

/// Where notices go, in the order in which they were decided.
public protocol NoticeSink: Sendable {
  /// Returns at once: a slow client never delays a call.
  func publish(_ notice: Notice)
}
