public import Telephony

/// One agent's places in queues, and what she is able to do.
public struct AgentSettings: Sendable, Equatable {
  /// By which she logs in.
  public var id: AgentID
  /// Queues served, each with her place in it.
  public var memberships: [QueueID: Membership]
  /// How well she can do what; what is not named she cannot do at all, which is less than level 0.
  public var skills: [SkillID: Int] = [:]
  /// How many contacts she may have at once, one of `capacities`. Above 1 she is offered another one while she talks.
  public var capacity = 1

  /// What a capacity can be.
  public static let capacities = 1...10

  /// Puts the two together; no skills, one contact at a time.
  public init(id: AgentID, memberships: [QueueID: Membership]) {
    self.id = id
    self.memberships = memberships
  }
}

/// An agent's place in a queue. A number stands for its level.
public struct Membership: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// 1 is served first, and rung first.
  public var level: Int
  /// Her place in the order of the queue, for strategies that go by it and where all else is equal: lower first.
  public var position = 0
  /// How much more often she is chosen than somebody with weight 1, at least 1.
  public var weight = 1
  /// Contacts must have waited in the queue for so long before she is offered them: she helps out. Those that are kept for her
  /// she is offered at once.
  public var delay: Duration = .zero
  /// She is not offered this queue's contacts for now.
  public var isPaused = false

  /// At position 0 with weight 1.
  public init(level: Int) { self.level = level }

  /// At that level.
  public init(integerLiteral level: Int) { self.init(level: level) }
}
