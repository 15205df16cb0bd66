public import Telephony

/// One setting: in `config.diff` of those that are not as the file says, in `config.show` of all that are named.
public struct SettingSummary: Sendable, Equatable, Codable {
  /// The queue whose setting it is, or in which the agent has her place.
  public var queue: QueueID?
  /// The agent whose setting, or place, it is.
  public var agent: AgentID?
  /// The list of the code whose setting it is: `reasons` or `dispositions`.
  public var list: String?
  /// That code.
  public var code: String?
  /// The key of the file's table; `exists` for the table itself.
  public var key: String
  /// What the file says; null where it does not name the key.
  public var file: JSON
  /// What is in force.
  public var running: JSON
  /// When it was changed; nil where it is as the file says.
  public var changedAt: String?
  /// The Unix user who changed it; nil where it is as the file says.
  public var user: UInt32?
  /// Why the change is not in force, where it does not fit the file any more.
  public var aside: String?

  /// Puts it together.
  public init(
    queue: QueueID?, agent: AgentID?, key: String, file: JSON, running: JSON, changedAt: String?, user: UInt32?,
    aside: String? = nil
  ) {
    self.queue = queue
    self.agent = agent
    self.key = key
    self.file = file
    self.running = running
    self.changedAt = changedAt
    self.user = user
    self.aside = aside
  }
}
