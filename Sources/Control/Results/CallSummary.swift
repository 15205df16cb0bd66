public import Telephony

/// The outside party as clients may see it.
public struct CallerSummary: Sendable, Equatable, Codable {
  /// Canonical; nil when there is none to show.
  public var number: String?
  /// As people write it: `03-1234-5678`, or the kind of anonymity.
  public var display: String
  /// As the network gave it, cleaned; or empty.
  public var name: String
  /// `withheld`, `payphone`, `unavailable`, `service-conflict`.
  public var anonymity: String?
  /// Whether the network vouches for the number.
  public var verified: Bool

  /// Puts it together.
  public init(number: String?, display: String, name: String, anonymity: String?, verified: Bool) {
    self.number = number
    self.display = display
    self.name = name
    self.anonymity = anonymity
    self.verified = verified
  }
}

/// One contact that is up, in `calls.list`.
public struct CallSummary: Sendable, Equatable, Codable {
  /// Its name in commands.
  public var contact: ContactID
  /// `inbound` or `outbound`.
  public var direction: String
  /// `arriving`, `announcing`, `waiting`, `ringing`, `talking`, `holding`, `dialing`.
  public var state: String
  /// The outside party.
  public var caller: CallerSummary
  /// The number that was called.
  public var called: String
  /// Name of the customer, when known.
  public var customer: String?
  /// Where it waits or waited last.
  public var queue: QueueID?
  /// Whose phone rings, or who talks; nil while several phones ring.
  public var agent: AgentID?
  /// Everybody whose phone rings for it, or who talks.
  public var agents: [AgentID]
  /// Wall time, RFC 3339.
  public var startedAt: String
  /// Since the start.
  public var seconds: Int64
  /// Whether it is being recorded now.
  public var recording: Bool
  /// Of one that waits in a queue and rings nobody's phone; nil when nobody can say, and for any other.
  public var estimatedWait: EstimatedWaitSummary?

  /// Puts it together.
  public init(
    contact: ContactID, direction: String, state: String, caller: CallerSummary, called: String, customer: String?,
    queue: QueueID?, agent: AgentID?, agents: [AgentID], startedAt: String, seconds: Int64, recording: Bool
  ) {
    self.contact = contact
    self.direction = direction
    self.state = state
    self.caller = caller
    self.called = called
    self.customer = customer
    self.queue = queue
    self.agent = agent
    self.agents = agents
    self.startedAt = startedAt
    self.seconds = seconds
    self.recording = recording
  }
}
