public import Dialing
public import Directory
public import Distribution
public import Entries
public import Recordings
public import Telephony

/// What the administrator decided, each feature's part as that feature's own value.
public struct CallFlowSettings: Sendable {
  public var distribution: DistributionSettings
  public var entries: EntryTable
  public var identification: CallerIdentification
  public var dialPlan: DialPlan
  public var dialing: Dialer.Settings
  /// How long an agent's phone waits for the card, from the arrival of the contact.
  public var directoryDeadline: Duration
  public var queues: [QueueID: QueueProfile]
  public var agents: [AgentID: AgentProfile]
  public var phones: [PhoneID: PhoneProfile]
  /// The number that each trunk is to show for calls we dial.
  public var callerNumbers: [TrunkID: String]
  /// WAV files: hold music where a queue has none of its own, and the tone an agent hears while a number rings.
  public var music: String
  public var ringback: String
  /// Of conversations that an agent dialled, or that came without a queue.
  public var recordingWithoutQueue: RecordingPolicy
  /// Where recordings lie: only to tell clients the whole path.
  public var recordingsFolder: String

  /// Nothing configured but the paths.
  public init(music: String = "", ringback: String = "", recordingsFolder: String = "") {
    distribution = DistributionSettings()
    entries = EntryTable(entries: [])
    identification = CallerIdentification(trusted: [])
    dialPlan = DialPlan()
    dialing = Dialer.Settings()
    directoryDeadline = .milliseconds(150)
    queues = [:]
    agents = [:]
    phones = [:]
    callerNumbers = [:]
    self.music = music
    self.ringback = ringback
    recordingWithoutQueue = .always
    self.recordingsFolder = recordingsFolder
  }
}

/// What of a queue does not concern the choice of an agent.
public struct QueueProfile: Sendable, Equatable {
  public var name: String
  public var answer: Answer
  /// WAV files; nil for the house's music, and for no greeting.
  public var music: String?
  public var greeting: String?
  public var recording: RecordingPolicy

  /// When the caller's network is told that somebody answered.
  public enum Answer: String, Sendable, Codable {
    /// At once: the caller pays from the first note of music.
    case immediately
    /// When an agent does; the caller hears the music as early media (183).
    case earlyMedia = "early-media"
  }

  /// Answered at once, recorded, with the house's music.
  public init(
    name: String, answer: Answer = .immediately, music: String? = nil, greeting: String? = nil,
    recording: RecordingPolicy = .always
  ) {
    self.name = name
    self.answer = answer
    self.music = music
    self.greeting = greeting
    self.recording = recording
  }
}

/// What people call an agent.
public struct AgentProfile: Sendable, Equatable {
  public var name: String
  public var reading: String
  /// Puts it together.
  public init(name: String, reading: String = "") {
    self.name = name
    self.reading = reading
  }
}

/// What a phone's set can show.
public struct PhoneProfile: Sendable, Equatable {
  public var display: CallerDisplay
  /// Puts it together.
  public init(display: CallerDisplay = .name) { self.display = display }
}
