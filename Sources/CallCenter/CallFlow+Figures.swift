import Control
import Distribution
public import Figures
public import History
import Telephony

/// The figures: what agents do is told to them, and what they have counted is handed out.
extension CallFlow {
  /// An agent does something else, or is somewhere else.
  mutating func noted(_ state: AgentState, at now: Moment) -> [Effect] {
    ledger.figures.agentBecame(state.id, engagement(of: state), at: now).map { .saveStretch($0) }
  }

  /// What was stored of the present day.
  public mutating func figuresRestored(_ cells: [Cell: Counts]) { ledger.figures.restored(cells) }

  /// The wall times of the present day of work, in milliseconds.
  public var presentDay: Range<Int64> { ledger.figures.presentDay }

  /// What was counted goes to the disk every ten seconds, and with it a sign of life.
  mutating func figuresDue(at now: Moment) -> [Effect] {
    guard now.since(figuresSavedAt) >= .seconds(10) else { return [] }
    figuresSavedAt = now
    let cells = ledger.figures.taken(at: now)
    return cells.isEmpty ? [] : [.saveFigures(cells, at: now)]
  }

  /// All that stands, as rows: what the figures have counted, and the records of what they were counted from.
  mutating func figuresTaken(at now: Moment) -> [Effect] {
    figuresSavedAt = now
    return ledger.current.map { .saveContact($0) } + [.saveFigures(ledger.figures.taken(at: now), at: now)]
  }

  /// The daemon ends, and with it everybody's stretch.
  mutating func figuresClosed(at now: Moment) -> [Effect] {
    ledger.figures.closed(at: now).map { .saveStretch($0) } + [.saveFigures(ledger.figures.taken(at: now), at: now)]
  }

  /// What she does, as far as her time is told apart; nil: she is not there.
  private func engagement(of state: AgentState) -> Engagement? {
    let isLoggedIn = state.status != .loggedOut
    guard let occupation = Occupation(state) else { return nil }
    var engagement = Engagement(occupation, contact: state.contact, isLoggedIn: isLoggedIn)
    guard occupation == .away, case .notReady(let reason) = state.status else { return engagement }
    // A word that the configuration does not know may be anything.
    let rules = settings.distribution.reasons[reason]
    engagement.reason = rules != nil || Self.ownReasons.contains(reason) ? reason : "other"
    engagement.isPaid = rules?.isPaid ?? true
    engagement.countsAsWork = rules?.countsAsWork ?? false
    return engagement
  }

  /// Reasons that nobody chooses.
  private static let ownReasons: Set = ["login", "no-answer", "restart"]
}

extension Occupation {
  /// Nil for somebody who is not there.
  fileprivate init?(_ state: AgentState) {
    switch (state.activity, state.status) {
    case (.idle, .loggedOut), (.unreachable, .loggedOut): return nil
    case (.idle, .ready): self = .idle
    case (.unreachable, .ready): self = .unreachable
    case (.idle, .notReady), (.unreachable, .notReady): self = .away
    case (.reserved, _), (.ringing, _): self = .ringing
    case (.talking, _): self = .talking
    case (.holding, _): self = .holding
    case (.afterCallWork, _): self = .acw
    case (.outboundDialing, _): self = .outboundDialing
    case (.outboundTalking, _): self = .outboundTalking
    case (.supervising, _): self = .supervising
    }
  }
}

extension LoggedContact {
  /// As its record tells it. A visit of which no threshold was written has the usual ones.
  public init(_ record: ContactRecord) {
    self.init(
      id: record.id, isOutbound: record.direction == .outbound, entry: record.called, startedAt: record.startedAt,
      endedAt: record.endedAt, endReason: record.endReason,
      segments: record.segments.map { segment in
        let kind: LoggedContact.Segment.Kind
        switch segment.kind {
        case .queue(let queue):
          var target = ServiceTarget()
          target.threshold = segment.threshold ?? target.threshold
          target.short = segment.shortThreshold ?? target.short
          kind = .visit(queue, target)
        case .agent(let agent, _): kind = .agent(agent, visit: segment.visit)
        case .number: kind = .number
        case .announcement: kind = .announcement
        }
        return LoggedContact.Segment(
          id: segment.id, kind: kind, startedAt: segment.startedAt, answeredAt: segment.answeredAt,
          endedAt: segment.endedAt, endReason: segment.endReason, held: segment.held)
      })
  }
}
