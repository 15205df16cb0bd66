import Control
import LoopbackTesting
import Testing

@Suite(.serialized) struct `Inbound calls with real peers` {
  @Test func `a caller is answered by a registered phone, both hear each other, and each is in her channel`()
    async throws
  {
    let office = try await Office()
    let phone = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: "127.0.0.1:\(office.port)", ports: Ports.free(10), tone: 700)
    try await office.events.notice("phone.reachable")
    try await office.works("anna", at: "desk-1")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.ordinaryCaller(talks: 3000), audio: ear.port)
    let arrived = try await office.events.notice("contact.arrived")
    let contact = try #require(arrived.contact)
    try await office.events.notice("contact.connected")
    try await ear.hears(700)
    try await caller.succeeds()
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
    #expect(sound.seconds > 2.5)
    #expect(sound.level(of: 1000, channel: 0, from: 1, for: 1) > -20)
    #expect(sound.level(of: 700, channel: 1, from: 1, for: 1) > -20)
    #expect(sound.level(of: 700, channel: 0, from: 1, for: 1) < -50)
    #expect(sound.level(of: 1000, channel: 1, from: 1, for: 1) < -50)
    let heard = try await phone.heard()
    #expect(heard.level(of: 1000, from: 1, for: 1) > -25)
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
    (302, "Moved Temporarily", "declined"),
  ])
  func `a phone that refuses passes the call on`(status: Int, text: String, word: String) async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let headers = status == 302 ? "Contact: <sip:elsewhere@127.0.0.9>" : ""
    let phone = try office.phone(.refusingPhone(status, text, headers: headers))
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

  @Test func `a caller who hangs up while queued, and one while a phone rings, are abandoned`() async throws {
    let office = try await Office()
    let queued = try office.caller(.ordinaryCaller(talks: 300))
    try await queued.succeeds()
    let first = try await office.events.notice("contact.ended")
    #expect(first.data("reason")?.text == "abandoned")
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.ringingPhone())
    let mark = office.events.mark
    let ringing = try office.caller(.ordinaryCaller(talks: 700))
    try await office.events.notice("contact.ringing", from: mark)
    try await ringing.succeeds()
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
    let caller = try office.caller(
      Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(180).pause(milliseconds: 300)
        .cancel().receive(200).receive(487).acknowledgeFailure(), service: "8001")
    try await caller.succeeds()
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
