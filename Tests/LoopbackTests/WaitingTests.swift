import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Waiting callers` {
  @Test func `with early media a caller hears music before any 200, which only the agent's answer brings`() async throws
  {
    let office = try await Office(queue: "answer = \"early-media\"\nlongest_wait_seconds = 100")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let caller = try office.caller(
      Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(183).receive(200).acknowledge()
        .receive(request: "BYE").confirm(), audio: ear.port)
    try await office.events.notice("contact.queued")
    try await ear.hearsMusic(insteadOf: 700)
    #expect(!caller.messages.contains("SIP/2.0 200"))
    let phone = try office.phone(.answeringPhone(after: 100), audio: mouth.port)
    try await office.works("anna", at: "ext-anna")
    try await ear.hears(700)
    try await mouth.hears(1000)
    try await office.hangUp(try await office.events.notice("contact.connected").contact)
    try await caller.succeeds()
    try await phone.succeeds()
    #expect(caller.messages.descriptions.count >= 1)
    mouth.stop()
    ear.stop()
    await office.stop()
  }

  @Test func `a CANCEL from early media gets its 487, and the caller has abandoned`() async throws {
    let office = try await Office(queue: "answer = \"early-media\"\nlongest_wait_seconds = 100")
    let caller = try office.caller(
      Scenario().invite(caller: Office.caller).receive(100, optional: true).receive(183)
        .cancel().receive(200).receive(487).acknowledgeFailure())
    try await caller.succeeds()
    let ended = try await office.events.notice("contact.ended")
    #expect(ended.data("reason")?.text == "abandoned")
    #expect(try await office.record(#require(ended.contact))["endReason"]?.text == "abandoned")
    await office.stop()
  }

  @Test func `three callers for two agents: the third hears music until an agent finishes her wrap-up`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    try await office.works("boris", at: "ext-boris")
    let phones = try office.phone(.answeringPhone(after: 10), calls: 3)
    let first = try office.caller(.patientCaller(from: "<sip:0311110001@127.0.0.2>"))
    let one = try await office.events.notice("contact.connected")
    let second = try office.caller(.patientCaller(from: "<sip:0311110002@127.0.0.2>"))
    let other = try await office.events.notice("contact.connected") { $0.contact != one.contact }
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let mark = office.events.mark
    let third = try office.caller(.patientCaller(from: "<sip:0311110003@127.0.0.2>"), audio: ear.port)
    let waiting = try #require(try await office.events.notice("contact.queued", from: mark).contact)
    try await ear.hearsMusic(insteadOf: 700)
    let calls = try await office.events.request("calls.list").elements.filter { $0["estimatedWait"] != nil }
    #expect(calls.map { $0["contact"]?.text } == [waiting])
    let queue = try #require(try await office.events.request("queues.list").elements.first)
    #expect(
      queue["estimatedWait"]?["p90Seconds"]?.whole ?? 0 > calls.first?["estimatedWait"]?["p90Seconds"]?.whole ?? 0)
    try await office.events.request("call.hangUp", ["contact": .string(try #require(one.contact))])
    try await first.succeeds()
    let agent = try #require(one.agent)
    #expect(try await office.agent(agent)?["activity"]?.text == "acw")
    #expect(!office.events.notices.contains { $0.type == "contact.offered" && $0.contact == waiting })
    try await office.events.request("agent.finish", ["agent": .string(agent)])
    let picked = try await office.events.notice("contact.connected") { $0.contact == waiting }
    #expect(picked.agent == agent)
    for contact in [waiting, try #require(other.contact)] {
      try await office.events.request("call.hangUp", ["contact": .string(contact)])
    }
    try await second.succeeds()
    try await third.succeeds()
    try await phones.succeeds()
    ear.stop()
    await office.stop()
  }

  @Test func `a greeting is heard by whoever comes into the queue`() async throws {
    let greeting = try temporaryFolder("greeting") + "/greeting.wav"
    try writeWave(tone: 1500, seconds: 1.2, to: greeting)
    let office = try await Office(queue: "greeting = \"\(greeting)\"")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    try await ear.hears(1500)
    try await ear.hearsMusic(insteadOf: 1500)
    try await office.hangUp(try await office.events.notice("contact.queued").contact)
    try await caller.succeeds()
    ear.stop()
    await office.stop()
  }
}
