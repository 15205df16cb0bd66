import Supervision
import Telephony
import Testing

@Suite struct `The code on a phone` {
  @Test(
    arguments: [
      ("*55", "*551001", "1001"), ("*55", "*55", nil), ("*55", "*56", nil), ("*55", "551001", nil), ("*55", "", nil),
      ("9", "91001", "1001"), ("*", "**", "*"), ("*55", "*55é\u{0}", "é\u{0}"),
    ] as [(String, String, String?)])
  func `what stands behind it is the number`(code: String, dialled: String, number: String?) throws {
    #expect(try #require(MonitorCode(code)).number(in: dialled) == number)
  }

  @Test(arguments: ["", "*55#", "+55", "123456789", "5 5", "５"])
  func `what no keypad could dial is no code`(text: String) { #expect(MonitorCode(text) == nil) }

  @Test func `her call is answered when the row is on the disk, and she hears when the next is`() throws {
    var booth = Booth { $0.rules.rows = [MonitorRule(supervisor: "boss")] }
    _ = booth.talks()
    let order = MonitorOrder(supervisor: "boss", phone: "desk-9", target: .agent("anna"), user: nil)
    let asked = booth.desk.monitorAsked(order, as: "m", at: booth.now)
    let row = try #require(asked.effects.rows.first)
    #expect(asked.refusal == nil && asked.effects == [.audit(row)] && row.user == nil && row.action == .asked)
    let answered = booth.desk.audited("m", row.position, at: booth.now)
    guard case .answerPhone(let monitor)? = answered.first else {
      Issue.record("\(answered)")
      return
    }
    #expect(monitor.follow == .agent && monitor.phone == "desk-9")
    #expect(booth.write(booth.desk.phoneAnswered("m", at: booth.now)).placed == [.listen])
    guard case .stopped(_, .hungUp)? = booth.desk.phoneEnded("m", at: booth.now).last else {
      Issue.record("not told")
      return
    }
  }

  @Test func `nobody may anything by her phone who has no row of her own`() {
    var booth = Booth()
    #expect(booth.ask(by: nil).refusal == .notAllowed("boss", .listen, with: "anna"))
    booth = Booth { $0.rules.rows = [MonitorRule(supervisor: "second")] }
    let answer = booth.ask(by: nil)
    #expect(answer.refusal?.sipStatus == 403 && answer.effects.rows.map(\.action) == [.refused])
    #expect(!booth.desk.mayAskByPhone("boss") && booth.desk.mayAskByPhone("second"))
  }

  @Test func `who waits between calls is on the line, and hears the next`() throws {
    var booth = Booth { $0.rules.rows = [MonitorRule(supervisor: "boss")] }
    #expect(try booth.listens(by: nil).placed == [])
    #expect(booth.desk.monitors.map(\.stage) == [.waiting])
    #expect(booth.talks().placed == [.listen])
    #expect(booth.ask(by: nil, as: "n").refusal == .alreadyMonitors("boss"))
  }
}

@Suite struct `A leg that is up already` {
  private var booth = Booth()

  @Test mutating func `she goes over to another contact without being rung, and listens there first`() throws {
    _ = booth.talks()
    _ = booth.talks("d", "boris")
    _ = try booth.listens(mode: .barge)
    let effects = try booth.ask("boss", .contact("d"), mode: .whisper, as: "n").get()
    #expect(effects.first == .withdraw("m"))
    #expect(effects.rows.map(\.action) == [.asked, .placed, .placed])
    #expect(effects.rows.allSatisfy { $0.monitor == "m" && $0.contact == "d" && $0.agent == "boris" })
    #expect(effects.placed == [.listen, .whisper])
    #expect(!effects.contains { if case .ringPhone = $0 { true } else { false } })
    #expect(booth.desk.monitors.map(\.contact) == ["d"] && booth.desk.monitors.map(\.follow) == [.contact])
  }

  @Test mutating func `nothing is heard there before its row, and a row that was on its way allows nothing`() throws {
    _ = booth.talks()
    _ = booth.talks("d", "boris")
    _ = try booth.listens()
    let barge = try #require(booth.desk.modeAsked(.barge, by: "boss", at: booth.now).effects.rows.first)
    let order = MonitorOrder(supervisor: "boss", phone: "desk-9", target: .contact("d"), user: 7)
    let asked = try #require(booth.desk.monitorAsked(order, as: "n", at: booth.now).effects.rows.last)
    #expect(asked.user == 7)
    #expect(booth.desk.audited("m", barge.position, at: booth.now) == [])
    #expect(booth.desk.monitors.map(\.stage) == [.waiting])
    #expect(booth.write(booth.desk.audited("m", asked.position, at: booth.now)).placed == [.listen])
  }

  @Test mutating func `the same again, another phone, and a phone that rings still are refused`() throws {
    _ = booth.talks()
    _ = booth.ask()
    #expect(booth.ask("boss", .contact("c"), as: "n").refusal == .alreadyMonitors("boss"))
    _ = booth.write(booth.desk.phoneAnswered("m", at: booth.now))
    #expect(booth.ask(as: "n").refusal == .alreadyMonitors("boss"))
    let elsewhere = MonitorOrder(supervisor: "boss", phone: "desk-1", target: .contact("c"), user: 1000)
    #expect(booth.desk.monitorAsked(elsewhere, as: "n", at: booth.now).refusal == .alreadyMonitors("boss"))
    #expect(booth.ask("boss", .contact("c"), as: "n").refusal == nil)
  }

  @Test mutating func `five are in a contact at most, and the next comes in when one leaves`() throws {
    _ = booth.talks("c", "anna")
    for index in 1...5 {
      let (boss, id) = (AgentID(rawValue: "b\(index)"), MonitorID(rawValue: "m\(index)"))
      #expect(try booth.listens(boss, .contact("c"), as: id).placed == [.listen])
    }
    #expect(booth.ask("b6", .contact("c"), as: "m6").refusal == .tooMany(limit: 5))
    // Two stay with an agent who comes to talk there: for one of them there is room.
    for index in 7...8 {
      let (boss, id) = (AgentID(rawValue: "b\(index)"), MonitorID(rawValue: "m\(index)"))
      #expect(try booth.listens(boss, .agent("b1"), as: id).placed == [])
    }
    #expect(booth.write(booth.desk.takeOverAsked(by: "b1", at: booth.now).effects).placed == [.listen])
    #expect(booth.desk.monitors.filter { $0.stage == .waiting }.map(\.id) == ["m8"])
    #expect(booth.write(booth.desk.phoneEnded("m2", at: booth.now)).placed == [.listen])
    #expect(booth.desk.monitors.map(\.stage) == Array(repeating: .present, count: 5))
  }

  @Test mutating func `whoever barges and is left by the agent is no monitor any more, and cannot go back`() throws {
    _ = booth.talks()
    _ = try booth.listens(mode: .barge)
    let effects = booth.desk.agentLeft("c", at: booth.now)
    #expect(effects.contains { if case .takeOver(_, "c", agentHungUp: true) = $0 { true } else { false } })
    #expect(booth.wants(.listen).refusal == .monitorsNobody("boss"))
  }
}
