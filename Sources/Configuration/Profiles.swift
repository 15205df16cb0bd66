public import Recordings
public import Telephony

/// What a queue is besides the times by which agents are chosen.
public struct QueueProfile: Sendable, Equatable {
  /// Its name in other tables.
  public var id: QueueID
  /// As people call it.
  public var name: String
  /// Whether callers are answered at once or hear us before that.
  public var answer: Answer = .immediately
  /// Absolute path of a checked WAV file; nil: the built-in music.
  public var music: String?
  /// Absolute path of a checked WAV file that a caller hears once before the music.
  public var greeting: String?
  /// Whether conversations are recorded.
  public var recording: RecordingPolicy = .always
  /// For how long a caller is kept for the agent with whom he talked last; nil: not at all.
  public var lastAgent: Duration?
  /// A wait of at most this counts as served in time, in figures.
  public var serviceLevel: Duration = .seconds(20)
  /// Who gives up before this is left out of net figures; zero: nobody is.
  public var shortAbandon: Duration = .seconds(5)

  /// When the caller begins to pay.
  public enum Answer: String, Sendable, Codable, CaseIterable {
    /// 200 on arrival.
    case immediately
    /// 183 on arrival, 200 with the agent. Networks give up such calls after three minutes or so.
    case earlyMedia = "early-media"
  }

  /// A queue with the defaults.
  public init(id: QueueID, name: String) {
    self.id = id
    self.name = name
  }
}

/// Who an agent is.
public struct AgentProfile: Sendable, Equatable {
  /// Her name in other tables and on the socket.
  public var id: AgentID
  /// 佐藤 花子.
  public var name: String
  /// サトウ ハナコ; may be empty.
  public var reading: String
  /// Where she logs in when she names no phone.
  public var phone: PhoneID?

  /// Puts an agent together.
  public init(id: AgentID, name: String, reading: String = "", phone: PhoneID? = nil) {
    self.id = id
    self.name = name
    self.reading = reading
    self.phone = phone
  }
}

/// Why an agent may be away, as people choose it; what it means is `ReasonSettings`.
public struct ReasonProfile: Sendable, Hashable {
  /// The word on the socket and in figures.
  public var id: String
  /// As people call it.
  public var name: String

  /// Both as given.
  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}

/// What a contact can have come to, as agents say after it.
public struct DispositionProfile: Sendable, Hashable {
  /// The code on the socket, in the history and in figures.
  public var id: String
  /// As people call it.
  public var name: String
  /// Of contacts of these queues only; nil: of all, those without a queue too.
  public var queues: Set<QueueID>?
  /// It says what a contact was about, rather than what came of it.
  public var isReason: Bool

  /// All as given.
  public init(id: String, name: String, queues: Set<QueueID>? = nil, isReason: Bool = false) {
    self.id = id
    self.name = name
    self.queues = queues
    self.isReason = isReason
  }
}
