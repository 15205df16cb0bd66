public import Telephony

/// A figure of a simulation, and how sure it is.
public struct Estimate: Sendable, Equatable {
  /// The mean.
  public var value: Double
  /// Half the width of the interval in which the true value lies with 95 % certainty; infinite when too few calls came to
  /// say.
  public var halfWidth: Double

  /// Whether a value lies within the interval.
  public func contains(_ other: Double) -> Bool { abs(other - value) <= halfWidth }
}

/// What a simulation came to. Waits are in seconds and end with the answer, the caller's patience, or a rule; ringing is
/// waiting.
public struct Outcome: Sendable, Equatable {
  /// All calls together.
  public var total: Service
  /// By the queue to which they came, in the order of the streams.
  public var queues: [(queue: QueueID, service: Service)]
  /// (Talk + hold + wrap-up) / time at work and not away, over all agents.
  public var occupancy: Estimate
  /// How long it would have taken.
  public var simulatedSeconds: Double
  /// How good the estimates of waits were, where that was asked for.
  public var estimates: EstimateQuality

  /// Member by member.
  public static func == (a: Outcome, b: Outcome) -> Bool {
    a.total == b.total && a.occupancy == b.occupancy && a.simulatedSeconds == b.simulatedSeconds
      && a.estimates == b.estimates && a.queues.map(\.queue) == b.queues.map(\.queue)
      && a.queues.map(\.service) == b.queues.map(\.service)
  }
}

/// What became of calls.
public struct Service: Sendable, Equatable {
  /// Calls that were counted, whatever became of them.
  public var calls: Int
  /// Of these, answered.
  public var answered: Int
  /// Of these, given up by the caller.
  public var gaveUp: Int
  /// Of these, ended by a rule, or sent out of the house.
  public var cutBySystem: Int
  /// Of these, waiting still when the last agent had gone home.
  public var unserved: Int
  /// Over all of them.
  public var meanWaitSeconds: Estimate
  /// Over those that were answered.
  public var meanAnswerSeconds: Estimate
  /// Half of all waited no longer.
  public var medianWaitSeconds: Estimate
  /// Nine of ten waited no longer.
  public var p90WaitSeconds: Estimate
  /// Ninety-nine of a hundred waited no longer.
  public var p99WaitSeconds: Estimate
  /// Share that was not answered at once.
  public var probabilityOfWaiting: Estimate
  /// Gross: answered in time, of all.
  public var serviceLevel: Estimate
  /// Given up, of all.
  public var abandonment: Estimate
}

/// How often those who were told an estimate of their wait, and were answered, waited no longer.
public struct EstimateQuality: Sendable, Equatable {
  /// Who had to wait and could be told one.
  public var calls = 0
  /// Share that waited no longer than the median; a half would be right.
  public var withinMedian = 0.0
  /// Share that waited no longer than what nine of ten do.
  public var withinNinetieth = 0.0
}
