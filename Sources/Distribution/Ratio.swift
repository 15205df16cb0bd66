/// A fraction, compared exactly.
public struct Ratio: Sendable, Comparable, Hashable {
  /// What is divided.
  public let numerator: Int
  /// By what; at least 1.
  public let denominator: Int

  /// A denominator below 1 counts as 1.
  public init(_ numerator: Int, over denominator: Int = 1) {
    self.numerator = numerator
    self.denominator = max(denominator, 1)
  }

  /// By the cross products, in twice the width.
  public static func < (a: Ratio, b: Ratio) -> Bool {
    if a.denominator == b.denominator { return a.numerator < b.numerator }
    let left = a.numerator.multipliedFullWidth(by: b.denominator)
    let right = b.numerator.multipliedFullWidth(by: a.denominator)
    return (left.high, left.low) < (right.high, right.low)
  }

  /// By value: a half is two quarters.
  public static func == (a: Ratio, b: Ratio) -> Bool { !(a < b) && !(b < a) }

  /// Alike for equal values.
  public func hash(into hasher: inout Hasher) {
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = max(a, 1)
    hasher.combine(numerator.magnitude / divisor)
    hasher.combine(numerator.signum())
    hasher.combine(denominator.magnitude / divisor)
  }
}
