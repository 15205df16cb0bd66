public import Telephony

/// One row of the audit of supervision: who did what to whom, and when. Rows are added, and never changed.
public struct MonitorEntry: Sendable, Equatable {
  /// Of which monitor.
  public var monitor: MonitorID
  /// From 1, without a gap.
  public var position: Int
  /// What it says.
  public var action: Action
  /// Who listens.
  public var supervisor: AgentID
  /// Where.
  public var phone: PhoneID
  /// Whom.
  public var agent: AgentID
  /// In which contact; nil while there is none.
  public var contact: ContactID?
  /// In which mode, from this row on.
  public var mode: MonitorMode
  /// How it ended, in the last row.
  public var end: MonitorEnd?
  /// What was refused, in a row that says so.
  public var refused: MonitorRight?
  /// The Unix user of the client that asked for what this row says; nil: she dialled the code, or pressed a key, on her phone.
  /// A row that nobody asked for has the user of the one who began it.
  public var user: UInt32?
  /// When it was decided.
  public var at: Moment

  /// What a row says.
  public enum Action: String, Sendable, Codable {
    /// Somebody asked for it: on disk before the phone rings.
    case asked
    /// She hears this contact in this mode: on disk before the audio of a mode that lets her hear or say more.
    case placed
    /// She does not hear this contact any more, or never came to hear it though the last row says so; nor anybody else
    /// until a row says so.
    case left
    /// She becomes the contact's party.
    case tookOver = "took_over"
    /// She was refused something by what the administrator decided.
    case refused
    /// It is over.
    case ended
  }

  /// Puts it together.
  public init(
    monitor: MonitorID, position: Int, action: Action, supervisor: AgentID, phone: PhoneID, agent: AgentID,
    contact: ContactID?, mode: MonitorMode, end: MonitorEnd?, refused: MonitorRight? = nil, user: UInt32?, at: Moment
  ) {
    self.monitor = monitor
    self.position = position
    self.action = action
    self.supervisor = supervisor
    self.phone = phone
    self.agent = agent
    self.contact = contact
    self.mode = mode
    self.end = end
    self.refused = refused
    self.user = user
    self.at = at
  }
}

/// Where the audit is kept.
public protocol MonitorStore: Sendable {
  /// Adds the row; on the disk when it returns. Twice is as once.
  func save(_ entry: MonitorEntry) async throws
}
