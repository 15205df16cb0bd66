import Glibc
import Telephony

/// How long to wait between one attempt and the next: a tenth of a second, then twice as long each time, up to five
/// seconds.
struct Pauses {
  private var upcoming: Duration = .milliseconds(100)
  static let longest: Duration = .seconds(5)

  mutating func next() -> Duration {
    defer { upcoming = min(upcoming * 2, Self.longest) }
    return upcoming
  }

  /// Waits; a signal ends it early.
  static func wait(_ duration: Duration) { _ = poll(nil, 0, Int32(clamping: duration.milliseconds)) }
}
