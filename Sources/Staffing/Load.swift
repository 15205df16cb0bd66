/// The work that comes to a team: independent arrivals at a constant rate, each handled for a while by one agent.
public struct Load: Sendable, Equatable {
  /// Arrivals each second; positive.
  public let arrivalsPerSecond: Double
  /// Mean handling time in seconds: talking, holding and wrap-up; positive.
  public let handlingSeconds: Double
  /// Mean patience in seconds of somebody who waits, exponential; nil for callers who wait for ever.
  public let patienceSeconds: Double?

  /// Nil for what is no load: rates and times that are not positive, or not finite.
  public init?(arrivalsPerHour: Double, handlingSeconds: Double, patienceSeconds: Double? = nil) {
    let all = [arrivalsPerHour, handlingSeconds, patienceSeconds ?? 1]
    guard all.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    arrivalsPerSecond = arrivalsPerHour / 3600
    self.handlingSeconds = handlingSeconds
    self.patienceSeconds = patienceSeconds
  }

  /// Offered traffic in erlang: how many agents would be at work if nobody ever waited.
  public var erlangs: Double { arrivalsPerSecond * handlingSeconds }
}

/// What a team of some size makes of a load, in the long run.
public struct TeamOutlook: Sendable, Equatable {
  /// How many agents serve.
  public let agents: Int
  /// Share of callers who find nobody free, 0 to 1.
  public let probabilityOfWaiting: Double
  /// Over all callers, those who give up included, in seconds; nil when the queue grows without end.
  public let meanWaitSeconds: Double?
  /// Share of callers who give up, 0 to 1.
  public let abandonment: Double
  /// Share of the agents' time that is work, 0 to 1.
  public let occupancy: Double
  /// The gross service level: share of all callers who are answered within the threshold, 0 to 1.
  public let serviceLevel: Double
}

extension Load {
  /// The textbook's answer: Erlang C (M/M/n) for callers who wait for ever, Erlang A (M/M/n+M, C. Palm) with patience.
  ///
  /// `agents` below 1 serves nobody. Costs time in proportion to the agents.
  public func outlook(agents: Int, thresholdSeconds: Double) -> TeamOutlook {
    guard agents > 0 else {
      let gone = patienceSeconds == nil ? 0.0 : 1
      return TeamOutlook(
        agents: 0, probabilityOfWaiting: 1, meanWaitSeconds: patienceSeconds, abandonment: gone, occupancy: 0,
        serviceLevel: 0)
    }
    if let patienceSeconds {
      return erlangA(agents, patienceSeconds: patienceSeconds, thresholdSeconds: max(0, thresholdSeconds))
    }
    return erlangC(agents, thresholdSeconds: max(0, thresholdSeconds))
  }

  /// The fewest agents with whom the service level reaches the target, and a finite wait; nil when more than `most` were
  /// needed. `target` from 0 to below 1.
  public func agents(forServiceLevel target: Double, thresholdSeconds: Double, most: Int = 10_000) -> TeamOutlook? {
    // More agents never serve worse, so the first that suffices is found by halving.
    func suffices(_ outlook: TeamOutlook) -> Bool { outlook.meanWaitSeconds != nil && outlook.serviceLevel >= target }
    var (low, high) = (1, 1)
    while high < most, !suffices(outlook(agents: high, thresholdSeconds: thresholdSeconds)) {
      low = high + 1
      high = min(most, high * 2)
    }
    guard suffices(outlook(agents: high, thresholdSeconds: thresholdSeconds)) else { return nil }
    while low < high {
      let middle = (low + high) / 2
      if suffices(outlook(agents: middle, thresholdSeconds: thresholdSeconds)) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return outlook(agents: high, thresholdSeconds: thresholdSeconds)
  }

  /// Share of callers lost by a team of `agents` without a queue (Erlang B), by the stable recursion over team sizes.
  func blocking(_ agents: Int) -> Double {
    var blocking = 1.0
    for agent in 1...agents { blocking = erlangs * blocking / (Double(agent) + erlangs * blocking) }
    return blocking
  }
}
