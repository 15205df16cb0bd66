// Rounded towards zero; the farthest that fits when it does not.
extension Duration {
  /// Whole milliseconds.
  public var milliseconds: Int64 { whole(1000) }
  /// Whole microseconds.
  public var microseconds: Int64 { whole(1_000_000) }
  /// Whole nanoseconds.
  public var nanoseconds: Int { Int(clamping: whole(1_000_000_000)) }

  private func whole(_ unitsInSecond: Int64) -> Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: unitsInSecond)
    let (sum, more) = product.addingReportingOverflow(attoseconds / (1_000_000_000_000_000_000 / unitsInSecond))
    return overflow || more ? (seconds < 0 ? .min : .max) : sum
  }
}
