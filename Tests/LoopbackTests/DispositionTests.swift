import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `What a call came to` {
  @Test func `a wrap-up waits for the disposition however long, ends with it, and the history has it`() async throws {
    let office = try await Office(
      """
      [[dispositions]]
      id = "solved"
      [[dispositions]]
      id = "sold"
      queues = []
      """, queue: "wrap_up = \"until_disposition\"", wrapUpSeconds: 1)
    func agent(_ method: String, _ more: [String: JSON] = [:]) async throws -> String? {
      try await office.events.ask(method, more.merging(["agent": .string("anna")]) { one, _ in one })["error"]?[
        "message"]?
        .text
    }
    func dispose(_ contact: String, _ code: String) async throws -> String? {
      try await office.events.ask(
        "contact.setDisposition",
        ["contact": .string(contact), "code": .string(code), "note": .string("鍵は郵便受け")])["error"]?["message"]?.text
    }
    try await office.works("anna", at: "ext-anna")
    let phone = try office.phone(.answeringPhone(after: 10), calls: 2)
    let caller = try office.caller(.patientCaller())
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await office.hangUp(contact)
    try await caller.succeeds()

    // Its time goes by; the next caller waits all the while.
    let mark = office.events.mark
    let next = try office.caller(.patientCaller(from: "<sip:0344440000@127.0.0.2>"))
    let waiting = try #require(try await office.events.notice("contact.queued", from: mark).contact)
    _ = try await fact("only the disposition is missing") {
      try await agent("agent.extendWrapUp", ["seconds": .integer(1)])?.contains("has no time") == true ? true : nil
    }
    #expect(try await agent("agent.finish")?.contains(contact) == true)
    #expect(try await dispose(contact, "sold") == "sold is no disposition of this contact: solved")
    #expect(try await office.agent("anna")?["activity"]?.text == "acw")
    #expect(!office.events.notices.dropFirst(mark).contains { $0.type == "contact.offered" })

    #expect(try await dispose(contact, "solved") == nil)
    let told = try await office.events.notice("contact.disposition", from: mark)
    #expect(told.contact == contact && told.data("code")?.text == "solved")
    let connected = try await office.events.notice("contact.connected", from: mark)
    #expect(connected.contact == waiting)
    let record = try await office.record(contact)
    #expect(record["disposition"]?.text == "solved" && record["dispositionNote"]?.text == "鍵は郵便受け")
    #expect(!office.daemon.log.contains("郵便受け"))

    // Said in the call, it leaves the time of the wrap-up, and nothing to wait for.
    #expect(try await dispose(waiting, "solved") == nil)
    try await office.hangUp(waiting)
    try await next.succeeds()
    _ = try await fact("her wrap-up is over") {
      try await office.agent("anna")?["activity"]?.text == "idle" ? true : nil
    }
    try await phone.succeeds()
    let offers = try await office.agent("anna")?["offers"]
    #expect(offers?["made"]?.whole == 2 && offers?["answered"]?.whole == 2)
    #expect(offers?["ended"]?["no_answer"]?.whole == 0)
    await office.stop()
  }
}
