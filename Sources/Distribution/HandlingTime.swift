import Telephony

/// How long contacts keep an agent busy, talk, hold and wrap-up together; older ones count less and less.
struct HandlingTime: Sendable {
  private(set) var count = 0
  private(set) var microseconds = 0

  mutating func add(_ time: Duration) {
    if count == 200 { (count, microseconds) = (count / 2, microseconds / 2) }
    count += 1
    extend(by: time)
  }

  /// Of one that is counted.
  mutating func extend(by time: Duration) { microseconds += Int(time.microseconds) }
}
