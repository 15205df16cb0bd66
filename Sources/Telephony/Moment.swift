/// An instant as read on both clocks at once: the monotonic one for every duration, wall time for display.
///
/// Compared and subtracted by the monotonic clock only, so that a step of the wall clock changes no duration.
public struct Moment: Sendable, Hashable, Comparable {
  /// Nanoseconds on CLOCK_MONOTONIC (or on a test's manual clock).
  public var monotonicNanoseconds: Int64
  /// Milliseconds since 1970-01-01 00:00 UTC, as the machine's clock said.
  public var wallMilliseconds: Int64

  /// Both readings, taken as close together as can be.
  public init(monotonicNanoseconds: Int64, wallMilliseconds: Int64) {
    self.monotonicNanoseconds = monotonicNanoseconds
    self.wallMilliseconds = wallMilliseconds
  }

  /// By the monotonic clock.
  public static func < (a: Moment, b: Moment) -> Bool { a.monotonicNanoseconds < b.monotonicNanoseconds }

  /// The time from `earlier` to this moment; negative when it is the later one.
  public func since(_ earlier: Moment) -> Duration {
    .nanoseconds(monotonicNanoseconds - earlier.monotonicNanoseconds)
  }

  /// This moment moved by a duration, on both clocks.
  public func advanced(by duration: Duration) -> Moment {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    return Moment(
      monotonicNanoseconds: monotonicNanoseconds + nanoseconds,
      wallMilliseconds: wallMilliseconds + nanoseconds / 1_000_000)
  }
}
