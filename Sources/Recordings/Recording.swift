public import Telephony

/// What a queue wants of its conversations.
public enum RecordingPolicy: String, Sendable, Codable, CaseIterable {
  case always
  case never
  case onDemand = "on-demand"
}

/// One recorded file, as the database knows it from its first second.
public struct Recording: Sendable, Equatable {
  /// Its name; also in the name of the file.
  public var id: RecordingID
  /// Whose conversation it is.
  public var contact: ContactID
  /// Bare name within the recordings folder, made of time and id only.
  public var file: String
  /// The recording on whose timeline it lies, with what supervisors say, in one channel: it begins as long after that one
  /// as `startedAt` says. Nil: both sides of the conversation.
  public var beside: RecordingID?
  /// Who talked when it began.
  public var agent: AgentID?
  /// The queue through which the contact came.
  public var queue: QueueID?
  /// When it was begun.
  public var startedAt: Moment
  /// When it was sealed or failed, or where the file of an interrupted one ends; nil while it runs, or when nobody knows.
  public var endedAt: Moment?
  /// What can be said of the file.
  public var state: State
  /// What supervisors did meanwhile, in order.
  public var marks: [RecordingMark]

  /// What can be said of the file.
  public enum State: String, Sendable, Codable {
    case recording
    /// Closed in order.
    case sealed
    /// The daemon died while it was open: readable up to a second before.
    case interrupted
    /// The disk refused.
    case failed
  }

  /// Puts a row together; one that runs when nothing else is said.
  public init(
    id: RecordingID, contact: ContactID, file: String, beside: RecordingID? = nil, agent: AgentID?, queue: QueueID?,
    startedAt: Moment, endedAt: Moment? = nil, state: State = .recording, marks: [RecordingMark] = []
  ) {
    self.id = id
    self.contact = contact
    self.file = file
    self.beside = beside
    self.agent = agent
    self.queue = queue
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.state = state
    self.marks = marks
  }
}

/// Where the rows of recordings are kept.
public protocol RecordingStore: Sendable {
  /// Writes or replaces the row; durable when it returns.
  func save(_ recording: Recording) async throws
  /// Marks what a dead daemon left open, each ending where its file does, and tells which they were. `length` is that of a
  /// file by its bare name, nil when nobody knows. Called once at start.
  func markInterrupted(length: @escaping @Sendable (String) -> Duration?) async throws -> [RecordingID]
  /// All of one contact, oldest first.
  func recordings(of contact: ContactID) async throws -> [Recording]
}
