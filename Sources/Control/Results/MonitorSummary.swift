public import Telephony

/// One supervisor beside an agent or in a contact, in `monitor.list` and the `monitor.…` notices.
public struct MonitorSummary: Sendable, Equatable, Codable {
  /// Its name in the audit.
  public var monitor: MonitorID
  /// Who listens.
  public var supervisor: AgentID
  /// Her phone.
  public var phone: PhoneID
  /// Whom she hears, or waits for.
  public var agent: AgentID
  /// What she hears; nil between the calls of the agent whom she follows.
  public var contact: ContactID?
  /// What she is now: `listen`, `whisper` or `barge`.
  public var mode: MonitorMode
  /// Whom she stays with: `agent` or `contact`.
  public var follow: MonitorFollow
  /// `asked`, `ringing`, `waiting` or `present`.
  public var state: String
  /// Wall time, RFC 3339.
  public var since: String

  /// Puts it together.
  public init(
    monitor: MonitorID, supervisor: AgentID, phone: PhoneID, agent: AgentID, contact: ContactID?, mode: MonitorMode,
    follow: MonitorFollow, state: String, since: String
  ) {
    self.monitor = monitor
    self.supervisor = supervisor
    self.phone = phone
    self.agent = agent
    self.contact = contact
    self.mode = mode
    self.follow = follow
    self.state = state
    self.since = since
  }
}
