public import Telephony

/// One finished or running contact, in `history.list`.
public struct ContactSummary: Sendable, Equatable, Codable {
  /// Its name in commands.
  public var contact: ContactID
  /// `inbound` or `outbound`.
  public var direction: String
  /// The outside party.
  public var caller: CallerSummary
  /// The number that was called.
  public var called: String
  /// Who it was, when known.
  public var customer: CustomerID?
  /// Name of the customer, when known.
  public var customerName: String?
  /// Wall time, RFC 3339.
  public var startedAt: String
  /// First answer by a person; nil when nobody answered.
  public var answeredAt: String?
  /// Nil while it lasts.
  public var endedAt: String?
  /// From start to end.
  public var seconds: Int64?
  /// From start to the first answer, or to the end.
  public var waitSeconds: Int64?
  /// From the first answer to the end.
  public var talkSeconds: Int64?
  /// One of the closed set; nil while it lasts.
  public var endReason: String?
  /// What it came to, as its agent said.
  public var disposition: String?
  /// The same in her words.
  public var dispositionNote: String?
  /// In order of their start.
  public var segments: [SegmentSummary]
  /// Paths of the files.
  public var recordings: [RecordingSummary]

  /// Puts it together.
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
  /// Its own name.
  public var segment: SegmentID
  /// `queue`, `agent`, `announcement`, `number`.
  public var kind: String
  /// Which queue, agent, file or number.
  public var subject: String
  /// Whose phone rang, for kind `agent`.
  public var phone: PhoneID?
  /// Wall time, RFC 3339.
  public var startedAt: String
  /// Nil when it was not answered.
  public var answeredAt: String?
  /// Nil while it lasts.
  public var endedAt: String?
  /// One of the closed set; nil while it lasts.
  public var endReason: String?
  /// How long one of the two was on hold.
  public var heldSeconds: Int64

  /// Puts it together.
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
  /// Its own name; also the stem of the file.
  public var recording: RecordingID
  /// Where the file lies.
  public var path: String
  /// `recording`, `sealed`, `interrupted` or `failed`.
  public var state: String
  /// Of a file of what supervisors say: the recording whose timeline it shares.
  public var beside: RecordingID?
  /// When it begins, to the millisecond.
  public var startedAt: String
  /// What supervisors did meanwhile, in order; nil in notices, and for clients that may not know.
  public var marks: [RecordingMarkSummary]?

  /// Puts it together.
  public init(recording: RecordingID, path: String, state: String, startedAt: String, beside: RecordingID? = nil) {
    self.startedAt = startedAt
    self.beside = beside
    self.recording = recording
    self.path = path
    self.state = state
  }
}

/// What a supervisor did while a recording ran.
public struct RecordingMarkSummary: Sendable, Equatable, Codable {
  /// From its beginning.
  public var offsetMilliseconds: Int64
  /// `listen`, `whisper`, `barge`, `left` or `took_over`.
  public var event: String
  /// Who.
  public var supervisor: AgentID
  /// With whom.
  public var agent: AgentID

  /// Puts it together.
  public init(offsetMilliseconds: Int64, event: String, supervisor: AgentID, agent: AgentID) {
    self.offsetMilliseconds = offsetMilliseconds
    self.event = event
    self.supervisor = supervisor
    self.agent = agent
  }
}
