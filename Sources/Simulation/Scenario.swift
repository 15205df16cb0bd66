public import Distribution
public import Telephony

/// What a simulated call centre is like.
public struct Scenario: Sendable, Equatable {
  /// Calls that come to one queue, independently of each other.
  public struct Stream: Sendable, Equatable {
    /// Where they wait.
    public var queue: QueueID
    /// Each hour; positive.
    public var arrivalsPerHour: Double
    /// How long a conversation lasts.
    public var handling: Spread
    /// How long a caller waits before he hangs up; nil waits for ever.
    public var patience: Spread?

    /// All of it.
    public init(queue: QueueID, arrivalsPerHour: Double, handling: Spread, patience: Spread? = nil) {
      self.queue = queue
      self.arrivalsPerHour = arrivalsPerHour
      self.handling = handling
      self.patience = patience
    }
  }

  /// A part of each day, in seconds after midnight; one that ends before it begins ends on the next day.
  public struct Hours: Sendable, Hashable {
    /// From 0 to 86,400.
    public var from: Int
    /// From 0 to 86,400; the same as `from` is the whole day.
    public var to: Int

    /// Both as given.
    public init(from: Int, to: Int) {
      self.from = from
      self.to = to
    }

    static let day = 86_400
    /// From the one to the other, over midnight where need be: 1 to 86,400.
    public var seconds: Int { to > from ? to - from : to - from + Self.day }
  }

  /// Queues and agents as in the configuration.
  public var settings: DistributionSettings
  /// Who calls.
  public var streams: [Stream]
  /// When agents are at work, each day; they log in ready, and log out after the call that they are in. Whoever is missing here is at
  /// work all the time.
  public var shifts: [AgentID: [Hours]] = [:]
  /// When calls come, each day; nil: all the time.
  public var open: Hours?
  /// When a day of work ends and the next one begins, in seconds after midnight: what counts by the day counts from there.
  public var dayEnds = 0
  /// How long an agent's phone rings before she takes it, in seconds.
  public var ringSeconds = 0.0
  /// How many calls in all, those of the beginning included.
  public var calls = 100_000
  /// Of these, how many are not counted, because the first ones find an empty house.
  public var uncounted = 5000
  /// What is meant by "in time", in seconds.
  public var thresholdSeconds = 20.0
  /// The same seed gives the same run.
  public var seed: UInt64 = 1
  /// Whether whoever comes is told how long he will probably wait, and that is compared with how long he does.
  public var judgesEstimates = false

  /// The rest is as above until it is set.
  public init(settings: DistributionSettings, streams: [Stream]) {
    self.settings = settings
    self.streams = streams
  }

  /// One queue, and a team in which all are alike: with handling times alone it is the textbook's M/M/n.
  public static func plain(
    agents: Int, arrivalsPerHour: Double, handling: Spread, patience: Spread? = nil, wrapUpSeconds: Double = 0
  ) -> Scenario {
    var queue = QueueSettings(id: "queue")
    queue.wrapUp = .seconds(wrapUpSeconds)
    let team = (1...max(1, agents)).map {
      AgentSettings(id: AgentID(rawValue: "agent-\($0)"), memberships: ["queue": 1])
    }
    return Scenario(
      settings: DistributionSettings(queues: [queue], agents: team),
      streams: [Stream(queue: "queue", arrivalsPerHour: arrivalsPerHour, handling: handling, patience: patience)])
  }
}
