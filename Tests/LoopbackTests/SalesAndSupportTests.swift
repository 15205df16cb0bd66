import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `The sales and support floor of the examples` {
  private let support = "0312345600"
  private let sales = "0312345601"

  private func away(_ agent: String, _ reason: String, _ office: Office) async throws {
    try await office.events.request(
      "agent.setStatus", ["agent": .string(agent), "status": .string("away"), "reason": .string(reason)])
  }

  /// Calls, and brings the contact when it waits.
  private func waits(
    _ office: Office, _ caller: SIPSocket, _ dialog: inout SIPSocket.Dialog
  ) async throws -> String {
    let mark = office.events.mark
    try await caller.call(&dialog, body: caller.sdp())
    return try #require(try await office.events.notice("contact.queued", from: mark).contact)
  }

  @Test func `a call ends with its disposition, and then gold goes before who came earlier`() async throws {
    let office = try await Office(example: "sales-and-support")
    let (caller, floor) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("2001", at: "ext-2001")
    var talking = office.dialog("t", to: support, from: "0322220000")
    let contact = try await waits(office, caller, &talking)
    _ = try await floor.take(try await floor.invite(to: "2001"), body: floor.sdp())
    var (plain, gold) = (
      office.dialog("p", to: support, from: "0322220001"), office.dialog("g", to: support, from: "0312340001")
    )
    _ = try await waits(office, caller, &plain)
    let goldContact = try await waits(office, caller, &gold)
    _ = try await fact("the gold customer is known") { () -> Bool? in
      try await office.events.request("calls.list").elements.contains { $0["customer"]?.text == "山田 太郎" }
        ? true : nil
    }
    try await caller.hangUp(talking)
    try await floor.isHungUp()
    try await office.agent("2001", is: "acw")
    // Not over by a word of hers, and not by a code of the other queue.
    #expect(try await office.events.ask("agent.finish", ["agent": .string("2001")])["error"] != nil)
    func disposition(_ code: String) -> [String: JSON] { ["contact": .string(contact), "code": .string(code)] }
    #expect(try await office.events.ask("contact.setDisposition", disposition("sold"))["error"] != nil)
    try await office.agent("2001", is: "acw")
    try await office.events.request("contact.setDisposition", disposition("solved"))
    #expect(try await floor.invite(to: "2001").header("X-Tsunagi-Contact") == goldContact)
    await office.stop()
  }

  @Test func `who knows the product is waited for, and after a step a beginner will do`() async throws {
    let office = try await Office(
      example: "sales-and-support", Replacement(table: "[[queues.steps]]", key: "seconds", value: "2"))
    let (caller, floor) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("2002", at: "ext-2002")
    #expect(
      try await office.events.ask("agent.setStatus", ["agent": .string("2002"), "status": .string("away")])[
        "error"]
        != nil, "without a reason")
    try await away("2002", "lunch", office)
    try await office.works("2003", at: "ext-2003")
    var dialog = office.dialog("s", to: support, from: "0322220001")
    let contact = try await waits(office, caller, &dialog)
    _ = try await floor.take(try await floor.invite(to: "2003"), body: floor.sdp())
    let queued = try await office.events.notice("contact.queued").event["monotonic"]?.whole ?? 0
    let offered = try await office.events.notice("contact.offered").event["monotonic"]?.whole ?? 0
    #expect(offered - queued >= 2_000_000)
    let why = try await office.events.request("distribution.explain", ["contact": .string(contact)])
    #expect(why["decisions"]?.elements.compactMap { $0["outcome"]?.text } == ["waits", "relaxed", "offered"])
    try await caller.hangUp(dialog)
    try await floor.isHungUp()
    await office.stop()
  }

  @Test func `whom support lets wait too long goes to sales, before those who called there later`() async throws {
    let office = try await Office(
      example: "sales-and-support",
      Replacement(table: "[[queues]]", id: "support", key: "longest_wait_seconds", value: "2"))
    let (caller, floor) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var (early, late) = (
      office.dialog("e", to: support, from: "0322220001"), office.dialog("l", to: sales, from: "0322220002")
    )
    let contact = try await waits(office, caller, &early)
    _ = try await waits(office, caller, &late)
    let overflowed = try await office.events.notice("contact.overflowed")
    #expect(overflowed.data("to")?.text == "sales" && overflowed.contact == contact)
    try await office.events.notice("contact.queued") { $0.contact == contact && $0.event["queue"]?.text == "sales" }
    try await office.works("2102", at: "ext-2102")
    #expect(try await floor.invite(to: "2102").header("X-Tsunagi-Contact") == contact)
    await office.stop()
  }
}
