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

  /// The other times are as above until they are set.
  public init(queues: [QueueSettings] = [], agents: [AgentSettings] = []) {
    self.queues = queues
    self.agents = agents
  }
}

/// One queue's times and limits.
public struct QueueSettings: Sendable, Equatable {
  /// By which targets and memberships name it.
  public var id: QueueID
  /// How long one agent's phone rings.
  public var ringTime: Duration = .seconds(20)
  /// How long an agent is left out after an offer to her failed, for the same contact and, after a missed one, for all;
  /// never less than `shortestRetryDelay`.
  public var retryDelay: Duration = .seconds(5)
  /// Time for notes after a call; zero for none.
  public var wrapUp: Duration = .seconds(15)
  /// Missed offers in a row after which the agent is away with reason `no-answer`; 0 never.
  public var missedOffersBeforeAway = 2
  /// The longest wait, after which the contact is given up; nil waits for ever.
  public var longestWait: Duration?

  /// What counts as the retry delay where a shorter one is set: without a pause, a phone that refuses at once would be rung
  /// again at once, for ever.
  public static let shortestRetryDelay: Duration = .seconds(1)

  /// The times are as above until they are set.
  public init(id: QueueID) { self.id = id }
}

/// One agent's places in queues.
public struct AgentSettings: Sendable, Equatable {
  /// By which she logs in.
  public var id: AgentID
  /// Queues served, each with its level: 1 is served first, and rung first.
  public var memberships: [QueueID: Int]

  /// Puts the two together.
  public init(id: AgentID, memberships: [QueueID: Int]) {
    self.id = id
    self.memberships = memberships
  }
}
