import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `The hospital's desk of the examples` {
  private let reception = "0451234500"
  private let nurses = "0451234511"

  /// One call that somebody takes at this extension and the caller ends.
  private func call(
    _ office: Office, _ caller: SIPSocket, _ pbx: SIPSocket, _ name: String, to service: String, from number: String
  ) async throws -> (agent: String?, invite: SIPMessage) {
    let mark = office.events.mark
    var dialog = office.dialog(name, to: service, from: number)
    try await caller.call(&dialog, body: caller.sdp())
    let invite = try await pbx.receive(request: "INVITE")
    _ = try await pbx.take(invite, body: pbx.sdp())
    let agent = try await office.events.notice("contact.connected", from: mark).agent
    try await caller.hangUp(dialog)
    try await pbx.isHungUp()
    try await office.events.notice("contact.ended", from: mark)
    return (agent, invite)
  }

  @Test func `reception is asked from the top each time, and its telephones show callers in kana`() async throws {
    let office = try await Office(
      example: "hospital-desk",
      Replacement(table: "[[queues]]", id: "reception", key: "wrap_up_seconds", value: "600"))
    let (caller, pbx) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("reception-2", at: "window-2")
    try await office.works("reception-1", at: "window-1")
    let first = try await call(office, caller, pbx, "a", to: reception, from: "0451230002")
    #expect(first.agent == "reception-1")
    #expect(first.invite.header("From")?.contains("タナカ ミヨコ") == true, "\(first.invite.text)")
    // She is in her wrap-up, so the second is asked; when she has finished, she is the first again.
    #expect(try await call(office, caller, pbx, "b", to: reception, from: "0322220001").agent == "reception-2")
    for agent in ["reception-2", "reception-1"] {
      try await office.events.request("agent.finish", ["agent": .string(agent)])
    }
    #expect(try await call(office, caller, pbx, "c", to: reception, from: "0322220001").agent == "reception-1")
    await office.stop()
  }

  @Test func `the nurses' line rings at one, then at another too, and whoever is slower is told`() async throws {
    let office = try await Office(
      example: "hospital-desk", Replacement(table: "[[queues]]", id: "nurses", key: "ring_more_seconds", value: "1"))
    let (caller, pbx) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("nurse-1", at: "ward-1")
    try await office.works("nurse-2", at: "ward-2")
    var dialog = office.dialog("n", to: nurses, from: "0451230002")
    try await caller.call(&dialog, body: caller.sdp())
    let first = try await pbx.invite(to: "301")
    pbx.respond(180, "Ringing", to: first)
    let second = try await pbx.invite(to: "302")
    pbx.respond(180, "Ringing", to: second)
    pbx.respond(200, "OK", to: second, body: pbx.sdp())
    #expect(try await office.events.notice("contact.connected").agent == "nurse-2")
    #expect(try await pbx.isAnsweredElsewhere(first)?.contains("cause=200") == true)
    let offers = office.events.notices.filter { $0.type == "contact.offered" }
    #expect(offers.map(\.agent) == ["nurse-1", "nurse-2"])
    let queued = try await office.events.notice("contact.queued").event["monotonic"]?.whole ?? 0
    #expect((offers.last?.event["monotonic"]?.whole ?? 0) - queued >= 1_000_000)
    #expect(office.events.notices.allSatisfy { $0.type != "recording.started" })
    try await caller.hangUp(dialog)
    await office.stop()
  }

  @Test func `a patient comes to the nurse whom he knows, and not by a number that many share`() async throws {
    let office = try await Office(example: "hospital-desk")
    let (caller, pbx) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("nurse-1", at: "ward-1")
    try await office.works("nurse-2", at: "ward-2")
    var last: [String: String] = [:]
    for (name, number) in [("a", "0451230002"), ("b", "0451239000")] {
      last[number] = try await call(office, caller, pbx, name, to: nurses, from: number).agent
    }
    #expect(last == ["0451230002": "nurse-1", "0451239000": "nurse-2"])
    // Nurse 1 has been idle for longer now; then nurse 2 has.
    #expect(try await call(office, caller, pbx, "c", to: nurses, from: "0451239000").agent == "nurse-1")
    #expect(try await call(office, caller, pbx, "d", to: nurses, from: "0451230002").agent == "nurse-1")
    await office.stop()
  }

  @Test func `with nobody at reception the night entry rings, and then an announcement is heard`()
    async throws
  {
    let office = try await Office(example: "hospital-desk")
    let (caller, pbx) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    try await office.works("night-duty", at: "duty")
    var dialog = office.dialog("n", to: nurses, from: "0451230002")
    try await caller.call(&dialog, body: caller.sdp())
    _ = try await pbx.take(try await pbx.invite(to: "399"), body: pbx.sdp())
    let ways = office.events.notices.filter { $0.type == "contact.overflowed" }
    #expect(ways.compactMap { $0.event["queue"]?.text } == ["nurses", "reception"])
    #expect(ways.compactMap { $0.data("to")?.text } == ["reception", "night"])
    try await caller.hangUp(dialog)
    try await pbx.isHungUp()
    try await office.agent("night-duty", is: "idle")

    try await office.events.request("agent.logOut", ["agent": .string("night-duty")])
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let closed = office.dialog("c", to: reception, from: "0322220001")
    caller.send("INVITE", in: closed, body: caller.sdp(ear.port))
    try await caller.receive(183)
    try await ear.hearsChime()
    try await caller.receive(480)
    caller.send("ACK", in: closed, branch: "1")
    try await office.events.notice("contact.ended") { $0.data("reason")?.text == "announced" }
    ear.stop()
    await office.stop()
  }
}
