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
  /// Calls that were counted, whatever became of them.
  public var calls: Int
  /// Of these, answered.
  public var answered: Int
  /// Of these, given up by the caller.
  public var gaveUp: Int
  /// Of these, ended by a rule.
  public var cutBySystem: Int
  /// Over all of them.
  public var meanWaitSeconds: Estimate
  /// Over those that were answered.
  public var meanAnswerSeconds: Estimate
  /// Half of all waited no longer.
  public var medianWaitSeconds: Double
  /// Nine of ten waited no longer.
  public var p90WaitSeconds: Double
  /// Ninety-nine of a hundred waited no longer.
  public var p99WaitSeconds: Double
  /// Share that was not answered at once.
  public var probabilityOfWaiting: Estimate
  /// Gross: answered in time, of all.
  public var serviceLevel: Estimate
  /// Given up, of all.
  public var abandonment: Estimate
  /// (Talk + hold + wrap-up) / time at work, over all agents.
  public var occupancy: Double
  /// How long it would have taken.
  public var simulatedSeconds: Double
}
