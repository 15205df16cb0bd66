public import Telephony

/// How a visit to a queue ended: every visit in exactly one way.
public enum Disposition: Sendable, Hashable {
  case answered
  /// The caller left.
  case abandoned
  /// The caller left before the short threshold.
  case shortAbandoned
  /// It went elsewhere, or we ended it.
  case flowOut(Cause)
  case callback
  case voicemail
  /// Ended by a fault of ours, or by the end of the daemon.
  case failed

  /// Why a visit flowed out.
  public enum Cause: String, Sendable, CaseIterable {
    /// The longest wait was over.
    case timeout
    /// The queue was full.
    case overflow
    /// The queue is closed, or somebody of ours ended the contact.
    case closed
    /// Nobody is there to serve it.
    case noAgent = "no_agent"
  }

  /// From the reason with which the visit ended, after so long; `short` is its short threshold.
  public init(_ reason: EndReason, after wait: Duration, short: Duration) {
    switch reason {
    case .answered, .answeredElsewhere: self = .answered
    case .abandoned, .callerHungUp, .cancelled, .lost: self = wait < short ? .shortAbandoned : .abandoned
    case .waitedTooLong, .noAnswer: self = .flowOut(.timeout)
    case .busy: self = .flowOut(.overflow)
    case .unreachable: self = .flowOut(.noAgent)
    case .agentHungUp, .announced, .declined, .hungUpByCommand, .rejected, .keptForAnother, .withdrawn:
      self = .flowOut(.closed)
    case .notFound, .shutdown, .systemFailure: self = .failed
    }
  }

  /// Whether the caller went elsewhere, or was sent away.
  public var isFlowOut: Bool { if case .flowOut = self { true } else { false } }

  /// Where it is counted.
  public var item: Item {
    switch self {
    case .answered: .answered
    case .abandoned: .abandoned
    case .shortAbandoned: .shortAbandoned
    case .flowOut(let cause): .flowOut(cause)
    case .callback: .callback
    case .voicemail: .voicemail
    case .failed: .failed
    }
  }
}

/// What a queue promises its callers, as it stood when a visit began. It is stored with the visit, so that no later change
/// rewrites what was.
public struct ServiceTarget: Sendable, Hashable {
  /// T: an answer within this time is in time.
  public var threshold: Duration
  /// Whoever leaves sooner than this is not counted as lost; zero: nobody.
  public var short: Duration

  /// Twenty seconds, and five, unless said otherwise.
  public init(threshold: Duration = .seconds(20), short: Duration = .seconds(5)) {
    self.threshold = threshold
    self.short = short
  }
}

extension Counts {
  /// What the end of a visit adds, but for what `addPassing` does.
  mutating func addEnd(_ disposition: Disposition, after wait: Duration, _ target: ServiceTarget) {
    count(disposition.item)
    let isWithin = wait <= target.threshold
    add(wait.nanoseconds, to: .longestWait)
    switch disposition {
    case .answered:
      add(wait.nanoseconds, to: .answerTime)
      if isWithin { count(.answeredWithin) }
    case .abandoned, .shortAbandoned:
      add(wait.nanoseconds, to: .abandonTime)
      if isWithin { count(.abandonedWithin) }
      if !isWithin, disposition == .shortAbandoned { count(.shortPastThreshold) }
    case .flowOut: if isWithin { count(.flowOutWithin) }
    case .callback: if isWithin { count(.callbackWithin) }
    case .voicemail: if isWithin { count(.voicemailWithin) }
    case .failed: if isWithin { count(.failedWithin) }
    }
  }

  /// What it adds when it reaches its threshold, if it has done so by now; that was `threshold` after its beginning.
  mutating func addPassing(after wait: Duration, _ target: ServiceTarget) {
    if wait > target.threshold { count(.pastThreshold) }
  }

  /// What its beginning adds.
  mutating func addBeginning(_ target: ServiceTarget) {
    count(.offered)
    add(target.threshold.nanoseconds, to: .leastThreshold)
    add(target.threshold.nanoseconds, to: .greatestThreshold)
  }
}
