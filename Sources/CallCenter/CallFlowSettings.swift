public import Dialing
public import Directory
public import Distribution
public import Entries
public import Figures
public import History
public import Overload
public import Recordings
public import Supervision
public import Telephony

/// What the administrator decided, each feature's part as that feature's own value.
public struct CallFlowSettings: Sendable {
  /// Who takes which call.
  public var distribution: DistributionSettings
  /// By what callers are known again, and what they count for.
  public var callers: KnownCallers.Settings
  /// Which called number goes where.
  public var entries: EntryTable
  /// Whose word is taken for who calls.
  public var identification: CallerIdentification
  /// Which numbers may be dialled, and by which trunk.
  public var dialPlan: DialPlan
  /// How long phones ring in click-to-dial.
  public var dialing: Dialer.Settings
  /// What may be monitored, and who is told.
  public var supervision: MonitorDesk.Settings
  /// When new calls are turned away.
  public var overload: OverloadWatch.Settings
  /// How long an agent's phone waits for the card, from the arrival of the contact.
  public var directoryDeadline: Duration
  /// What contacts can come to.
  public var dispositions = DispositionCodes()
  /// Names for people; a reason for being away that is missing here is known by its word.
  public var reasonNames: [String: String] = [:]
  /// For how long it can be asked why a contact went where it went; zero: nothing is kept.
  public var keepsDecisions: Duration
  /// Every queue of `distribution`; one that is missing here is answered at once, with the house's music.
  public var queues: [QueueID: QueueProfile]
  /// Names for people; an agent who is missing here is known by her id.
  public var agents: [AgentID: AgentProfile]
  /// Every phone at which agents may log in.
  public var phones: [PhoneID: PhoneProfile]
  /// The number that each trunk is to show for calls we dial.
  public var callerNumbers: [TrunkID: String]
  /// A WAV file: hold music where a queue has none of its own.
  public var music: String
  /// A WAV file: the tone that an agent hears while a number rings.
  public var ringback: String
  /// A WAV file: what a supervisor hears who pressed a key for which she has no right.
  public var refusalTone: String
  /// Of conversations that an agent dialled, or that came without a queue.
  public var recordingWithoutQueue: RecordingPolicy
  /// Where recordings lie: only to tell clients the whole path.
  public var recordingsFolder: String
  /// The local time of reports, and when a day ends.
  public var calendar = Calendar { _ in 0 }
  /// For how long figures, and the rows of agents' time, are kept.
  public var keepsFigures: Duration = .seconds(1100 * 86_400)
  /// What is open in the definitions of figures.
  public var figures = Definition.Settings()

  /// Nothing configured but the paths.
  public init(music: String = "", ringback: String = "", refusalTone: String = "", recordingsFolder: String = "") {
    distribution = DistributionSettings()
    callers = KnownCallers.Settings()
    entries = EntryTable(entries: [])
    identification = CallerIdentification(trusted: [])
    dialPlan = DialPlan()
    dialing = Dialer.Settings()
    supervision = MonitorDesk.Settings()
    overload = OverloadWatch.Settings()
    directoryDeadline = .milliseconds(150)
    keepsDecisions = .seconds(86_400)
    queues = [:]
    agents = [:]
    phones = [:]
    callerNumbers = [:]
    self.music = music
    self.ringback = ringback
    self.refusalTone = refusalTone
    recordingWithoutQueue = .always
    self.recordingsFolder = recordingsFolder
  }
}

/// What of a queue does not concern the choice of an agent.
public struct QueueProfile: Sendable, Equatable {
  /// For people.
  public var name: String
  /// When the caller is answered.
  public var answer: Answer
  /// A WAV file; nil for the house's music.
  public var music: String?
  /// A WAV file that is played once on arrival; nil for none.
  public var greeting: String?
  /// Whether its conversations are recorded.
  public var recording: RecordingPolicy
  /// What it promises its callers, for the figures.
  public var target: ServiceTarget
  /// For how long a caller is kept for the agent with whom he talked last; nil: not at all.
  public var lastAgent: Duration?

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
    recording: RecordingPolicy = .always, target: ServiceTarget = ServiceTarget(), lastAgent: Duration? = nil
  ) {
    self.name = name
    self.answer = answer
    self.music = music
    self.greeting = greeting
    self.recording = recording
    self.target = target
    self.lastAgent = lastAgent
  }
}

/// What people call an agent.
public struct AgentProfile: Sendable, Equatable {
  /// 山田 太郎.
  public var name: String
  /// ヤマダ タロウ; may be empty.
  public var reading: String
  /// Where she logs in when she names no phone.
  public var phone: PhoneID?
  /// Puts it together.
  public init(name: String, reading: String = "", phone: PhoneID? = nil) {
    self.name = name
    self.reading = reading
    self.phone = phone
  }
}

/// What a phone's set can show, and how it is dialled.
public struct PhoneProfile: Sendable, Equatable {
  /// What it can show of a caller.
  public var display: CallerDisplay
  /// Of an extension: its number at the PBX.
  public var number: String?
  /// Puts it together.
  public init(display: CallerDisplay = .name, number: String? = nil) {
    self.display = display
    self.number = number
  }
}
