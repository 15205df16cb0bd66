import Telephony

/// What an agent did in the window that strategies look at.
struct Tally: Sendable {
  /// Calls, and microseconds of each kind of time.
  struct Counts: Sendable {
    var calls = 0
    /// Talk and hold.
    var talk = 0
    /// The same, her own dialling, and wrap-up: what an agent works at, as in `Occupation.isWorking` of the figures.
    var busy = 0
    /// Ready and idle.
    var idle = 0

    var occupancy: Ratio { Ratio(busy, over: busy + idle) }

    static func + (a: Counts, b: Counts) -> Counts {
      Counts(calls: a.calls + b.calls, talk: a.talk + b.talk, busy: a.busy + b.busy, idle: a.idle + b.idle)
    }
  }

  /// A rolling window is forgotten by twelfths.
  static let parts: Int64 = 12

  /// Nanoseconds of one part; nil when nothing is forgotten by itself.
  private let part: Int64?
  /// Those that are not forgotten yet, by number.
  private var buckets: [(number: Int64, counts: Counts)] = []
  /// Up to where time has been added.
  private(set) var countedUntil: Moment

  init(window: CounterWindow, at now: Moment) {
    if case .rolling(let length) = window {
      part = max(length.microseconds * 1000 / Self.parts, 1_000_000)
    } else {
      part = nil
    }
    countedUntil = now
  }

  /// What counts at this moment; time since the last `count` is not in it.
  func counts(at now: Moment) -> Counts {
    let first = number(at: now.monotonicNanoseconds) - Self.parts
    return buckets.reduce(Counts()) { part == nil || $1.number > first ? $0 + $1.counts : $0 }
  }

  /// What she did before is counted already, or is not to be.
  mutating func skip(to moment: Moment) { countedUntil = max(countedUntil, moment) }

  /// Whoever comes is not flooded for having done nothing yet: she begins with the least of what those did who are here.
  mutating func catchUp(with present: [Counts], at now: Moment) {
    guard let calls = present.map(\.calls).min(), let talk = present.map(\.talk).min(),
      let relaxed = present.min(by: { ($0.occupancy, $0.busy, $0.idle) < ($1.occupancy, $1.busy, $1.idle) })
    else { return }
    let own = counts(at: now)
    var missing = Counts(calls: max(0, calls - own.calls), talk: max(0, talk - own.talk))
    if own.occupancy < relaxed.occupancy { (missing.busy, missing.idle) = (relaxed.busy, relaxed.idle) }
    add(missing, at: now)
  }

  mutating func add(_ counts: Counts, at now: Moment) {
    let number = number(at: now.monotonicNanoseconds)
    if buckets.last?.number == number {
      buckets[buckets.count - 1].counts = buckets[buckets.count - 1].counts + counts
    } else {
      buckets.removeAll { $0.number <= number - Self.parts }
      buckets.append((number, counts))
    }
  }

  /// The time since the last one was spent like this.
  mutating func count(_ activity: AgentActivity, isReady: Bool, until now: Moment) {
    if let part {
      // What is forgotten already need not be counted.
      let oldest = (number(at: now.monotonicNanoseconds) - Self.parts) * part
      let skipped = oldest - countedUntil.monotonicNanoseconds
      if skipped > 0 { countedUntil = countedUntil.advanced(by: .nanoseconds(skipped)) }
    }
    while countedUntil < now {
      // Each part of a rolling window gets its own share.
      let start = countedUntil.monotonicNanoseconds
      let end = part.map { min((number(at: start) + 1) * $0, now.monotonicNanoseconds) } ?? now.monotonicNanoseconds
      let counts = Self.counts(of: activity, isReady: isReady, microseconds: Int(end / 1000 - start / 1000))
      let then = countedUntil
      if let counts { add(counts, at: then) }
      countedUntil = countedUntil.advanced(by: .nanoseconds(end - start))
    }
  }

  /// The same for time that is still running.
  static func counts(of activity: AgentActivity, isReady: Bool, microseconds: Int) -> Counts? {
    switch activity {
    case .talking, .holding, .outboundTalking: Counts(talk: microseconds, busy: microseconds)
    case .afterCallWork, .outboundDialing: Counts(busy: microseconds)
    case .idle where isReady: Counts(idle: microseconds)
    case .idle, .reserved, .ringing, .supervising, .unreachable: nil
    }
  }

  private func number(at nanoseconds: Int64) -> Int64 { part.map { nanoseconds / $0 } ?? 0 }
}
