import TelephonyTesting
import Testing

/// A build that a sanitizer slows down says late what it says.
let isLate = isSanitized

extension Trait where Self == ConditionTrait {
  /// It measures sound that has to come on time, as it does not in a build that is late; there it would also keep those
  /// tests from their sockets that hold at any pace.
  static var onTime: Self { .enabled(if: !isLate, "a sanitizer's build is late") }
}
