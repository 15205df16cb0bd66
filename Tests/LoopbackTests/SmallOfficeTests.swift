import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `The small office of the examples` {
  private static let number = "0312345678"

  @Test func `all phones ring, the first has the caller, and when he calls again he comes to her alone`() async throws {
    let office = try await Office(example: "small-office")
    let (caller, ear) = (try office.handPlayedCaller(), try RTPEndpoint(address: "127.0.0.2", tone: 1000))
    let desks = [try await office.desk("desk-1", of: "11"), try await office.desk("desk-2", of: "12")]
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    var first = office.dialog("a", to: Self.number, from: "0311112222")
    try await caller.call(&first, body: caller.sdp(ear.port))
    let invites = [try await desks[0].receive(request: "INVITE"), try await desks[1].receive(request: "INVITE")]
    for (desk, invite) in zip(desks, invites) { desk.respond(180, "Ringing", to: invite) }
    for agent in ["11", "12"] { try await office.events.notice("contact.ringing") { $0.agent == agent } }
    desks[1].respond(200, "OK", to: invites[1], body: desks[1].sdp(mouth.port))
    try await desks[1].receive(request: "ACK")
    #expect(
      try await desks[0].isAnsweredElsewhere(invites[0]) == "SIP;cause=200;text=\"Call completed elsewhere\"")
    #expect(try await office.events.notice("contact.connected").agent == "12")
    try await ear.hears(700)
    try await mouth.hears(1000)
    try await caller.hangUp(first)
    try await desks[1].isHungUp()
    // No wrap-up: she is free at once.
    try await office.agent("12", is: "idle")

    var again = office.dialog("b", to: Self.number, from: "0311112222")
    let mark = office.events.mark
    try await caller.call(&again, body: caller.sdp())
    _ = try await desks[1].take(try await desks[1].receive(request: "INVITE"), body: desks[1].sdp())
    #expect(try await office.events.notice("contact.connected", from: mark).agent == "12")
    #expect(office.events.notices.dropFirst(mark).filter { $0.type == "contact.offered" }.map(\.agent) == ["12"])
    #expect(!desks[0].isCalled)
    try await caller.hangUp(again)
    try await desks[1].isHungUp()
    for endpoint in [ear, mouth] { endpoint.stop() }
    await office.stop()
  }

  @Test func `whose line breaks is served before whoever came after him`() async throws {
    let office = try await Office(example: "small-office")
    let (caller, desk) = (try office.handPlayedCaller(), try await office.desk("desk-3", of: "13"))
    var talking = office.dialog("t", to: Self.number, from: "0322220000")
    try await caller.call(&talking, body: caller.sdp())
    _ = try await desk.take(try await desk.receive(request: "INVITE"), body: desk.sdp())
    var broken = office.dialog("b", to: Self.number, from: "0322220001")
    var other = office.dialog("o", to: Self.number, from: "0322220002")
    try await caller.call(&broken, body: caller.sdp())
    try await caller.call(&other, body: caller.sdp())
    try await caller.hangUp(broken)
    try await office.events.notice("contact.ended")
    let mark = office.events.mark
    var again = office.dialog("a", to: Self.number, from: "0322220001")
    try await caller.call(&again, body: caller.sdp())
    let contact = try await office.events.notice("contact.queued", from: mark).contact
    try await caller.hangUp(talking)
    try await desk.isHungUp()
    #expect(try await desk.receive(request: "INVITE").header("X-Tsunagi-Contact") == contact)
    await office.stop()
  }

  @Test func `after the wait the mobile rings, and when nobody is there an announcement is heard`() async throws {
    let office = try await Office(
      example: "small-office", Replacement(table: "[[queues]]", id: "office", key: "longest_wait_seconds", value: "2"))
    let (caller, mobile) = (try office.handPlayedCaller(), try office.handPlayedNumber())
    let desk = try await office.desk("desk-4", of: "14")
    let (ear, mouth) = (
      try RTPEndpoint(address: "127.0.0.2", tone: 1000), try RTPEndpoint(address: "127.0.0.2", tone: 900)
    )
    var call = office.dialog("m", to: Self.number, from: "0311112222")
    try await caller.call(&call, body: caller.sdp(ear.port))
    let ringing = try await desk.receive(request: "INVITE")
    desk.respond(180, "Ringing", to: ringing)
    let overflowed = try await office.events.notice("contact.overflowed")
    #expect(overflowed.data("kind")?.text == "number" && overflowed.data("reason")?.text == "waited_too_long")
    try await desk.isCancelled(ringing)
    _ = try await mobile.take(try await mobile.invite(to: "09012345678"), body: mobile.sdp(mouth.port))
    try await ear.hears(900)
    try await mouth.hears(1000)
    try await caller.hangUp(call)
    try await mobile.isHungUp()

    try await office.events.request(
      "agent.setStatus", ["agent": .string("14"), "status": .string("away"), "reason": .string("home")])
    let closed = office.dialog("c", to: Self.number, from: "0322220001")
    let late = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    caller.send("INVITE", in: closed, body: caller.sdp(late.port))
    try await caller.receive(183)
    try await late.hearsChime()
    try await caller.receive(480)
    caller.send("ACK", in: closed, branch: "1")
    let ended = try await office.events.notice("contact.ended") { $0.data("reason")?.text == "announced" }
    #expect(
      try await office.record(try #require(ended.contact))["segments"]?.elements.compactMap { $0["kind"]?.text } == [
        "queue", "announcement",
      ])
    for endpoint in [ear, mouth, late] { endpoint.stop() }
    await office.stop()
  }
}
