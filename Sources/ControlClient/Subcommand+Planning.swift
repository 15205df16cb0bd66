import Staffing

/// What `staff` is asked.
struct StaffingWish: Sendable, Equatable {
  /// Of each half hour.
  var calls: [Double]
  /// Minutes after midnight at which the first one begins.
  var from: Int
  var handlingSeconds: Double
  var patienceSeconds: Double?
  var serviceLevel: Double
  var thresholdSeconds: Double
}

// Commands that ask no daemon.
extension Subcommand {
  static let staff = Subcommand(
    name: "staff",
    usage: [
      "staff --handling-seconds S [--patience-seconds S] [--service-level SHARE] [--threshold-seconds S] [--from TIME]"
        + " CALLS..."
    ],
    help: "Reckons the agents that each half hour needs, from its number of calls (Erlang C; with patience A).",
    valued: [
      "--handling-seconds": "mean time that a call keeps an agent, wrap-up included",
      "--patience-seconds": "mean patience of callers; for ever unless told",
      "--service-level": "share of all calls to be answered in time (0.8 unless told)",
      "--threshold-seconds": "what in time means (20 unless told)",
      "--from": "when the first half hour begins, as 09:30 (00:00 unless told)",
    ]
  ) { (words) throws(UsageError) in
    var from = 0
    if let text = words.value("--from") {
      guard let time = TimeOfDay.minutes(text), time < 24 * 60, time % 30 == 0 else {
        throw UsageError("--from: expected a time as 09:00 or 09:30, not \"\(text)\"")
      }
      from = time
    }
    var calls = [try words.next("CALLS, a number for each half hour,")]
    while let word = words.nextIfAny() { calls.append(word) }
    let numbers = try calls.map { (word) throws(UsageError) in
      guard let number = Double(word), (0...1e6).contains(number) else {
        throw UsageError("CALLS: expected a number from 0 to 1000000, not \"\(word)\"")
      }
      return number
    }
    return .staff(
      StaffingWish(
        calls: numbers, from: from, handlingSeconds: try words.number("--handling-seconds", above: 0),
        patienceSeconds: try words.numberIfAny("--patience-seconds", 0.001...1e7),
        serviceLevel: try words.numberIfAny(
          "--service-level", 0...0.9999, why: "no number of agents is sure to be enough")
          ?? 0.8,
        thresholdSeconds: try words.numberIfAny("--threshold-seconds", 0...86_400) ?? 20))
  }
}

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
