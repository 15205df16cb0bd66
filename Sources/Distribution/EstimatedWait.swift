/// How long somebody will probably wait.
public enum EstimatedWait: Sendable, Hashable {
  /// Half of those in the same position wait less than `median`, nine of ten less than `ninetieth`.
  case known(median: Duration, ninetieth: Duration)
  /// Nobody can say.
  case unknown(Reason)

  /// Why nobody can say.
  public enum Reason: String, Sendable, Codable, CaseIterable {
    case noSuchQueue = "no_such_queue"
    case queuePaused = "queue_paused"
    /// Nobody who serves the queue is logged in.
    case unstaffed
    /// Whoever is logged in is away, cannot be reached, or does not do what the contact asks for.
    case nobodyReady = "nobody_ready"
  }

  /// The closed form: with k ahead, and n agents who each become free once in a mean handling time 1/μ, the wait is the sum
  /// of k + 1 exponential times of rate nμ, that is gamma distributed, with mean (k + 1)/(nμ). Whoever may take it after a
  /// while only adds her rate from then on; if she is free, she takes the next one by then at the latest. The quantiles are
  /// by Wilson and Hilferty, within 2 % from k = 0 on.
  ///
  /// `hands` by the time after which they may take it; `handling` in microseconds.
  init(ahead: Int, hands: [Hands], handling: Double) {
    guard !hands.isEmpty else {
      self = .unknown(.nobodyReady)
      return
    }
    var free = 0
    let longest = hands.first { part in
      free += part.room
      return free > ahead
    }?.after
    // Before it, for those who are not free yet.
    let before = ahead - hands.lazy.filter { $0.after == .zero }.reduce(0) { $0 + $1.room }
    func quantile(_ deviations: Double) -> Duration {
      let shape = Double(max(0, before) + 1)
      let root = 1 - 1 / (9 * shape) + deviations / (3 * Self.squareRoot(shape))
      let time = Self.time(of: shape * root * root * root * handling, by: hands)
      return min(time, longest ?? time)
    }
    self = .known(median: quantile(0), ninetieth: quantile(1.281_551_566))
  }

  /// After which time they have done so many microseconds of work together.
  private static func time(of work: Double, by hands: [Hands]) -> Duration {
    var (rate, reached, left) = (0.0, 0.0, work)
    for part in hands {
      let (seconds, attoseconds) = part.after.components
      let span = Double(seconds) * 1e6 + Double(attoseconds) / 1e12 - reached
      if left <= rate * span { break }
      left -= rate * span
      reached += span
      rate += part.share
    }
    // A year is as good as for ever, and far from what a duration holds.
    return .microseconds(Int64(min(reached + left / rate, 3e13)))
  }

  /// By Heron: the library's own function would be the only one of the system's that rules need.
  private static func squareRoot(_ value: Double) -> Double {
    var root = value
    for _ in 0..<40 { root = (root + value / root) / 2 }
    return root
  }
}
