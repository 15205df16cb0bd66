import Supervision
import Telephony
import Testing

@Suite struct `What supervisors may` {
  private var booth = Booth()

  private mutating func rules(_ rows: MonitorRule...) { booth = Booth { $0.rules.rows = rows } }

  @Test mutating func `with a row for somebody, whoever has none may nothing, and the refusal is a row`() throws {
    rules(MonitorRule(supervisor: "boss"))
    _ = booth.talks()
    let answer = booth.ask("second")
    #expect(answer.refusal == .notAllowed("second", .listen, with: "anna"))
    #expect(answer.effects.denied == [.listen])
    let row = try #require(answer.effects.rows.first)
    #expect(row.action == .refused && row.refused == .listen && row.position == 1)
    #expect(row.supervisor == "second" && row.agent == "anna" && row.contact == "c" && row.user == 1000)
    #expect(booth.desk.monitors.isEmpty)
    #expect(try booth.listens().placed == [.listen])
  }

  @Test mutating func `a mode that no row gives is refused, and she goes on as she was`() throws {
    rules(MonitorRule(supervisor: "boss", rights: [.listen, .whisper]))
    _ = booth.talks()
    #expect(booth.ask(mode: .barge).refusal == .notAllowed("boss", .barge, with: "anna"))
    #expect(try booth.listens().placed == [.listen])
    let answer = booth.wants(.barge)
    #expect(answer.refusal == .notAllowed("boss", .barge, with: "anna"))
    #expect(answer.effects.placed == [] && answer.effects.denied == [.barge])
    #expect(answer.effects.rows.map(\.refused) == [.barge])
    #expect(booth.presses("6").denied == [.barge])
    #expect(booth.presses("5").placed == [.whisper])
    #expect(booth.desk.monitors.map(\.mode) == [.whisper])
    let takeOver = booth.desk.takeOverAsked(by: "boss", user: 1000, at: booth.now)
    #expect(takeOver.refusal == .notAllowed("boss", .takeOver, with: "anna"))
    #expect(takeOver.effects.denied == [.takeOver] && booth.desk.monitors.count == 1)
  }

  @Test mutating func `a key that is refused again and again is written and told once in ten seconds, each by itself`()
    throws
  {
    rules(MonitorRule(supervisor: "boss", rights: [.listen]))
    _ = booth.talks()
    _ = try booth.listens()
    func at(_ milliseconds: Int64) -> Moment {
      Moment(monotonicNanoseconds: milliseconds * 1_000_000, wallMilliseconds: milliseconds)
    }
    func denied(_ key: Character, _ milliseconds: Int64) -> [MonitorRight] {
      booth.desk.keyPressed("m", key, at: at(milliseconds)).denied
    }
    #expect(denied("5", 0) == [.whisper])
    for press in 1...200 { #expect(denied("5", Int64(press) * 40) == []) }
    #expect(denied("6", 8100) == [.barge] && denied("6", 8200) == [])
    #expect(denied("5", 9999) == [] && denied("5", 10_000) == [.whisper])
    // A client that asks is told each time.
    for _ in 0..<3 { #expect(booth.wants(.whisper).effects.denied == [.whisper]) }
    // A key that is allowed counts each time.
    #expect(booth.desk.keyPressed("m", "4", at: at(10_001)).denied == [])
  }

  @Test mutating func `rows add to each other, each with its agents and queues`() throws {
    rules(
      MonitorRule(supervisor: "boss", agents: ["anna"], rights: [.listen]),
      MonitorRule(supervisor: "boss", agents: ["anna"], queues: ["sales"], rights: [.listen, .barge]))
    _ = booth.talks("c", "anna", queue: "sales")
    _ = booth.talks("d", "boris", queue: "sales")
    #expect(booth.ask("boss", .agent("boris")).refusal == .notAllowed("boss", .listen, with: "boris"))
    #expect(booth.ask("boss", .contact("d")).refusal == .notAllowed("boss", .listen, with: "boris"))
    #expect(try booth.listens(mode: .barge).placed == [.listen, .barge])
    // Her next call comes by another queue.
    _ = booth.write(booth.desk.contactEnded("c", at: booth.now))
    #expect(booth.talks("e", "anna", queue: "support").placed == [.listen])
    #expect(booth.wants(.barge).refusal == .notAllowed("boss", .barge, with: "anna"))
  }

  @Test mutating func `contacts of queues without a right are not heard by her who stays with an agent`() throws {
    rules(MonitorRule(supervisor: "boss", queues: ["sales"]))
    _ = booth.talks("c", queue: "support")
    #expect(booth.ask(follow: .contact).refusal == .notAllowed("boss", .listen, with: "anna"))
    #expect(try booth.listens().placed == [])
    _ = booth.desk.contactEnded("c", at: booth.now)
    #expect(booth.talks("d", queue: nil).placed == [])
    _ = booth.desk.contactEnded("d", at: booth.now)
    #expect(booth.talks("e").placed == [.listen])
  }

  @Test mutating func `what was asked for between calls is refused in the contact that does not allow it`() throws {
    rules(
      MonitorRule(supervisor: "boss", rights: [.listen]),
      MonitorRule(supervisor: "boss", queues: ["sales"], rights: [.listen, .whisper]))
    #expect(try booth.listens(mode: .whisper).placed == [])
    let effects = booth.talks(queue: "support")
    #expect(effects.placed == [.listen] && effects.denied == [.whisper])
    #expect(effects.rows.map(\.action) == [.placed, .refused])
    #expect(booth.desk.monitors.map(\.mode) == [.listen])
  }

  @Test mutating func `who may not monitor the new agent leaves a contact that is taken over`() throws {
    rules(
      MonitorRule(supervisor: "boss"), MonitorRule(supervisor: "second", agents: ["anna"]),
      MonitorRule(supervisor: "third", agents: ["anna"]),
      MonitorRule(supervisor: "third", agents: ["boss"], rights: [.listen]))
    _ = booth.talks()
    _ = try booth.listens()
    _ = try booth.listens("second", .contact("c"), as: "n")
    _ = try booth.listens("third", .contact("c"), mode: .barge, as: "o")
    let effects = booth.write(booth.desk.takeOverAsked(by: "boss", user: 1000, at: booth.now).effects)
    #expect(
      effects.contains { if case .stopped(let monitor, .notAllowed) = $0 { monitor.id == "n" } else { false } })
    #expect(booth.desk.monitors.map(\.id) == ["o"])
    #expect(booth.desk.monitors.map(\.mode) == [.listen] && effects.placed == [.listen])
    #expect(effects.contains(.withdraw("o")) && effects.rows.last?.agent == "boss")
  }

  @Test mutating func `the right to take over is looked at again when the row of it is written`() throws {
    rules(
      MonitorRule(supervisor: "boss"), MonitorRule(supervisor: "second", agents: ["anna"]),
      MonitorRule(supervisor: "second", agents: ["boss"], rights: [.listen]))
    _ = booth.talks()
    _ = try booth.listens()
    _ = try booth.listens("second", .contact("c"), as: "n")
    let first = try #require(booth.desk.takeOverAsked(by: "boss", user: 1, at: booth.now).effects.rows.last)
    let second = try #require(booth.desk.takeOverAsked(by: "second", user: 2, at: booth.now).effects.rows.last)
    let effects = booth.write(booth.desk.audited("m", first.position, at: booth.now))
    #expect(effects.contains(.withdraw("n")))
    let late = booth.write(booth.desk.audited("n", second.position, at: booth.now))
    #expect(!late.contains { if case .takeOver = $0 { true } else { false } })
    #expect(late.rows.map(\.agent) == ["boss"] && late.placed == [.listen])
    #expect(booth.desk.monitors.map(\.agent) == ["boss"])
  }

  @Test mutating func `closed queues, too many and herself are refusals that are written, a race is not`() throws {
    booth = Booth { $0.rules.queues = ["support"] }
    _ = booth.talks(queue: "sales")
    #expect(booth.ask("boss", .contact("c")).effects.rows.map(\.action) == [.refused])
    #expect(booth.ask("anna").effects.rows.map(\.action) == [.refused])
    #expect(booth.ask("boss", .contact("none")).effects == [])
    for index in 1...5 { _ = booth.ask(AgentID(rawValue: "b\(index)"), as: MonitorID(rawValue: "m\(index)")) }
    let sixth = booth.ask("boss")
    #expect(sixth.refusal == .tooMany(limit: 5) && sixth.effects.rows.map(\.action) == [.refused])
  }
}
