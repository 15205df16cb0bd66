import Figures
import Glibc
import History
import Storage
import Synchronization
import Telephony
import Testing

@Suite struct `Figures and agents' time on the disk` {
  private let cell = Cell(at: moment(0).wallMilliseconds, .queue("sales"))
  private let everything = 0..<Int64.max

  @Test func `figures are added to, and found by time`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    try await database.add([cell: [.offered: 2, .longestWait: 5]], at: moment(1), forgetting: 0)
    let later = Cell(quarter: cell.quarter + Cell.length, subject: .all)
    try await database.add(
      [cell: [.offered: 1, .longestWait: 3, Item("away:昼 = 休"): 7], later: [.offered: 4]], at: moment(2), forgetting: 0)
    #expect(
      try await database.cells(in: everything) == [
        cell: [.offered: 3, .longestWait: 5, Item("away:昼 = 休"): 7], later: [.offered: 4],
      ])
    #expect(try await database.cells(in: later.quarter..<Int64.max).count == 1)
    try await database.replaceCells(
      in: later.quarter..<Int64.max, with: [later: [.answered: 1], cell: [.answered: 7]], isLast: true)
    #expect(try await database.cells(in: everything)[later] == [.answered: 1])
    #expect(try await database.cells(in: everything)[cell]?[.offered] == 3)
    await database.close()
  }

  @Test func `what cannot be read is told and kept, whatever is written in its place`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    try await database.add([cell: [.offered: 2]], at: moment(1), forgetting: 0)
    try folder.tamper("UPDATE figures SET counts = 'many'")
    #expect(try await database.cells(in: everything).isEmpty)
    let unreadable = [UnreadableFigures(quarter: cell.quarter, kind: "queue", subject: "sales", text: "many")]
    #expect(try await database.found { try $0.unreadable(in: 0..<Int64.max) } == unreadable)
    try await database.add([cell: [.offered: 1]], at: moment(2), forgetting: 0)
    try await database.add([cell: [.offered: 4]], at: moment(3), forgetting: 0)
    #expect(try await database.cells(in: everything) == [cell: [.offered: 5]])
    #expect(try await database.found { try $0.unreadable(in: 0..<Int64.max) } == unreadable)
    try folder.tamper("UPDATE figures SET counts = 'more'")
    try await database.replaceCells(in: everything, with: [cell: [.offered: 7]], isLast: true)
    #expect(try await database.cells(in: everything) == [cell: [.offered: 7]])
    #expect(try await database.found { try $0.unreadable(in: 0..<Int64.max).map(\.text) } == ["many", "more"])
    await database.close()
  }

  @Test func `what is too old goes a little at a time, and no stretch that reaches into what is kept`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    let day: Int64 = 86_400
    for index in 0..<20 as Range<Int64> {
      try await database.save(
        Stretch(
          agent: "anna", engagement: Engagement(.idle), startedAt: moment(index * day),
          endedAt: moment(index * day + 60)))
      let old = Cell(at: moment(index * day).wallMilliseconds, .all)
      try await database.add([old: [.offered: 1]], at: moment(index * day), forgetting: 0)
    }
    let oldest = Cell.quarter(of: moment(15 * day).wallMilliseconds)
    let long = Stretch(
      agent: "ben", engagement: Engagement(.idle), startedAt: moment(2 * day), endedAt: moment(15 * day + 7200))
    try await database.save(long)
    try await database.add([:], at: moment(20 * day), forgetting: oldest)
    #expect(try await database.cells(in: everything).count == 5)
    #expect(try await database.cells(in: 0..<oldest).isEmpty)
    let left = try await database.found { try $0.stretches(touching: 0..<Int64.max) }
    #expect(left.filter { $0 != long }.map(\.startedAt).min() == moment(15 * day) && left.count == 6)
    await database.close()
  }

  @Test func `a clock that is years ahead forgets nothing, whether it leapt in this run or before it`()
    async throws
  {
    let folder = try Folder()
    let database = try folder.open()
    let (year, keeps): (Int64, Int64) = (31_536_000, 1100 * 86_400)
    func oldest(_ now: Moment) -> Int64 { Cell.quarter(of: now.wallMilliseconds - keeps * 1000) }
    try await database.add([cell: [.offered: 1]], at: moment(0), forgetting: oldest(moment(0)))
    try await database.save(
      Stretch(agent: "anna", engagement: Engagement(.idle), startedAt: moment(0), endedAt: moment(60)))
    for seconds in 1...3 as ClosedRange<Int64> {
      var wrong = moment(seconds)
      wrong.wallMilliseconds += 10 * year * 1000
      try await database.add([:], at: wrong, forgetting: oldest(wrong))
    }
    #expect(try await database.cells(in: everything).count == 1)
    // It was set right.
    try await database.add([:], at: moment(10), forgetting: oldest(moment(10)))
    await database.close()
    let again = try folder.open()
    let fresh = Moment(monotonicNanoseconds: 1, wallMilliseconds: moment(10 * year).wallMilliseconds)
    for _ in 0..<3 { try await again.add([:], at: fresh, forgetting: oldest(fresh)) }
    #expect(try await again.cells(in: everything).count == 1)
    #expect(try await again.found { try $0.stretches(touching: 0..<Int64.max) }.count == 1)
    // Time that has passed while the daemon lived is time.
    var late = fresh.advanced(by: .seconds(4 * year))
    late.wallMilliseconds = moment(4 * year).wallMilliseconds
    try await again.add([:], at: late, forgetting: oldest(late))
    #expect(try await again.cells(in: everything).isEmpty)
    await again.close()
  }

  @Test func `a reading sees what there was when it began, and holds up nobody who writes`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    try await database.add([cell: [.offered: 1]], at: moment(1), forgetting: 0)
    let (begun, gate) = AsyncStream<Void>.makeStream()
    let isWritten = Atomic(false)
    async let found = database.reading(begun: { gate.finish() }) { stored in
      while !isWritten.load(ordering: .acquiring) { sched_yield() }
      return try stored.cells(in: 0..<Int64.max)
    }
    for await _ in begun {}
    try await database.add([cell: [.offered: 1]], at: moment(2), forgetting: 0)
    #expect(try await database.cells(in: everything) == [cell: [.offered: 2]])
    isWritten.store(true, ordering: .releasing)
    #expect(try await found == [cell: [.offered: 1]])
    await database.close()
  }

  @Test func `a stretch is replaced by its later state, and comes back as it was`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    let away = Engagement(.away, reason: "昼食", isPaid: false, countsAsWork: false)
    var stretch = Stretch(agent: "anna", engagement: away, startedAt: moment(0))
    try await database.save(stretch)
    stretch.endedAt = moment(60)
    try await database.save(stretch)
    let talk = Stretch(agent: "anna", engagement: Engagement(.talking, contact: "c"), startedAt: moment(60))
    try await database.save(talk)
    let found = try await database.found { try $0.stretches(touching: everything) }.sorted {
      $0.startedAt < $1.startedAt
    }
    #expect(found == [stretch, talk])
    let from = moment(61).wallMilliseconds
    #expect(try await database.found { try $0.stretches(touching: from..<from + 1000) } == [talk])
    await database.close()
  }

  @Test func `a stretch of thirteen days, as former releases wrote them, is found on each of them`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    let day: Int64 = 86_400
    let long = Stretch(
      agent: "anna", engagement: Engagement(.away, reason: "leave"), startedAt: moment(0), endedAt: moment(13 * day))
    try await database.save(long)
    for index in 0..<15 as Range<Int64> {
      let from = moment(index * day).wallMilliseconds
      let found = try await database.found { try $0.stretches(touching: from..<from + 900_000) }
      #expect(found == (index <= 13 ? [long] : []), "day \(index)")
    }
    let oldest = Cell.quarter(of: moment(10 * day).wallMilliseconds)
    let due = try await database.recoverFigures(interrupted: [], since: oldest, at: moment(14 * day))
    #expect(due?.range == oldest..<Cell.quarter(of: moment(13 * day).wallMilliseconds) + Cell.length)
    await database.close()
  }

  @Test func `a visit keeps its thresholds, and an offer its visit`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    var record = contact("k", at: 0)
    record.entry = "03*"
    var visit = Segment(id: "v", kind: .queue("sales"), startedAt: moment(0))
    visit.threshold = .seconds(20)
    visit.shortThreshold = .zero
    var offer = Segment(id: "o", kind: .agent("anna", "desk"), startedAt: moment(1))
    offer.visit = "v"
    record.segments = [visit, offer]
    try await database.save(record)
    let from = moment(1).wallMilliseconds
    #expect(
      try await database.found { try $0.contacts(touching: from..<from + 1) } == [
        LoggedContact(
          id: "k", isOutbound: false, entry: "03*", startedAt: moment(0),
          segments: [
            .init(
              id: "v", kind: .visit("sales", ServiceTarget(threshold: .seconds(20), short: .zero)),
              startedAt: moment(0)),
            .init(id: "o", kind: .agent("anna", visit: "v"), startedAt: moment(1)),
          ])
      ])
    #expect(try await database.found { try $0.contacts(touching: from + 1..<from + 2) }.isEmpty)
    await database.close()
  }

  @Test func `a contact is found by whatever happened in it, and by the wrap-up after it`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    var record = contact("k", at: 0)
    var visit = Segment(id: "v", kind: .queue("sales"), startedAt: moment(1000))
    visit.threshold = .seconds(20)
    visit.endedAt = moment(3000)
    visit.endReason = .answered
    var offer = Segment(id: "o", kind: .agent("anna", "desk"), startedAt: moment(2000))
    offer.answeredAt = moment(3500)
    offer.endedAt = moment(4000)
    offer.endReason = .agentHungUp
    record.segments = [visit, offer]
    record.endedAt = moment(5000)
    record.endReason = .callerHungUp
    try await database.save(record)
    try await database.save(
      Stretch(
        agent: "anna", engagement: Engagement(.acw, contact: "k"), startedAt: moment(6000), endedAt: moment(7000)))
    // By its beginning and its end, those of its parts, an answer, and the threshold.
    for seconds in [0, 1000, 1020, 2000, 3000, 3500, 4000, 5000, 6500] as [Int64] {
      let from = moment(seconds).wallMilliseconds
      let found = try await database.found { try $0.contacts(touching: from..<from + 1) }
      #expect(found.map(\.id) == ["k"], "\(seconds)")
    }
    for seconds in [500, 1500, 2500, 5500, 7500] as [Int64] {
      let from = moment(seconds).wallMilliseconds
      #expect(try await database.found { try $0.contacts(touching: from..<from + 1) }.isEmpty, "\(seconds)")
    }
    await database.close()
  }
}

extension Database {
  /// What is read of what is stored now.
  func found<Answer: Sendable>(
    _ read: @escaping @Sendable (any StoredFigures) throws -> Answer
  ) async throws -> Answer { try await reading(begun: {}, read) }
}
