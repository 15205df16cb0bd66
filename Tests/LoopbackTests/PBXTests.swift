import Control
import LoopbackTesting
import Testing

@Suite(.serialized) struct `Beside a PBX` {
  @Test func `a phone of the PBX calls the queue, an extension of the PBX answers`() async throws {
    let ports = Ports.free(10)
    let pbxPort = ports + 6
    let kamailio = try await Kamailio(
      port: pbxPort, trunk: "127.0.0.1:\(ports)", users: ["2001": "secret-a", "2002": "secret-b"])
    let office = try await Office(
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
    let agent = try await Softphone(
      user: "2001", secret: "secret-a", registrar: "127.0.0.1:\(pbxPort)", domain: "pbx.test", ports: Ports.free(10),
      tone: 700)
    let caller = try await Softphone(
      user: "2002", secret: "secret-b", registrar: "127.0.0.1:\(pbxPort)", domain: "pbx.test", ports: Ports.free(10),
      tone: 1000)
    try await office.works("anna", at: "pbx-2001")
    try caller.dial("sip:8000@pbx.test")
    let connected = try await office.events.notice("contact.connected")
    let contact = try #require(connected.contact)
    let path = try #require(try await office.events.notice("recording.started").data("path")?.text)
    _ = try await fact("both are on the recording") { () -> Bool? in
      guard let sound = try? Sound(wave: path), sound.seconds > 2 else { return nil }
      return sound.level(of: 1000, channel: 0, from: 1) > -20 && sound.level(of: 700, channel: 1, from: 1) > -20
        ? true : nil
    }
    try caller.hangUp()
    #expect(try await office.record(contact)["endReason"]?.text == "caller_hung_up")
    let heard = try await agent.heard()
    #expect(heard.level(of: 1000, from: 0.5, for: 1) > -25)
    await agent.stop()
    await caller.stop()
    await office.stop()
    await kamailio.stop()
  }
}
