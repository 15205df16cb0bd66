import Control
import Figures
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

/// The office's clock begins on 2026-09-21, 14:13 UTC.
@Suite(.timeLimit(.minutes(5))) struct `Planning shifts` {
  private let supervisor = Client(number: 5, role: .supervisor, agent: nil, userID: 1003, processID: 5)

  private func wish(_ agent: AgentID, _ date: String, _ hours: [String], breaks: [String] = []) -> Request {
    .shiftSet(ShiftWish(agent: agent, date: date, shifts: hours, breaks: breaks))
  }

  private func note(_ answer: Result<ControlResult, ControlError>) throws -> String {
    guard case .success(.done(let done)) = answer else { throw Missing() }
    return done.note
  }

  private func error(_ answer: Result<ControlResult, ControlError>) -> ControlError? {
    if case .failure(let error) = answer { error } else { nil }
  }

  private func listed(_ office: Office, _ change: (inout ShiftFilter) -> Void = { _ in }) async throws -> [String] {
    var filter = ShiftFilter()
    change(&filter)
    guard case .success(.shifts(let shifts)) = await office.asks(.shiftList(filter)) else { throw Missing() }
    return shifts.map { "\($0.agent) \($0.date) \($0.from)-\($0.to)\($0.breaks.map { " " + $0 }.joined()) \($0.user)" }
  }

  private func told(_ office: Office) -> [Notice] {
    office.notices.all.map(\.notice).filter { $0.body.type == "shift.changed" }
  }

  @Test func `a day is planned, planned anew and taken away, and each is told to whom it is about`() async throws {
    let office = Office()
    office.opens()
    let first = await office.asks(wish("anna", "2026-09-22", ["22:00-06:00"], breaks: ["02:00-03:00"]), as: supervisor)
    #expect(try note(first) == "1 shift of 1 agent; 1 day changed")
    await office.notices.next { $0.body == .shiftChanged(from: "2026-09-22", to: "2026-09-22", days: 1, user: 1003) }
    #expect(told(office).map(\.agent) == ["anna"])
    #expect(told(office).map(\.audience) == [.supervisors(and: ["anna"])])
    #expect(try await listed(office) == ["anna 2026-09-22 22:00-06:00 02:00-03:00 1003"])
    // What is the same is told to nobody.
    #expect(
      try note(await office.asks(wish("anna", "2026-09-22", ["22:00-06:00"], breaks: ["02:00-03:00"])))
        == "1 shift of 1 agent; nothing changed")
    _ = await office.asks(wish("anna", "2026-09-22", ["09:00-12:00", "13:00-18:00"]))
    #expect(try await listed(office) == ["anna 2026-09-22 09:00-12:00 0", "anna 2026-09-22 13:00-18:00 0"])
    #expect(
      try note(await office.asks(.shiftRemove("anna", date: "2026-09-22"))) == "0 shifts of 1 agent; 1 day changed")
    #expect(try await listed(office) == [])
    let again = error(await office.asks(.shiftRemove("anna", date: "2026-09-22")))
    #expect(again == ControlError(.notFound, "nothing is planned for agent anna on 2026-09-22"))
    await office.notices.next { $0.body == .shiftChanged(from: "2026-09-22", to: "2026-09-22", days: 1, user: 0) }
    #expect(told(office).count == 3)
    await office.closes()
  }

  @Test func `what does not go is refused with what and where, and changes nothing`() async throws {
    let office = Office()
    office.opens()
    _ = await office.asks(wish("anna", "2026-09-22", ["22:00-06:00"]))
    for (request, kind, text) in [
      (wish("nobody", "2026-09-22", ["09:00-18:00"]), .notFound, "there is no agent nobody"),
      (wish("anna", "2126-09-22", ["09:00-18:00"]), .invalidParameters, "date: expected a date as 2026-11-23"),
      (wish("anna", "2026-09-22", ["9-18"]), .invalidParameters, "shifts: expected FROM-TO"),
      (wish("anna", "2026-09-23", ["05:00-12:00"]), .refused, "overlaps 22:00-06:00 on 2026-09-22, which is planned"),
      (.shiftRemove("anna", date: "1999-09-22"), .invalidParameters, "date: shifts are planned from 2000 to 2099"),
      (
        .shiftImport(csv: "agent,date,from,to\nanna,2026-09-24,9:00,18:00\nanna,2026-09-25,9:00,9\nx,,,"),
        .invalidParameters,
        "line 3: shifts: expected FROM-TO as 09:00-18:00, not \"9:00-9\"\nline 4: there is no agent \"x\"\nnothing is imported"
      ),
      (
        .shiftImport(csv: "agent,date,from,to\nanna,2026-09-24,9:00,18:00\nanna,2026-09-23,4:00,5:00"), .refused,
        "line 3: agent anna: 04:00-05:00 on 2026-09-23 overlaps 22:00-06:00 on 2026-09-22, which is planned already"
      ),
    ] as [(Request, ControlError.Kind, String)] {
      let refusal = error(await office.asks(request))
      #expect(refusal?.kind == kind && refusal?.message.contains(text) == true, "\(refusal?.message ?? "done")")
    }
    #expect(try await listed(office) == ["anna 2026-09-22 22:00-06:00 0"])
    var backwards = ShiftFilter()
    (backwards.from, backwards.to) = ("2026-09-22", "2026-09-21")
    #expect(error(await office.asks(.shiftList(backwards)))?.message == "to: 2026-09-21 is before 2026-09-22")
    office.store.breaks()
    #expect(error(await office.asks(wish("anna", "2026-09-22", [])))?.kind == .internalError)
    #expect(error(await office.asks(.shiftList(ShiftFilter())))?.kind == .internalError)
    await office.closes()
  }

  @Test func `a table plans all of it at once, and tells each agent once`() async throws {
    let office = Office()
    office.opens()
    let table = """
      agent,date,from,to,breaks
      anna,2026-09-21,09:00,18:00,12:00-13:00
      boris,2026-09-21,13:00,22:00,
      anna,2026-09-30,09:00,18:00,
      boris,2026-09-22,,,
      """
    #expect(try note(await office.asks(.shiftImport(csv: table))) == "3 shifts of 2 agents; 3 days changed")
    await office.notices.next { $0.agent == "boris" && $0.body.type == "shift.changed" }
    #expect(
      told(office).map(\.body) == [
        .shiftChanged(from: "2026-09-21", to: "2026-09-30", days: 2, user: 0),
        .shiftChanged(from: "2026-09-21", to: "2026-09-21", days: 1, user: 0),
      ])
    // A week from today, unless told.
    #expect(
      try await listed(office) == ["anna 2026-09-21 09:00-18:00 12:00-13:00 0", "boris 2026-09-21 13:00-22:00 0"])
    #expect(try await listed(office) { $0.agent = "boris" } == ["boris 2026-09-21 13:00-22:00 0"])
    #expect(try await listed(office) { $0.from = "2026-09-24" } == ["anna 2026-09-30 09:00-18:00 0"])
    await office.closes()
  }

  /// U+212A is K to Swift, and other bytes to a store.
  @Test func `a plan is for the agent as she is configured, in whatever bytes a client names her`() async throws {
    let office = Office { $0.agents["K"] = AgentProfile(name: "Kenji") }
    office.opens()
    let table = "agent,date,from,to\n\u{212A},2026-09-22,09:00,18:00"
    for request in [
      wish("\u{212A}", "2026-09-21", ["09:00-18:00"]), .shiftImport(csv: table),
    ] { _ = try note(await office.asks(request)) }
    #expect(office.store.plannedAgents.map { Array($0.rawValue.utf8) } == [[0x4B], [0x4B]])
    #expect(try await listed(office) { $0.agent = "\u{212A}" }.count == 2)
    await office.closes()
  }

  @Test func `a report holds agents' time against it, up to now, and a check of the figures does not see it`()
    async throws
  {
    let office = Office()
    office.opens()
    _ = await office.asks(wish("anna", "2026-09-21", ["14:00-23:00"], breaks: ["22:00-23:00"]))
    _ = await office.asks(wish("boris", "2026-09-21", ["14:00-14:10"]))
    await office.works("anna", at: "desk-1")
    guard case .success(.figures(let report)) = await office.asks(.figuresReport(FigureWish())) else { throw Missing() }
    func row(_ kind: String, _ subject: String) -> FigureRow? {
      report.rows.first { $0.kind == kind && $0.subject == subject }
    }
    // Since 14:00; she came at 14:13, as the office opened.
    let scheduled = try #require(row("agent", "anna")?.counts["time_scheduled"])
    #expect(scheduled >= 800_000_000_000 && scheduled < 9 * 3_600_000_000_000)
    #expect(row("agent", "boris")?.counts["time_scheduled"] == 600_000_000_000)
    #expect(row("agent", "boris")?.figures["adherence"] == .number(0))
    #expect(row("all", "")?.counts["time_scheduled"] == scheduled + 600_000_000_000)
    let adherent = try #require(row("agent", "anna")?.counts["time_adherent"])
    #expect(adherent > 0 && adherent == row("agent", "anna")?.counts["time_scheduled_idle"])
    #expect(report.columns.contains { $0.name == "adherence" && $0.japanese == "遵守率" })
    var callers = FigureWish()
    callers.per = "queue"
    guard case .success(.figures(let queues)) = await office.asks(.figuresReport(callers)) else { throw Missing() }
    #expect(queues.rows.isEmpty)
    guard case .success(.verification(let found)) = await office.asks(.figuresVerify(FigureWish())) else {
      throw Missing()
    }
    #expect(found.differenceCount == 0)
    await office.closes()
  }
}
