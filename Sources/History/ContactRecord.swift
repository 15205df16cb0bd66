public import Telephony

/// One contact from its first to its last moment.
public struct ContactRecord: Sendable, Equatable {
  /// Its name.
  public var id: ContactID
  /// Which way it went.
  public var direction: Direction
  /// Who called; of a call that we dialled, what the far end was shown.
  public var caller: Caller
  /// The number that was dialled: by the caller, or by our agent.
  public var called: String
  /// The numbers that the row of the entry table is for by which a caller came in; empty when one of us dialled.
  public var entry: String
  /// Who it was, as the directory said; nil when it knew nobody.
  public var customer: CustomerID?
  /// Whether it can have been nobody else: her number was not withheld, and many people do not share it, nor several
  /// customers. What says something of one person, as whether she had to call again, is said of nobody without it.
  public var isCustomerCertain = false
  /// Her name at that time; empty when nobody was known.
  public var customerName: String
  /// The INVITE, or the agent's request.
  public var startedAt: Moment
  /// When the first person answered.
  public var answeredAt: Moment?
  /// Nil while it lasts.
  public var endedAt: Moment?
  /// Nil while it lasts.
  public var endReason: EndReason?
  /// In the order in which they began.
  public var segments: [Segment]
  /// In the order in which they were begun.
  public var recordings: [RecordingID]
  /// What it came to, where that was said; kept by itself, and only read with the rest.
  public var disposition: ContactDisposition?

  /// Which way a contact went.
  public enum Direction: String, Sendable, Codable { case inbound, outbound }

  /// A record as it stands at any time; one that has just begun when nothing else is said.
  public init(
    id: ContactID, direction: Direction, caller: Caller, called: String, entry: String = "",
    customer: CustomerID? = nil,
    customerName: String = "", startedAt: Moment, answeredAt: Moment? = nil, endedAt: Moment? = nil,
    endReason: EndReason? = nil, segments: [Segment] = [], recordings: [RecordingID] = []
  ) {
    self.id = id
    self.direction = direction
    self.caller = caller
    self.called = called
    self.entry = entry
    self.customer = customer
    self.customerName = customerName
    self.startedAt = startedAt
    self.answeredAt = answeredAt
    self.endedAt = endedAt
    self.endReason = endReason
    self.segments = segments
    self.recordings = recordings
  }
}

/// One stretch of a contact.
public struct Segment: Sendable, Equatable {
  /// Its name.
  public var id: SegmentID
  /// What it was.
  public var kind: Kind
  /// When it began: the queue was entered, the phone was to ring, the number was dialled.
  public var startedAt: Moment
  /// When the agent or the number answered; nil for everything else.
  public var answeredAt: Moment?
  /// Nil while it lasts.
  public var endedAt: Moment?
  /// Nil while it lasts.
  public var endReason: EndReason?
  /// Time in which the agent's phone held the caller.
  public var held: Duration = .zero
  /// Of a wait in a queue: within which time an answer is in time, and before which time whoever leaves is not lost, as the
  /// queue's rules stood when it began; nil where nobody said.
  public var threshold: Duration?
  /// See `threshold`.
  public var shortThreshold: Duration?
  /// Of an agent's segment: the wait in a queue that it belongs to; nil without one.
  public var visit: SegmentID?

  /// What a stretch of a contact can be.
  public enum Kind: Sendable, Equatable {
    case queue(QueueID)
    /// An offer to this agent, and her conversation when she took it.
    case agent(AgentID, PhoneID)
    case announcement(String)
    /// The number that an agent dialled, or that a caller was sent on to.
    case number(PhoneNumber)
  }

  /// A segment that has just begun.
  public init(id: SegmentID, kind: Kind, startedAt: Moment) {
    self.id = id
    self.kind = kind
    self.startedAt = startedAt
  }
}

/// Where records are kept and found.
public protocol HistoryStore: Sendable {
  /// Writes or replaces the record; durable when it returns.
  func save(_ record: ContactRecord) async throws
  /// Writes what a contact came to, in the place of what was said before; durable when it returns.
  func save(_ disposition: ContactDisposition, of contact: ContactID) async throws
  /// The newest first.
  func records(_ query: HistoryQuery) async throws -> [ContactRecord]
  /// Closes what a dead daemon left open as `system_failure`, at the last instant at which it is known to have lived;
  /// tells which they were. Called once at start, when the recordings that it left open are marked.
  func closeInterrupted() async throws -> [ContactID]
}

/// Which records are wanted.
public struct HistoryQuery: Sendable, Equatable {
  /// At most so many.
  public var limit: Int = 50
  /// Only contacts with a segment of this agent.
  public var agent: AgentID?
  /// Only contacts with a segment of this queue.
  public var queue: QueueID?
  /// This contact only.
  public var contact: ContactID?
  /// Canonical number of the outside party.
  public var number: String?
  /// Wall time, milliseconds since 1970: only contacts that started before.
  public var before: Int64?
  /// The fifty newest.
  public init() {}
}
