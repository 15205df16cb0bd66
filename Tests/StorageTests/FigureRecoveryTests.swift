import Figures
import History
import Telephony
import Testing

@testable import Storage

@Suite struct `Figures at a start` {
  private let folder: Folder
  private let database: Database
  private let cell = Cell(at: moment(0).wallMilliseconds, .queue("sales"))

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  private func recovery(_ interrupted: [ContactID] = [], since oldest: Int64 = 0) async throws -> FigureRecovery? {
    try await database.recoverFigures(interrupted: interrupted, since: oldest, at: moment(50_000))
  }

  private func quarter(_ seconds: Int64) -> Int64 { Cell.quarter(of: moment(seconds).wallMilliseconds) }

  /// As after a start: nothing is due any more.
  private func begins() async throws {
    try await database.replaceCells(in: 0..<1, with: [:], isLast: true)
  }

  /// A contact from 0 to 7,000 seconds, and the wrap-up after it.
  private func call(_ database: Database? = nil) async throws {
    let database = database ?? self.database
    var record = contact("k", at: 0)
    record.endedAt = moment(7000)
    record.endReason = .callerHungUp
    try await database.save(record)
    try await database.save(
      Stretch(
        agent: "anna", engagement: Engagement(.acw, contact: "k"), startedAt: moment(7000), endedAt: moment(9900)))
  }

  @Test func `there is nothing to do in an empty file`() async throws {
    #expect(try await recovery() == nil)
    #expect(try await recovery() == nil)
  }

  @Test func `after a crash agents' time ends at the last sign of life, and figures are due from where it began`()
    async throws
  {
    try await begins()
    try await database.save(Stretch(agent: "anna", engagement: Engagement(.idle), startedAt: moment(1000)))
    try await database.save(Stretch(agent: "ben", engagement: Engagement(.idle), startedAt: moment(2500)))
    try await database.add([cell: [.offered: 1]], at: moment(2000), forgetting: 0)
    #expect(try await recovery() == FigureRecovery(range: quarter(1000)..<quarter(2500) + Cell.length, isDue: true))
    let found = try await database.found { try $0.stretches(touching: 0..<Int64.max) }.sorted { $0.agent < $1.agent }
    #expect(found.map(\.endedAt) == [moment(2000), moment(2500)])
  }

  @Test func `a contact that ended shortly before the crash, and its wrap-up, are due from its beginning`() async throws
  {
    try await begins()
    try await call()
    try await database.add([cell: [.offered: 1]], at: moment(10_000), forgetting: 0)
    #expect(try await recovery()?.range.lowerBound == cell.quarter)
    try await begins()
    // Long ago nothing has to be done again.
    try await database.add(
      [Cell(at: moment(20_000).wallMilliseconds, .all): [.offered: 1]], at: moment(20_000), forgetting: 0)
    #expect(try await recovery()?.range.lowerBound == quarter(20_000 - 120))
    #expect(try await recovery(["k"])?.range.lowerBound == cell.quarter)
  }

  @Test func `after a clean end the last of them are only held against the log`() async throws {
    try await begins()
    try await call()
    try await database.add([cell: [.offered: 1]], at: moment(9950), forgetting: 0)
    try await database.closed(at: moment(9960))
    let range = cell.quarter..<quarter(9900) + Cell.length
    #expect(try await recovery() == FigureRecovery(range: range, isDue: false))
    // Something was left open all the same.
    #expect(try await recovery(["k"]) == FigureRecovery(range: range, isDue: true))
  }

  @Test func `what is counted after a clean end makes the next one unclean again`() async throws {
    try await begins()
    try await database.closed(at: moment(1))
    #expect(try await recovery()?.isDue != true)
    try await database.add([cell: [.offered: 1]], at: moment(2), forgetting: 0)
    #expect(try await recovery()?.isDue == true)
  }

  @Test func `what is due stays due until the last part is reckoned, over a start in between`() async throws {
    try await call()
    try await database.add([cell: [.offered: 1]], at: moment(10_000), forgetting: 0)
    try await database.closed(at: moment(10_001))
    // The file is of a release whose figures meant something else.
    let whole = cell.quarter..<quarter(9900) + Cell.length
    #expect(try await recovery() == FigureRecovery(range: whole, isDue: true))
    let middle = cell.quarter + 2 * Cell.length
    try await database.replaceCells(in: whole.lowerBound..<middle, with: [cell: [.offered: 9]], isLast: false)
    #expect(try await recovery()?.isDue == true)
    // The next row is the wrap-up.
    #expect(try await recovery()?.range.lowerBound == quarter(7000))
    try await database.replaceCells(in: middle..<whole.upperBound, with: [:], isLast: true)
    #expect(try await recovery()?.isDue == false)
    #expect(try await database.cells(in: whole) == [cell: [.offered: 9]])
  }

  @Test func `figures of a release that kept none by event are all due, once`() async throws {
    await database.close()
    let before = try Folder()
    let steps = Array(Schema.steps.prefix { $0 != Schema.figuresByEvent })
    let old = try Database(path: before.file, schema: steps, log: { _ in })
    try await call(old)
    try await old.replaceCells(
      in: cell.quarter..<cell.quarter + Cell.length, with: [cell: [.offered: 1]], isLast: true)
    try await old.closed(at: moment(10_001))
    await old.close()
    let new = try before.open()
    let whole = cell.quarter..<quarter(9900) + Cell.length
    #expect(
      try await new.recoverFigures(interrupted: [], since: 0, at: moment(50_000))
        == FigureRecovery(range: whole, isDue: true))
    try await new.replaceCells(in: whole, with: [:], isLast: true)
    #expect(try await new.recoverFigures(interrupted: [], since: 0, at: moment(50_000))?.isDue == false)
    await new.close()
  }

  @Test
  func `after a crash what ended last is in question, and what happened before it began by a clock that was set back`()
    async throws
  {
    try await begins()
    var record = contact("k", at: 4000)
    var offer = Segment(id: "o", kind: .agent("anna", "desk"), startedAt: moment(4000))
    offer.answeredAt = moment(4010)
    offer.answeredAt?.wallMilliseconds -= 3_600_000
    offer.endedAt = moment(9000)
    offer.endReason = .systemFailure
    record.segments = [offer]
    record.endedAt = moment(9001)
    record.endedAt?.wallMilliseconds -= 1_800_000
    record.endReason = .systemFailure
    try await database.save(record)
    let range = quarter(410)..<quarter(9000) + Cell.length
    // Since it ended about the last sign of life, and since it was interrupted.
    for (sign, interrupted) in [(4100, []), (20_000, ["k"])] as [(Int64, [ContactID])] {
      try await database.add([:], at: moment(sign), forgetting: 0)
      #expect(try await recovery(interrupted) == FigureRecovery(range: range, isDue: true))
      try await begins()
    }
  }

  @Test func `nothing is reckoned that is too old to be kept`() async throws {
    try await call()
    #expect(try await recovery(since: quarter(5000))?.range.lowerBound == quarter(7000))
    #expect(try await recovery(since: quarter(40_000)) == nil)
  }

  @Test(arguments: [(0, 0), (3_000_000_000_000, 2_900_000_000_000)] as [(Int64, Int64)])
  func `what is due waits for a clock that is right`(wall: Int64, oldest: Int64) async throws {
    let log = Lines()
    await database.close()
    let database = try folder.open { log.add($0) }
    try await call(database)
    try await database.add([cell: [.offered: 1]], at: moment(10_000), forgetting: 0)
    let wrong = Moment(monotonicNanoseconds: 1, wallMilliseconds: wall)
    for _ in 0..<2 {
      #expect(try await database.recoverFigures(interrupted: [], since: oldest, at: wrong) == nil)
    }
    #expect(log.all.count { $0.level == .error && $0.message.contains("this clock's time") } == 2)
    let right = try await database.recoverFigures(interrupted: [], since: 0, at: moment(50_000))
    #expect(right == FigureRecovery(range: cell.quarter..<quarter(9900) + Cell.length, isDue: true))
    await database.close()
  }

  @Test func `a sign of life of another start of the machine makes no time`() async throws {
    try await begins()
    // Up for a month, then started anew: the monotonic clock is small again.
    try await database.add(
      [:], at: Moment(monotonicNanoseconds: 2_592_000_000_000_000, wallMilliseconds: 1_790_000_000_000), forgetting: 0)
    let fresh = Moment(monotonicNanoseconds: 5_000_000_000, wallMilliseconds: 1_790_000_600_000)
    try await database.save(Stretch(agent: "anna", engagement: Engagement(.idle), startedAt: fresh))
    _ = try await recovery()
    #expect(try await database.found { try $0.stretches(touching: 0..<Int64.max) }.map(\.endedAt) == [fresh])
  }
}
