import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Mishaps, and ends of the daemon` {
  @Test func `a phone that was killed is unreachable until it registers again, and the next agent has the call`()
    async throws
  {
    let office = try await Office(ringSeconds: 60)
    let ports = Ports.free(10)
    let lost = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: office.host, ports: ports, tone: 700)
    try await office.works("anna", at: "desk-1")
    await lost.process.stop(9)
    try await office.works("boris", at: "ext-boris")
    let mark = office.events.mark
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var dialog = SIPSocket.Dialog("v", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    #expect(try await office.events.notice("contact.offered", from: mark).agent == "anna")
    let invite = try await phone.receive("the call for boris", within: .seconds(30)) { $0.method == "INVITE" }
    _ = try await phone.take(invite, body: phone.sdp())
    #expect(try await office.events.notice("contact.connected", from: mark).agent == "boris")
    let ends = office.events.notices.dropFirst(mark).filter { $0.type == "contact.offerEnded" }
    #expect(ends.map { $0.data("reason")?.text } == ["unreachable"])
    #expect(ends.first?.agent == "anna")
    // No fault of hers, and no call for her while nothing rings there.
    let anna = try await office.agent("anna")
    #expect(anna?["status"]?.text == "ready")
    #expect(anna?["activity"]?.text == "unreachable")
    let back = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: office.host, ports: ports, tone: 700)
    let idle = try await office.events.notice("agent.changed", from: mark) {
      $0.agent == "anna" && $0.data("activity")?.text == "idle"
    }
    #expect(idle.data("status")?.text == "ready")
    try await caller.hangUp(dialog)
    try await phone.isHungUp()
    await back.stop()
    await office.stop()
  }

  @Test func `an extension that does not answer at all is unreachable, and the next agent has the call`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let boris = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: office.host, ports: Ports.free(10), tone: 700)
    try await office.works("boris", at: "desk-1")
    let mark = office.events.mark
    let caller = try office.caller(.patientCaller())
    let ended = try await office.events.notice("contact.offerEnded", from: mark)
    #expect(ended.agent == "anna")
    #expect(ended.data("reason")?.text == "unreachable")
    #expect(try await office.agent("anna")?["activity"]?.text == "unreachable")
    let connected = try await office.events.notice("contact.connected", from: mark)
    #expect(connected.agent == "boris")
    try await office.hangUp(connected.contact)
    try await caller.succeeds()
    await boris.stop()
    await office.stop()
  }

  @Test func `a wrong password never registers, and an unknown user hears the same`() async throws {
    let office = try await Office()
    for user in ["desk-1", "nobody"] {
      let register = try SIPp(
        Scenario().register(user: user).receiveChallenge().register(user: user, sequence: 2, password: "wrong").receive(
          401),
        address: "127.0.0.5", port: Ports.free(4), peer: "127.0.0.1:\(office.port)")
      try await register.succeeds()
    }
    #expect(!office.events.notices.contains { $0.type == "phone.reachable" })
    await office.stop()
  }

  @Test func `SIGTERM lets a call go on for the drain time, ends it, and seals its recording`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.answeringPhone(after: 10))
    let caller = try office.caller(.patientCaller())
    let started = try await office.events.notice("recording.started")
    let path = try #require(started.data("path")?.text)
    office.daemon.process.signal(15)
    try await office.events.notice("system.draining")
    let refused = try office.caller(
      Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(503).acknowledgeFailure())
    try await refused.succeeds()
    try await caller.succeeds()
    try await phone.succeeds()
    #expect(try await office.daemon.process.waitForExit() == 0)
    #expect(try Sound(wave: path).channels.count == 2)
    #expect(office.daemon.process.output.contains("stopped"))
  }

  @Test func `a second SIGTERM does not wait for the drain time`() async throws {
    let office = try await Office(drain: 3600)
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.answeringPhone(after: 10))
    let caller = try office.caller(.patientCaller())
    try await office.events.notice("recording.started")
    office.daemon.process.signal(15)
    try await office.events.notice("system.draining")
    let dialled = try await office.events.ask("call.dial", ["agent": .string("boris"), "to": .string("0398765432")])
    #expect(dialled["error"]?["code"] == .integer(-32005))
    office.daemon.process.signal(15)
    try await caller.succeeds()
    try await phone.succeeds()
    #expect(try await office.daemon.process.waitForExit() == 0)
  }

  @Test func `a peer that never answers its BYE holds up no end of the daemon`() async throws {
    let office = try await Office(drain: 3600)
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var dialog = SIPSocket.Dialog("d", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    let invite = try await phone.receive("the call", within: .seconds(30)) { $0.method == "INVITE" }
    _ = try await phone.take(invite, body: phone.sdp())
    try await office.events.notice("contact.connected")
    office.daemon.process.signal(15)
    try await office.events.notice("system.draining")
    office.daemon.process.signal(15)
    _ = try await phone.receive("the BYE") { $0.method == "BYE" }
    #expect(try await office.daemon.process.waitForExit() == 0)
    #expect(office.daemon.log.contains("stopped"))
  }

  @Test func `while calls go on after SIGTERM, 110 on a phone's keypad still goes out, and nothing else`() async throws
  {
    let office = try await Office(drain: 3600)
    try await office.works("anna", at: "ext-anna")
    let set = try await Softphone(
      user: "desk-2", secret: "secret-2", registrar: office.host, ports: Ports.free(10), tone: 700,
      tracesMessages: true)
    let phone = try office.phone(.answeringPhone(after: 10))
    let police = try office.outside(.answeringPhone(after: 10))
    let caller = try office.caller(.patientCaller())
    try await office.events.notice("recording.started")
    office.daemon.process.signal(15)
    try await office.events.notice("system.draining")
    try set.dial("sip:8000@\(office.host)")
    try await set.process.prints("503 Service Unavailable")
    let mark = office.events.mark
    try set.dial("sip:110@\(office.host)")
    try await office.events.notice("contact.connected", from: mark)
    office.daemon.process.signal(15)
    try await caller.succeeds()
    try await phone.succeeds()
    try await police.succeeds()
    #expect(try await office.daemon.process.waitForExit() == 0)
    await set.stop()
  }

  @Test func `a second daemon on the same records does not start, and touches none of them`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.answeringPhone(after: 10))
    let caller = try office.caller(.patientCaller())
    let contact = try #require(try await office.events.notice("recording.started").contact)
    let second = try ChildProcess(
      programs() + "/tsunagid", [office.daemon.folder + "/tsunagi.toml"], in: office.daemon.folder,
      log: office.daemon.folder + "/second.log")
    #expect(try await second.waitForExit() == 1)
    #expect(second.output.contains("another daemon keeps its records"))
    let record = try await office.events.request("history.list", ["contact": .string(contact)]).elements.first
    #expect(record != nil && record?["endReason"]?.text == nil)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    try await phone.succeeds()
    await office.stop()
  }

  @Test func `killed in mid-call, the recording plays, and the next start says what was interrupted`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let started = try await office.events.notice("recording.started")
    let path = try #require(started.data("path")?.text)
    // What can be read at a moment is what a kill would leave at it.
    var (looks, worst) = (0, 0.0)
    _ = try await fact("four seconds of the call are on the recording") { () -> Bool? in
      let lived = Double(monotonicNanoseconds() - started.at) / 1e9
      let seconds = try Self.seconds(in: path)
      worst = max(worst, lived - seconds)
      looks += 1
      return seconds > 4 ? true : nil
    }
    #expect(worst < 1.0, "of \(looks) looks")
    try await ear.hears(700, for: 1.5)
    try await mouth.hears(1000, for: 1.5)
    // From here on in other tones, which both hear for a second before the kill: so both are on the recording.
    mouth.say(900)
    ear.say(1300)
    try await mouth.hears(1300)
    try await ear.hears(900, for: 1, above: -10.9)
    try await mouth.hears(1300, for: 1, above: -10.9)
    let lived = Double(monotonicNanoseconds() - started.at) / 1e9
    office.daemon.process.signal(9)
    try await office.daemon.process.waitForExit()
    let sound = try Sound(wave: path)
    #expect(sound.seconds > lived - 1.0, "\(sound.seconds) of \(lived) s")
    #expect(sound.onset(of: 1300, channel: 0) != nil)
    #expect(sound.onset(of: 900, channel: 1) != nil)
    #expect(sound.level(of: 1000, channel: 0, from: 0.5, for: 0.8) > -20)
    #expect(sound.level(of: 700, channel: 1, from: 0.5, for: 0.8) > -20)
    await caller.stop()
    await phone.stop()
    let again = try await Office(folder: office.daemon.folder, ports: office.port)
    let record = try await again.record(try #require(started.contact))
    #expect(record["endReason"]?.text == "system_failure")
    #expect(try #require(record["talkSeconds"]?.whole) >= Int64(lived - 2))
    #expect(record["recordings"]?.elements.first?["state"]?.text == "interrupted")
    // Nobody becomes ready by a crash.
    let anna = try await again.agent("anna")
    #expect(anna?["status"]?.text == "not_ready" && anna?["reason"]?.text == "restart")
    #expect(anna?["phone"]?.text == "ext-anna")
    mouth.stop()
    ear.stop()
    await again.stop()
  }

  /// As the header says, or less when it promises more than there is.
  private static func seconds(in path: String) throws -> Double {
    let bytes = try readBytes(path)
    try #require(bytes.count >= 44 && bytes[36..<40].elementsEqual("data".utf8))
    let length = (0..<4).reduce(0) { $0 | Int(bytes[40 + $1]) << (8 * $1) }
    return Double(min(length, bytes.count - 44)) / 4 / 8000
  }

  @Test func `whose turn it is by what agents did today survives a restart`() async throws {
    let rules = """
      [[agents]]
      id = "chie"
      queues = { support = 1 }
      [distribution]
      counter_window = "day"
      """
    let office = try await Office(rules, queue: "strategy = \"fewest_calls\"", wrapUpSeconds: 0)
    try await office.works("anna", at: "ext-anna")
    try await office.works("chie", at: "ext-boris")
    let phone = try office.phone(.answeringPhone())
    let caller = try office.caller(.patientCaller())
    let connected = try await office.events.notice("contact.connected")
    #expect(connected.agent == "anna")
    try await office.hangUp(connected.contact)
    try await caller.succeeds()
    try await phone.succeeds()
    try await office.events.notice("contact.ended")
    await office.stop()
    let again = try await Office(
      rules, queue: "strategy = \"fewest_calls\"", wrapUpSeconds: 0, folder: office.daemon.folder, ports: office.port)
    // Of equals Anna would be the longest idle.
    try await again.works("anna", at: "ext-anna")
    try await again.works("chie", at: "ext-boris")
    let next = try again.phone(.ringingPhone())
    let late = try again.caller(.patientCaller())
    let offered = try await again.events.notice("contact.offered")
    #expect(offered.agent == "chie")
    await late.stop()
    await next.stop()
    await again.stop()
  }

  @Test func `registrations survive a restart`() async throws {
    let office = try await Office()
    let phone = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: "127.0.0.1:\(office.port)", ports: Ports.free(10), tone: 700)
    try await office.events.notice("phone.reachable")
    await office.stop()
    let again = try await Office(folder: office.daemon.folder, ports: office.port)
    try await again.works("anna", at: "desk-1")
    let caller = try again.caller(.patientCaller())
    let connected = try await again.events.notice("contact.connected")
    try await again.events.request("call.hangUp", ["contact": .string(try #require(connected.contact))])
    try await caller.succeeds()
    await phone.stop()
    await again.stop()
  }
}

extension Scenario {
  /// REGISTER, with credentials when there is a password.
  func register(user: String, sequence: Int = 1, password: String? = nil) -> Scenario {
    let credentials = password.map { "\n[authentication username=\(user) password=\($0)]" } ?? ""
    return send(
      """
      REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:\(user)@[remote_ip]:[remote_port]>;tag=[pid]SIPp[call_number]
      To: <sip:\(user)@[remote_ip]:[remote_port]>
      Call-ID: [call_id]
      CSeq: \(sequence) REGISTER
      Contact: <sip:\(user)@[local_ip]:[local_port]>
      Expires: 300\(credentials)
      Max-Forwards: 70
      Content-Length: 0

      """)
  }
}

extension String {
  /// The session descriptions that the daemon sent, of a SIPp message log.
  var descriptions: [String] {
    split(separator: "message received").dropFirst().compactMap { part in
      let message = part.split(separator: "-----------------------------------------------", maxSplits: 1).first ?? ""
      return message.contains("m=audio") ? String(message).filter { $0 != "\r" } : nil
    }
  }
}
