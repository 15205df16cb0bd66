public import Telephony

/// What the administrator decided about queues and agents, as far as choosing an agent is concerned.
public struct DistributionSettings: Sendable, Equatable {
  /// Every queue; of two with one name the first counts.
  public var queues: [QueueSettings]
  /// Everybody who may log in; of two with one name the first counts.
  public var agents: [AgentSettings]
  /// How long a phone that registers here may take to its first 180 or 183 before it counts as unreachable.
  public var alertingLimit: Duration = .seconds(4)
  /// The same for a phone behind a trunk, where mobile legs are slow.
  public var alertingLimitOverTrunk: Duration = .seconds(15)
  /// Phones that are extensions behind a PBX: they never register with us.
  public var extensions: Set<PhoneID> = []
  /// How long a phone is left alone after an offer did not get through, the first time; it doubles each time in a row.
  public var backOff: Duration = .seconds(30)
  /// Where the doubling ends.
  public var longestBackOff: Duration = .seconds(300)
  /// Applies to calls that go to one agent without a queue; they ring for a minute at most.
  public var direct: QueueSettings = {
    var settings = QueueSettings(id: "direct")
    settings.longestWait = .seconds(60)
    return settings
  }()
  /// Points of priority that a contact gains with each minute of its wait, 0...10,000; 0: none, and priority is strict.
  ///
  /// One rate for all queues, so that two contacts never change their order while they wait. It bounds starvation: a
  /// contact that has Δ points less (priority and its queue's weight together) goes before every one that came more than
  /// Δ/aging minutes after it, wherever an agent serves both on one level.
  public var aging = 0
  /// What fewest calls, least talk time and least occupied count back to.
  public var counterWindow = CounterWindow.shift
  /// Whether a call that an agent dialled herself sends her to the end of the longest idle.
  public var outboundResetsIdle = true
  /// Of the strategies that leave it to chance: the same seed makes the same choices.
  public var seed: UInt64 = 0
  /// What is known of reasons for being away; a reason without an entry has no limit.
  public var reasons: [String: ReasonSettings] = [:]
  /// Taken for the mean handling time of a contact until the machine has measured some.
  public var expectedHandling: Duration = .seconds(300)
  /// Whether each decision is told with its candidates (`Effect.decided`).
  public var explains = true

  /// The rest is as above until it is set.
  public init(queues: [QueueSettings] = [], agents: [AgentSettings] = []) {
    self.queues = queues
    self.agents = agents
  }
}

/// From when on an agent's calls, talk time and occupancy count for strategies.
public enum CounterWindow: Sendable, Hashable {
  /// Since her log-in.
  case shift
  /// Since `dayBegan`, which whoever knows the calendar says.
  case day
  /// The last so many seconds, forgotten by twelfths of it.
  case rolling(Duration)
}

/// What a reason for being away means.
public struct ReasonSettings: Sendable, Hashable {
  /// The time counts as paid.
  public var isPaid: Bool
  /// The time counts as work, though not as work with callers (training).
  public var countsAsWork: Bool
  /// How long somebody may be away for it before that is told (`Effect.overstayed`); nil without limit.
  public var longest: Duration?

  /// All three as given.
  public init(isPaid: Bool, countsAsWork: Bool = false, longest: Duration? = nil) {
    self.isPaid = isPaid
    self.countsAsWork = countsAsWork
    self.longest = longest
  }
}
