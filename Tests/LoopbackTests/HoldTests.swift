import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Holding` {
  /// Each way to hold, and what we answer to it (RFC 3264 §6.1; RFC 2543 for the address of zero).
  private static let ways = ["sendonly": "a=recvonly", "inactive": "a=inactive", "0.0.0.0": ""]

  private func hold(_ socket: SIPSocket, _ audio: RTPEndpoint, by way: String) -> String {
    way == "0.0.0.0" ? socket.sdp(audio.port, host: way) : socket.sdp(audio.port, more: "a=\(way)\n")
  }

  @Test(arguments: ways) func `an agent who holds gives the caller music, and comes back`(way: String, answer: String)
    async throws
  {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let (ear, mouth) = (
      try RTPEndpoint(address: "127.0.0.2", tone: 1000), try RTPEndpoint(address: "127.0.0.3", tone: 700)
    )
    var dialog = SIPSocket.Dialog("h", service: "8000", at: office.host, from: Office.caller)
    try await caller.call(&dialog, body: caller.sdp(ear.port))
    let call = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(mouth.port))
    try await ear.hears(700)
    try await mouth.hears(1000)

    let held = try await phone.reinvite(in: call, sequence: 1, body: hold(phone, mouth, by: way))
    #expect(held.text.contains(answer))
    try await office.events.notice("contact.held")
    #expect(try await office.agent("anna")?["activity"]?.text == "holding")
    try await ear.hearsMusic(insteadOf: 700)
    try await phone.reinvite(in: call, sequence: 2, body: phone.sdp(mouth.port))
    try await office.events.notice("contact.retrieved")
    #expect(try await office.agent("anna")?["activity"]?.text == "talking")
    ear.forget()
    mouth.forget()
    try await ear.hears(700)
    try await mouth.hears(1000)
    try await caller.hangUp(dialog)
    try await phone.isHungUp()
    ear.stop()
    mouth.stop()
    await office.stop()
  }

  @Test(arguments: ways) func `a caller who holds is retrieved by a re-INVITE without a description`(
    way: String, answer: String
  ) async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    let (ear, mouth) = (
      try RTPEndpoint(address: "127.0.0.2", tone: 1000), try RTPEndpoint(address: "127.0.0.3", tone: 700)
    )
    // Her INVITE has no description either: ours is the offer, hers comes with the ACK.
    var dialog = SIPSocket.Dialog("h", service: "8000", at: office.host, from: Office.caller)
    caller.send("INVITE", in: dialog)
    dialog.learn(try await caller.receive(200))
    caller.send("ACK", in: dialog, branch: "a", body: caller.sdp(ear.port))
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(mouth.port))
    try await ear.hears(700)
    try await mouth.hears(1000)

    let held = try await caller.reinvite(in: dialog, sequence: 2, body: hold(caller, ear, by: way))
    #expect(held.text.contains(answer))
    try await office.events.notice("contact.held")
    let offer = try await caller.reinvite(in: dialog, sequence: 3, body: "", answer: caller.sdp(ear.port))
    #expect(offer.media.count == 1)
    try await office.events.notice("contact.retrieved")
    ear.forget()
    mouth.forget()
    try await ear.hears(700)
    try await mouth.hears(1000)
    try await caller.hangUp(dialog)
    try await phone.isHungUp()
    ear.stop()
    mouth.stop()
    await office.stop()
  }
}
