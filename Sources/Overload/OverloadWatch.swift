public import Telephony

/// When there is more to do than can be done in time: then new calls are turned away, so that those that are up do not
/// get worse.
///
///     normal ──bad for `badTime` of `window`──▶ overloaded ──quiet for `quietTime` on end──▶ normal
///
/// A second is bad when one of its figures is past its limit, and quiet when all are within half of theirs; between the two
/// nothing begins and nothing ends. What was bad before an overload does not count towards the next one.
///
/// Seconds are reckoned by when figures come, and figures that are overdue stand for `longestStretch` at most: neither one
/// long standstill nor silence is a reason for anything.
public struct OverloadWatch: Sendable {
  /// What must be done.
  public enum Effect: Equatable, Sendable {
    /// New calls are turned away from now on.
    case overloaded([OverloadCause])
    /// New calls are taken again.
    case recovered(after: Duration)
  }

  /// What the administrator decided.
  public struct Settings: Sendable, Equatable {
    /// Of 99 in 100 steps of audio.
    public var lateness = Duration.milliseconds(60)
    /// Of the thread that speaks SIP.
    public var signallingLateness = Duration.milliseconds(500)
    /// Of the fullest buffer of a recording.
    public var recorderPercent = 50
    /// That nobody has looked at.
    public var eventsWaiting = 1000
    /// How much of `window` must be bad.
    public var badTime = Duration.seconds(5)
    /// What is looked at.
    public var window = Duration.seconds(10)
    /// How long all must be well before new calls are taken again.
    public var quietTime = Duration.seconds(30)
    /// When peers are to try again: after so long, or up to twice as long.
    public var retryTime = Duration.seconds(10)
    /// Five bad seconds in ten, and half a minute of rest.
    public init() {}
  }

  /// What one report of figures stands for at most.
  public static let longestStretch = Duration.seconds(2)

  private struct Stretch: Sendable {
    var end: Moment
    var length: Duration
    var causes: [OverloadCause]
  }

  private enum State: Sendable {
    case normal(bad: [Stretch])
    case overloaded(since: Moment, quiet: Duration)
  }

  private let settings: Settings
  private var state = State.normal(bad: [])
  private var measuredAt: Moment?
  /// The latest figures.
  public private(set) var figures: LoadFigures?

  /// All is well.
  public init(settings: Settings) { self.settings = settings }

  /// Whether new calls are turned away.
  public var isOverloaded: Bool { if case .overloaded = state { true } else { false } }

  /// Figures came, of the time since those before.
  public mutating func loadMeasured(_ figures: LoadFigures, at now: Moment) -> [Effect] {
    let passed = measuredAt.map { now.since($0) } ?? .seconds(1)
    guard passed > .zero else { return [] }
    let length = min(passed, Self.longestStretch)
    measuredAt = now
    self.figures = figures
    switch state {
    case .normal(var bad):
      bad.removeAll { now.since($0.end) >= settings.window }
      let causes = causes(in: figures)
      if !causes.isEmpty { bad.append(Stretch(end: now, length: length, causes: causes)) }
      state = .normal(bad: bad)
      guard !causes.isEmpty, bad.reduce(.zero, { $0 + $1.length }) >= settings.badTime else { return [] }
      state = .overloaded(since: now, quiet: .zero)
      return [.overloaded(OverloadCause.allCases.filter { cause in bad.contains { $0.causes.contains(cause) } })]
    case .overloaded(let since, let quiet):
      let rest = isQuiet(figures) ? quiet + length : .zero
      state = .overloaded(since: since, quiet: rest)
      guard rest >= settings.quietTime else { return [] }
      state = .normal(bad: [])
      return [.recovered(after: now.since(since))]
    }
  }

  private func causes(in figures: LoadFigures) -> [OverloadCause] {
    OverloadCause.allCases.filter { cause in
      switch cause {
      case .lateness: figures.latenessP99 > settings.lateness
      case .signalling: figures.signallingLateness > settings.signallingLateness
      case .recorder: figures.recorderPercent > settings.recorderPercent || figures.lostSamples > 0
      case .events: figures.eventsWaiting > settings.eventsWaiting
      }
    }
  }

  private func isQuiet(_ figures: LoadFigures) -> Bool {
    figures.latenessP99 * 2 <= settings.lateness && figures.signallingLateness * 2 <= settings.signallingLateness
      && figures.recorderPercent * 2 <= settings.recorderPercent && figures.lostSamples == 0
      && figures.eventsWaiting * 2 <= settings.eventsWaiting
  }
}

/// Which figure was past its limit.
public enum OverloadCause: String, Sendable, CaseIterable {
  /// Audio came late.
  case lateness
  /// SIP came late.
  case signalling
  /// Recordings were not written as fast as they came, or lost samples.
  case recorder
  /// Events waited to be decided upon.
  case events
}
