import Figures
import Telephony
import Testing

@Suite struct `A day that somebody has planned` {
  private func read(_ shifts: [String], _ parts: [Shift.Kind: [String]] = [:], date: String = "2026-11-22") -> Result<
    [Shift], ShiftFault
  > { WrittenDay(agent: "anna", date: date, shifts: shifts, parts: parts).read.map(\.shifts) }

  private func fault(_ shifts: [String], _ parts: [Shift.Kind: [String]] = [:], date: String = "2026-11-22") -> String?
  {
    guard case .failure(let fault) = read(shifts, parts, date: date) else { return nil }
    return fault.text
  }

  @Test func `each part goes to the shift within which it lies, also after midnight`() throws {
    let shifts = try read(
      ["22:00-06:00", "9:00-13:00"], [.unpaidBreak: ["23:45-00:15", "11:00-11:30"], .work: ["05:00-06:00"]]
    ).get()
    #expect(shifts.map(\.text) == ["09:00-13:00", "22:00-06:00"])
    #expect(shifts.map { $0.texts(.unpaidBreak) } == [["11:00-11:30"], ["23:45-00:15"]])
    #expect(shifts.map { $0.texts(.work) } == [[], ["05:00-06:00"]])
    #expect(shifts.map(\.hours) == [540..<780, 1320..<1800])
    #expect(try read(["18:00-24:00"]).get().map(\.ends.to) == ["24:00"])
    #expect(
      try read(["18:00-24:00"], [.work: ["23:00-24:00"]]).get().flatMap { [$0.text] + $0.texts(.work) } == [
        "18:00-24:00", "23:00-24:00",
      ])
    #expect(try read(["18:00-00:00"]).get() == read(["18:00-24:00"]).get())
    #expect(try read([]).get() == [])
  }

  @Test func `a shift that ends when it begins is a day long, and a part is not`() throws {
    let shift = try #require(try read(["09:00-09:00"], [.unpaidBreak: ["08:30-09:00"]]).get().first)
    #expect(shift.hours == 540..<1980 && shift.text == "09:00-09:00")
    #expect(shift.parts.map(\.hours) == [1950..<1980])
    #expect(try read(["00:00-00:00"]).get() == read(["00:00-24:00"]).get())
    #expect(
      fault(["09:00-18:00"], [.work: ["12:00-12:00"]])
        == "work: expected FROM-TO as 12:00-13:00, not \"12:00-12:00\"")
    #expect(fault(["09:00-09:00", "10:00-11:00"]) == "shifts: 09:00-09:00 and 10:00-11:00 overlap")
  }

  @Test func `what is no plan is refused with what and where`() {
    #expect(fault(["09:00-18:00"], date: "2026-02-29")?.hasPrefix("date: expected a date") == true)
    for date in ["1999-12-31", "2100-01-01", "9999-01-01", "1970-01-01", ""] {
      #expect(fault(["09:00-18:00"], date: date)?.hasPrefix("date:") == true, "\(date)")
    }
    for text in ["9-18", "09:00", "09:00-25:00", "24:00-25:00", "09:60-10:00", "-", "", "０９:00-18:00", "+9:00-10:00"] {
      #expect(fault([text])?.hasPrefix("shifts: expected FROM-TO as 09:00-18:00, not") == true, "\(text)")
    }
    #expect(fault(["09:00-13:00", "12:59-18:00"]) == "shifts: 09:00-13:00 and 12:59-18:00 overlap")
    #expect(fault(Array(repeating: "09:00-10:00", count: 5)) == "shifts: 5 on one day, 4 at most")
    #expect(
      fault(["09:00-18:00"], [.unpaidBreak: ["17:30-18:30"]])
        == "breaks: this lies within no shift of the day, not \"17:30-18:30\"")
    #expect(fault([], [.work: ["12:00-13:00"]])?.hasPrefix("work: this lies within no shift") == true)
    #expect(
      fault(["09:00-18:00"], [.unpaidBreak: ["12:00-13:00"], .paidBreak: ["12:59-13:10"]])
        == "paid_breaks: 12:59-13:10 and 12:00-13:00 overlap")
    let many = (0..<17).map { "10:\($0 + 10)-10:\($0 + 11)" }
    #expect(fault(["09:00-18:00"], [.paidBreak: many]) == "17 breaks and the like in one shift, 16 at most")
    // A character may have any number of marks.
    for long in [String(repeating: "9", count: 10_000), "9" + String(repeating: "\u{301}", count: 10_000)] {
      #expect((1..<160).contains(fault([long])?.utf8.count ?? 0))
    }
  }

  private func change(_ date: String, _ hours: [String]) throws -> ShiftChange {
    ShiftChange("anna", try #require(LocalDay(date)), try read(hours, date: date).get())
  }

  @Test func `shifts overlap none of the days beside them`() throws {
    let planned = try read(["22:00-06:00"]).get() + read(["20:00-21:00"], date: "2026-11-24").get()
    let early = try change("2026-11-23", ["05:00-12:00", "19:00-20:30"]).faults(beside: planned)
    #expect(
      early.map(\.text) == [
        "agent anna: 05:00-12:00 on 2026-11-23 overlaps 22:00-06:00 on 2026-11-22, which is planned already"
      ])
    #expect(try change("2026-11-23", ["06:00-12:00"]).faults(beside: planned) == [])
    let late = try change("2026-11-23", ["21:00-20:59"]).faults(beside: planned)
    #expect(late.count == 1 && late.allSatisfy { $0.text.hasPrefix("agent anna: 21:00-20:59 on 2026-11-23 overlaps") })
    // What is replaced is in nobody's way, nor what others do.
    #expect(try change("2026-11-22", ["21:00-05:00"]).faults(beside: planned) == [])
    let others = WrittenDay(agent: "boris", date: "2026-11-23", shifts: ["00:00-24:00"])
    #expect(try change("2026-11-23", ["06:00-12:00"]).faults(beside: planned + others.read.get().shifts) == [])
    #expect(try change("2026-11-22", ["21:00-05:00"]).around["anna"]?.lowerBound.text == "2026-11-21")
  }

  @Test func `only what is different is changed`() throws {
    let planned = try read(["09:00-18:00"]).get()
    #expect(try change("2026-11-22", ["09:00-18:00"]).differences(from: planned).isEmpty)
    #expect(try change("2026-11-22", ["09:00-17:00"]).differences(from: planned).map(\.day.text) == ["2026-11-22"])
    #expect(try change("2026-11-22", []).differences(from: planned).count == 1)
    #expect(try change("2026-11-21", []).differences(from: planned).isEmpty)
  }
}

@Suite struct `A table of shifts` {
  private func read(_ text: String) -> Result<ShiftChange, ShiftFaults> {
    ShiftTable.read(text) { name in (["anna", "boris", "K"] as [AgentID]).first { $0 == name } }
  }

  private func faults(_ text: String) -> [String] {
    guard case .failure(let faults) = read(text) else { return [] }
    return faults.all.map(\.text)
  }

  private func plan(_ text: String) throws -> [String] {
    let change = try read(text).get()
    return change.plans.sorted { $0.key < $1.key }.map { place, shifts in
      let hours = shifts.map { shift in
        ([shift.text] + Shift.Kind.allCases.flatMap { shift.texts($0) }).joined(separator: " ")
      }
      return "\(place.agent) \(place.day.text): \(hours.joined(separator: ", "))"
    }
  }

  @Test(arguments: [
    "agent,date,from,to,breaks,work\nanna,2026-11-23,09:00,18:00,12:00-13:00;15:00-15:30,10:00-10:30\n\nboris,2026-11-23,,\n",
    "\u{FEFF}\"Agent\" , date,TO,from,work,breaks\r\n anna ,2026/11/23, 18:00,9:00, 10:00-10:30,\"12:00-13:00 15:00-15:30\"\r\nboris,2026/11/23\r\n,,,,",
  ])
  func `is what spreadsheets write`(text: String) throws {
    #expect(
      try plan(text) == [
        "anna 2026-11-23: 09:00-18:00 12:00-13:00 15:00-15:30 10:00-10:30", "boris 2026-11-23: ",
      ])
  }

  @Test func `plans for the agent as she is configured, in whatever bytes the table names her`() throws {
    let change = try read("agent,date,from,to\n\u{212A},2026-11-23,09:00,18:00").get()
    #expect(change.plans.keys.map { Array($0.agent.rawValue.utf8) } == [[0x4B]])
    #expect(change.plans.values.joined().map { Array($0.agent.rawValue.utf8) } == [[0x4B]])
  }

  @Test func `two rows of a day are its two shifts`() throws {
    let text =
      "agent,date,from,to\nanna,2026-11-23,16:00,20:00\nanna,2026-11-23,09:00,13:00\nanna,2026-11-24,22:00,06:00"
    #expect(
      try plan(text) == ["anna 2026-11-23: 16:00-20:00, 09:00-13:00", "anna 2026-11-24: 22:00-06:00"])
  }

  @Test(
    arguments: [
      ("", ["the table is empty"]), ("\n,,\n", ["the table is empty"]),
      ("agent,date,from\nx", ["line 1: the heading lacks the column to"]),
      (
        "agent,date,from,to,pause",
        ["line 1: there is no column \"pause\": agent, date, from, to, breaks, paid_breaks, work"]
      ),
      ("\nagent,date,from,to,to", ["line 2: a column stands there twice"]),
      (
        "agent;date;from;to",
        ["line 1: there is no column \"agent;date;from;to\": agent, date, from, to, breaks, paid_breaks, work"]
      ),
      ("agent,date,from,to\nanna,\"2026-11-23,09:00,18:00\n", ["line 2: a quote is not closed"]),
      (
        "agent,date,from,to\nanna,2026-11-23,09:00,18:00,,x\nchieko,2026-11-23,9:00,18:00\nanna,2026-11-31,9:00,18:00\nanna,2026-11-24,9:00,\n",
        [
          "line 2: 6 cells under a heading of 4", "line 3: there is no agent \"chieko\"",
          "line 4: date: expected a date as 2026-11-23, from 2000 to 2099, not \"2026-11-31\"",
          "line 5: shifts: expected FROM-TO as 09:00-18:00, not \"9:00-\"",
        ]
      ),
      (
        "agent,date,from,to\nanna,2026-11-23,22:00,06:00\n\"anna\",\"2026-11-24\",05:00,12:00\n",
        ["line 3: agent anna: 05:00-12:00 on 2026-11-24 overlaps 22:00-06:00 on 2026-11-23 of line 2"]
      ),
      (
        "agent,date,from,to\nanna,2026-11-23,9:00,12:00\nanna,2026-11-23,,\nanna,2026-11-24,,\nanna,2026-11-24,9:00,10:00\nanna,2026-11-23,09:00,12:00",
        [
          "line 3: agent anna is off on 2026-11-23, and has a shift: one of the two",
          "line 5: agent anna is off on 2026-11-24, and has a shift: one of the two",
          "line 6: the same shift of agent anna on 2026-11-23 stands there before",
        ]
      ),
      (
        "agent,date,from,to,breaks\nanna,2026-11-23,9:00,12:00,12-13",
        ["line 2: breaks: expected FROM-TO as 12:00-13:00, not \"12-13\""]
      ),
      (
        "agent,date,from,to\n" + (0..<5).map { "anna,2026-11-23,1\($0):00,1\($0):30\n" }.joined(),
        ["line 6: more than 4 shifts of agent anna on 2026-11-23"]
      ),
    ] as [(String, [String])])
  func `with anything wrong in it means nothing, and says where`(text: String, expected: [String]) {
    #expect(faults(text) == expected)
  }

  @Test func `is bounded, and so is what is said of it`() {
    let heading = "agent,date,from,to\n"
    let long = heading + String(repeating: "anna,2026-11-23,9:00,12:00\n", count: ShiftTable.mostRows + 1)
    #expect(faults(long) == ["more than 10000 rows: import it in parts"])
    // What comes after is not even read: its quote is not missed.
    #expect(faults(long + "\"") == ["more than 10000 rows: import it in parts"])
    let most = heading + String(repeating: "anna,2026-11-23,9:00,12:00\n", count: ShiftTable.mostRows)
    #expect(faults(most).count == ShiftTable.mostRows - 1)
    guard case .failure(let many) = read(heading + String(repeating: "x,y\n", count: 100)) else {
      Issue.record("nothing is wrong with it")
      return
    }
    #expect(many.all.count == 100)
    #expect(many.text.split(separator: "\n").count == 21 && many.text.hasSuffix("\nand 80 more"))
    // Each of millions of millions of steps, if anything in it were looked at again and again.
    let hostile = [
      String(repeating: ",", count: 500_000), String(repeating: "\"", count: 500_000), "\0\r\u{1F}",
      String(repeating: " ", count: 10_000_000) + "x" + String(repeating: "\"", count: 10_000_000),
      String(repeating: "\u{1F1EF}", count: 1_000_000),
    ]
    for text in hostile { #expect(!faults(text).isEmpty) }
  }

  @Test func `tells a name's beginning, also of one that is a single character`() {
    let name = "e" + String(repeating: "\u{301}", count: 10_000)
    for text in ["agent,date,from,to,\(name)", "agent,date,from,to\n\(name),2026-11-23,9:00,12:00"] {
      #expect(faults(text).count == 1 && faults(text).allSatisfy { $0.utf8.count < 200 })
    }
  }

  @Test func `a quote begins a cell, after spaces too, and is as it stands anywhere else`() throws {
    #expect(
      try plan("agent,date,from,to\n  \"anna\" ,2026-11-23,9:00,12:00") == ["anna 2026-11-23: 09:00-12:00"])
    #expect(faults("agent,date,from,to\n an\"na\",,,") == ["line 2: there is no agent \"an\"na\"\""])
  }
}
