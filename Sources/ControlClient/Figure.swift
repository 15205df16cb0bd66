/// Numbers as people read them.
enum Figure {
  /// With as many decimals as it has, three at most unless told.
  static func text(_ value: Double, atMost decimals: Int = 3) -> String {
    var text = text(value, decimals: decimals)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// Rounded half away from zero. Numbers beyond what fits are shown as they are.
  static func text(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value * scale).rounded()
    guard abs(scaled) < 1e15 else { return "\(value)" }
    let digits = String(Int64(abs(scaled)))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = padded.dropLast(decimals)
    return (scaled < 0 ? "-" : "") + whole + (decimals > 0 ? ".\(padded.suffix(decimals))" : "")
  }

  static func percent(_ share: Double) -> String { text(share * 100, decimals: 1) + " %" }
}
