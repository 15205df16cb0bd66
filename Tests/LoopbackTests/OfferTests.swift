import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Offers that come to nothing, and one that comes at the wrong moment` {
  @Test func `a phone that sends our call back to us gets 482 and has declined, and the next agent is rung`()
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let floor = try SIPSocket(address: "127.0.0.3", port: office.phonePort, peer: office.host)
    let caller = try office.caller(.patientCaller())
    let invite = try await floor.receive(request: "INVITE")
    try await office.works("boris", at: "ext-boris")
    floor.respond(180, "Ringing", to: invite)
    try await office.events.notice("contact.ringing")
    let contact = try #require(invite.header("X-Tsunagi-Contact"))
    let back = SIPSocket.Dialog("loop", service: "8000", at: office.host, from: "<sip:0311112222@127.0.0.3>")
    floor.send("INVITE", in: back, headers: "X-Tsunagi-Contact: \(contact)", body: floor.sdp())
    try await floor.receive(482)
    let ended = try await office.events.notice("contact.offerEnded")
    #expect(ended.data("reason")?.text == "declined")
    #expect(ended.agent == "anna")
    #expect(ended.contact == contact)
    let next = try await floor.receive("the call for boris") {
      $0.method == "INVITE" && $0.header("X-Tsunagi-Contact") == contact
    }
    #expect(next.text.contains("sip:1002@"))
    #expect(office.events.notices.count { $0.type == "contact.arrived" } == 1)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    await office.stop()
  }

  @Test func `after two missed offers the agent is away, and everybody is told why`() async throws {
    let office = try await Office(queue: "missed_offers_before_away = 2", ringSeconds: 1)
    try await office.works("anna", at: "ext-anna")
    let phones = try office.phone(.ringingPhone(), calls: 2)
    let caller = try office.caller(.patientCaller())
    let away = try await office.events.notice("agent.changed") {
      $0.data("status")?.text == "not_ready" && $0.data("by")?.text == "system"
    }
    #expect(away.agent == "anna")
    #expect(away.data("reason")?.text == "no-answer")
    let missed = office.events.notices.filter { $0.type == "contact.offerEnded" }
    #expect(missed.map { $0.data("reason")?.text } == ["no_answer", "no_answer"])
    try await phones.succeeds()
    let contact = try #require(missed.first?.contact)
    #expect(try await office.events.request("calls.list").elements.first?["state"]?.text == "waiting")
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    await office.stop()
  }

  /// Rounds of a caller who leaves and an agent who answers at nearly the same moment, once she and once the agent first,
  /// by some microseconds more each time.
  @Test(arguments: ["8001", "8000"]) func `who leaves as the agent answers leaves nothing half joined`(service: String)
    async throws
  {
    let office = try await Office("[distribution.direct]\nwrap_up_seconds = 600")
    try await office.works("anna", at: "ext-anna")
    let floor = try SIPSocket(address: "127.0.0.3", port: office.phonePort, peer: office.host)
    let outside = try SIPSocket(address: "127.0.0.2", peer: office.host)
    for round in 0..<20 {
      let mark = office.events.mark
      var dialog = SIPSocket.Dialog("x\(round)", service: service, at: office.host, from: Office.caller)
      outside.send("INVITE", in: dialog, branch: "i", body: outside.sdp())
      if service == "8000" {
        dialog.learn(try await outside.receive(200))
        outside.send("ACK", in: dialog, branch: "a")
      }
      let invite = try await floor.receive(request: "INVITE")
      floor.respond(180, "Ringing", to: invite)
      try await office.events.notice("contact.ringing", from: mark)
      let leave = {
        if service == "8000" {
          outside.send("BYE", in: dialog, sequence: 2)
        } else {
          outside.send("CANCEL", in: dialog, branch: "i")
        }
      }
      let answer = { floor.respond(200, "OK", to: invite, body: floor.sdp()) }
      let (first, second) = round % 2 == 0 ? (leave, answer) : (answer, leave)
      first()
      let due = monotonicNanoseconds() + Int64(round / 2) * 500_000
      while monotonicNanoseconds() < due {}
      second()
      try await settle(&dialog, outside, floor)
      let ended = try await office.events.notice("contact.ended", from: mark)
      #expect(["abandoned", "caller_hung_up"].contains(ended.data("reason")?.text), "round \(round)")
      #expect(try await office.events.request("calls.list").elements.isEmpty)
      let activity = try #require(try await office.agent("anna")?["activity"]?.text)
      #expect(["idle", "acw"].contains(activity), "round \(round)")
      if activity == "acw" { try await office.events.request("agent.finish", ["agent": .string("anna")]) }
    }
    // Rows are gathered for a moment before they are written.
    _ = try await fact("twenty contacts are in the history, all recordings sealed") { () -> Bool? in
      let contacts = try await office.events.request("history.list").elements
      let states = contacts.flatMap { $0["recordings"]?.elements ?? [] }
      return contacts.count == 20 && states.allSatisfy { $0["state"]?.text == "sealed" } ? true : nil
    }
    await office.stop()
  }

  /// Both ends do what SIP wants of them, until both are through.
  private func settle(_ dialog: inout SIPSocket.Dialog, _ outside: SIPSocket, _ floor: SIPSocket) async throws {
    var (isOutsideDone, isFloorDone) = (false, false)
    var open = dialog
    defer { dialog = open }
    var seen: [String] = []
    _ = try await fact("both ends are through; seen: \(seen)") { () -> Bool? in
      for message in outside.take() {
        seen.append("outside " + message.text.prefix { $0 != "\n" })
        let method = message.header("CSeq")?.split(separator: " ").last
        switch (message.method, message.status, method) {
        case (nil, 200, "INVITE"):
          // Too late to cancel: she is connected, and hangs up.
          open.learn(message)
          outside.send("ACK", in: open, branch: "a")
          outside.send("BYE", in: open, sequence: 2)
        case (nil, .some(300...), "INVITE"):
          open.to = message.header("To") ?? open.to
          outside.send("ACK", in: open, branch: "i")
          isOutsideDone = true
        case (nil, .some(200...), "BYE"): isOutsideDone = true
        case ("BYE", nil, _):
          outside.respond(200, "OK", to: message)
          isOutsideDone = true
        default: break
        }
      }
      for message in floor.take() {
        seen.append("floor " + message.text.prefix { $0 != "\n" })
        if message.method == "CANCEL" || message.method == "BYE" { floor.respond(200, "OK", to: message) }
        if message.method == "BYE" { isFloorDone = true }
      }
      return isOutsideDone && isFloorDone ? true : nil
    }
  }
}
