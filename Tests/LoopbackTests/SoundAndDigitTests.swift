import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Codecs and digits` {
  @Test(arguments: ["PCMA/8000/1", "G722/16000/1", "opus/48000/2"])
  func `a phone of another codec than the caller's hears her, and is heard`(codec: String) async throws {
    let office = try await Office()
    let phone = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: office.host, ports: Ports.free(10), tone: 700, codec: codec,
      tracesMessages: true)
    try await office.works("anna", at: "desk-1")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(700, for: 1)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    let name = codec.split(separator: "/")[0]
    #expect(phone.process.output.contains("Set audio encoder: \(name) "), "\(phone.process.tail)")
    try await phone.hasHeard(1000, but: 700)
    ear.stop()
    await phone.stop()
    await office.stop()
  }

  @Test func `the keys that an agent presses reach the machine that she has dialled`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let machine = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let number = try office.outside(.answeringPhone(after: 10), audio: machine.port)
    let done = try await office.events.request("call.dial", ["agent": .string("anna"), "to": .string("03-2222-3333")])
    try await office.events.notice("contact.connected")
    try await mouth.hears(1000)
    mouth.press("1907*#4")
    _ = try await fact("the machine has heard seven keys; it heard \(machine.keys)") {
      machine.keys.count >= 7 ? true : nil
    }
    #expect(machine.keys == "1907*#4")
    try await office.events.request("call.hangUp", ["contact": try #require(done["contact"])])
    try await number.succeeds()
    try await phone.succeeds()
    mouth.stop()
    machine.stop()
    await office.stop()
  }

  @Test func `a phone whose audio does not reach us is told as one way, then as silent, and the caller as flowing`()
    async throws
  {
    let office = try await Office(sip: "silent_seconds = 11")
    try await office.works("anna", at: "ext-anna")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10))
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    let told = try await fact("three changes of audio are told", within: .seconds(60)) {
      let told = office.events.notices.filter { $0.type == "contact.audio" }
      return told.count >= 3 ? told : nil
    }
    let expected = ["outside flowing", "agent one_way", "agent silent"]
    #expect(told.map { "\($0.data("side")?.text ?? "") \($0.data("state")?.text ?? "")" } == expected)
    #expect(told.allSatisfy { $0.contact == contact })
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    try await phone.succeeds()
    ear.stop()
    await office.stop()
  }

  @Test func `each key that a caller presses is told once, in order`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10))
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(0, for: 0.1, above: -121)
    ear.press("15*#0955")
    _ = try await fact("eight keys are told") {
      office.events.notices.count { $0.type == "contact.digit" } >= 8 ? true : nil
    }
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    try await phone.succeeds()
    let digits = office.events.notices.filter { $0.type == "contact.digit" }
    #expect(digits.compactMap { $0.data("digit")?.text }.joined() == "15*#0955")
    #expect(digits.allSatisfy { $0.contact == contact })
    ear.stop()
    await office.stop()
  }
}
