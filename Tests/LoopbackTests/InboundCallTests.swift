import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Inbound calls with real peers` {
  @Test func `a caller is answered by a registered phone, both hear each other, and each is in her channel`()
    async throws
  {
    let office = try await Office()
    let phone = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: "127.0.0.1:\(office.port)", ports: Ports.free(10), tone: 700)
    try await office.events.notice("phone.reachable")
    try await office.works("anna", at: "desk-1")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.handPlayedCaller()
    var dialog = SIPSocket.Dialog("c", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp(ear.port))
    let arrived = try await office.events.notice("contact.arrived")
    let contact = try #require(arrived.contact)
    try await office.events.notice("contact.connected")
    try await ear.hears(700)
    let file = try #require(try await office.events.notice("recording.started").data("path")?.text)
    _ = try await fact("two seconds of both are on the recording") { () -> Bool? in
      guard let sound = try? Sound(wave: file), sound.seconds > 3 else { return nil }
      return sound.level(of: 1000, channel: 0, from: 1) > -20 && sound.level(of: 700, channel: 1, from: 1) > -20
        ? true : nil
    }
    try await caller.hangUp(dialog)
    let record = try await office.record(contact)
    #expect(record["endReason"]?.text == "caller_hung_up")
    #expect(record["customerName"]?.text == "山田 太郎")

    let types = office.events.notices.filter { $0.contact == contact }.map(\.type)
    let popUp = try #require(types.firstIndex(of: "popup"))
    let offered = try #require(types.firstIndex(of: "contact.offered"))
    #expect(popUp < offered, "\(types)")

    let path = try #require(record["recordings"]?.elements.first?["path"]?.text)
    let sound = try await fact("the recording is sealed") { () -> Sound? in
      let state = try await office.record(contact)["recordings"]?.elements.first?["state"]?.text
      return state == "sealed" ? try Sound(wave: path) : nil
    }
    #expect(sound.channels.count == 2)
    #expect(path == file)
    #expect(sound.seconds > 3)
    #expect(sound.level(of: 1000, channel: 0, from: 1, for: 2) > -20)
    #expect(sound.level(of: 700, channel: 1, from: 1, for: 2) > -20)
    #expect(sound.level(of: 700, channel: 0) < -50)
    #expect(sound.level(of: 1000, channel: 1) < -50)
    try await phone.hasHeard(1000, but: 700)
    #expect(try await office.agent("anna")?["activity"]?.text == "acw")
    ear.stop()
    await phone.stop()
    await office.stop()
  }

  @Test func `nobody answers: the next agent is rung, and the first one's phone is silent again`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    try await office.works("boris", at: "ext-boris")
    let phones = try office.phone(.ringingPhone())
    let caller = try office.caller(.patientCaller())
    try await office.events.notice("contact.ringing")
    let ended = try await office.events.notice("contact.offerEnded")
    #expect(ended.data("reason")?.text == "no_answer")
    try await phones.succeeds()
    let offered = try await office.events.notice("contact.offered") { $0.agent == "boris" }
    #expect(offered.contact == ended.contact)
    await caller.stop()
    await office.stop()
  }

  @Test(arguments: [
    (486, "Busy Here", "busy"), (603, "Decline", "declined"), (480, "Temporarily Unavailable", "unreachable"),
    (503, "Service Unavailable", "unreachable"), (600, "Busy Everywhere", "busy"),
  ])
  func `a phone that refuses passes the call on`(status: Int, text: String, word: String) async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.refusingPhone(status, text))
    let caller = try office.caller(.patientCaller())
    let ended = try await office.events.notice("contact.offerEnded")
    #expect(ended.data("reason")?.text == word)
    try await phone.succeeds()
    let contact = try #require(ended.contact)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    #expect(try await office.record(contact)["endReason"]?.text == "hung_up_by_command")
    await office.stop()
  }

  @Test(arguments: [300, 301, 302, 305, 380]) func `where a phone wants to send the call, nothing ever comes`(
    status: Int
  )
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    // It would answer: on the phones' trunk, which we may call, and on an address that we know nothing of.
    let elsewhere = try ["127.0.0.3", "127.0.0.9"].map { try SIPSocket(address: $0, peer: office.host) }
    var dialog = SIPSocket.Dialog("c", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    let invite = try await phone.receive(request: "INVITE")
    let contacts = elsewhere.map { "Contact: <sip:elsewhere@\($0.address):\($0.port)>" }.joined(separator: "\n")
    phone.respond(status, "Elsewhere", to: invite, headers: contacts)
    try await phone.receive(request: "ACK")
    let ended = try await office.events.notice("contact.offerEnded")
    #expect(ended.agent == "anna")
    #expect(ended.data("reason")?.text == "declined")
    nobodyIsCalled(at: elsewhere)
    // The call goes its usual way: to her own phone, when the retry delay is over.
    let again = try await phone.receive(request: "INVITE")
    #expect(again.header("X-Tsunagi-Contact") == ended.contact)
    phone.respond(180, "Ringing", to: again)
    try await office.events.notice("contact.ringing")
    try await caller.hangUp(dialog)
    try await phone.isCancelled(again)
    try await office.events.notice("contact.ended")
    nobodyIsCalled(at: elsewhere)
    await office.stop()
  }

  private func nobodyIsCalled(at sockets: [SIPSocket]) {
    for socket in sockets { #expect(socket.take().isEmpty, "somebody was called at \(socket.address)") }
  }

  @Test func `a caller who hangs up while queued, and one while a phone rings, are abandoned`() async throws {
    let office = try await Office()
    let caller = try office.handPlayedCaller()
    var queued = SIPSocket.Dialog("q", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&queued, body: caller.sdp())
    try await office.events.notice("contact.queued")
    try await caller.hangUp(queued)
    let first = try await office.events.notice("contact.ended")
    #expect(first.data("reason")?.text == "abandoned")
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.ringingPhone())
    let mark = office.events.mark
    var ringing = SIPSocket.Dialog("r", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&ringing, body: caller.sdp())
    try await office.events.notice("contact.ringing", from: mark)
    try await caller.hangUp(ringing)
    try await phone.succeeds()
    let second = try await office.events.notice("contact.ended", from: mark)
    #expect(second.data("reason")?.text == "abandoned")
    #expect(try await office.agent("anna")?["activity"]?.text == "idle")
    await office.stop()
  }

  @Test func `a direct call that is cancelled while the phone rings gets its 487`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.ringingPhone())
    let caller = try office.handPlayedCaller()
    var dialog = SIPSocket.Dialog("d", service: "8001", at: office.host, from: Office.caller)
    caller.send("INVITE", in: dialog, branch: "i", body: caller.sdp())
    try await caller.receive(180)
    try await office.events.notice("contact.ringing")
    caller.send("CANCEL", in: dialog, branch: "i")
    try await caller.receive(200, to: "CANCEL")
    dialog.to = try #require(try await caller.receive(487).header("To"))
    caller.send("ACK", in: dialog, branch: "i")
    try await phone.succeeds()
    #expect(try await office.events.notice("contact.ended").data("reason")?.text == "abandoned")
    await office.stop()
  }

  @Test func `the agent hangs up, and the caller gets a BYE`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.phoneThatHangsUp(after: 500))
    let caller = try office.caller(.patientCaller())
    try await phone.succeeds()
    try await caller.succeeds()
    #expect(try await office.events.notice("contact.ended").data("reason")?.text == "agent_hung_up")
    await office.stop()
  }

  @Test func `unknown numbers get 404, and strangers no service`() async throws {
    let office = try await Office()
    let lost = try office.caller(
      Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(404).acknowledgeFailure(),
      service: "9999")
    try await lost.succeeds()
    let stranger = try office.caller(
      Scenario().invite(caller: "<sip:0311112222@127.0.0.9>").receive(100, optional: true).receive(401)
        .acknowledgeFailure(),
      address: "127.0.0.9")
    try await stranger.succeeds()
    #expect(!office.events.notices.contains { $0.type == "contact.arrived" })
    await office.stop()
  }
}

extension Scenario {
  /// ACK of a failure, which belongs to the INVITE's transaction.
  func acknowledgeFailure() -> Scenario {
    send(
      """
      ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      [last_Via:]
      From: <sip:peer@[local_ip]:[local_port]>;tag=[pid]SIPp[call_number]
      [last_To:]
      Call-ID: [call_id]
      CSeq: 1 ACK
      Max-Forwards: 70
      Content-Length: 0

      """)
  }
}
