// Options that are numbers.
extension Arguments {
  /// `why`: what is behind a bound that nobody would guess.
  func numberIfAny(_ option: String, _ range: ClosedRange<Double>, why: String? = nil) throws(UsageError) -> Double? {
    guard let text = value(option) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw UsageError(
        "\(option): expected a number from \(Figure.text(range.lowerBound)) to \(Figure.text(range.upperBound, atMost: 4)),"
          + " not \"\(text)\"\(why.map { " (\($0))" } ?? "")")
    }
    return number
  }

  /// At most ten million.
  func number(_ option: String, above least: Double) throws(UsageError) -> Double {
    guard let text = value(option) else { throw UsageError("\(option) is missing") }
    guard let number = Double(text), number > least, number <= 1e7 else {
      throw UsageError("\(option): expected a number above \(Figure.text(least)), at most 10000000, not \"\(text)\"")
    }
    return number
  }

  func wholeIfAny(_ option: String, _ range: ClosedRange<Int64>) throws(UsageError) -> Int64? {
    guard let text = value(option) else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw UsageError(
        "\(option): expected a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
    }
    return number
  }

  func whole(_ option: String, _ range: ClosedRange<Int64>) throws(UsageError) -> Int64 {
    guard let number = try wholeIfAny(option, range) else { throw UsageError("\(option) is missing") }
    return number
  }
}
