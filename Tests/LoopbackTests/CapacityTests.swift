import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Several calls at a time` {
  /// What is counted of anna on the present day.
  private func counts(_ office: Office) async throws -> [String: Int64] {
    let rows = try await office.events.request("figures.live")["rows"]?.elements ?? []
    let row = try #require(rows.first { $0["kind"]?.text == "agent" && $0["subject"]?.text == "anna" })
    guard case .object(let counts)? = row["counts"] else { return [:] }
    return counts.compactMapValues(\.whole)
  }

  private func changed(_ office: Office, from mark: Int, to activity: String, in contact: String?) async throws {
    try await office.events.notice("agent.changed", from: mark) {
      $0.agent == "anna" && $0.data("activity")?.text == activity && $0.data("contact")?.text == contact
    }
  }

  @Test func `a second caller rings beside the first, who is held; each is recorded, ended and counted by itself`()
    async throws
  {
    let office = try await Office(queue: "wrap_up = \"none\"", ringSeconds: 20)
    try await office.works("anna", at: "ext-anna")
    let phone = try office.handPlayedPhone()
    let (one, two) = (try office.handPlayedCaller(), try office.handPlayedCaller())
    let ears = try [1000, 1300].map { try RTPEndpoint(address: "127.0.0.2", tone: $0) }
    let mouths = try [700, 850].map { try RTPEndpoint(address: "127.0.0.3", tone: $0) }

    var first = SIPSocket.Dialog("one", service: "8000", at: office.host, from: Office.caller)
    try await one.call(&first, body: one.sdp(ears[0].port))
    let firstAtPhone = try await phone.take(
      try await phone.receive(request: "INVITE"), body: phone.sdp(mouths[0].port))
    let firstContact = try await office.events.notice("contact.connected").contact
    try await ears[0].hears(700)

    // With a capacity of one he waits, and with two her phone rings at once.
    let mark = office.events.mark
    var second = SIPSocket.Dialog("two", service: "8000", at: office.host, from: "<sip:0322223333@127.0.0.2>")
    try await two.call(&second, body: two.sdp(ears[1].port))
    let secondContact = try await office.events.notice("contact.queued", from: mark).contact
    #expect(try await office.agent("anna")?["offered"]?.text == nil)
    try await office.events.request("agent.setCapacity", ["agent": .string("anna"), "capacity": .integer(2)])
    try await office.events.notice("agent.settingsChanged", from: mark) { $0.agent == "anna" }
    let invite = try await phone.receive(request: "INVITE")
    phone.respond(180, "Ringing", to: invite)
    try await office.events.notice("contact.ringing", from: mark) { $0.contact == secondContact }
    let ringing = try #require(try await office.agent("anna"))
    #expect(ringing["activity"]?.text == "talking" && ringing["contact"]?.text == firstContact)
    #expect(ringing["offered"]?.text == secondContact && ringing["capacity"]?.whole == 2)

    // She holds the first and takes the second, as phones with call waiting do.
    try await phone.reinvite(
      in: firstAtPhone, sequence: 1, body: phone.sdp(mouths[0].port, more: "a=sendonly\n"))
    try await office.events.notice("contact.held", from: mark) { $0.contact == firstContact }
    phone.respond(200, "OK", to: invite, body: phone.sdp(mouths[1].port))
    try await phone.receive(request: "ACK")
    try await changed(office, from: mark, to: "talking", in: secondContact)
    try await ears[1].hears(850)
    try await mouths[1].hears(1300)
    try await ears[0].hearsMusic(insteadOf: 700)
    let both = try #require(try await office.agent("anna"))
    #expect(both["contacts"]?.elements.map(\.text) == [firstContact, secondContact])
    #expect(both["activity"]?.text == "talking" && both["offered"]?.text == nil)

    // The second hangs up, she goes back to the first, and he is heard and hears as before.
    let back = office.events.mark
    try await two.hangUp(second)
    try await phone.isHungUp()
    try await changed(office, from: back, to: "holding", in: firstContact)
    try await phone.reinvite(in: firstAtPhone, sequence: 2, body: phone.sdp(mouths[0].port))
    try await changed(office, from: back, to: "talking", in: firstContact)
    ears[0].forget()
    try await ears[0].hears(700)
    try await one.hangUp(first)
    try await phone.isHungUp()
    try await changed(office, from: back, to: "idle", in: nil)
    for endpoint in ears + mouths { endpoint.stop() }
    try await judge(office, [(firstContact, 1000, 1300), (secondContact, 1300, 1000)])
    await office.stop()
  }

  private func judge(_ office: Office, _ calls: [(contact: String?, tone: Double, other: Double)]) async throws {
    for (contact, tone, other) in calls {
      let record = try await office.record(try #require(contact))
      #expect(record["endReason"]?.text == "caller_hung_up")
      let path = try await fact("the recording of \(contact ?? "") is sealed") {
        let list = try await office.events.request("history.list", ["contact": .string(contact ?? "")]).elements
        let recording = list.first?["recordings"]?.elements.first
        return recording?["state"]?.text == "sealed" ? recording?["path"]?.text : nil
      }
      let sound = try Sound(wave: path)
      #expect(sound.highestLevel(of: tone, channel: 0) > -25 && sound.highestLevel(of: other, channel: 0) < -45)
    }
    let counts = try await counts(office)
    #expect(counts["handled"] == 2 && counts["offers_answered"] == 2 && counts["held"] == 1)
    // Beside each other they last longer together than she was at work.
    let work = (counts["time_talking"] ?? 0) + (counts["time_holding"] ?? 0)
    #expect((counts["talk"] ?? 0) + (counts["hold"] ?? 0) > work && work > 0, "\(counts)")
    let verification = try await office.events.request("figures.verify")
    #expect(verification["differenceCount"]?.whole == 0 && verification["contacts"]?.whole == 2, "\(verification)")
  }

  @Test func `a phone that is busy with its call has declined, and neither its call nor her being ready suffers by it`()
    async throws
  {
    let office = try await Office(
      queue: "wrap_up = \"none\"\nmissed_offers_before_away = 1", ringSeconds: 20)
    try await office.works("anna", at: "ext-anna")
    try await office.events.request("agent.setCapacity", ["agent": .string("anna"), "capacity": .integer(2)])
    let phone = try office.handPlayedPhone()
    let (one, two) = (try office.handPlayedCaller(), try office.handPlayedCaller())
    var first = SIPSocket.Dialog("one", service: "8000", at: office.host, from: Office.caller)
    try await one.call(&first, body: one.sdp())
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp())
    var second = SIPSocket.Dialog("two", service: "8000", at: office.host, from: "<sip:0322223333@127.0.0.2>")
    try await two.call(&second, body: two.sdp())
    // And again after the delay, which is told by the rules' own tests.
    for _ in 0..<2 {
      let mark = office.events.mark
      phone.respond(486, "Busy Here", to: try await phone.receive(request: "INVITE"))
      try await phone.receive(request: "ACK")
      let ended = try await office.events.notice("contact.offerEnded", from: mark)
      #expect(ended.data("reason")?.text == "declined")
      let anna = try #require(try await office.agent("anna"))
      #expect(anna["status"]?.text == "ready" && anna["activity"]?.text == "talking")
    }
    try await two.hangUp(second)
    try await one.hangUp(first)
    try await phone.isHungUp()
    await office.stop()
  }
}
