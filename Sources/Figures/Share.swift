/// An exact fraction, rounded once, when it is shown.
public struct Share: Sendable, Equatable {
  /// What is above the line.
  public var numerator: Int
  /// What is below it, above zero.
  public var denominator: Int

  /// Nil over nothing: there is no share of nothing, and no mean.
  public init?(_ numerator: Int, of denominator: Int) {
    guard denominator > 0 else { return nil }
    self.numerator = numerator
    self.denominator = denominator
  }

  /// So many units of `1/scale`, rounded half away from zero: 766 for 0.7658 at a scale of 1000.
  public func rounded(scale: Int) -> Int {
    let (above, below) = (Int128(numerator) * Int128(scale), Int128(denominator))
    let magnitude = (2 * abs(above) + below) / (2 * below)
    return Int(clamping: above < 0 ? -magnitude : magnitude)
  }
}
