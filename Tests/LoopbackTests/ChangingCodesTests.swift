import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Codes changed by command` {
  @Test func `a disposition and a reason that were made while running are taken, and outlive kill -9`() async throws {
    let codes = "[[reasons]]\nid = \"lunch\"\n[[dispositions]]\nid = \"solved\"\n"
    let office = try await Office(codes)
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("anna", at: "ext-anna")
    var dialog = SIPSocket.Dialog("c", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp())
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp())
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    let sold: [String: JSON] = ["contact": .string(contact), "code": .string("sold")]
    #expect(try await office.events.ask("contact.setDisposition", sold)["error"] != nil)
    try await office.events.request("code.set", ["list": .string("dispositions"), "code": .string("sold")])
    let changed = try await office.events.notice("code.changed")
    #expect(changed.data("list")?.text == "dispositions" && changed.data("code")?.text == "sold")
    try await office.events.request("contact.setDisposition", sold)
    try await caller.hangUp(dialog)
    try await phone.isHungUp()
    let inventory: [String: JSON] = ["list": .string("reasons"), "code": .string("inventory")]
    try await office.events.request(
      "code.set", inventory.merging(["settings": .object(["paid": .bool(true)])]) { first, _ in first })
    try await office.events.request("code.remove", ["list": .string("reasons"), "code": .string("lunch")])
    office.daemon.process.signal(9)
    try await office.daemon.process.waitForExit()

    let again = try await Office(codes, folder: office.daemon.folder, ports: office.port)
    try await again.events.request("agent.logIn", ["agent": .string("anna"), "phone": .string("ext-anna")])
    func away(_ reason: String) -> [String: JSON] {
      ["agent": .string("anna"), "status": .string("away"), "reason": .string(reason)]
    }
    #expect(try await again.events.ask("agent.setStatus", away("lunch"))["error"] != nil)
    try await again.events.request("agent.setStatus", away("inventory"))
    try await again.events.request("config.reset", ["scope": .string("all")])
    try await again.events.request("agent.setStatus", away("lunch"))
    #expect(try await again.events.ask("agent.setStatus", away("inventory"))["error"] != nil)
    await again.stop()
  }
}
