public import Telephony

/// One queue as it stands.
public struct QueueState: Sendable, Equatable {
  /// Which queue.
  public var id: QueueID
  /// In the order in which they would be served.
  public var waiting: [ContactID]
  /// Of those, being offered at this moment.
  public var ringing: Int
  /// When the first of them joined it, whatever time before that counts for their places; nil when nobody waits.
  public var longestWaitingSince: Moment?
  /// Agents who serve it and are here, whatever they do.
  public var agentsLoggedIn: Int
  /// Ready, reachable, and idle or with room for one more contact, with no retry delay running: whoever waits would be
  /// offered to one of them.
  public var agentsFree: Int
  /// Nobody of it is offered to anybody.
  public var isPaused: Bool
}
