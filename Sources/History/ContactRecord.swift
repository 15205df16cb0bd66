public import Telephony

/// One contact from its first to its last moment.
public struct ContactRecord: Sendable, Equatable {
  public var id: ContactID
  public var direction: Direction
  public var caller: Caller
  /// The number that was dialled: by the caller, or by our agent.
  public var called: String
  public var customer: CustomerID?
  public var customerName: String
  public var startedAt: Moment
  /// When the first person answered.
  public var answeredAt: Moment?
  public var endedAt: Moment?
  /// Nil while it lasts.
  public var endReason: EndReason?
  public var segments: [Segment]
  public var recordings: [RecordingID]

  public enum Direction: String, Sendable, Codable { case inbound, outbound }
}

/// One stretch of a contact.
public struct Segment: Sendable, Equatable {
  public var id: SegmentID
  public var kind: Kind
  public var startedAt: Moment
  public var answeredAt: Moment?
  public var endedAt: Moment?
  public var endReason: EndReason?
  /// Time in which the agent's phone held the caller.
  public var held: Duration = .zero

  public enum Kind: Sendable, Equatable {
    case queue(QueueID)
    /// An offer to this agent, and her conversation when she took it.
    case agent(AgentID, PhoneID)
    case announcement(String)
    /// The number that an agent dialled.
    case number(PhoneNumber)
  }

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
  /// The newest first.
  func records(_ query: HistoryQuery) async throws -> [ContactRecord]
  /// Closes what a dead daemon left open as `system_failure`; tells which they were. Called once at start.
  func closeInterrupted() async throws -> [ContactID]
}

/// Which records are wanted.
public struct HistoryQuery: Sendable, Equatable {
  public var limit: Int = 50
  public var agent: AgentID?
  public var queue: QueueID?
  public var contact: ContactID?
  /// Canonical number of the outside party.
  public var number: String?
  /// Wall time, milliseconds since 1970: only contacts that started before.
  public var before: Int64?
  public init() {}
}
