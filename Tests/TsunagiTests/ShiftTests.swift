import Control
import Glibc
import Telephony
import Testing

@testable import ControlClient

@Suite struct `Shifts on the command line` {
  private func read(_ line: String) throws(UsageError) -> Invocation.Reading {
    try Invocation.read(line.split(separator: " ").map(String.init), version: "1")
  }

  @Test func `each way to write it is understood`() throws {
    let expected: [(String, Subcommand.Action)] = [
      (
        "shift 1001 2026-11-23 set 9:00-13:00 16:00-20:00 --break 10:00-10:15 --paid-break=17:00-17:10 --work 9:00-9:30 --break 18:00-18:30",
        .call(
          "shift.set",
          [
            "agent": .string("1001"), "date": .string("2026-11-23"),
            "shifts": .array([.string("9:00-13:00"), .string("16:00-20:00")]),
            "breaks": .array([.string("10:00-10:15"), .string("18:00-18:30")]),
            "paidBreaks": .array([.string("17:00-17:10")]), "work": .array([.string("9:00-9:30")]),
          ], .done)
      ),
      (
        "shift 1001 2026-11-23 remove",
        .call("shift.remove", ["agent": .string("1001"), "date": .string("2026-11-23")], .done)
      ),
      ("shifts", .call("shift.list", [:], .shifts)),
      (
        "shifts --from 2026-11-01 --to 2026-11-30 --agent 1001 --csv",
        .call(
          "shift.list",
          ["from": .string("2026-11-01"), "to": .string("2026-11-30"), "agent": .string("1001")], .shiftTable)
      ), ("shifts import plan.csv", .importShifts(file: "plan.csv")), ("shifts import -", .importShifts(file: "-")),
    ]
    for (line, action) in expected { #expect(try read(line) == .run(Invocation(action: action)), "\(line)") }
  }

  @Test(arguments: [
    ("shift 1 2026-11-23 set", "HOURS is missing"),
    ("shift 1 2026-11-23 sett", "a day has no \"sett\" (did you mean set?): set, remove"),
    ("shift 1 2026-11-23 remove --break 1:00-2:00", "--break goes with set"), ("shift 1", "DATE is missing"),
    ("shifts import", "FILE is missing"),
    ("shifts imprt f", "shifts has no \"imprt\" (did you mean import?): import FILE, or options alone"),
    ("shifts import f --csv", "import takes no options: the table says who and when"),
  ])
  func `what is wrong is said`(line: String, message: String) {
    #expect(throws: UsageError(message)) { try read(line) }
  }

  @Test func `they are shown as a table, and as one that can be imported again`() throws {
    var rendering = Rendering(words: Wording(environment: ["LANG": "C"]))
    rendering.time = { "t\($0 / 1000)" }
    let shifts = [
      ShiftSummary(
        agent: "花子, \"A\"", date: "2026-11-23", from: "09:00", to: "18:00", breaks: ["12:00-13:00", "16:00-16:10"],
        paidBreaks: ["15:00-15:15"], work: [], changedAt: "1970-01-01T00:00:09Z", user: 4_000_000_000)
    ]
    let answer = try JSON(reading: JSONLine.bytes(shifts))
    #expect(
      try rendering.text(of: answer, as: .shifts) == """
        DATE        AGENT      FROM   TO     BREAKS                   PAID BREAKS  OTHER WORK  CHANGED  BY
        2026-11-23  花子, "A"  09:00  18:00  12:00-13:00 16:00-16:10  15:00-15:15  -           t9       4000000000

        """)
    #expect(
      try rendering.text(of: answer, as: .shiftTable) == "agent,date,from,to,breaks,paid_breaks,work\r\n"
        + "\"花子, \"\"A\"\"\",2026-11-23,09:00,18:00,12:00-13:00 16:00-16:10,15:00-15:15,\r\n")
  }

  @Test func `figures of shifts are shown where one is planned`() throws {
    let columns = [
      FigureColumn(name: "paid", japanese: "実働時間", unit: "seconds"),
      FigureColumn(name: "scheduled", japanese: "拘束時間", unit: "seconds"),
      FigureColumn(name: "adherence", japanese: "遵守率", unit: "percent"),
      FigureColumn(name: "utilisation_b_shift", japanese: "稼働率B(拘束)", unit: "percent"),
    ]
    func text(_ figures: [String: JSON]) throws -> String {
      let report = FigureReport(
        from: "", to: "", by: "day", dayEndsMinutes: 0, earlyFlowOut: "miss", firstContactDays: nil, columns: columns,
        rows: [
          FigureRow(
            start: "", end: "", label: "2026-11-23", kind: "agent", subject: "a", name: "A", figures: figures,
            counts: [:])
        ])
      return try Rendering(words: Wording(environment: [:]))
        .text(of: try JSON(reading: JSONLine.bytes(report)), as: .report)
    }
    let planned = try text([
      "scheduled": .number(3600), "adherence": .number(87.5), "utilisation_b_shift": .number(62.5),
    ])
    #expect(planned.contains("SCHEDULED  ADHERENCE %  UTILISATION B SHIFT %"))
    #expect(planned.contains("1:00:00         87.5                   62.5"))
    #expect(planned.hasSuffix("utilisation SHIFT is over all of the planned shifts up to now, breaks included\n"))
    let none = try text(["scheduled": .null, "adherence": .null])
    #expect(!none.contains("ADHERENCE") && !none.contains("SHIFT"))
  }

  @Test func `a file that cannot be a table is refused before anybody is asked`() throws {
    var name = Array("/tmp/tsunagi-shifts-XXXXXX".utf8CString)
    let file = mkstemp(&name)
    defer {
      close(file)
      unlink(name)
    }
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    func read(_ bytes: [UInt8]) throws -> String {
      ftruncate(file, 0)
      lseek(file, 0, SEEK_SET)
      _ = write(file, bytes, bytes.count)
      return try TextFile.read(path, longest: 100_000)
    }
    #expect(try read(Array("agent,担当\n".utf8)) == "agent,担当\n")
    #expect(try read(Array(repeating: 0x41, count: 100_000)).utf8.count == 100_000)
    #expect(throws: ClientError.file("\(path): longer than 100000 bytes: import it in parts")) {
      try read(Array(repeating: 0x41, count: 100_001))
    }
    // 担当 in Shift_JIS.
    #expect(throws: ClientError.file("\(path): not UTF-8: save it as CSV in UTF-8")) {
      try read([0x92, 0x53, 0x93, 0x96])
    }
    #expect(throws: ClientError.file("/nowhere/f: No such file or directory")) {
      try TextFile.read("/nowhere/f", longest: 5)
    }
  }
}
