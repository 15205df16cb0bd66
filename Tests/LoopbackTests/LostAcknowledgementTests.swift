import Control
import LoopbackTesting
import Testing

/// Each takes the 32 s after which a 200 is given up (RFC 3261 §13.3.1.4, 64 × T1): not serialized, so that they wait
/// while others work.
@Suite(.fewAtOnce) struct `Callers who never acknowledge` {
  @Test func `who is talking to an agent is let go, and the agent with her`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let dialog = SIPSocket.Dialog("silent", service: "8000", at: office.host, from: Office.caller)
    caller.send("INVITE", in: dialog, body: caller.sdp())
    try await caller.receive(200)
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp())
    let connected = try await office.events.notice("contact.connected")
    let started = try await office.events.notice("recording.started")
    #expect(try await office.agent("anna")?["activity"]?.text == "talking")

    try await letGo(caller)
    try await phone.isHungUp()
    let ended = try await office.events.notice("contact.ended")
    #expect(ended.contact == connected.contact)
    #expect(ended.data("reason")?.text == "lost")
    #expect(try await office.agent("anna")?["activity"]?.text == "acw")
    let contact = try #require(ended.contact)
    let record = try await fact("the recording is closed") {
      let record = try await office.record(contact)
      return record["recordings"]?.elements.first?["state"]?.text == "sealed" ? record : nil
    }
    #expect(record["endReason"]?.text == "lost")
    #expect(record["recordings"]?.elements.count == 1)
    #expect(try Sound(wave: try #require(started.data("path")?.text)).channels.count == 2)
    try await hearsNoMore(office)
  }

  @Test func `who waits while an agent's phone rings has left, and the phone is silent again`() async throws {
    let office = try await Office(ringSeconds: 120)
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let dialog = SIPSocket.Dialog("silent", service: "8000", at: office.host, from: Office.caller)
    caller.send("INVITE", in: dialog, body: caller.sdp())
    try await caller.receive(200)
    let invite = try await phone.receive(request: "INVITE")
    phone.respond(180, "Ringing", to: invite)
    try await office.events.notice("contact.ringing")

    try await letGo(caller)
    try await phone.isCancelled(invite)
    let ended = try await office.events.notice("contact.ended")
    #expect(ended.data("reason")?.text == "abandoned")
    #expect(try await office.agent("anna")?["activity"]?.text == "idle")
    let record = try await office.record(try #require(ended.contact))
    #expect(record["endReason"]?.text == "abandoned")
    #expect(record["recordings"]?.elements.isEmpty == true)
    try await hearsNoMore(office)
  }

  /// Hears the 200 again and again, and at last a BYE.
  private func letGo(_ caller: SIPSocket) async throws {
    let bye = try await caller.receive("BYE", within: .seconds(60)) { $0.method == "BYE" }
    // Ten times, at intervals of up to 4 s.
    #expect(caller.repeats > 5)
    caller.respond(200, "OK", to: bye)
  }

  private func hearsNoMore(_ office: Office) async throws {
    #expect(try await office.events.request("calls.list").elements.isEmpty)
    #expect(office.events.notices.count { $0.type == "contact.ended" } == 1)
    await office.stop()
  }
}
