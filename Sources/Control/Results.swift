public import Telephony

/// What a request brings back: one case per shape, each written as the JSON of its value.
public enum ControlResult: Sendable, Equatable {
  case done(Done)
  case status(SystemStatus)
  case help([CommandDescription])
  case agents([AgentSummary])
  case queues([QueueSummary])
  case calls([CallSummary])
  case history([ContactSummary])
  case customers([CustomerCard])
  case subscribed(Subscribed)
}

/// Something was done; where it began a contact, or concerns one, its name.
public struct Done: Sendable, Equatable, Codable {
  public var ok = true
  public var contact: ContactID?
  /// What a person may want to know of it; else empty.
  public var note: String
  public init(contact: ContactID? = nil, note: String = "") {
    self.contact = contact
    self.note = note
  }
}

/// `system.status`.
public struct SystemStatus: Sendable, Equatable, Codable {
  public var version: String
  public var stack: String
  public var epoch: UInt64
  public var seq: UInt64
  public var startedAt: String
  public var uptimeSeconds: Int64
  /// `running` or `draining`.
  public var state: String
  public var contacts: Int
  public var waiting: Int
  public var talking: Int
  public var agentsLoggedIn: Int
  public var agentsReady: Int
  public var clients: Int
  public var recordings: Int
  public init(
    version: String, stack: String, epoch: UInt64, seq: UInt64, startedAt: String, uptimeSeconds: Int64, state: String,
    contacts: Int, waiting: Int, talking: Int, agentsLoggedIn: Int, agentsReady: Int, clients: Int, recordings: Int
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
  }
}

/// One agent in `agents.list` and in `agent.changed`.
public struct AgentSummary: Sendable, Equatable, Codable {
  public var agent: AgentID
  public var name: String
  public var reading: String
  /// `logged_out`, `ready` or `not_ready`.
  public var status: String
  /// With `not_ready`.
  public var reason: String?
  public var activity: String
  /// What becomes of the status after the present work.
  public var pending: String?
  public var phone: PhoneID?
  public var contact: ContactID?
  /// Wall time, RFC 3339.
  public var statusSince: String
  public var activitySince: String
  public var queues: [QueueID]
  public init(
    agent: AgentID, name: String, reading: String, status: String, reason: String?, activity: String, pending: String?,
    phone: PhoneID?, contact: ContactID?, statusSince: String, activitySince: String, queues: [QueueID]
  ) {
    self.agent = agent
    self.name = name
    self.reading = reading
    self.status = status
    self.reason = reason
    self.activity = activity
    self.pending = pending
    self.phone = phone
    self.contact = contact
    self.statusSince = statusSince
    self.activitySince = activitySince
    self.queues = queues
  }
}

/// One queue in `queues.list`.
public struct QueueSummary: Sendable, Equatable, Codable {
  public var queue: QueueID
  public var name: String
  public var waiting: Int
  public var ringing: Int
  public var longestWaitSeconds: Int64?
  public var agentsLoggedIn: Int
  public var agentsFree: Int
  public init(
    queue: QueueID, name: String, waiting: Int, ringing: Int, longestWaitSeconds: Int64?, agentsLoggedIn: Int,
    agentsFree: Int
  ) {
    self.queue = queue
    self.name = name
    self.waiting = waiting
    self.ringing = ringing
    self.longestWaitSeconds = longestWaitSeconds
    self.agentsLoggedIn = agentsLoggedIn
    self.agentsFree = agentsFree
  }
}

/// The outside party as clients may see it.
public struct CallerSummary: Sendable, Equatable, Codable {
  /// Canonical; nil when there is none to show.
  public var number: String?
  /// As people write it: `03-1234-5678`, or the kind of anonymity.
  public var display: String
  public var name: String
  /// `withheld`, `payphone`, `unavailable`, `service-conflict`.
  public var anonymity: String?
  public var verified: Bool
  public init(number: String?, display: String, name: String, anonymity: String?, verified: Bool) {
    self.number = number
    self.display = display
    self.name = name
    self.anonymity = anonymity
    self.verified = verified
  }
}

/// One contact that lasts, in `calls.list`.
public struct CallSummary: Sendable, Equatable, Codable {
  public var contact: ContactID
  /// `inbound` or `outbound`.
  public var direction: String
  /// `arriving`, `announcing`, `waiting`, `ringing`, `talking`, `holding`, `dialing`.
  public var state: String
  public var caller: CallerSummary
  public var called: String
  public var customer: String?
  public var queue: QueueID?
  public var agent: AgentID?
  public var startedAt: String
  public var seconds: Int64
  public var recording: Bool
  public init(
    contact: ContactID, direction: String, state: String, caller: CallerSummary, called: String, customer: String?,
    queue: QueueID?, agent: AgentID?, startedAt: String, seconds: Int64, recording: Bool
  ) {
    self.contact = contact
    self.direction = direction
    self.state = state
    self.caller = caller
    self.called = called
    self.customer = customer
    self.queue = queue
    self.agent = agent
    self.startedAt = startedAt
    self.seconds = seconds
    self.recording = recording
  }
}

/// One finished or running contact, in `history.list`.
public struct ContactSummary: Sendable, Equatable, Codable {
  public var contact: ContactID
  public var direction: String
  public var caller: CallerSummary
  public var called: String
  public var customer: CustomerID?
  public var customerName: String?
  public var startedAt: String
  public var answeredAt: String?
  public var endedAt: String?
  /// From start to end.
  public var seconds: Int64?
  /// From start to the first answer, or to the end.
  public var waitSeconds: Int64?
  public var talkSeconds: Int64?
  public var endReason: String?
  public var segments: [SegmentSummary]
  /// Paths of the files.
  public var recordings: [RecordingSummary]
  public init(
    contact: ContactID, direction: String, caller: CallerSummary, called: String, customer: CustomerID?,
    customerName: String?, startedAt: String, answeredAt: String?, endedAt: String?, seconds: Int64?,
    waitSeconds: Int64?, talkSeconds: Int64?, endReason: String?, segments: [SegmentSummary],
    recordings: [RecordingSummary]
  ) {
    self.contact = contact
    self.direction = direction
    self.caller = caller
    self.called = called
    self.customer = customer
    self.customerName = customerName
    self.startedAt = startedAt
    self.answeredAt = answeredAt
    self.endedAt = endedAt
    self.seconds = seconds
    self.waitSeconds = waitSeconds
    self.talkSeconds = talkSeconds
    self.endReason = endReason
    self.segments = segments
    self.recordings = recordings
  }
}

/// One stretch of a contact.
public struct SegmentSummary: Sendable, Equatable, Codable {
  public var segment: SegmentID
  /// `queue`, `agent`, `announcement`, `number`.
  public var kind: String
  /// Which queue, agent, file or number.
  public var subject: String
  public var phone: PhoneID?
  public var startedAt: String
  public var answeredAt: String?
  public var endedAt: String?
  public var endReason: String?
  public var heldSeconds: Int64
  public init(
    segment: SegmentID, kind: String, subject: String, phone: PhoneID?, startedAt: String, answeredAt: String?,
    endedAt: String?, endReason: String?, heldSeconds: Int64
  ) {
    self.segment = segment
    self.kind = kind
    self.subject = subject
    self.phone = phone
    self.startedAt = startedAt
    self.answeredAt = answeredAt
    self.endedAt = endedAt
    self.endReason = endReason
    self.heldSeconds = heldSeconds
  }
}

/// One recorded file.
public struct RecordingSummary: Sendable, Equatable, Codable {
  public var recording: RecordingID
  public var path: String
  /// `recording`, `sealed`, `interrupted` or `failed`.
  public var state: String
  public init(recording: RecordingID, path: String, state: String) {
    self.recording = recording
    self.path = path
    self.state = state
  }
}

/// What a screen shows of a customer.
public struct CustomerCard: Sendable, Equatable, Codable {
  public var customer: CustomerID
  public var name: String
  public var reading: String
  public var romaji: String
  public var numbers: [String]
  public var notes: String
  public var attributes: [String: String]
  public init(
    customer: CustomerID, name: String, reading: String, romaji: String, numbers: [String], notes: String,
    attributes: [String: String]
  ) {
    self.customer = customer
    self.name = name
    self.reading = reading
    self.romaji = romaji
    self.numbers = numbers
    self.notes = notes
    self.attributes = attributes
  }
}

/// `events.subscribe`: where the stream stands.
public struct Subscribed: Sendable, Equatable, Codable {
  public var epoch: UInt64
  /// The `seq` of the next notice.
  public var next: UInt64
  /// True when what `since` asked for is no longer kept: the client must read the state anew.
  public var missed: Bool
  public init(epoch: UInt64, next: UInt64, missed: Bool) {
    self.epoch = epoch
    self.next = next
    self.missed = missed
  }
}

/// One command in `help`.
public struct CommandDescription: Sendable, Equatable, Codable {
  public var name: String
  public var help: String
  public var role: Role
  public var parameters: [ParameterDescription]
  public init(name: String, help: String, role: Role, parameters: [ParameterDescription]) {
    self.name = name
    self.help = help
    self.role = role
    self.parameters = parameters
  }
}

/// One parameter of a command.
public struct ParameterDescription: Sendable, Equatable, Codable {
  public var name: String
  public var type: String
  public var required: Bool
  public var help: String
  public init(name: String, type: String, required: Bool, help: String) {
    self.name = name
    self.type = type
    self.required = required
    self.help = help
  }
}
