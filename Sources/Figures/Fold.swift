public import Telephony

/// The figures reckoned from scratch, from the rows of the log: the other way to the numbers of `FloorBook`, and their check.
///
/// It looks at whole records, one after the other and in any order, and knows nothing of how they came about. With the book
/// it shares the names of what is counted, and no arithmetic: each item is asked of the rows' timestamps here, by the
/// manual's definitions, so that a fault in either of the two shows as a difference.
public struct Fold: Sendable {
  /// What came of the rows so far, of quarters that begin in the time that was asked for.
  public private(set) var cells: [Cell: Counts] = [:]
  private var contacts: [ContactID: LoggedContact] = [:]
  private let range: Range<Int64>
  private let now: Moment

  /// No rows yet. What lasts is reckoned up to `now`; only quarters that begin in `range`, wall time in milliseconds, are
  /// kept.
  public init(in range: Range<Int64> = .min ..< .max, until now: Moment) {
    self.range = range
    self.now = now
  }

  /// All rows at once.
  public init(_ contacts: [LoggedContact], _ stretches: [Stretch], until now: Moment) {
    self.init(until: now)
    for contact in contacts { add(contact) }
    for stretch in stretches { add(stretch) }
  }

  /// A contact of the log, once.
  public mutating func add(_ contact: LoggedContact) {
    contacts[contact.id] = contact
    for visit in contact.visits { add(visit.wait.counts, to: [queueCell(visit)]) }
    if contact.isOutbound { addOutbound(contact) } else { addInbound(contact) }
  }

  /// A row of an agent's time, once, and after the contacts: her wrap-up counts where its contact does.
  public mutating func add(_ stretch: Stretch) {
    let length = max(0, stretch.startedAt.nanoseconds(to: stretch.endedAt ?? now))
    guard length > 0 else { return }
    addTime(of: stretch, length)
    guard stretch.engagement.occupation == .acw, let contact = stretch.engagement.contact.flatMap({ contacts[$0] })
    else { return }
    if contact.isOutbound {
      guard contact.handlings.contains(where: { $0.agent == stretch.agent }) else { return }
      add([.outboundWrapUp: length], to: diallingCells(contact))
    } else if let handling = contact.handlings.last(where: { $0.wasAnswered(before: stretch) }) {
      add([.wrapUp: length], to: [cell(handling)] + queueCells(handling, of: contact) + homes(contact))
    }
  }

  private mutating func add(_ counts: Counts, to cells: [Cell]) {
    guard !counts.isEmpty else { return }
    for cell in cells where range.contains(cell.quarter) { self.cells[cell, default: Counts()].add(counts) }
  }

  // MARK: Where things count

  /// The end of the years of four digits.
  private static let latest: Int64 = 253_402_300_800_000

  private static func quarter(_ wall: Int64) -> Int64 {
    (wall / 900_000 - (wall % 900_000 < 0 ? 1 : 0)).multipliedReportingOverflow(by: 900_000).partialValue
  }

  private func cell(_ moment: Moment, _ subject: Subject) -> Cell {
    Cell(quarter: Self.quarter(moment.wallMilliseconds), subject: subject)
  }

  private func cell(_ handling: LoggedContact.Handling) -> Cell {
    cell(handling.segment.startedAt, .agent(handling.agent))
  }

  private func queueCell(_ visit: LoggedContact.Visit) -> Cell { cell(visit.segment.startedAt, .queue(visit.queue)) }

  private func queueCells(_ handling: LoggedContact.Handling, of contact: LoggedContact) -> [Cell] {
    contact.visits.filter { $0.segment.id == handling.visit }.prefix(1).map(queueCell)
  }

  /// Where it counts as a whole.
  private func homes(_ contact: LoggedContact) -> [Cell] {
    let subjects: [Subject] = contact.isOutbound ? [.all] : [.all, .entry(contact.entry)]
    return subjects.map { cell(contact.startedAt, $0) }
  }

  /// Of one that went out: also whoever dialled it.
  private func diallingCells(_ contact: LoggedContact) -> [Cell] {
    homes(contact) + contact.handlings.prefix(1).map { cell(contact.startedAt, .agent($0.agent)) }
  }

  // MARK: Contacts that came in

  private mutating func addInbound(_ contact: LoggedContact) {
    add([.arrived: 1], to: homes(contact))
    if let wait = contact.wait {
      add(wait.counts, to: homes(contact))
    } else if let reason = contact.endReason {
      add(contact.countsWithoutQueue(reason), to: homes(contact))
    }
    if contact.endedAt != nil, let last = contact.visits.last, last.hasFlownOut, !contact.goesOnAfterQueues {
      add([.cutBySystem: 1], to: [queueCell(last)] + (contact.answers.isEmpty ? homes(contact) : []))
    }
    let takers = contact.takers
    for handling in contact.handlings {
      let everywhere = [cell(handling)] + queueCells(handling, of: contact) + homes(contact)
      add(handling.offerCounts(isTaken: takers.contains(handling.position)), to: everywhere)
      if handling.segment.endedAt != nil {
        add(LoggedContact.handlingCounts([handling], takers), to: [cell(handling)])
      }
    }
    guard contact.endedAt != nil else { return }
    add(LoggedContact.handlingCounts(contact.answers, takers), to: homes(contact))
    for visit in contact.visits {
      let own = contact.answers.filter { $0.visit == visit.segment.id }
      add(LoggedContact.handlingCounts(own, takers), to: [queueCell(visit)])
    }
  }

  // MARK: Contacts that went out

  private mutating func addOutbound(_ contact: LoggedContact) {
    var counts: Counts = [.attempts: 1]
    let connected = contact.connectedAt
    if connected != nil { counts.count(.connected) }
    switch (contact.endedAt, connected) {
    case (let ended?, let connected?):
      let hold = contact.handlings.reduce(0) { $0 + $1.held }
      let talk = max(0, connected.nanoseconds(to: ended) - hold)
      counts.add([.outboundHandled: 1, .outboundHold: hold, .outboundTalk: talk])
    case (_?, nil): if let reason = contact.endReason { counts.count(Item("attempts_ended:\(reason.rawValue)")) }
    case (nil, _): break
    }
    add(counts, to: diallingCells(contact))
  }

  // MARK: Agents' time

  /// Of each quarter what the stretch and the quarter have in common, on a line of time that begins at the wall time of the
  /// stretch's beginning and goes on by the monotonic clock.
  private mutating func addTime(of stretch: Stretch, _ length: Int) {
    let first = Self.quarter(stretch.startedAt.wallMilliseconds)
    let start = Int(stretch.startedAt.wallMilliseconds &- first) &* 1_000_000
    // No clock of ours has said such a thing.
    let (end, isTooLong) = start.addingReportingOverflow(length)
    guard !isTooLong, (0..<Self.latest).contains(first) else { return }
    var items: [Item] = [Item("time_\(stretch.engagement.occupation.rawValue)")]
    if stretch.engagement.isLoggedIn { items.append(.loggedIn) }
    if stretch.engagement.occupation == .away {
      if !stretch.engagement.isPaid { items.append(.awayUnpaid) }
      if stretch.engagement.countsAsWork { items.append(.awayAtWork) }
      items.append(Item("away:\(stretch.engagement.reason)"))
    }
    let quarter = 900_000_000_000
    // None before the time that was asked for.
    let skipped = Int((min(max(range.lowerBound, first), Self.latest) - first) / 900_000)
    for index in skipped...max(skipped, (end - 1) / quarter) {
      let wall = first + Int64(index) * 900_000
      guard wall < range.upperBound else { return }
      let common = min(end, (index + 1) * quarter) - max(start, index * quarter)
      guard common > 0 else { continue }
      let counts = items.reduce(into: Counts()) { $0.add(common, to: $1) }
      add(counts, to: [Subject.agent(stretch.agent), .all].map { Cell(quarter: wall, subject: $0) })
    }
  }
}
