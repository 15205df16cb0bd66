import Telephony

/// A wait as the rows have it: of a visit, or of a contact from its first visit to what ended its waiting.
struct LoggedWait {
  /// Nanoseconds.
  let threshold: Int
  let short: Int
  let startedAt: Moment
  /// When and how it ended; nil while it lasts.
  let end: (at: Moment, outcome: Outcome)?

  /// What became of it.
  enum Outcome: Hashable {
    case answered
    /// The caller left.
    case left
    case flownOut(String)
    case failed
  }

  init(_ target: ServiceTarget, _ startedAt: Moment, end: (at: Moment, outcome: Outcome)? = nil) {
    threshold = target.threshold.nanoseconds
    short = target.short.nanoseconds
    self.startedAt = startedAt
    self.end = end
  }

  /// Nanoseconds; nil while it lasts.
  private var wait: Int? { end.map { startedAt.nanoseconds(to: $0.at) } }

  /// The wall time at which whoever waits so long is past the threshold, in milliseconds.
  var passesAt: Int64 { startedAt.wallMilliseconds &+ Int64(threshold / 1_000_000) }

  /// What its beginning counts.
  var begun: Counts { [.offered: 1, .leastThreshold: threshold, .greatestThreshold: threshold] }

  /// What it counts that the threshold was reached, which is known when it has ended.
  var passed: Counts { [.pastThreshold: (wait ?? 0) > threshold ? 1 : 0] }

  /// What its end counts: each item by its definition.
  var ended: Counts {
    guard let wait, let outcome = end?.outcome else { return Counts() }
    var counts: Counts = [.longestWait: wait]
    let isWithin = wait <= threshold
    switch outcome {
    case .answered: counts.add([.answered: 1, .answerTime: wait, .answeredWithin: isWithin ? 1 : 0])
    case .left:
      counts.add(1, to: wait < short ? .shortAbandoned : .abandoned)
      counts.add([.abandonTime: wait, .abandonedWithin: isWithin ? 1 : 0])
      counts.add(wait > threshold && wait < short ? 1 : 0, to: .shortPastThreshold)
    case .flownOut(let why): counts.add([Item("flow_out:" + why): 1, .flowOutWithin: isWithin ? 1 : 0])
    case .failed: counts.add([.failed: 1, .failedWithin: isWithin ? 1 : 0])
    }
    return counts
  }

  /// What a visit comes to that ends for one of these reasons, by the words of the log.
  static let reasons: [Outcome: Set<String>] = [
    .answered: ["answered", "answered_elsewhere"],
    .left: ["abandoned", "caller_hung_up", "cancelled", "lost"],
    .flownOut("timeout"): ["waited_too_long", "no_answer"],
    .flownOut("overflow"): ["busy"],
    .flownOut("no_agent"): ["unreachable"],
    .flownOut("closed"): [
      "agent_hung_up", "announced", "declined", "hung_up_by_command", "kept_for_another", "rejected", "withdrawn",
    ],
    .failed: ["not_found", "shutdown", "system_failure"],
  ]

  /// What a visit came to that ended for this reason.
  static func outcome(_ reason: EndReason) -> Outcome { outcomes[reason.rawValue] ?? .failed }

  private static let outcomes = Dictionary(
    reasons.flatMap { outcome, reasons in reasons.map { ($0, outcome) } }
  ) { first, _ in first }
}

extension Moment {
  /// To a later moment, and none when the rows have it the other way; by the monotonic clock.
  func nanoseconds(to later: Moment) -> Int {
    let (difference, isTooMuch) = later.monotonicNanoseconds.subtractingReportingOverflow(monotonicNanoseconds)
    return isTooMuch ? 0 : max(0, Int(difference))
  }
}
