public import Telephony

/// The figures reckoned from scratch, from the rows of the log: the other way to the numbers of `FloorBook`, and their check.
///
/// It looks at whole records, one after the other and in any order, and knows nothing of how they came about. With the book
/// it shares the names of what is counted, and no arithmetic: each item is asked of the rows' timestamps here, by the
/// manual's definitions, so that a fault in either of the two shows as a difference.
public struct Fold: Sendable {
  /// What came of the rows so far by the quarters in which things began, and by those in which they happened; each of the
  /// two is a whole.
  private var begun: [Cell: Counts] = [:]
  private var happened: [Cell: Counts] = [:]
  private var contacts: [ContactID: LoggedContact] = [:]
  private let range: Range<Int64>
  private let now: Moment

  /// No rows yet. What lasts is reckoned up to `now`; only quarters that begin in `range`, wall time in milliseconds, are
  /// kept.
  public init(in range: Range<Int64> = .min ..< .max, until now: Moment) {
    self.range = range
    self.now = now
  }

  /// What came of the rows so far, of quarters that begin in the time that was asked for: as it is kept, by cohort with what
  /// is to be added to it for the view by event.
  public var cells: [Cell: Counts] {
    var cells = begun
    for cell in Set(begun.keys).union(happened.keys) {
      let (cohort, events) = (begun[cell] ?? Counts(), happened[cell] ?? Counts())
      var difference = Counts()
      for item in Set(cohort.values.keys).union(events.values.keys)
      where item.rule == .sum && events[item] != cohort[item] {
        difference.add(events[item] &- cohort[item], to: Item("at:" + item.name))
      }
      if let longest = events.values[.longestWait] { difference.add(longest, to: Item("at:longest_wait")) }
      if !difference.isEmpty { cells[cell, default: Counts()].add(difference) }
    }
    return cells
  }

  /// A contact of the log, once.
  public mutating func add(_ contact: LoggedContact) {
    contacts[contact.id] = contact
    for visit in contact.visits { add(visit.wait, to: [queueCell(visit)]) }
    if contact.isOutbound { addOutbound(contact) } else { addInbound(contact) }
  }

  /// A row of an agent's time, once, and after the contacts: her wrap-up counts where its contact does.
  public mutating func add(_ stretch: Stretch) {
    let length = max(0, stretch.startedAt.nanoseconds(to: stretch.endedAt ?? now))
    guard length > 0 else { return }
    let parts = quarters(of: stretch, length)
    addTime(of: stretch, parts)
    guard let (item, cells) = wrapUp(stretch) else { return }
    add([item: length], to: cells, in: \.begun)
    for (quarter, common) in parts {
      add([item: common], to: cells.map { Cell(quarter: quarter, subject: $0.subject) }, in: \.happened)
    }
  }

  /// What a wrap-up counts as, and where by cohort.
  private func wrapUp(_ stretch: Stretch) -> (Item, [Cell])? {
    guard stretch.engagement.occupation == .acw, let contact = stretch.engagement.contact.flatMap({ contacts[$0] })
    else { return nil }
    if contact.isOutbound {
      guard contact.handlings.contains(where: { $0.agent == stretch.agent }) else { return nil }
      return (.outboundWrapUp, diallingCells(contact))
    }
    guard let handling = contact.handlings.last(where: { $0.wasAnswered(before: stretch) }) else { return nil }
    return (.wrapUp, [cell(handling)] + queueCells(handling, of: contact) + homes(contact))
  }

  private mutating func add(_ counts: Counts, to cells: [Cell], in view: WritableKeyPath<Fold, [Cell: Counts]>) {
    guard !counts.isEmpty else { return }
    for cell in cells where range.contains(cell.quarter) { self[keyPath: view][cell, default: Counts()].add(counts) }
  }

  /// What belongs to the same quarter however one looks at it.
  private mutating func add(_ counts: Counts, to cells: [Cell]) {
    add(counts, to: cells, in: \.begun)
    add(counts, to: cells, in: \.happened)
  }

  /// What belongs to these cells by cohort, and has happened at a wall time.
  private mutating func add(_ counts: Counts, to cells: [Cell], at wall: Int64) {
    add(counts, to: cells, in: \.begun)
    let quarter = Self.quarter(wall)
    add(counts, to: cells.map { Cell(quarter: quarter, subject: $0.subject) }, in: \.happened)
  }

  private mutating func add(_ wait: LoggedWait, to cells: [Cell]) {
    add(wait.begun, to: cells, at: wait.startedAt.wallMilliseconds)
    add(wait.passed, to: cells, at: wait.passesAt)
    if let end = wait.end { add(wait.ended, to: cells, at: end.at.wallMilliseconds) }
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
      add(wait, to: homes(contact))
    } else if let reason = contact.endReason, let known = contact.answers.first?.segment.answeredAt ?? contact.endedAt {
      add(contact.countsWithoutQueue(reason), to: homes(contact), at: known.wallMilliseconds)
    }
    if let last = contact.visits.last, let cut = contact.cutBySystemAt {
      add([.cutBySystem: 1], to: [queueCell(last)], at: cut.queue.wallMilliseconds)
      if contact.answers.isEmpty { add([.cutBySystem: 1], to: homes(contact), at: cut.whole.wallMilliseconds) }
    }
    let takers = contact.takers
    for handling in contact.handlings {
      let everywhere = [cell(handling)] + queueCells(handling, of: contact) + homes(contact)
      if let settled = handling.segment.answeredAt ?? handling.segment.endedAt {
        let counts = handling.offerCounts(isTaken: takers.contains(handling.position))
        add(counts, to: everywhere, at: settled.wallMilliseconds)
      }
      if handling.segment.endedAt != nil { addHandled([handling], takers, to: [cell(handling)]) }
    }
    guard contact.endedAt != nil else { return }
    addHandled(contact.answers, takers, to: homes(contact))
    for visit in contact.visits {
      addHandled(contact.answers.filter { $0.visit == visit.segment.id }, takers, to: [queueCell(visit)])
    }
  }

  /// It is over with the last of them.
  private mutating func addHandled(_ handlings: [LoggedContact.Handling], _ takers: Set<Int>, to cells: [Cell]) {
    guard let last = handlings.compactMap(\.segment.endedAt).max() else { return }
    add(LoggedContact.handlingCounts(handlings, takers), to: cells, at: last.wallMilliseconds)
  }

  // MARK: Contacts that went out

  private mutating func addOutbound(_ contact: LoggedContact) {
    let cells = diallingCells(contact)
    add([.attempts: 1], to: cells)
    let connected = contact.connectedAt
    if let connected { add([.connected: 1], to: cells, at: connected.wallMilliseconds) }
    guard let ended = contact.endedAt else { return }
    if let connected {
      let hold = contact.handlings.reduce(0) { $0 + $1.held }
      let talk = max(0, connected.nanoseconds(to: ended) - hold)
      let counts: Counts = [.outboundHandled: 1, .outboundHold: hold, .outboundTalk: talk]
      add(counts, to: cells, at: ended.wallMilliseconds)
    } else if let reason = contact.endReason {
      add([Item("attempts_ended:\(reason.rawValue)"): 1], to: cells, at: ended.wallMilliseconds)
    }
  }

  // MARK: Agents' time

  private mutating func addTime(of stretch: Stretch, _ parts: [(quarter: Int64, common: Int)]) {
    var items: [Item] = [Item("time_\(stretch.engagement.occupation.rawValue)")]
    if stretch.engagement.isLoggedIn { items.append(.loggedIn) }
    if stretch.engagement.occupation == .away {
      if !stretch.engagement.isPaid { items.append(.awayUnpaid) }
      if stretch.engagement.countsAsWork { items.append(.awayAtWork) }
      items.append(Item("away:\(stretch.engagement.reason)"))
    }
    for (quarter, common) in parts {
      let counts = items.reduce(into: Counts()) { $0.add(common, to: $1) }
      add(counts, to: [Subject.agent(stretch.agent), .all].map { Cell(quarter: quarter, subject: $0) })
    }
  }

  /// Of each quarter of the time that was asked for what the stretch and the quarter have in common, on a line of time that
  /// begins at the wall time of the stretch's beginning and goes on by the monotonic clock.
  private func quarters(of stretch: Stretch, _ length: Int) -> [(quarter: Int64, common: Int)] {
    let first = Self.quarter(stretch.startedAt.wallMilliseconds)
    let start = Int(stretch.startedAt.wallMilliseconds &- first) &* 1_000_000
    // No clock of ours has said such a thing.
    let (end, isTooLong) = start.addingReportingOverflow(length)
    guard !isTooLong, (0..<Self.latest).contains(first) else { return [] }
    let quarter = 900_000_000_000
    // None before the time that was asked for.
    let skipped = Int((min(max(range.lowerBound, first), Self.latest) - first) / 900_000)
    var parts: [(Int64, Int)] = []
    for index in skipped...max(skipped, (end - 1) / quarter) {
      let wall = first + Int64(index) * 900_000
      guard wall < range.upperBound else { break }
      let common = min(end, (index + 1) * quarter) - max(start, index * quarter)
      if common > 0 { parts.append((wall, common)) }
    }
    return parts
  }
}
