/// `system.status`.
public struct SystemStatus: Sendable, Equatable, Codable {
  /// Version of the daemon.
  public var version: String
  /// Name and version of the SIP stack.
  public var stack: String
  /// Changes with every start of the daemon. The socket fills it in.
  public var epoch: UInt64
  /// The `seq` of the latest notice, 0 before the first. The socket fills it in.
  public var seq: UInt64
  /// Wall time, RFC 3339.
  public var startedAt: String
  /// Since the start, by the monotonic clock.
  public var uptimeSeconds: Int64
  /// `running`, `overloaded` (new calls are turned away) or `draining`.
  public var state: String
  /// Contacts that are up.
  public var contacts: Int
  /// Those of them that nobody talks in yet: they wait, phones ring, or an announcement is played.
  public var waiting: Int
  /// Contacts that talk with an agent.
  public var talking: Int
  /// Agents who are logged in.
  public var agentsLoggedIn: Int
  /// Those of them who want calls.
  public var agentsReady: Int
  /// Connections to the socket. The socket fills it in.
  public var clients: Int
  /// Files being recorded.
  public var recordings: Int
  /// How much there was to do in the last second; nil before the first.
  public var load: LoadSummary?

  /// Puts it together.
  public init(
    version: String, stack: String, epoch: UInt64, seq: UInt64, startedAt: String, uptimeSeconds: Int64, state: String,
    contacts: Int, waiting: Int, talking: Int, agentsLoggedIn: Int, agentsReady: Int, clients: Int, recordings: Int,
    load: LoadSummary?
  ) {
    self.version = version
    self.stack = stack
    self.epoch = epoch
    self.seq = seq
    self.startedAt = startedAt
    self.uptimeSeconds = uptimeSeconds
    self.state = state
    self.contacts = contacts
    self.waiting = waiting
    self.talking = talking
    self.agentsLoggedIn = agentsLoggedIn
    self.agentsReady = agentsReady
    self.clients = clients
    self.recordings = recordings
    self.load = load
  }
}
