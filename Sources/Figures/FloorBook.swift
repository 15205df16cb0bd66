public import Telephony

/// The figures of the floor, kept as things happen: exact counts and sums by quarter of an hour and subject.
///
/// It is told what happened in the past tense, and never looks at a record: what a fold over the records finds (`Fold`) must
/// be the same, and that can be checked at any time. Told too much, too late or twice, it keeps what was first.
///
/// Visits, contacts and handlings count in the quarter in which they began (the cohort), however late they end, and for the
/// view by event in the quarter in which they came to something; agents' time counts in the quarter in which it passes.
public struct FloorBook: Sendable {
  /// What was counted since it was last taken, to be added to what is stored.
  private var pending: [Cell: Counts] = [:]
  /// What was counted for cells of the days that are kept, by cohort: the present one, its neighbours, and the one that was
  /// the present one before. A clock that is put right may turn any of them into the present one.
  private var days: [Range<Int64>: [Subject: Counts]] = [:]
  private var day: Range<Int64>
  private var takenAt: Moment
  private let calendar: Calendar
  var courses: [ContactID: Course] = [:]
  var desks: [AgentID: Desk] = [:]

  /// Nothing has happened yet.
  public init(calendar: Calendar, at now: Moment) {
    self.calendar = calendar
    day = calendar.period(.day, containing: now.wallMilliseconds)
    takenAt = now
    keepDays()
  }

  /// What is counted waits no longer than this for the disk, where it is a sign of life as well.
  public static let savingInterval = Duration.seconds(10)

  /// What was stored of the days that are kept by those who were here before.
  public mutating func restored(_ cells: [Cell: Counts]) {
    for (cell, counts) in cells { addToDay(counts.seen(by: .cohort), of: cell) }
  }

  /// What has come since the last time, every agent's time up to now included; it is not told again.
  public mutating func taken(at now: Moment) -> [Cell: Counts] {
    takenAt = now
    roll(to: now)
    reckonTime(at: now)
    defer { pending = [:] }
    return pending
  }

  /// The same when it is time, and there is something, or a contact that lasts; nil otherwise.
  public mutating func due(at now: Moment) -> [Cell: Counts]? {
    guard now.since(takenAt) >= Self.savingInterval else { return nil }
    let cells = taken(at: now)
    // Of whoever waits while nothing else happens the sign of life tells how long he did.
    return cells.isEmpty && courses.isEmpty ? nil : cells
  }

  /// What is not decided yet: those who wait, and those of them who are past their threshold already.
  public func standing(at now: Moment) -> [Cell: Counts] {
    var standing: [Cell: Counts] = [:]
    for course in courses.values {
      for visit in course.visits where visit.endedAt == nil {
        standing.addStanding(visit.target, since: visit.startedAt, at: now, to: [visit.cell])
      }
      guard let first = course.visits.first, !course.isDecided else { continue }
      standing.addStanding(first.target, since: first.startedAt, at: now, to: course.homes)
    }
    return standing
  }

  /// The present day by cohort, those who wait included.
  public mutating func live(at now: Moment) -> [Subject: Counts] {
    roll(to: now)
    reckonTime(at: now)
    var live = days[day] ?? [:]
    for (cell, counts) in standing(at: now) where day.contains(cell.quarter) {
      live[cell.subject, default: Counts()].add(counts.seen(by: .cohort))
    }
    return live
  }

  /// The day that `live` is about, as wall time in milliseconds.
  public var presentDay: Range<Int64> { day }

  /// The days of which stored figures are worth telling again, as wall time in milliseconds: the present one, and those
  /// before and after it, in case the clock is wrong at the start.
  public var keptDays: Range<Int64> {
    let bounds = days.keys
    return (bounds.map(\.lowerBound).min() ?? day.lowerBound)..<(bounds.map(\.upperBound).max() ?? day.upperBound)
  }

  /// What happens in the quarters of these cells.
  mutating func add(_ counts: Counts, to cells: [Cell]) {
    guard !counts.isEmpty else { return }
    for cell in cells {
      pending[cell, default: Counts()].add(counts)
      addToDay(counts, of: cell)
    }
  }

  /// What belongs to these cells by cohort, and has happened at that moment.
  mutating func add(_ counts: Counts, to cells: [Cell], happenedAt moment: Moment) {
    add(counts, to: cells, happenedIn: Cell.quarter(of: moment.wallMilliseconds))
  }

  /// What belongs to these cells by cohort, and has happened in that quarter.
  mutating func add(_ counts: Counts, to cells: [Cell], happenedIn quarter: Int64) {
    add(counts, to: cells)
    pending.addEvents(counts, of: cells, in: quarter)
  }

  private mutating func addToDay(_ counts: Counts, of cell: Cell) {
    guard !counts.isEmpty, let day = days.keys.first(where: { $0.contains(cell.quarter) }) else { return }
    days[day]?[cell.subject, default: Counts()].add(counts)
  }

  /// Another day is the present one, be it that the last one is over or that the clock was set, on or back.
  mutating func roll(to now: Moment) {
    guard !day.contains(now.wallMilliseconds) else { return }
    let last = day
    day = calendar.period(.day, containing: now.wallMilliseconds)
    keepDays(and: last)
  }

  /// The present day and its neighbours are kept from now on, and of the others this one.
  private mutating func keepDays(and last: Range<Int64>? = nil) {
    let before = calendar.period(.day, containing: day.lowerBound - 1)
    let kept = days
    days = [:]
    var new: Set<Range<Int64>> = []
    for day in [before, day, calendar.period(.day, containing: day.upperBound)] + [last].compactMap(\.self) {
      if kept[day] == nil { new.insert(day) }
      days[day] = kept[day] ?? [:]
    }
    for (cell, counts) in pending where new.contains(where: { $0.contains(cell.quarter) }) {
      addToDay(counts.seen(by: .cohort), of: cell)
    }
  }
}

extension [Cell: Counts] {
  /// For the view by event what of these cells has happened in that quarter.
  fileprivate mutating func addEvents(_ counts: Counts, of cells: [Cell], in quarter: Int64) {
    for cell in cells {
      let events = counts.events(movedFrom: cell.quarter, to: quarter)
      if !events.there.isEmpty { self[cell, default: Counts()].add(events.there) }
      if !events.here.isEmpty {
        self[Cell(quarter: quarter, subject: cell.subject), default: Counts()].add(events.here)
      }
    }
  }

  fileprivate mutating func addStanding(
    _ target: ServiceTarget, since start: Moment, at now: Moment, to cells: [Cell]
  ) {
    var passing = Counts()
    passing.addPassing(after: now.since(start), target)
    let waiting: Counts = [.waiting: 1, .waitingWithin: passing.isEmpty ? 1 : 0]
    for cell in cells {
      self[cell, default: Counts()].add(waiting)
      self[cell, default: Counts()].add(passing)
    }
    addEvents(passing, of: cells, in: target.passing(since: start))
  }
}

extension ServiceTarget {
  /// The quarter in which whoever began then reaches the threshold.
  func passing(since start: Moment) -> Int64 {
    Cell.quarter(of: start.advanced(by: threshold).wallMilliseconds)
  }
}
