public import Telephony

/// A contact as it comes to a queue or to an agent.
public struct Arrival: Sendable, Hashable {
  /// Where it waits.
  public var target: Distributor.Target
  /// Points; more goes first. Between a thousand million and its negative, beyond which it counts as that.
  public var priority = 0
  /// What agents must be able to do; nil: what the queue's settings say.
  public var steps: [SkillStep]?
  /// Kept for an agent who knows him, for a while and without losing its place: the last agent.
  public var wish: Wish?
  /// By what the caller is known again, so that his place can be kept; nil for whoever is anonymous or calls from a shared number.
  public var caller: CallerKey?

  /// Somebody about whom nothing else is known.
  public init(for target: Distributor.Target) { self.target = target }
}

/// By what a caller is known again: a customer's name, or a number that is neither withheld nor shared by many.
public struct CallerKey: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// An agent who should have the contact if that can be soon.
public struct Wish: Sendable, Hashable {
  /// Who.
  public var agent: AgentID
  /// For how long others leave it to her, where it comes to; zero: not at all.
  public var limit: Duration
  /// The same in queues that it may go on to, by overflow; not at all in those that are not here.
  public var elsewhere: [QueueID: Duration]

  /// Twenty seconds unless said otherwise, and nowhere else.
  public init(for agent: AgentID, limit: Duration = .seconds(20), elsewhere: [QueueID: Duration] = [:]) {
    self.agent = agent
    self.limit = limit
    self.elsewhere = elsewhere
  }
}
