import Control
import Telephony
import Testing

@Suite struct `Requests about shifts` {
  private func request(_ method: String, _ json: String, _ role: Role = .supervisor, agent: AgentID? = nil)
    throws(ControlError) -> Request
  {
    let client = Client(number: 1, role: role, agent: agent, userID: 0, processID: 0)
    return try Command.named(method).request(parameters: try? JSON(reading: json.utf8), from: client)
  }

  @Test func `each is understood`() throws {
    #expect(
      try request(
        "shift.set",
        #"{"agent":"a","date":"2026-11-23","shifts":["09:00-18:00"],"breaks":["12:00-13:00"],"paidBreaks":["15:00-15:15"],"work":["10:00-10:30"]}"#
      )
        == .shiftSet(
          ShiftWish(
            agent: "a", date: "2026-11-23", shifts: ["09:00-18:00"], breaks: ["12:00-13:00"],
            paidBreaks: ["15:00-15:15"], work: ["10:00-10:30"])))
    #expect(
      try request("shift.set", #"{"agent":"a","date":"2026-11-23","shifts":[]}"#)
        == .shiftSet(ShiftWish(agent: "a", date: "2026-11-23", shifts: [])))
    #expect(
      try request("shift.remove", #"{"agent":"a","date":"2026-11-23"}"#) == .shiftRemove("a", date: "2026-11-23"))
    #expect(try request("shift.import", #"{"csv":"agent,date\r\nx\t"}"#) == .shiftImport(csv: "agent,date\r\nx\t"))
    #expect(try request("shift.list", "{}") == .shiftList(ShiftFilter()))
    var filter = ShiftFilter()
    (filter.from, filter.to, filter.agent) = ("2026-11-01", "2026-11-30", "a")
    #expect(
      try request("shift.list", #"{"from":"2026-11-01","to":"2026-11-30","agent":"a"}"#) == .shiftList(filter))
  }

  @Test func `an agent sees her own shifts, and plans none`() throws {
    var own = ShiftFilter()
    own.agent = "a"
    #expect(try request("shift.list", "{}", .agent, agent: "a") == .shiftList(own))
    #expect(throws: ControlError.self) { try request("shift.list", #"{"agent":"b"}"#, .agent, agent: "a") }
    #expect(throws: ControlError.self) { try request("shift.list", "{}", .readOnly) }
    for method in ["shift.set", "shift.remove", "shift.import"] {
      #expect(throws: ControlError(.forbidden, "\(method) needs the role supervisor or more; this client has agent.")) {
        try request(method, "{}", .agent, agent: "a")
      }
    }
  }

  @Test(
    arguments: [
      (
        "shift.set", #"{"agent":"a","date":"2026-11-31","shifts":[]}"#,
        "date: expected a date as 2026-11-23, not \"2026-11-31\"."
      ),
      ("shift.set", #"{"agent":"a","date":"2026-11-23T1","shifts":[]}"#, "date: expected a date"),
      ("shift.set", #"{"agent":"a","date":"2026-11-23","shifts":"09:00-18:00"}"#, "shifts: expected a list of texts"),
      ("shift.set", #"{"agent":"a","date":"2026-11-23","shifts":[9]}"#, "expected a text, not the number 9"),
      ("shift.import", #"{"csv":""}"#, "csv: the text is empty."),
      ("shift.import", #"{"csv":[]}"#, "csv: expected a text, not a list."),
      ("shift.list", #"{"from":"monday"}"#, "from: expected a date"),
    ])
  func `what is wrong is said`(method: String, json: String, text: String) {
    #expect { try request(method, json) } throws: { ($0 as? ControlError)?.message.contains(text) == true }
  }

  @Test func `no more is taken than a line has room for`() {
    func list(_ count: Int) -> String {
      #"{"agent":"a","date":"2026-11-23","shifts":[\#(Array(repeating: "\"x\"", count: count).joined(separator: ","))]}"#
    }
    #expect(throws: Never.self) { try request("shift.set", list(100)) }
    #expect(throws: ControlError.self) { try request("shift.set", list(101)) }
    func table(_ count: Int) -> String { #"{"csv":"\#(String(repeating: "x", count: count))"}"# }
    #expect(throws: Never.self) { try request("shift.import", table(Command.longestTable)) }
    #expect(throws: ControlError.self) { try request("shift.import", table(Command.longestTable + 1)) }
  }
}
