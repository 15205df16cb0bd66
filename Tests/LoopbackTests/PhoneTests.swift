import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Phones of our own` {
  @Test func `two sets of one phone both ring: the first to answer has the call, the other is told so`() async throws {
    let office = try await Office()
    let sets = [
      try await Softphone(
        user: "desk-1", secret: "secret-1", registrar: office.host, ports: Ports.free(10), tone: 700, answer: .manual,
        tracesMessages: true),
      try await Softphone(
        user: "desk-1", secret: "secret-1", registrar: office.host, ports: Ports.free(10), tone: 600, answer: .manual,
        tracesMessages: true),
    ]
    try await office.works("anna", at: "desk-1")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    for set in sets { try await set.process.prints("SIP/2.0 180 Ringing") }
    try sets[1].accept()
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(600)
    #expect(ear.heard(last: 0.3).level(of: 700) < -45)
    try await sets[0].process.prints("Reason: SIP;cause=200")
    try await sets[0].process.prints("487 Request Terminated")
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    #expect(office.events.notices.count { $0.type == "contact.offered" } == 1)
    ear.stop()
    for set in sets { await set.stop() }
    await office.stop()
  }

  @Test func `a registered phone dials the queue with its password, and is a caller under its own name`() async throws {
    let office = try await Office()
    let phone = try await Softphone(
      user: "desk-2", secret: "secret-2", registrar: office.host, ports: Ports.free(10), tone: 1000,
      tracesMessages: true)
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let agent = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    try phone.dial("sip:8000@\(office.host)")
    let arrived = try await office.events.notice("contact.arrived")
    #expect(arrived.data("caller")?["display"]?.text == "desk-2")
    #expect(arrived.data("caller")?["verified"] == .bool(true))
    try await office.events.notice("contact.connected")
    try await mouth.hears(1000)
    try phone.hangUp()
    try await agent.succeeds()
    #expect(phone.process.output.contains("SIP/2.0 401 Unauthorized"))
    #expect(try await office.events.notice("contact.ended").data("reason")?.text == "caller_hung_up")
    mouth.stop()
    await phone.stop()
    await office.stop()
  }

  @Test func `a phone with nobody logged in dials 110 on its keypad: both hear each other, and it is recorded`()
    async throws
  {
    let office = try await Office()
    let phone = try await Softphone(
      user: "desk-2", secret: "secret-2", registrar: office.host, ports: Ports.free(10), tone: 700,
      tracesMessages: true)
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let police = try office.outside(.answeringPhone(after: 200), audio: ear.port)
    try phone.dial("sip:110@\(office.host)")
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await phone.process.prints("SIP/2.0 180 Ringing")
    try await ear.hears(700)
    try phone.hangUp()
    try await police.succeeds()
    #expect(police.messages.contains("INVITE sip:110@") && police.messages.contains("<sip:0398765432@"))
    let record = try await office.record(contact)
    #expect(record["endReason"]?.text == "agent_hung_up" && record["recordings"]?.elements.count == 1)
    ear.stop()
    await phone.stop()
    await office.stop()
  }

  @Test func `a call under a phone's name without its password never rings, nor one with a wrong password`()
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let forger = try SIPSocket(address: "127.0.0.9", peer: office.host)
    var dialog = SIPSocket.Dialog("forged", service: "8000", at: office.host, from: "<sip:desk-1@\(office.host)>")
    forger.send("INVITE", in: dialog, body: forger.sdp())
    let refused = try await forger.receive(401)
    dialog.to = try #require(refused.header("To"))
    forger.send("ACK", in: dialog, branch: "1")
    let answer = try await DigestAnswer.header(
      "desk-1", secret: "guessed", method: "INVITE", uri: dialog.target,
      challenge: try #require(refused.header("WWW-Authenticate")))
    dialog.to = "<sip:8000@\(office.host)>"
    forger.send("INVITE", in: dialog, sequence: 2, headers: "Authorization: \(answer)", body: forger.sdp())
    try await forger.receive(401)
    // One who knows one phone's password is not another phone.
    let second = SIPSocket.Dialog("second", service: "8000", at: office.host, from: "<sip:desk-1@\(office.host)>")
    let challenge = try await challenge(forger, second)
    let own = try await DigestAnswer.header(
      "desk-2", secret: "secret-2", method: "INVITE", uri: second.target, challenge: challenge)
    forger.send("INVITE", in: second, sequence: 2, headers: "Authorization: \(own)", body: forger.sdp())
    try await forger.receive(403)
    try await office.events.notice("security.refused") { $0.data("source")?.text?.hasPrefix("127.0.0.9") == true }
    #expect(!office.events.notices.contains { $0.type == "contact.arrived" })
    await office.stop()
  }

  private func challenge(_ socket: SIPSocket, _ dialog: SIPSocket.Dialog) async throws -> String {
    socket.send("INVITE", in: dialog, body: socket.sdp())
    return try #require(try await socket.receive(401).header("WWW-Authenticate"))
  }

  @Test func `a phone of SHA-256 registers and calls by it, and by nothing less`() async throws {
    let office = try await Office(
      """
      [[phones]]
      id = "safe"
      secret = "a long secret"
      digest = "sha-256"
      """)
    let set = try SIPSocket(address: "127.0.0.7", peer: office.host)
    let dialog = SIPSocket.Dialog("md5", service: "8000", at: office.host, from: "<sip:safe@\(office.host)>")
    let offered = try await challenge(set, dialog)
    #expect(offered.contains("algorithm=SHA-256"))
    let weak = try await DigestAnswer.header(
      "safe", secret: "a long secret", method: "INVITE", uri: dialog.target, challenge: offered)
    set.send("INVITE", in: dialog, sequence: 2, headers: "Authorization: \(weak)", body: set.sdp())
    try await set.receive(401)
    try await office.register("safe", secret: "a long secret", at: set, sum: "sha256sum")
    let reachable = try await office.events.notice("phone.reachable")
    #expect(reachable.data("phone")?.text == "safe")

    var call = SIPSocket.Dialog("safe", service: "8000", at: office.host, from: "<sip:safe@\(office.host)>")
    let challenge = try await challenge(set, call)
    let strong = try await DigestAnswer.header(
      "safe", secret: "a long secret", method: "INVITE", uri: call.target, challenge: challenge, sum: "sha256sum")
    set.send("INVITE", in: call, sequence: 2, headers: "Authorization: \(strong)", body: set.sdp())
    call.learn(try await set.receive(200))
    set.send("ACK", in: call, sequence: 2, branch: "a")
    #expect(try await office.events.notice("contact.arrived").data("caller")?["display"]?.text == "safe")
    set.send("BYE", in: call, sequence: 3)
    try await set.receive(200, to: "BYE")
    await office.stop()
  }
}
