import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Where callers overflow to` {
  private func sound(_ tone: Double, seconds: Double = 1.2) throws -> String {
    let file = try temporaryFolder("sound") + "/sound.wav"
    try writeWave(tone: tone, seconds: seconds, to: file)
    return file
  }

  private func segments(_ record: JSON) -> [String] {
    (record["segments"]?.elements ?? []).map { "\($0["kind"]?.text ?? "") \($0["endReason"]?.text ?? "")" }
  }

  @Test func `to another queue: its music, its agents, and a visit of its own in the history`() async throws {
    let office = try await Office(
      """
      [[queues]]
      id = "second"
      music = "\(try sound(1500))"
      [[agents]]
      id = "chieko"
      queues = { second = 1 }
      """, queue: "longest_wait_seconds = 1\noverflow = { long_wait = \"queue:second\" }")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let overflowed = try await office.events.notice("contact.overflowed")
    #expect(overflowed.event["queue"]?.text == "support")
    #expect(overflowed.data("kind")?.text == "queue")
    #expect(overflowed.data("to")?.text == "second")
    #expect(overflowed.data("reason")?.text == "waited_too_long")
    try await office.events.notice("contact.queued") { $0.event["queue"]?.text == "second" }
    try await ear.hears(1500)
    let phone = try office.phone(.answeringPhone(after: 100), audio: mouth.port)
    try await office.works("chieko", at: "ext-boris")
    try await ear.hears(700)
    try await mouth.hears(1000)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await office.hangUp(contact)
    try await caller.succeeds()
    try await phone.succeeds()
    #expect(
      segments(try await office.record(contact)) == [
        "queue waited_too_long", "queue answered", "agent hung_up_by_command",
      ])
    for endpoint in [ear, mouth] { endpoint.stop() }
    await office.stop()
  }

  @Test func `to an announcement: who was answered hears it and is hung up, who was not gets the reason`() async throws
  {
    let later = try sound(1500)
    let busy = try sound(1700)
    let office = try await Office(
      queue: """
        longest_wait_seconds = 3
        longest_line = 1
        overflow = { long_wait = "announcement:\(later)", full = "announcement:\(busy)" }
        """)
    let (first, second) = (
      try RTPEndpoint(address: "127.0.0.2", tone: 1000), try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    )
    let patient = try office.caller(.patientCaller(), audio: first.port)
    try await office.events.notice("contact.queued")
    let turnedAway = try office.caller(
      Scenario().invite(caller: "<sip:0344440000@127.0.0.2>").receive(100, optional: true).receive(183).receive(486)
        .acknowledgeFailure(), audio: second.port)
    try await second.hears(1700)
    try await first.hearsMusic(insteadOf: 1700)
    try await turnedAway.succeeds()
    try await first.hears(1500)
    try await patient.succeeds()
    let ends = try await fact("both contacts have ended") { () -> [ControlConnection.Received]? in
      let ends = office.events.notices.filter { $0.type == "contact.ended" }
      return ends.count == 2 ? ends : nil
    }
    #expect(ends.allSatisfy { $0.data("reason")?.text == "announced" })
    #expect(
      segments(try await office.record(try #require(ends[1].contact))) == [
        "queue waited_too_long", "announcement announced",
      ])
    for endpoint in [first, second] { endpoint.stop() }
    await office.stop()
  }

  private static let toNumber = "longest_wait_seconds = 1\noverflow = { long_wait = \"number:03-5555-0000\" }"

  @Test func `to a number: the caller hears it ring, then its own sound, then whoever answers, and is recorded`()
    async throws
  {
    let office = try await Office(queue: Self.toNumber)
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let mouth = try RTPEndpoint(address: "127.0.0.2", tone: 700)
    let number = try office.handPlayedNumber()
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let invite = try await number.receive("the call to the number") { $0.method == "INVITE" }
    #expect(invite.text.hasPrefix("INVITE sip:0355550000@"))
    #expect(invite.header("From")?.contains("0398765432") == true)
    // Japanese ringing tone: 400 Hz, with what makes it flutter.
    try await ear.hearsMusic(insteadOf: 700)
    number.respond(183, "Session Progress", to: invite, body: number.sdp(mouth.port))
    try await ear.hears(700)
    mouth.say(900)
    try await ear.hears(900)
    number.respond(200, "OK", to: invite, body: number.sdp(mouth.port))
    try await number.receive(request: "ACK")
    let connected = try await office.events.notice("contact.connected")
    #expect(connected.agent == nil)
    let file = try #require(try await office.events.notice("recording.started").data("path")?.text)
    try await mouth.hears(1000)
    _ = try await fact("both are on the recording, each on its side") { () -> Bool? in
      guard let sound = try? Sound(wave: file), sound.seconds > 2 else { return nil }
      return sound.level(of: 1000, channel: 0, from: 1) > -20 && sound.level(of: 900, channel: 1, from: 1) > -20
        ? true : nil
    }
    let contact = try #require(connected.contact)
    try await office.hangUp(contact)
    try await number.isHungUp()
    try await caller.succeeds()
    #expect(
      segments(try await office.record(contact)) == ["queue waited_too_long", "number hung_up_by_command"])
    for endpoint in [ear, mouth] { endpoint.stop() }
    await office.stop()
  }

  @Test func `a number that is busy ends the call, and one that rings for somebody who leaves is cancelled`()
    async throws
  {
    let office = try await Office(queue: Self.toNumber)
    let number = try office.handPlayedNumber()
    let caller = try office.handPlayedCaller()
    for isBusy in [true, false] {
      let mark = office.events.mark
      var dialog = SIPSocket.Dialog("n\(isBusy)", service: "8000", at: office.host, from: Office.caller)
      try await caller.call(&dialog, body: caller.sdp())
      let invite = try await number.receive("the call to the number") { $0.method == "INVITE" }
      number.respond(180, "Ringing", to: invite)
      if isBusy {
        number.respond(486, "Busy Here", to: invite)
        try await number.receive(request: "ACK")
        try await caller.isHungUp()
      } else {
        try await caller.hangUp(dialog)
        try await number.isCancelled(invite)
      }
      let ended = try await office.events.notice("contact.ended", from: mark)
      #expect(ended.data("reason")?.text == (isBusy ? "busy" : "abandoned"))
    }
    await office.stop()
  }
}
