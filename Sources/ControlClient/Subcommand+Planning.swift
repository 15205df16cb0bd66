import Simulation
import Staffing

/// What `simulate` is asked.
struct SimulationWish: Sendable, Equatable {
  var agents: Int
  var arrivalsPerHour: Double
  var handling: Spread
  var patienceSeconds: Double?
  var wrapUpSeconds: Double
  var ringSeconds: Double
  var thresholdSeconds: Double
  var calls: Int
  var seed: UInt64
}

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
  static let simulate = Subcommand(
    name: "simulate",
    usage: [
      "simulate --arrivals-per-hour N --handling-seconds S --agents N [--patience-seconds S] [--wrap-up-seconds S]"
        + " [--ring-seconds S] [--variation V] [--calls N] [--seed N] [--threshold-seconds S]"
    ],
    help: "Runs the rules of distribution under virtual time, with chance for callers; asks no daemon.",
    valued: [
      "--arrivals-per-hour": "calls, independent of each other", "--agents": "how many serve (1 to 10000)",
      "--handling-seconds": "mean time on the telephone, exponential unless --variation is told",
      "--patience-seconds": "mean patience, exponential; for ever unless told",
      "--wrap-up-seconds": "wrap-up after each call, always the same (0 unless told)",
      "--ring-seconds": "how long a phone rings before it is answered (0 unless told)",
      "--variation": "handling times are lognormal, with this standard deviation over their mean (0 to 10)",
      "--calls": "how many calls (1000 to 10000000; 100000 unless told); the first twentieth is not counted",
      "--seed": "the same seed is the same run (1 unless told)",
      "--threshold-seconds": "what in time means (20 unless told)",
    ]
  ) { (words) throws(UsageError) in
    let handling = try words.number("--handling-seconds", above: 0)
    let variation = try words.numberIfAny("--variation", 0...10)
    return .simulate(
      SimulationWish(
        agents: Int(try words.whole("--agents", 1...10_000)),
        arrivalsPerHour: try words.number("--arrivals-per-hour", above: 0),
        handling: variation.map { .lognormal(mean: handling, variation: $0) } ?? .exponential(mean: handling),
        patienceSeconds: try words.numberIfAny("--patience-seconds", 0.001...1e7),
        wrapUpSeconds: try words.numberIfAny("--wrap-up-seconds", 0...86_400) ?? 0,
        ringSeconds: try words.numberIfAny("--ring-seconds", 0...19.999) ?? 0,
        thresholdSeconds: try words.numberIfAny("--threshold-seconds", 0...86_400) ?? 20,
        calls: Int(try words.wholeIfAny("--calls", 1000...10_000_000) ?? 100_000),
        seed: UInt64(try words.wholeIfAny("--seed", 0...(.max)) ?? 1)))
  }

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
      let parts = text.split(separator: ":").map { Int($0) }
      guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour),
        [0, 30].contains(minute)
      else { throw UsageError("--from: expected a time as 09:00 or 09:30, not \"\(text)\"") }
      from = hour * 60 + minute
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
        serviceLevel: try words.numberIfAny("--service-level", 0...0.9999) ?? 0.8,
        thresholdSeconds: try words.numberIfAny("--threshold-seconds", 0...86_400) ?? 20))
  }
}

extension Arguments {
  fileprivate func numberIfAny(_ option: String, _ range: ClosedRange<Double>) throws(UsageError) -> Double? {
    guard let text = value(option) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw UsageError(
        "\(option): expected a number from \(Figure.text(range.lowerBound)) to \(Figure.text(range.upperBound)), not \"\(text)\""
      )
    }
    return number
  }

  /// At most ten million.
  fileprivate func number(_ option: String, above least: Double) throws(UsageError) -> Double {
    guard let text = value(option) else { throw UsageError("\(option) is missing") }
    guard let number = Double(text), number > least, number <= 1e7 else {
      throw UsageError("\(option): expected a number above \(Figure.text(least)), at most 10000000, not \"\(text)\"")
    }
    return number
  }

  fileprivate func wholeIfAny(_ option: String, _ range: ClosedRange<Int64>) throws(UsageError) -> Int64? {
    guard let text = value(option) else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw UsageError(
        "\(option): expected a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
    }
    return number
  }

  fileprivate func whole(_ option: String, _ range: ClosedRange<Int64>) throws(UsageError) -> Int64 {
    guard let number = try wholeIfAny(option, range) else { throw UsageError("\(option) is missing") }
    return number
  }
}

/// Numbers as people read them.
enum Figure {
  /// With as many decimals as it has, three at most.
  static func text(_ value: Double) -> String {
    var text = text(value, decimals: 3)
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
