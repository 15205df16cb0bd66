import Control
import LoopbackTesting

/// What the demo shows, part by part; each part throws at the first thing that is not as it should be.
final class Story {
  let screen: Screen
  let office: Office
  var events: ControlConnection
  var narrator: Narrator?
  /// By agent.
  var phones: [String: DeskPhone] = [:]
  /// Who said what in a contact: for the recordings at the end.
  var tones: [String: (outside: Double, agent: Double)] = [:]

  static let people = [("1001", "佐藤 花子", "desk-1", 570.0), ("1002", "鈴木 一郎", "desk-2", 730.0)]
  /// A tone is heard above this and not heard below `silence`, in dB below full scale; it is said with −10.
  static let heard = -25.0
  static let silence = -45.0

  init(screen: Screen, office: Office) async throws {
    self.screen = screen
    self.office = office
    screen.heading("A small call centre on loopback")
    events = try await office.open()
  }

  func tell() async throws {
    narrate()
    try await peopleComeToWork()
    try await threeCallers()
    try await callersWithoutCard()
    try await whisper()
    try await clickToDial()
    try await killedInMidCall()
    try await whatRemains()
    let status = try await office.close()
    try screen.check("SIGTERM ends the daemon", status == 0, expected: "exit 0", seen: "exit \(status)")
    screen.heading("All of it was seen, in \(screen.seconds.text(0)) s")
    screen.note(
      """
        files          \(office.folder)
        configuration  \(office.configuration)
        daemon's log   \(office.folder)/tsunagid.log
        listen to one  aplay, sox or any player: left is the outside party, right the agent
        go on          make run: the same with your own phone; tsunagi --help
      """)
  }

  func narrate() {
    let names = Dictionary(uniqueKeysWithValues: Self.people.map { ($0.0, $0.1) })
    narrator = Narrator(events, people: names, screen: screen)
    for phone in phones.values { phone.stands(beside: events) }
  }

  /// Two phones register, and two people log in at them.
  private func peopleComeToWork() async throws {
    for (index, (agent, name, id, tone)) in Self.people.enumerated() {
      let ports = try FreePorts.first(on: "127.0.0.1", from: 24600 + index * 40, count: 10, step: 10)
      phones[agent] = try await DeskPhone(
        agent: agent, name: name, id: id, tone: tone, registrar: "127.0.0.1:\(office.port)", ports: ports,
        screen: screen)
      phones[agent]?.stands(beside: events)
      screen.say(name, "phone \(id) is registered (baresip)")
    }
    try await logIn()
  }

  /// Everybody logs in and is ready.
  func logIn() async throws {
    for (agent, name, id, _) in Self.people {
      try await events.request("agent.logIn", ["agent": .string(agent), "phone": .string(id)])
      try await events.request("agent.setStatus", ["agent": .string(agent), "status": .string("ready")])
      let state = try await self.state(of: agent)
      try screen.check(
        "\(name) is ready", state.status == "ready" && state.activity == "idle", expected: "ready, idle",
        seen: "\(state.status), \(state.activity)")
    }
  }

  func state(of agent: String) async throws -> (status: String, activity: String) {
    let list = try await events.request("agents.list").elements
    guard let found = list.first(where: { $0["agent"]?.text == agent }) else {
      throw Fault("agent \(agent) is unknown")
    }
    return (found["status"]?.text ?? "", found["activity"]?.text ?? "")
  }

  /// Waits until nobody rings, talks or wraps up; each finishes the wrap-up that she is in.
  func everybodyFinishes() async throws {
    for (agent, name, _, _) in Self.people {
      let mark = events.mark
      if try await state(of: agent).activity == "acw" {
        // It may end by itself in this very moment: then there is nothing to finish.
        _ = try await events.ask("agent.finish", ["agent": .string(agent)])
        try await isFree(agent, from: mark)
      }
      let activity = try await state(of: agent).activity
      try screen.check("\(name) is free again", activity == "idle", expected: "idle", seen: activity)
    }
  }

  @discardableResult
  func isFree(_ agent: String, from mark: Int) async throws -> ControlConnection.Received {
    try await events.notice("agent.changed", from: mark, within: .seconds(10)) {
      $0.agent == agent && $0.data("activity")?.text == "idle"
    }
  }

  /// One measured level of a tone.
  func hears(_ who: String, _ whom: String, _ tone: Double, in sound: Sound) throws {
    let level = sound.usualLevel(of: tone)
    try screen.check(
      "\(who) hears \(whom)", level > Self.heard, expected: "\(tone.text(0)) Hz above \(Self.heard.decibels)",
      seen: "\(tone.text(0)) Hz at \(level.decibels)")
  }
}
