import Figures
import Telephony

/// Tells when a day of work is over, by the wall clock in local time.
struct WorkingDays: Sendable {
  /// No look is later than this, since somebody may set the wall clock.
  private static let longestRest = Duration.seconds(900)

  private let calendar: Calendar
  private var today: Range<Int64>

  init(calendar: Calendar, at now: Moment) {
    self.calendar = calendar
    today = calendar.period(.day, containing: now.wallMilliseconds)
  }

  /// How long until it is worth looking.
  func rest(at now: Moment) -> Duration {
    let rest = Duration.milliseconds(today.upperBound - now.wallMilliseconds)
    return min(max(rest, .milliseconds(1)), Self.longestRest)
  }

  /// Whether it is another day than at the last look.
  mutating func hasBegunAnother(at now: Moment) -> Bool {
    guard !today.contains(now.wallMilliseconds) else { return false }
    today = calendar.period(.day, containing: now.wallMilliseconds)
    return true
  }
}
