import Control
import Distribution
public import Figures
import Telephony

/// The figures: what agents do is told to them, and what they have counted is handed out.
extension CallFlow {
  /// An agent does something else, or is somewhere else.
  mutating func noted(_ state: AgentState, at now: Moment) -> [Effect] {
    books.figures.agentBecame(state.id, engagement(of: state), at: now).map { .saveStretch($0) }
  }

  /// What was stored of the days that are kept.
  public mutating func figuresRestored(_ cells: [Cell: Counts]) { books.figures.restored(cells) }

  /// The wall times of the present day of work, in milliseconds.
  public var presentDay: Range<Int64> { books.figures.presentDay }

  /// The wall times of the days of which figures are worth restoring, in milliseconds.
  public var keptDays: Range<Int64> { books.figures.keptDays }

  /// Before that, wall time in milliseconds, no figures are kept.
  func oldestFigures(at now: Moment) -> Int64 {
    Cell.oldest(keptFor: settings.keepsFigures, at: now)
  }

  /// What was counted goes to the disk when the figures say so.
  mutating func figuresDue(at now: Moment) -> [Effect] {
    guard let cells = books.figures.due(at: now) else { return [] }
    return books.figures.renewed(at: now).map { .saveStretch($0) } + [.saveFigures(cells, at: now)]
  }

  /// All that stands, as rows: what the figures have counted, and, for who compares the two, the records of what they were
  /// counted from.
  mutating func figuresTaken(withRecords: Bool, at now: Moment) -> [Effect] {
    (withRecords ? books.current.map { .saveContact($0) } : [])
      + books.figures.renewed(at: now).map { .saveStretch($0) }
      + [.saveFigures(books.figures.taken(at: now), at: now)]
  }

  /// The daemon ends, and with it everybody's stretch.
  mutating func figuresClosed(at now: Moment) -> [Effect] {
    books.figures.closed(at: now).map { .saveStretch($0) } + [.saveFigures(books.figures.taken(at: now), at: now)]
  }

  private func engagement(of state: AgentState) -> Engagement? {
    Engagement(
      intent(of: state), work: Occupation(state.activity), contact: state.contact,
      isReachable: state.activity != .unreachable)
  }

  private func intent(of state: AgentState) -> Engagement.Intent {
    switch state.status {
    case .loggedOut: return .loggedOut
    case .ready: return .ready
    case .notReady(let reason):
      guard let rules = settings.distribution.reasons[reason] ?? formerReasons[reason] else {
        // A word that the configuration does not know may be anything.
        return .away(reason: AgentStatus.ownReasons.contains(reason) ? reason : "other")
      }
      return .away(reason: reason, isPaid: rules.isPaid, countsAsWork: rules.countsAsWork)
    }
  }
}

extension Occupation {
  /// The same in the words of figures; nil for somebody who has nothing to do with a call.
  fileprivate init?(_ activity: AgentActivity) {
    switch activity {
    case .idle, .unreachable: return nil
    case .reserved, .ringing: self = .ringing
    case .talking: self = .talking
    case .holding: self = .holding
    case .afterCallWork: self = .acw
    case .outboundDialing: self = .outboundDialing
    case .outboundTalking: self = .outboundTalking
    case .supervising: self = .supervising
    }
  }
}
