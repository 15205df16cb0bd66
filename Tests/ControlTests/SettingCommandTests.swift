import Control
import Telephony
import Testing

@Suite struct `Requests that change settings` {
  private func request(_ method: String, _ json: String?, role: Role = .administrator) throws(ControlError) -> Request {
    let client = Client(number: 1, role: role, agent: nil, userID: 0, processID: 0)
    let parameters = json.flatMap { try? JSON(reading: $0.utf8) }
    return try Command.named(method).request(parameters: parameters, from: client)
  }

  @Test(
    arguments: [
      (
        "queue.set", #"{"queue":"q","settings":{"weight":3,"overflow":null}}"#,
        .settingsChange(.set(.queue("q"), ["weight": .integer(3), "overflow": .null]))
      ),
      ("queue.add", #"{"queue":"q"}"#, .settingsChange(.add(.queue("q"), [:]))),
      (
        "queue.add", #"{"queue":"q","settings":{"name":"Q"}}"#,
        .settingsChange(.add(.queue("q"), ["name": .string("Q")]))
      ),
      ("queue.remove", #"{"queue":"q"}"#, .settingsChange(.remove(.queue("q")))),
      ("queue.pause", #"{"queue":"q"}"#, .settingsChange(.set(.queue("q"), ["paused": .bool(true)]))),
      ("queue.resume", #"{"queue":"q"}"#, .settingsChange(.set(.queue("q"), ["paused": .bool(false)]))),
      ("membership.set", #"{"agent":"a","queue":"q"}"#, .settingsChange(.place("a", "q", [:]))),
      (
        "membership.set", #"{"agent":"a","queue":"q","level":null,"weight":2}"#,
        .settingsChange(.place("a", "q", ["level": .null, "weight": .integer(2)]))
      ),
      (
        "membership.set", #"{"agent":"a","queue":"q","level":2,"position":3,"weight":4,"delay_seconds":30}"#,
        .settingsChange(
          .place(
            "a", "q",
            ["level": .integer(2), "position": .integer(3), "weight": .integer(4), "delay_seconds": .integer(30)]))
      ),
      ("membership.remove", #"{"agent":"a","queue":"q"}"#, .settingsChange(.remove(.membership("a", "q")))),
      (
        "membership.pause", #"{"agent":"a","queue":"q"}"#,
        .settingsChange(.set(.membership("a", "q"), ["paused": .bool(true)]))
      ),
      (
        "membership.resume", #"{"agent":"a","queue":"q"}"#,
        .settingsChange(.set(.membership("a", "q"), ["paused": .bool(false)]))
      ),
      (
        "agent.setSkills", #"{"agent":"a","skills":{"english":3}}"#,
        .settingsChange(.set(.agent("a"), ["skills": .object(["english": .integer(3)])]))
      ),
      (
        "agent.setCapacity", #"{"agent":"a","capacity":2}"#,
        .settingsChange(.set(.agent("a"), ["capacity": .integer(2)]))
      ),
      ("agent.add", #"{"agent":"a"}"#, .settingsChange(.add(.agent("a"), [:]))),
      ("agent.remove", #"{"agent":"a"}"#, .settingsChange(.remove(.agent("a")))),
      ("contact.setPriority", #"{"contact":"c","priority":-10000}"#, .contactSetPriority("c", -10000)),
      ("config.diff", nil, .settingsDiff),
      ("config.show", #"{"queue":"q"}"#, .settingsShow(.queue("q"))),
      ("config.show", #"{"agent":"a"}"#, .settingsShow(.agent("a"))),
      ("config.show", #"{"list":"reasons","code":"c"}"#, .settingsShow(.code(.reasons, "c"))),
      ("config.reset", #"{"queue":"q"}"#, .settingsChange(.reset(.queue("q")))),
      ("config.reset", #"{"agent":"a"}"#, .settingsChange(.reset(.agent("a")))),
      ("config.reset", #"{"scope":"all"}"#, .settingsChange(.reset(nil))),
      ("code.set", #"{"list":"reasons","code":"c"}"#, .settingsChange(.define(.reasons, "c", [:]))),
      (
        "code.set", #"{"list":"dispositions","code":"c","settings":{"name":"C"}}"#,
        .settingsChange(.define(.dispositions, "c", ["name": .string("C")]))
      ),
      (
        "code.remove", #"{"list":"dispositions","code":"c"}"#, .settingsChange(.remove(.code(.dispositions, "c")))
      ),
      ("config.reset", #"{"list":"reasons","code":"c"}"#, .settingsChange(.reset(.code(.reasons, "c")))),
    ] as [(String, String?, Request)])
  func `each is understood`(method: String, parameters: String?, expected: Request) throws {
    #expect(try request(method, parameters) == expected)
  }

  @Test(
    arguments: [
      ("queue.set", #"{"queue":"q"}"#, "settings is missing: keys of [[queues]] with their values (object)."),
      ("queue.set", #"{"queue":"q","settings":[1]}"#, "settings: expected an object with members by name, not a list."),
      (
        "membership.set", #"{"agent":"a","queue":"q","level":0}"#,
        "level: 0 is out of range; expected a whole number from 1 to 100."
      ),
      ("config.show", "{}", "queue: exactly one of queue, agent, and list with code is needed."),
      (
        "config.show", #"{"queue":"q","agent":"a"}"#,
        "queue: exactly one of queue, agent, and list with code is needed."
      ),
      ("config.reset", "{}", "scope: exactly one of queue, agent, list with code, and scope \"all\" is needed."),
      (
        "config.reset", #"{"queue":"q","agent":"a"}"#,
        "scope: exactly one of queue, agent, list with code, and scope \"all\" is needed."
      ),
      (
        "config.reset", #"{"code":"c"}"#,
        "scope: exactly one of queue, agent, list with code, and scope \"all\" is needed."
      ),
      (
        "code.remove", #"{"list":"colours","code":"c"}"#,
        "list: expected reasons|dispositions, not the text \"colours\"."
      ),
      (
        "contact.setPriority", #"{"contact":"c","priority":10001}"#,
        "priority: 10001 is out of range; expected a whole number from -10000 to 10000."
      ),
    ])
  func `each is refused, and why`(method: String, parameters: String, message: String) {
    #expect(throws: ControlError(.invalidParameters, message)) { try request(method, parameters) }
  }

  @Test func `supervisors lead the floor, administrators decide what it is`() {
    let role = Dictionary(Command.all.map { ($0.name, $0.role) }) { first, _ in first }
    for name in [
      "queue.pause", "queue.resume", "membership.set", "membership.remove", "membership.pause", "membership.resume",
      "agent.setSkills", "agent.setCapacity", "contact.setPriority", "config.diff",
      "config.show",
    ] { #expect(role[name] == .supervisor, "\(name)") }
    for name in ["queue.set", "queue.add", "queue.remove", "agent.add", "agent.remove", "config.reset"] {
      #expect(role[name] == .administrator, "\(name)")
    }
  }
}
