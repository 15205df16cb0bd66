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
