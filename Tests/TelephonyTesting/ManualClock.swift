public import Telephony

/// Time for tests: stands still until it is moved, and keeps the timers that a machine asked for.
public struct ManualClock<Timer: Hashable & Sendable>: Sendable {
  /// The present.
  public private(set) var now: Moment
  private var due: [Timer: (at: Moment, order: Int)] = [:]
  private var order = 0

  /// Starts at an arbitrary wall time, and at 1000 s of the monotonic clock.
  public init(wallMilliseconds: Int64 = 1_790_000_000_000) {
    now = Moment(monotonicNanoseconds: 1_000_000_000_000, wallMilliseconds: wallMilliseconds)
  }

  /// Sets or replaces a timer.
  public mutating func start(_ timer: Timer, after duration: Duration) {
    order += 1
    due[timer] = (now.advanced(by: duration), order)
  }

  /// Forgets a timer; nothing happens when it is not set.
  public mutating func cancel(_ timer: Timer) { due[timer] = nil }

  /// The timers that are set.
  public var pending: Set<Timer> { Set(due.keys) }

  /// When this timer is due; nil when it is not set.
  public func due(_ timer: Timer) -> Moment? { due[timer]?.at }

  /// Moves on to the next timer that is due until `end`, and hands it out; nil, and `now == end`, when there is none.
  public mutating func next(until end: Moment) -> Timer? {
    // By the monotonic clock alone: two that are due at one instant of it may differ on the wall.
    let first = due.min {
      ($0.value.at.monotonicNanoseconds, $0.value.order) < ($1.value.at.monotonicNanoseconds, $1.value.order)
    }
    guard let first, first.value.at <= end else {
      now = max(now, end)
      return nil
    }
    due[first.key] = nil
    now = max(now, first.value.at)
    return first.key
  }

  /// Moves on without handing out timers.
  public mutating func advance(by duration: Duration) { now = now.advanced(by: duration) }

  /// The wall clock is set; the monotonic one does not notice.
  public mutating func stepWallClock(by duration: Duration) { now.wallMilliseconds += duration.milliseconds }
}
