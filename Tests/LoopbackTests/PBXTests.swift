import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Beside a PBX` {
  @Test func `a phone of the PBX calls the queue, an extension of the PBX answers`() async throws {
    let pbx = try await PBX(answer: .auto)
    let office = pbx.office
    try await office.works("anna", at: "pbx-2001")
    try pbx.caller.dial("sip:8000@pbx.test")
    let connected = try await office.events.notice("contact.connected")
    let contact = try #require(connected.contact)
    let path = try #require(try await office.events.notice("recording.started").data("path")?.text)
    _ = try await fact("both are on the recording") { () -> Bool? in
      guard let sound = try? Sound(wave: path), sound.seconds > 2 else { return nil }
      return sound.level(of: 1000, channel: 0, from: 1) > -20 && sound.level(of: 700, channel: 1, from: 1) > -20
        ? true : nil
    }
    try pbx.caller.hangUp()
    #expect(try await office.record(contact)["endReason"]?.text == "caller_hung_up")
    try await pbx.agent.hasHeard(1000, but: 700)
    await pbx.stop()
  }

  @Test func `a caller of the PBX who gives up silences the extension that rings`() async throws {
    let pbx = try await PBX(answer: .manual)
    let office = pbx.office
    try await office.works("anna", at: "pbx-2001")
    try pbx.caller.dial("sip:8000@pbx.test")
    let ringing = try await office.events.notice("contact.ringing")
    try await pbx.agent.process.prints("SIP/2.0 180 Ringing")
    try pbx.caller.hangUp()
    try await pbx.agent.process.prints("SIP/2.0 487 Request Terminated")
    let ended = try await office.events.notice("contact.ended")
    #expect(ended.contact == ringing.contact)
    #expect(ended.data("reason")?.text == "abandoned")
    #expect(try await office.agent("anna")?["activity"]?.text == "idle")
    await pbx.stop()
  }
}

/// Kamailio with two phones, the daemon as its trunk for 8xxx.
private struct PBX {
  let kamailio: Kamailio
  let office: Office
  let agent: Softphone
  let caller: Softphone

  init(answer: Softphone.Answer) async throws {
    let ports = Ports.free(10)
    let pbxPort = ports + 6
    kamailio = try await Kamailio(
      port: pbxPort, trunk: "127.0.0.1:\(ports)", users: ["2001": "secret-a", "2002": "secret-b"])
    office = try await Office(
      """
      [[trunks]]
      id = "kamailio"
      addresses = ["127.0.0.1:\(pbxPort)"]
      proxy = "127.0.0.1:\(pbxPort)"
      domain = "pbx.test"
      trusted = true
      [[phones]]
      id = "pbx-2001"
      trunk = "kamailio"
      number = "2001"
      """, ports: ports)
    agent = try await Softphone(
      user: "2001", secret: "secret-a", registrar: "127.0.0.1:\(pbxPort)", domain: "pbx.test", ports: Ports.free(10),
      tone: 700, answer: answer, tracesMessages: true)
    caller = try await Softphone(
      user: "2002", secret: "secret-b", registrar: "127.0.0.1:\(pbxPort)", domain: "pbx.test", ports: Ports.free(10),
      tone: 1000)
  }

  func stop() async {
    await agent.stop()
    await caller.stop()
    await office.stop()
    await kamailio.stop()
  }
}
