import Control
import LoopbackTesting
import Testing

@Suite(.serialized) struct `Holding, and ends that go wrong` {
  @Test(arguments: ["sendonly", "inactive"]) func `a phone that holds gives the caller music, and comes back`(
    direction: String
  ) async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(
      Scenario().receiveInvite().respond(180, "Ringing").respond(200, "OK", sdp: Scenario.sdp(), retransmits: true)
        .receive(request: "ACK").pause(milliseconds: 1200)
        .reinviteAsCalled(sequence: 1, sdp: Scenario.sdp(direction)).pause(milliseconds: 2000)
        .reinviteAsCalled(sequence: 2, sdp: Scenario.sdp()).receive(request: "BYE").confirm(), audio: mouth.port)
    let caller = try office.caller(.ordinaryCaller(talks: 6000), audio: ear.port)
    try await office.events.notice("contact.connected")
    try await ear.hears(700)
    try await office.events.notice("contact.held")
    #expect(try await office.agent("anna")?["activity"]?.text == "holding")
    _ = try await fact("the caller hears music instead of the agent") { () -> Bool? in
      let sound = ear.heard(last: 0.5)
      let loudest = sound.channels[0].map { abs(Int($0)) }.max() ?? 0
      return loudest > 300 && sound.level(of: 700) < -45 ? true : nil
    }
    try await office.events.notice("contact.retrieved")
    try await ear.hears(700)
    try await caller.succeeds()
    try await phone.succeeds()
    #expect(phone.messages.descriptions.allSatisfy { $0.occurrences(of: "\nm=") == 1 })
    mouth.stop()
    ear.stop()
    await office.stop()
  }

  @Test func `a caller who holds with an address of zero, and an INVITE without a description, are understood`()
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let nowhere = Scenario.sdp().split(separator: "\n").map { $0.hasPrefix("c=") ? "c=IN IP4 0.0.0.0" : String($0) }
      .joined(separator: "\n")
    let caller = try office.caller(
      Scenario().invite(caller: Office.caller, sdp: nil).receive(100, optional: true).receive(200)
        .acknowledge(sdp: Scenario.sdp()).pause(milliseconds: 1000).reinvite(sequence: 2, sdp: nowhere)
        .pause(milliseconds: 500).reinvite(sequence: 3, sdp: nil).pause(milliseconds: 1500).bye(sequence: 4),
      audio: ear.port)
    try await office.events.notice("contact.connected")
    try await office.events.notice("contact.held")
    try await office.events.notice("contact.retrieved")
    try await ear.hears(700)
    try await caller.succeeds()
    try await phone.succeeds()
    ear.stop()
    mouth.stop()
    await office.stop()
  }

  @Test func `a caller whose ACK is lost is let go, and the agent is free of her`() async throws {
    let office = try await Office()
    let caller = try office.caller(
      Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(200).swallow200())
    let arrived = try await office.events.notice("contact.arrived")
    let ended = try await office.events.notice("contact.ended", within: .seconds(50))
    #expect(ended.contact == arrived.contact)
    await caller.stop()
    await office.stop()
  }

  @Test func `a phone that has vanished is unreachable, and the next agent is rung`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let boris = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: "127.0.0.1:\(office.port)", ports: Ports.free(10), tone: 700)
    try await office.events.notice("phone.reachable")
    try await office.works("boris", at: "desk-1")
    let mark = office.events.mark
    let caller = try office.caller(.patientCaller())
    let ended = try await office.events.notice("contact.offerEnded", from: mark)
    #expect(ended.data("reason")?.text == "no_answer" || ended.data("reason")?.text == "unreachable")
    let connected = try await office.events.notice("contact.connected", from: mark)
    #expect(connected.agent == "boris")
    try await office.events.request("call.hangUp", ["contact": .string(try #require(connected.contact))])
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

  @Test func `killed in mid-call, the recording plays, and the next start says what was interrupted`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let started = try await office.events.notice("recording.started")
    let path = try #require(started.data("path")?.text)
    try await ear.hears(700, for: 2.5)
    let lived = Double(monotonicNanoseconds() - started.at) / 1e9
    office.daemon.process.signal(9)
    try await office.daemon.process.waitForExit()
    let sound = try Sound(wave: path)
    #expect(sound.seconds > lived - 1.2, "\(sound.seconds) of \(lived) s")
    #expect(sound.level(of: 1000, channel: 0, from: sound.seconds - 1, for: 0.8) > -20)
    #expect(sound.level(of: 700, channel: 1, from: sound.seconds - 1, for: 0.8) > -20)
    await caller.stop()
    await phone.stop()
    let again = try await Office(folder: office.daemon.folder, ports: office.port)
    let record = try await again.record(try #require(started.contact))
    #expect(record["endReason"]?.text == "system_failure")
    #expect(record["recordings"]?.elements.first?["state"]?.text == "interrupted")
    #expect(try await again.agent("anna")?["status"]?.text == "logged_out")
    mouth.stop()
    ear.stop()
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
  /// Re-INVITE from the side that was called, its 200, and ACK.
  func reinviteAsCalled(sequence: Int, sdp: String) -> Scenario {
    let dialog = """
      From: <sip:phone@[local_ip]:[local_port]>;tag=[pid]SIPp[call_number]
      To:[$from]
      Call-ID: [call_id]
      """
    return send(
      """
      INVITE [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      \(dialog)
      CSeq: \(sequence) INVITE
      Contact: <sip:phone@[local_ip]:[local_port];transport=[transport]>
      Max-Forwards: 70
      Content-Type: application/sdp
      Content-Length: [len]

      \(sdp)
      """, retransmits: true
    ).receive(100, optional: true).receive(200).send(
      """
      ACK [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      \(dialog)
      CSeq: \(sequence) ACK
      Max-Forwards: 70
      Content-Length: 0

      """)
  }

  /// Takes retransmissions of the 200 without a word, until the other side gives up with a BYE.
  func swallow200() -> Scenario { receive(request: "BYE").confirm() }

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
