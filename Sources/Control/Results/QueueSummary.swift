public import Telephony

/// One queue in `queues.list`.
public struct QueueSummary: Sendable, Equatable, Codable {
  /// Its name in commands.
  public var queue: QueueID
  /// As people write it.
  public var name: String
  /// Contacts that nobody has answered yet, those for which a phone rings too.
  public var waiting: Int
  /// Of these, contacts for which a phone rings, or will at once.
  public var ringing: Int
  /// Of those that wait; nil when none does.
  public var longestWaitSeconds: Int64?
  /// Of the agents who serve it.
  public var agentsLoggedIn: Int
  /// Agents who would be offered a call now.
  public var agentsFree: Int
  /// Nobody of it is offered to anybody.
  public var paused: Bool
  /// Visits of the present day, so far.
  public var offeredToday: Int?
  /// Of these, answered.
  public var answeredToday: Int?
  /// Of these, abandoned, short ones included.
  public var abandonedToday: Int?
  /// `sl_gross` of the present day; nil before the first visit.
  public var serviceLevelPercent: Double?
  /// What a flow-out before the threshold is to it: `excluded`, `hit` or `miss`.
  public var earlyFlowOut: String?

  /// Of somebody who would join now; nil when nobody can say, for `estimatedWaitReason`.
  public var estimatedWait: EstimatedWaitSummary?
  /// `queue_paused`, `unstaffed` (nobody who serves it is logged in) or `nobody_ready` (nobody of them is ready, can be
  /// reached, and does what is asked for); nil when there is an estimate.
  public var estimatedWaitReason: String?

  /// Puts it together.
  public init(
    queue: QueueID, name: String, waiting: Int, ringing: Int, longestWaitSeconds: Int64?, agentsLoggedIn: Int,
    agentsFree: Int, paused: Bool = false
  ) {
    self.queue = queue
    self.name = name
    self.waiting = waiting
    self.ringing = ringing
    self.longestWaitSeconds = longestWaitSeconds
    self.agentsLoggedIn = agentsLoggedIn
    self.agentsFree = agentsFree
    self.paused = paused
  }
}

/// How long somebody will probably wait from now on, with the agents who are here now.
public struct EstimatedWaitSummary: Sendable, Equatable, Codable {
  /// Half of those in the same position wait less; rounded up, and 0 for whoever is offered at once.
  public var p50Seconds: Int64
  /// Nine in ten of them wait less; rounded up.
  public var p90Seconds: Int64

  /// Both as given.
  public init(p50Seconds: Int64, p90Seconds: Int64) {
    self.p50Seconds = p50Seconds
    self.p90Seconds = p90Seconds
  }
}
