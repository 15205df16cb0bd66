import Figures
import History
import Storage
import Telephony
import Testing

@Suite struct `Figures and agents' time on the disk` {
  private let cell = Cell(at: moment(0).wallMilliseconds, .queue("sales"))
  private let everything = 0..<Int64.max

  @Test func `figures are added to, and found by time`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    try await database.add([cell: [.offered: 2, .longestWait: 5]], at: moment(1))
    let later = Cell(quarter: cell.quarter + Cell.length, subject: .all)
    try await database.add(
      [cell: [.offered: 1, .longestWait: 3, Item("away:昼 = 休"): 7], later: [.offered: 4]], at: moment(2))
    #expect(
      try await database.cells(in: everything) == [
        cell: [.offered: 3, .longestWait: 5, Item("away:昼 = 休"): 7], later: [.offered: 4],
      ])
    #expect(try await database.cells(in: later.quarter..<Int64.max).count == 1)
    try await database.replaceCells(from: later.quarter, with: [later: [.answered: 1]])
    #expect(try await database.cells(in: everything)[later] == [.answered: 1])
    #expect(try await database.cells(in: everything)[cell]?[.offered] == 3)
    await database.close()
  }

  @Test func `what means nothing is told and left out`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    try await database.add([cell: [.offered: 2]], at: moment(1))
    try folder.tamper("UPDATE figures SET counts = 'many'")
    #expect(try await database.cells(in: everything).isEmpty)
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
    let found = try await database.stretches(touching: everything).sorted { $0.startedAt < $1.startedAt }
    #expect(found == [stretch, talk])
    let from = moment(61).wallMilliseconds
    #expect(try await database.stretches(touching: from..<from + 1000) == [talk])
    await database.close()
  }

  @Test func `a visit keeps its thresholds, and an offer its visit`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    var record = contact("k", at: 0)
    var visit = Segment(id: "v", kind: .queue("sales"), startedAt: moment(0))
    visit.threshold = .seconds(20)
    visit.shortThreshold = .zero
    var offer = Segment(id: "o", kind: .agent("anna", "desk"), startedAt: moment(1))
    offer.visit = "v"
    record.segments = [visit, offer]
    try await database.save(record)
    let from = moment(1).wallMilliseconds
    #expect(try await database.records(touching: from..<from + 1).map(\.segments) == [[visit, offer]])
    #expect(try await database.records(touching: from + 1..<from + 2).isEmpty)
    await database.close()
  }

  @Test func `after a crash agents' time ends at the last sign of life, and the figures since then are to be reckoned`()
    async throws
  {
    let folder = try Folder()
    let database = try folder.open()
    #expect(try await database.closeStretches(interrupted: []) == nil)
    try await database.save(Stretch(agent: "anna", engagement: Engagement(.idle), startedAt: moment(1000)))
    try await database.save(Stretch(agent: "ben", engagement: Engagement(.idle), startedAt: moment(2500)))
    try await database.add([cell: [.offered: 1]], at: moment(2000))
    let start = try await database.closeStretches(interrupted: [])
    #expect(start == Cell.quarter(of: moment(1000).wallMilliseconds))
    let found = try await database.stretches(touching: everything).sorted { $0.agent < $1.agent }
    #expect(found.map(\.endedAt) == [moment(2000), moment(2500)])
    await database.close()
  }

  @Test func `a contact that ended shortly before the crash, and its wrap-up, are reckoned again from its beginning`()
    async throws
  {
    let folder = try Folder()
    let database = try folder.open()
    var record = contact("k", at: 0)
    record.endedAt = moment(7000)
    record.endReason = .callerHungUp
    try await database.save(record)
    try await database.save(
      Stretch(
        agent: "anna", engagement: Engagement(.acw, contact: "k"), startedAt: moment(7000), endedAt: moment(9900)))
    try await database.add([cell: [.offered: 1]], at: moment(10_000))
    #expect(try await database.closeStretches(interrupted: []) == cell.quarter)
    // Long ago nothing has to be done again.
    try await database.add([cell: [.offered: 1]], at: moment(20_000))
    let recently = Cell.quarter(of: moment(20_000 - 120).wallMilliseconds)
    #expect(try await database.closeStretches(interrupted: []) == recently)
    #expect(try await database.closeStretches(interrupted: ["k"]) == cell.quarter)
    await database.close()
  }
}
