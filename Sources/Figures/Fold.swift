public import Telephony

/// The figures reckoned from scratch, from the rows of the log: the other way to the numbers of `FloorBook`, and their check.
///
/// It looks at whole records, one after the other and in any order, and knows nothing of how they came about.
public struct Fold: Sendable {
  /// What came of the rows so far.
  public private(set) var cells: [Cell: Counts] = [:]
  private var contacts: [ContactID: LoggedContact] = [:]
  private let now: Moment

  /// All rows at once. What lasts is reckoned up to `now`.
  public init(_ contacts: [LoggedContact], _ stretches: [Stretch], until now: Moment) {
    self.now = now
    for contact in contacts {
      self.contacts[contact.id] = contact
      if contact.isOutbound { addOutbound(contact) } else { addInbound(contact) }
    }
    for stretch in stretches { add(stretch) }
  }

  /// Only the quarters that begin in this time.
  public func cells(in range: Range<Int64>) -> [Cell: Counts] { cells.filter { range.contains($0.key.quarter) } }

  private mutating func add(_ counts: Counts, to cells: [Cell]) {
    guard !counts.isEmpty else { return }
    for cell in cells { self.cells[cell, default: Counts()].add(counts) }
  }

  // MARK: Contacts that came in

  private mutating func addInbound(_ contact: LoggedContact) {
    var whole = Counts()
    whole.count(.arrived)
    let visits = contact.visits
    let answers = contact.handlings.filter { $0.segment.answeredAt != nil }
    for visit in visits { add(visit.counts, to: [visit.cell]) }
    if let first = visits.first, let last = visits.last {
      whole.addBeginning(first.target)
      if let answer = answers.compactMap(\.segment.answeredAt).min() {
        whole.addEnd(.answered, after: answer.after(first.segment.startedAt), first.target)
      } else if contact.endedAt != nil, let ended = last.segment.endedAt, let disposition = last.disposition {
        let wait = ended.after(first.segment.startedAt)
        whole.addEnd(disposition.forContact(after: wait, short: first.target.short), after: wait, first.target)
      }
      if contact.endedAt != nil, last.disposition?.isFlowOut == true, !contact.goesOnAfterQueues {
        add([.cutBySystem: 1], to: [last.cell])
        if answers.isEmpty { whole.count(.cutBySystem) }
      }
    } else if let reason = contact.endReason {
      if !answers.isEmpty {
        whole.add([.direct: 1, .directAnswered: 1])
      } else if reason == .rejected {
        whole.count(.blocked)
      } else if contact.isAnnouncementOnly {
        whole.count(.announced)
      } else {
        whole.count(.direct)
      }
    }
    if !answers.isEmpty { whole.count(.handled) }
    if contact.handlings.contains(where: { $0.segment.endedAt != nil && $0.segment.held > .zero }) {
      whole.count(.held)
    }
    add(whole, to: contact.homes)
    addHandlings(of: contact, visits)
  }

  private mutating func addHandlings(of contact: LoggedContact, _ visits: [LoggedContact.Visit]) {
    let byVisit = Dictionary(grouping: contact.handlings, by: \.visit)
    for (visit, handlings) in byVisit {
      let queue = visit.flatMap { id in visits.first { $0.segment.id == id }?.cell }.map { [$0] } ?? []
      // Whoever answered first took the offer; whoever answered later took over.
      let taken = handlings.filter { $0.segment.answeredAt != nil }
        .min { ($0.segment.answeredAt ?? now, $0.position) < ($1.segment.answeredAt ?? now, $1.position) }
      if taken != nil { add([.handled: 1], to: queue) }
      if handlings.contains(where: { $0.segment.endedAt != nil && $0.segment.held > .zero }) {
        add([.held: 1], to: queue)
      }
      for handling in handlings {
        let own = handling.cell
        add(handling.counts(isTaken: handling.position == taken?.position), to: [own] + queue + contact.homes)
        if handling.segment.answeredAt != nil { add([.handled: 1], to: [own]) }
        if handling.segment.endedAt != nil, handling.segment.held > .zero { add([.held: 1], to: [own]) }
      }
    }
  }

  // MARK: Contacts that went out

  private mutating func addOutbound(_ contact: LoggedContact) {
    var counts: Counts = [.attempts: 1]
    let connected = contact.connectedAt
    if connected != nil { counts.count(.connected) }
    if let ended = contact.endedAt, let reason = contact.endReason {
      if let connected {
        let hold = contact.handlings.reduce(0) { $0 + $1.segment.held.nanoseconds }
        counts.add(hold, to: .outboundHold)
        counts.add(max(0, ended.since(connected).nanoseconds - hold), to: .outboundTalk)
      } else {
        counts.count(.attemptsEnded(reason.rawValue))
      }
    }
    add(counts, to: contact.outboundCells)
    for visit in contact.visits { add(visit.counts, to: [visit.cell]) }
  }

  // MARK: Agents' time

  private mutating func add(_ stretch: Stretch) {
    let length = stretch.nanoseconds(at: now)
    guard length > 0 else { return }
    for part in stretch.parts(from: 0, to: length) {
      var counts = Counts()
      counts.addTime(part.nanoseconds, of: stretch.engagement)
      add(counts, to: [.agent(stretch.agent), .all].map { Cell(quarter: part.quarter, subject: $0) })
    }
    guard stretch.engagement.occupation == .acw, let contact = stretch.engagement.contact.flatMap({ contacts[$0] })
    else { return }
    if contact.isOutbound {
      add([.outboundWrapUp: length], to: contact.cellsOfWrapUp(by: stretch.agent))
    } else if let handling = contact.handlings.last(where: {
      $0.agent == stretch.agent && $0.segment.answeredAt.map { $0 <= stretch.startedAt } == true
    }) {
      let queue = contact.visits.first { $0.segment.id == handling.visit }.map { [$0.cell] } ?? []
      add([.wrapUp: length], to: [handling.cell] + queue + contact.homes)
    }
  }
}
