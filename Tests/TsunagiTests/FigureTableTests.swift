import Control
import Testing

@testable import ControlClient

@Suite struct `Reports on a terminal and in a spreadsheet` {
  private func rendering(_ language: String = "C") -> Rendering {
    var rendering = Rendering(words: Wording(environment: ["LANG": language]))
    rendering.time = { "t\($0 / 1000)" }
    return rendering
  }

  private let report = answer()

  private static func answer(_ view: String = "cohort") -> JSON {
    let columns = [
      FigureColumn(name: "offered", japanese: "着信件数", unit: "count"),
      FigureColumn(name: "sl_gross", japanese: "SL", unit: "percent"),
      FigureColumn(name: "asa", japanese: "平均応答速度", unit: "seconds"),
      FigureColumn(name: "occupancy", japanese: "占有率", unit: "percent"),
    ]
    func row(_ kind: String, _ subject: String, _ name: String, _ figures: [String: JSON]) -> FigureRow {
      FigureRow(
        start: "2026-11-22T00:00:00.000Z", end: "2026-11-22T01:00:00.000Z", label: "2026-11-22 09:00", kind: kind,
        subject: subject, name: name, figures: figures, counts: [:])
    }
    let value = FigureReport(
      from: "2026-11-22T00:00:00.000Z", to: "2026-11-22T01:00:00.000Z", by: "hour", view: view,
      dayEndsMinutes: 0, earlyFlowOut: "miss", firstContactDays: nil, columns: columns,
      rows: [
        row("all", "", "", ["offered": .integer(3), "sl_gross": .number(200.0 / 3), "asa": .number(10)]),
        row(
          "entry", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0",
          ["offered": .integer(1), "sl_gross": .null, "asa": .null]),
        row("queue", "q", "営業, \"北\"", ["offered": .integer(2), "sl_gross": .integer(100), "asa": .number(3675.4)]),
        row("agent", "anna", "@Anna", ["occupancy": .number(76.923)]),
      ])
    return (try? JSON(reading: JSONLine.bytes(value))) ?? .null
  }

  @Test func `callers and agents have a table each, with what is meant below`() throws {
    #expect(
      try rendering().text(of: report, as: .report) == """
        by cohort: what began in each time, whenever it ended

        PERIOD            SUBJECT               OFFERED  SL GROSS %      ASA
        2026-11-22 09:00  total                       3        66.7     0:10
        2026-11-22 09:00  → =cmd|' /C calc'!A0        1           -        -
        2026-11-22 09:00  営業, "北"                  2       100.0  1:01:15

        PERIOD            SUBJECT  OCCUPANCY %
        2026-11-22 09:00  @Anna           76.9

        flow-out before the threshold: miss
        utilisation PAID is over the time logged in less unpaid breaks

        """)
    #expect(try rendering("ja_JP.UTF-8").text(of: report, as: .report).contains("着信件数"))
  }

  @Test func `a report by event says so above its tables, and in each row of a spreadsheet`() throws {
    let report = Self.answer("event")
    let text = try rendering().text(of: report, as: .report)
    #expect(
      text.hasPrefix(
        "by event: what happened in each time, whenever it began; rates are of what ended or passed its threshold in it\n"
      ))
    #expect(try rendering("ja_JP.UTF-8").text(of: report, as: .report).hasPrefix("発生基準"))
    let rows = try rendering().text(of: report, as: .csv).split(separator: "\r\n")
    #expect(
      rows[0].hasPrefix("start,end,kind,subject,name,offered,") && rows[0].contains(",view,")
        && rows[1].contains(",all,,,3,") && rows[1].hasSuffix(",event,miss,"))
    let asked = Invocation(action: .call("figures.report", ["view": .string("event")], .report))
    #expect(try Invocation.read(["report", "--view", "event"], version: "1") == .run(asked))
    #expect(throws: UsageError.self) { try Invocation.read(["report", "--view", "moon"], version: "1") }
    #expect(Subcommand.report.manual.contains("--view VIEW"))
  }

  @Test func `a report that does not say by which view it is was made by cohort`() throws {
    guard case .object(var fields) = report else { return #expect(Bool(false), "no report") }
    fields["view"] = nil
    #expect(try rendering().text(of: .object(fields), as: .report).hasPrefix("by cohort"))
  }

  @Test(arguments: [7, nil]) func `whether customers called again is shown where it was reckoned, and within what`(
    days: Int?
  ) throws {
    let row = FigureRow(
      start: "", end: "", label: "2026-11-22 00:00", kind: "all", subject: "", name: "",
      figures: ["offered": .integer(9), "fcr": .number(87.5), "fcr_open": .integer(2)], counts: [:])
    let report = try JSON(
      reading: JSONLine.bytes(
        FigureReport(
          from: "", to: "", by: "day", dayEndsMinutes: 0, earlyFlowOut: "hit", firstContactDays: days,
          columns: [
            FigureColumn(name: "offered", japanese: "着信件数", unit: "count"),
            FigureColumn(name: "fcr", japanese: "一次解決率", unit: "percent"),
            FigureColumn(name: "fcr_open", japanese: "一次解決判定中", unit: "count"),
          ], rows: [row])))
    #expect(
      try rendering().text(of: report, as: .csv).contains(
        "first_contact_days\r\n,,all,,,9,87.5,2,cohort,hit,\(days.map { "\($0)" } ?? "")\r\n"))
    let (head, tail) =
      days == nil
      ? ("OFFERED\n2026-11-22 00:00  total          9\n", "")
      : (
        "OFFERED  FCR %  FCR OPEN\n2026-11-22 00:00  total          9   87.5         2\n",
        "FCR: no next contact of the same customer about the same, in days: 7\n"
      )
    #expect(
      try rendering().text(of: report, as: .report)
        == "by cohort: what began in each time, whenever it ended\n\nPERIOD            SUBJECT  " + head
        + "\nflow-out before the threshold: hit\n" + tail)
    let japanese = try rendering("ja_JP.UTF-8").text(of: report, as: .report)
    #expect(japanese.contains("一次解決率") == (days != nil) && !japanese.contains("FCR"))
  }

  @Test func `CSV has every column, quotes where it must, and no formulas`() throws {
    #expect(
      try rendering("ja_JP.UTF-8").text(of: report, as: .csv).split(separator: "\r\n").map(String.init) == [
        "start,end,kind,subject,name,offered,sl_gross,asa,occupancy,view,early_flow_out_is,first_contact_days",
        "2026-11-22T00:00:00.000Z,2026-11-22T01:00:00.000Z,all,,,3,66.667,10,,cohort,miss,",
        "2026-11-22T00:00:00.000Z,2026-11-22T01:00:00.000Z,entry,'=cmd|' /C calc'!A0,'=cmd|' /C calc'!A0,1,,,,cohort,miss,",
        "2026-11-22T00:00:00.000Z,2026-11-22T01:00:00.000Z,queue,q,\"営業, \"\"北\"\"\",2,100,3675.4,,cohort,miss,",
        "2026-11-22T00:00:00.000Z,2026-11-22T01:00:00.000Z,agent,anna,'@Anna,,,,76.923,cohort,miss,",
      ])
  }

  @Test func `a quote ends no field, whatever combines with it`() {
    let scalars = CSV.field("0120\"\u{301},=1+1").unicodeScalars
    #expect(scalars.elementsEqual("\"0120\"".unicodeScalars + "\"".unicodeScalars + "\u{301},=1+1\"".unicodeScalars))
  }

  @Test(arguments: ["=1+1", "+81", "-1", "@x", "＝A1", "\tx", "\r=1"])
  func `what begins like a formula gets an apostrophe`(text: String) {
    #expect(
      CSV.harmless(text).hasPrefix("'") || CSV.harmless(text).hasPrefix("\u{FFFD}") || CSV.harmless(text).hasPrefix(" ")
    )
    #expect(CSV.harmless("a" + text).hasPrefix("a"))
  }

  @Test func `a verification says what differs`() throws {
    var found = FigureVerification(
      from: "1970-01-01T00:00:01Z", to: "1970-01-01T00:00:02Z", contacts: 3, stretches: 4, cells: 5, differences: [],
      differenceCount: 0)
    func text() throws -> String {
      try rendering().text(of: JSON(reading: JSONLine.bytes(found)), as: .verification)
    }
    #expect(try text() == "t1 – t2: 3 contacts, 4 stretches of agents' time, 5 cells: figures and log agree\n")
    found.differences = [
      FigureDifference(quarter: "1970-01-01T00:15:00Z", kind: "queue", subject: "q", item: "answered", kept: 2, log: 1)
    ]
    found.differenceCount = 1
    #expect(
      try text() == """
        QUARTER  KIND   SUBJECT  ITEM      KEPT  LOG
        t900     queue  q        answered     2    1
        t1 – t2: 3 contacts, 4 stretches of agents' time, 5 cells: 1 differences between figures and log

        """)
  }
}
