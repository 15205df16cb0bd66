import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Click to dial with real peers` {
  private func dial(_ office: Office, _ number: String = "03-2222-3333") async throws -> String {
    let done = try await office.events.request("call.dial", ["agent": .string("anna"), "to": .string(number)])
    return try #require(done["contact"]?.text)
  }

  @Test func `the agent's phone, then the number with our caller number, then both talk and are recorded`() async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let far = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 100), audio: mouth.port)
    let number = try office.handPlayedNumber()
    let contact = try await dial(office)
    let invite = try await number.receive(request: "INVITE")
    let call = try await number.take(invite, body: number.sdp(far.port))
    try await office.events.notice("contact.connected")
    try await mouth.hears(1000)
    try await far.hears(700)
    try await number.hangUp(call)
    try await phone.succeeds()
    let record = try await office.record(contact)
    #expect(record["direction"]?.text == "outbound")
    #expect(record["endReason"]?.text == "caller_hung_up")
    #expect(record["recordings"]?.elements.count == 1)
    #expect(invite.text.hasPrefix("INVITE sip:0322223333@127.0.0.2"))
    #expect(invite.header("From")?.contains("<sip:0398765432@") == true)
    let types = office.events.notices.filter { $0.contact == contact }.map(\.type)
    #expect(try #require(types.firstIndex(of: "popup")) < #require(types.firstIndex(of: "contact.offered")))
    mouth.stop()
    far.stop()
    await office.stop()
  }

  @Test func `the number's network speaks before it answers: the agent hears it, and lets it go`()
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let far = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let number = try office.outside(.speakingNetwork(), audio: far.port)
    let contact = try await dial(office)
    try await mouth.hears(1000)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await number.succeeds()
    try await phone.succeeds()
    let ended = try await office.events.notice("contact.ended") { $0.contact == contact }
    #expect(ended.data("stage")?.text == "dialing_number")
    mouth.stop()
    far.stop()
    await office.stop()
  }

  @Test func `refused by the agent's phone: the number is never dialled`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.refusingPhone(603, "Decline"))
    let contact = try await dial(office)
    let ended = try await office.events.notice("contact.ended") { $0.contact == contact }
    #expect(ended.data("reason")?.text == "declined")
    #expect(ended.data("stage")?.text == "ringing_agent")
    try await phone.succeeds()
    #expect(!office.events.notices.contains { $0.type == "contact.dialing" })
    await office.stop()
  }

  @Test func `busy at the far end: the agent's phone is let go, and told why`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.answeringPhone(after: 10))
    let number = try office.outside(.refusingPhone(486, "Busy Here"))
    let contact = try await dial(office)
    let ended = try await office.events.notice("contact.ended") { $0.contact == contact }
    #expect(ended.data("reason")?.text == "busy")
    #expect(ended.data("stage")?.text == "dialing_number")
    try await number.succeeds()
    try await phone.succeeds()
    #expect(try await office.agent("anna")?["activity"]?.text == "idle")
    await office.stop()
  }

  @Test func `cancelled while the number rings: both ends are let go`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.answeringPhone(after: 10))
    let number = try office.outside(.ringingPhone())
    let contact = try await dial(office)
    try await office.events.notice("contact.dialing")
    _ = try await fact("the number rings") { number.messages.contains("180 Ringing") ? true : nil }
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    let ended = try await office.events.notice("contact.ended") { $0.contact == contact }
    #expect(ended.data("reason")?.text == "hung_up_by_command")
    try await number.succeeds()
    try await phone.succeeds()
    await office.stop()
  }

  @Test func `premium numbers are refused, emergency numbers never`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let refused = try await office.events.ask("call.dial", ["agent": .string("anna"), "to": .string("0990-123-456")])
    #expect(refused["error"]?["message"]?.text?.isEmpty == false)
    let phone = try office.phone(.answeringPhone(after: 10))
    let police = try office.outside(.phoneThatHangsUp(after: 200))
    _ = try await dial(office, "184110")
    try await police.succeeds()
    try await phone.succeeds()
    #expect(police.messages.contains("INVITE sip:110@"))
    #expect(!police.messages.contains("Privacy"))
    await office.stop()
  }
}
