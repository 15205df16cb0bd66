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

  /// Queues and agents as in the configuration; everybody in them is at work and ready all the time.
  public var settings: DistributionSettings
  /// Who calls.
  public var streams: [Stream]
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
