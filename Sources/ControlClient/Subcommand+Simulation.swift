import Simulation
import Telephony

extension Subcommand {
  static let simulate = Subcommand(
    name: "simulate",
    usage: [
      "simulate --arrivals-per-hour N --handling-seconds S --agents N [--patience-seconds S] [--wrap-up-seconds S]"
        + " [--ring-seconds S] [--variation V] [--calls N] [--seed N] [--threshold-seconds S]",
      "simulate --config FILE --stream STREAM [--stream STREAM]... [--shift SHIFT]... [--open HOURS]"
        + " [--ring-seconds S] [--variation V] [--calls N] [--seed N] [--threshold-seconds S]",
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
      "--config": "a file of tsunagid: its queues and agents, with their rules",
      "--stream": "the calls of one queue: support=60/h,180s,90s is 60 an hour of 180 s, with a patience of 90 s",
      "--shift": "when an agent is at work each day: 1001=09:00-17:30; * is whoever is not named; all day unless told",
      "--open": "when calls come each day: 09:00-18:00; all day unless told",
    ]
  ) { (words) throws(UsageError) in
    let variation = try words.numberIfAny("--variation", 0...10)
    func spread(_ mean: Double) -> Spread {
      variation.map { .lognormal(mean: mean, variation: $0) } ?? .exponential(mean: mean)
    }
    // Of a file its own queues say how long a phone may ring, which is ten minutes at most.
    let isPlain = words.value("--config") == nil
    let house = try isPlain ? plain(words, spread) : configured(words, spread)
    return .simulate(
      SimulationWish(
        house: house,
        ringSeconds: try words.numberIfAny(
          "--ring-seconds", 0...(isPlain ? 19.999 : 600),
          why: isPlain
            ? "phones here answer before a queue gives them up, which is after 20 s unless told"
            : "no queue lets a phone ring for longer")
          ?? 0,
        thresholdSeconds: try words.numberIfAny("--threshold-seconds", 0...86_400) ?? 20,
        calls: Int(try words.wholeIfAny("--calls", 1000...10_000_000) ?? 100_000),
        seed: UInt64(try words.wholeIfAny("--seed", 0...(.max)) ?? 1)))
  }

  private static func plain(_ words: Arguments, _ spread: (Double) -> Spread) throws(UsageError) -> SimulationWish.House
  {
    for option in ["--stream", "--shift", "--open"] where words.has(option) {
      throw UsageError("\(option) goes with --config only")
    }
    guard ["--arrivals-per-hour", "--handling-seconds", "--agents"].contains(where: words.has) else {
      throw UsageError(
        "what is to be simulated? one's own queues and agents (--config FILE --stream STREAM), or one queue"
          + " (--arrivals-per-hour N --handling-seconds S --agents N)")
    }
    let handling = try words.number("--handling-seconds", above: 0)
    return .plain(
      .init(
        agents: Int(try words.whole("--agents", 1...10_000)),
        arrivalsPerHour: try words.number("--arrivals-per-hour", above: 0), handling: spread(handling),
        patienceSeconds: try words.numberIfAny("--patience-seconds", 0.001...1e7),
        wrapUpSeconds: try words.numberIfAny("--wrap-up-seconds", 0...86_400) ?? 0))
  }

  private static func configured(_ words: Arguments, _ spread: (Double) -> Spread) throws(UsageError)
    -> SimulationWish.House
  {
    for option in ["--agents", "--arrivals-per-hour", "--handling-seconds", "--patience-seconds", "--wrap-up-seconds"]
    where words.has(option) {
      throw UsageError("\(option) does not go with --config: say it with --stream, or in the file")
    }
    var streams: [Scenario.Stream] = []
    for text in words.values("--stream") {
      let stream = try stream(text, spread)
      guard !streams.contains(where: { $0.queue == stream.queue }) else {
        throw UsageError("--stream: queue \"\(stream.queue)\" stands there twice")
      }
      streams.append(stream)
    }
    guard !streams.isEmpty else { throw UsageError("--stream is missing: nobody calls") }
    var shifts: [String: [Scenario.Hours]] = [:]
    for text in words.values("--shift") {
      guard let at = text.firstIndex(of: "="), at > text.startIndex else {
        throw UsageError("--shift: expected AGENT=FROM-TO, as 1001=09:00-17:30, not \"\(text)\"")
      }
      let hours = try hours("--shift", text[text.index(after: at)...])
      shifts[String(text[..<at]), default: []].append(hours)
    }
    let open = try words.value("--open").map { (text) throws(UsageError) in try hours("--open", text[...]) }
    return .configured(
      .init(file: words.value("--config") ?? "", streams: streams, shifts: shifts, open: open))
  }

  /// `support=60/h,180s,90s`
  private static func stream(_ text: String, _ spread: (Double) -> Spread) throws(UsageError) -> Scenario.Stream {
    let fault = UsageError(
      "--stream: expected QUEUE=N/h,HANDLINGs or QUEUE=N/h,HANDLINGs,PATIENCEs, as support=60/h,180s,90s, not \"\(text)\""
    )
    guard let at = text.lastIndex(of: "="), at > text.startIndex else { throw fault }
    let parts = text[text.index(after: at)...].split(separator: ",", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let rate = number(parts[0], before: "/h"),
      let handling = number(parts[1], before: "s")
    else { throw fault }
    var patience: Spread?
    if parts.count == 3 {
      guard let mean = number(parts[2], before: "s") else { throw fault }
      patience = .exponential(mean: mean)
    }
    return .init(
      queue: QueueID(rawValue: String(text[..<at])), arrivalsPerHour: rate, handling: spread(handling),
      patience: patience)
  }

  private static func number(_ text: Substring, before unit: String) -> Double? {
    guard text.hasSuffix(unit), let number = Double(text.dropLast(unit.count)), number > 0, number <= 1e7 else {
      return nil
    }
    return number
  }

  /// `09:00-17:30`; `24:00` is the end of the day.
  private static func hours(_ option: String, _ text: Substring) throws(UsageError) -> Scenario.Hours {
    let times = text.split(separator: "-", omittingEmptySubsequences: false).map { TimeOfDay.minutes($0) }
    guard times.count == 2, let from = times[0], let to = times[1] else {
      throw UsageError("\(option): expected FROM-TO, as 09:00-17:30, not \"\(text)\"")
    }
    return Scenario.Hours(from: from * 60, to: to * 60)
  }
}
