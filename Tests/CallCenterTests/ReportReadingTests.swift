import Control
import Directory
import Figures
import History
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite(.timeLimit(.minutes(5))) struct `Reports while the floor works` {
  private func verified(_ answer: Result<ControlResult, ControlError>) throws -> FigureVerification {
    guard case .success(.verification(let found)) = answer else { throw Missing() }
    return found
  }

  @Test func `a long check holds up no rows, and sees none of those that come meanwhile`() async throws {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.serves(1)
    await office.notices.nextEnd(of: 1)
    office.store.readingsHang()
    let asking = Task { await office.asks(.figuresVerify(FigureWish())) }
    try await eventually("the check has begun") { office.store.readingsBegun == 1 }
    await office.serves(2)
    try await eventually("the second call is written") { office.store.written.count { $0.endedAt != nil } == 2 }
    office.store.releases()
    let found = try verified(await asking.value)
    #expect(found.contacts == 1 && found.differenceCount == 0)
    #expect(try verified(await office.asks(.figuresVerify(FigureWish()))).contacts == 2)
    await office.closes()
    #expect(office.store.areFiguresClosed)
  }

  @Test func `reports wait for each other, and no more than sixteen of them`() async throws {
    let office = Office()
    office.opens()
    office.store.readingsHang()
    let asking = (0..<16).map { _ in Task { await office.asks(.figuresReport(FigureWish())) } }
    try await eventually("the first has begun") { office.store.readingsBegun == 1 }
    while await office.service.readings < 16 { await Task.yield() }
    guard case .failure(let error) = await office.asks(.figuresReport(FigureWish())) else { throw Missing() }
    #expect(error.kind == .wrongState)
    #expect(office.store.readingsBegun == 1)
    office.store.releases()
    for one in asking {
      guard case .success(.figures) = await one.value else { throw Missing() }
    }
    await office.closes()
  }

  @Test func `a report writes no open contact again, a check does`() async throws {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    _ = await office.nextDial()
    guard case .success(.figures(let report)) = await office.asks(.figuresReport(FigureWish())) else { throw Missing() }
    #expect(report.rows.first { $0.kind == "queue" }?.figures["waiting"] == .integer(1))
    let written = office.store.written.count
    _ = await office.asks(.figuresReport(FigureWish()))
    #expect(office.store.written.count == written)
    #expect(try verified(await office.asks(.figuresVerify(FigureWish()))).differenceCount == 0)
    #expect(office.store.written.count == written + 1)
    office.engine.happens(.ended(LegID(rawValue: 1), LegEnd(status: 487, byPeer: true, wasAnswered: false)))
    await office.notices.next { $0.body.type == "contact.ended" }
    await office.closes()
  }

  @Test func `a report by event tells what happened, says that it is one, and has no word of how that is kept`()
    async throws
  {
    let office = Office()
    office.opens()
    let first: Int64 = 1_790_000_000_000 / 900_000 * 900_000
    var cells: [Cell: Counts] = [:]
    cells[Cell(quarter: first, subject: .queue("sales"))] = [
      .offered: 2, .answered: 1, .answeredWithin: 1, .answered.atItsTime: -1, .answeredWithin.atItsTime: -1,
    ]
    cells[Cell(quarter: first + Cell.length, subject: .queue("sales"))] = [
      .answered.atItsTime: 1, .answeredWithin.atItsTime: 1,
    ]
    try await office.store.add(cells, at: Moment(monotonicNanoseconds: 0, wallMilliseconds: first), forgetting: 0)
    var wish = FigureWish()
    (wish.by, wish.per) = ("15min", "queue")
    func report() async throws -> FigureReport {
      guard case .success(.figures(let report)) = await office.asks(.figuresReport(wish)) else { throw Missing() }
      return report
    }
    let cohort = try await report()
    #expect(cohort.view == "cohort" && cohort.cohort == "enqueue")
    #expect(cohort.rows.map(\.counts) == [["offered": 2, "answered": 1, "answered_within": 1]])
    #expect(cohort.rows.map { $0.figures["waiting"] } == [.integer(1)])
    wish.view = "event"
    let event = try await report()
    #expect(event.view == "event" && event.cohort == nil)
    #expect(event.rows.map(\.counts) == [["offered": 2], ["answered": 1, "answered_within": 1]])
    #expect(event.rows.map { $0.figures["waiting"] } == [.null, .null])
    #expect(event.rows.map { $0.figures["answer_rate"] } == [.null, .number(100)])
    await office.closes()
  }

  @Test func `a report has whether customers called again, today's figures have not, and a check finds nothing amiss`()
    async throws
  {
    let office = Office { $0.figures.firstContactDays = 3 }
    office.store.knows(
      Customer(id: "k", name: "山田 太郎"), by: "+81311112222")
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.serves(1)
    await office.serves(2)
    func row(_ request: Request, _ kind: String) async throws -> (days: Int?, FigureRow) {
      guard case .success(.figures(let report)) = await office.asks(request),
        let row = report.rows.first(where: { $0.kind == kind })
      else { throw Missing() }
      return (report.firstContactDays, row)
    }
    for kind in ["all", "entry", "queue", "agent"] {
      let (days, row) = try await row(.figuresReport(FigureWish()), kind)
      #expect(days == 3 && row.figures["fcr"] == .number(50), "\(kind)")
      #expect(row.figures["fcr_contacts"] == .integer(2) && row.figures["fcr_open"] == .integer(1), "\(kind)")
    }
    let (days, live) = try await row(.figuresLive, "all")
    #expect(days == nil && live.figures["fcr"] == .null && live.figures["fcr_contacts"] == .null)
    #expect(live.figures["handled"] == .integer(2))
    #expect(try verified(await office.asks(.figuresVerify(FigureWish()))).differenceCount == 0)
    #expect(!office.store.kept.values.contains { $0.values.keys.contains { $0.name.hasPrefix("fcr") } })
    await office.closes()
  }

  @Test func `a report goes by the dispositions that say what contacts were about`() async throws {
    let office = Office {
      $0.dispositions = DispositionCodes([.init("fault", isReason: true), .init("order", isReason: true)])
    }
    office.store.knows(Customer(id: "k", name: "山田 太郎"), by: "+81311112222")
    office.opens()
    await office.works("anna", at: "desk-1")
    for leg in 1...3 as ClosedRange<UInt64> { await office.serves(leg) }
    func repeated() async throws -> JSON? {
      guard case .success(.figures(let report)) = await office.asks(.figuresReport(FigureWish())) else {
        throw Missing()
      }
      return report.rows.first?.figures["fcr_repeated"]
    }
    #expect(try await repeated() == .integer(2))
    let calls = try await office.store.records(HistoryQuery()).map(\.id)
    for (call, code) in zip(calls, ["fault", "order", "order"]) {
      try await office.store.save(
        ContactDisposition(code: code, agent: "anna", at: .init(monotonicNanoseconds: 0, wallMilliseconds: 0)), of: call
      )
    }
    #expect(try await repeated() == .integer(1))
    await office.closes()
  }

  @Test func `what is too long, or no longer kept, is refused with what to do`() async throws {
    let office = Office { $0.keepsFigures = .seconds(86_400) }
    office.opens()
    let morning: Int64 = 1_790_000_000_000 / 900_000 * 900_000
    var cells: [Cell: Counts] = [:]
    for index in 0...10_000 { cells[Cell(quarter: morning, subject: .entry("\(index)"))] = [.arrived: 1] }
    try await office.store.add(cells, at: Moment(monotonicNanoseconds: 0, wallMilliseconds: morning), forgetting: 0)
    guard case .failure(let tooLong) = await office.asks(.figuresReport(FigureWish())) else { throw Missing() }
    #expect(tooLong.kind == .invalidParameters && tooLong.message.contains("narrow the range"))
    var wish = FigureWish()
    wish.per = "all"
    guard case .success = await office.asks(.figuresReport(wish)) else { throw Missing() }
    wish.from = "2026-09-01"
    for request in [Request.figuresVerify(wish), .figuresReport(wish)] {
      guard case .failure(let old) = await office.asks(request) else { throw Missing() }
      #expect(old.message.contains("keep_figures_days"))
    }
    await office.closes()
  }

  @Test func `whoever could not write all figures does not say so`() async throws {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.store.breaks()
    await office.closes()
    #expect(!office.store.areFiguresClosed)
  }
}
