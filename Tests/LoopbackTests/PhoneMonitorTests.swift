import Control
import LoopbackTesting
import Testing

private typealias Scene = `Supervising with real audio`.Scene
private let customer = `Supervising with real audio`.customerTone
private let agent = `Supervising with real audio`.agentTone
private let refusal = 200.0

/// The phone desk-1, at which boris has logged in, and which a test plays by hand.
private struct Desk {
  let set: SIPSocket
  let ear: RTPEndpoint
  static let tone = `Supervising with real audio`.supervisorTone

  init(_ office: Office, agent: String? = "boris") async throws {
    set = try SIPSocket(address: "127.0.0.7", peer: office.host)
    ear = try RTPEndpoint(address: "127.0.0.7", tone: Self.tone)
    if let agent {
      try await office.events.request("agent.logIn", ["agent": .string(agent), "phone": .string("desk-1")])
    }
  }

  /// Dials with the phone's password; the dialog, and what was answered.
  func dials(_ number: String, _ office: Office) async throws -> (dialog: SIPSocket.Dialog, status: Int?) {
    var dialog = SIPSocket.Dialog(
      "d\(number.utf8.reduce(0) { $0 &* 31 &+ Int($1) })", service: number, at: office.host,
      from: "<sip:desk-1@\(office.host)>")
    set.send("INVITE", in: dialog, body: set.sdp(ear.port))
    let challenge = try await set.receive(401)
    var challenged = dialog
    challenged.to = try #require(challenge.header("To"))
    set.send("ACK", in: challenged, branch: "1")
    let answer = try await DigestAnswer.header(
      "desk-1", secret: "secret-1", method: "INVITE", uri: dialog.target,
      challenge: try #require(challenge.header("WWW-Authenticate")))
    set.send(
      "INVITE", in: dialog, sequence: 2, headers: "Authorization: \(answer)", body: set.sdp(ear.port))
    let final = try await set.receive("a final answer") {
      $0.status ?? 0 >= 200 && $0.header("CSeq")?.hasPrefix("2 ") == true
    }
    let target = dialog.target
    dialog.learn(final)
    if final.status != 200 { dialog.target = target }
    set.send("ACK", in: dialog, sequence: 2, branch: final.status == 200 ? "a2" : "2")
    return (dialog, final.status)
  }

  func presses(_ key: String, _ office: Office, for type: String) async throws -> ControlConnection.Received {
    let mark = office.events.notices.count
    ear.press(key)
    return try await office.events.notice(type, from: mark)
  }
}

@Suite(.serialized, .fewAtOnce) struct `A supervisor with a phone alone` {
  private static let rights = """
    [[supervision.rights]]
    supervisor = "boris"
    agents = ["anna"]
    may = ["listen", "whisper"]
    """

  @Test func `she dials the code and an agent's number, hears, whispers by a key, and is told no where she may not`()
    async throws
  {
    let scene = try await Scene(Self.rights)
    let desk = try await Desk(scene.office)
    let (dialog, status) = try await desk.dials("*551001", scene.office)
    #expect(status == 200)
    let started = try await scene.office.events.notice("monitor.started")
    #expect(started.agent == "anna" && started.data("supervisor")?.text == "boris")
    #expect(started.data("phone")?.text == "desk-1" && started.data("follow")?.text == "agent")
    try await scene.hears(desk.ear, [customer, agent], not: [])
    try await scene.hears(scene.customer, [agent], not: [Desk.tone])
    try await scene.hears(scene.agent, [customer], not: [Desk.tone])

    #expect(try await desk.presses("5", scene.office, for: "monitor.changed").data("mode")?.text == "whisper")
    try await scene.hears(scene.agent, [customer, Desk.tone], not: [])
    try await scene.hears(scene.customer, [agent], not: [Desk.tone])

    // She has no right to that: a low tone for her alone, and all is as it was.
    for endpoint in [desk.ear, scene.customer, scene.agent] { endpoint.forget() }
    let refused = try await desk.presses("6", scene.office, for: "monitor.refused")
    #expect(refused.data("right")?.text == "barge" && refused.agent == "anna")
    // Wherever it is: it is short, and may be over by the time that somebody looks.
    _ = try await fact("the low tone is heard") {
      let sound = desk.ear.heard
      return stride(from: 0, to: max(0, sound.seconds - 0.1), by: 0.05).contains {
        sound.level(of: refusal, from: $0, for: 0.1) > -25
      } ? true : nil
    }
    for endpoint in [scene.customer, scene.agent] { #expect(endpoint.heard.level(of: refusal) < -40) }
    try await scene.hears(scene.customer, [agent], not: [Desk.tone])
    try await scene.hears(scene.agent, [customer, Desk.tone], not: [])
    try await scene.hears(desk.ear, [customer, agent], not: [])
    let answer = try await scene.office.events.ask("monitor.takeOver", ["supervisor": .string("boris")])
    #expect(answer["error"]?["message"]?.text?.contains("no right to take_over") == true)

    try await desk.set.hangUp(dialog, sequence: 5)
    let stopped = try await scene.office.events.notice("monitor.stopped")
    #expect(stopped.data("reason")?.text == "hung_up")
    try await scene.hears(scene.customer, [agent], not: [Desk.tone])
    try await scene.caller.hangUp(scene.outside)
    try await scene.phone.isHungUp()
    _ = try await scene.office.record(scene.contact)
    #expect(try Sound(wave: scene.file).level(of: Desk.tone, channel: 0) < -60)
    desk.ear.stop()
    await scene.stop()
  }

  @Test func `whoever may not, asks for nobody, or comes by a trunk, is refused with the status that says so`()
    async throws
  {
    let office = try await Office(Self.rights)
    let nobody = try await Desk(office, agent: nil)
    #expect(try await nobody.dials("*551001", office).status == 403)
    try await office.events.notice("security.refused") { $0.data("source")?.text == "phone desk-1" }
    let desk = try await Desk(office)
    #expect(try await desk.dials("*557777", office).status == 404)
    #expect(try await desk.dials("*55anna", office).status == 480)
    try await office.works("anna", at: "ext-anna")
    // Herself is nobody whom she could monitor; anna has no right at all.
    #expect(try await desk.dials("*55boris", office).status == 403)
    try await office.events.notice("monitor.refused") { $0.agent == "boris" }
    let mark = office.events.notices.count
    try await office.events.request("agent.logOut", ["agent": .string("boris")])
    try await office.events.request("agent.logIn", ["agent": .string("anna"), "phone": .string("desk-1")])
    #expect(try await desk.dials("*55boris2", office).status == 403)
    #expect(!office.events.notices[mark...].contains { $0.type.hasPrefix("monitor") })
    let trunk = try office.handPlayedCaller()
    let call = SIPSocket.Dialog("t", service: "*551001", at: office.host, from: "<sip:desk-1@127.0.0.2>")
    trunk.send("INVITE", in: call, body: trunk.sdp())
    try await trunk.receive(404)
    #expect(try await office.events.request("monitor.list").elements.isEmpty)
    await office.stop()
  }

  @Test func `she waits in silence for an agent without a call, and a client sends her elsewhere on the same leg`()
    async throws
  {
    let office = try await Office(
      """
      [supervision]
      code = "*7"
      [[supervision.rights]]
      supervisor = "boris"
      """)
    try await office.works("anna", at: "ext-anna")
    let desk = try await Desk(office)
    let (dialog, status) = try await desk.dials("*78001", office)
    #expect(status == 200)
    _ = try await fact("she waits") {
      let list = try await office.events.request("monitor.list").elements
      return list.first?["state"]?.text == "waiting" ? true : nil
    }
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let outside = try RTPEndpoint(address: "127.0.0.2", tone: customer)
    let inside = try RTPEndpoint(address: "127.0.0.3", tone: agent)
    #expect(desk.ear.heard.level(of: customer) < -60)
    var call = SIPSocket.Dialog("s", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&call, body: caller.sdp(outside.port))
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(inside.port))
    let started = try await office.events.notice("monitor.started")
    for tone in [customer, agent] { try await desk.ear.hears(tone) }

    // The same leg, another target: no phone rings, and she begins by listening there.
    let mark = office.events.notices.count
    try await office.events.request(
      "monitor.start",
      ["supervisor": .string("boris"), "contact": .string(try #require(started.contact)), "mode": .string("whisper")])
    let changed = try await office.events.notice("monitor.changed", from: mark) { $0.data("mode")?.text == "whisper" }
    #expect(changed.data("monitor") == started.data("monitor") && changed.data("follow")?.text == "contact")
    try await inside.hears(Desk.tone)
    #expect(!desk.set.take().contains { $0.method == "INVITE" })
    try await caller.hangUp(call)
    // He whom she followed is gone: her phone is hung up.
    try await desk.set.isHungUp()
    #expect(try await office.events.notice("monitor.stopped").data("reason")?.text == "contact_ended")
    _ = dialog
    for endpoint in [outside, inside, desk.ear] { endpoint.stop() }
    await office.stop()
  }
}
