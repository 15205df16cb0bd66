public import Control
import Overload
public import Telephony

/// Too much to do: new calls are turned away, and those that are up go on.
extension CallFlow {
  /// The telephone side said how much it has to do.
  public mutating func loadMeasured(_ figures: LoadFigures, at now: Moment) -> [Effect] {
    let effects = overload.loadMeasured(figures, at: now)
    // Who is stopping refuses everybody anyway, and goes on with that.
    guard closing.takesCalls else { return [] }
    return effects.flatMap { effect -> [Effect] in
      switch effect {
      case .overloaded(let causes):
        let seconds = max(Int(settings.overload.retryTime.components.seconds), 1)
        return [
          .engine(.refuseNewCalls(status: Self.overloadedStatus, retryAfter: seconds...2 * seconds)),
          .notice(Notice(at: now, body: .overloaded(LoadSummary(figures), causes: causes.map(\.rawValue)))),
        ]
      case .recovered(let length):
        return [
          .engine(.takeNewCalls),
          .notice(Notice(at: now, body: .recovered(LoadSummary(figures), seconds: length.components.seconds))),
        ]
      }
    }
  }

  /// What there is to do: nil before the first figures.
  public var load: LoadSummary? { overload.figures.map { LoadSummary($0) } }

  /// Whether new calls are turned away for want of time.
  public var isOverloaded: Bool { closing.takesCalls && overload.isOverloaded }

  /// 503 Service Unavailable (RFC 3261 §21.5.4).
  static let overloadedStatus = 503
  static let overloadedText = "the daemon has more to do than it can do in time: try again later"
}

extension LoadSummary {
  init(_ figures: LoadFigures) {
    self.init(
      ticks: figures.ticks, missedTicks: figures.missedTicks,
      latenessP50Microseconds: figures.latenessMedian.microseconds,
      latenessP99Microseconds: figures.latenessP99.microseconds,
      latenessWorstMicroseconds: figures.latenessWorst.microseconds,
      signallingLatenessMicroseconds: figures.signallingLateness.microseconds, busyPercent: figures.busyPercent,
      recorderPercent: figures.recorderPercent, lostSamples: figures.lostSamples, eventsWaiting: figures.eventsWaiting)
  }
}
