import Control
import LoopbackTesting
import Testing

@Suite(.serialized) struct `SRTP` {
  /// A phone and a trunk of each kind.
  private static let secure = """
    [[phones]]
    id = "must"
    secret = "secret-3"
    srtp = "required"
    [[phones]]
    id = "may"
    secret = "secret-4"
    srtp = "optional"
    [[trunks]]
    id = "safe"
    addresses = ["127.0.0.4"]
    srtp = "required"
    """

  private func phone(
    _ office: Office, _ user: String = "must", _ encryption: Softphone.Encryption? = .required, tone: Double = 700
  ) async throws -> Softphone {
    try await Softphone(
      user: user, secret: user == "must" ? "secret-3" : "secret-4", registrar: office.host, ports: Ports.free(10),
      tone: tone, encryption: encryption, tracesMessages: true)
  }

  @Test func `a phone of SRTP and a plain caller hear each other, and are recorded in the clear`() async throws {
    let office = try await Office(Self.secure)
    let phone = try await phone(office)
    try await office.works("anna", at: "must")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(700, for: 1)
    let file = try #require(try await office.events.notice("recording.started").data("path")?.text)
    _ = try await fact("two seconds of both are on the recording") { () -> Bool? in
      guard let sound = try? Sound(wave: file), sound.seconds > 3 else { return nil }
      return sound.level(of: 1000, channel: 0, from: 1) > -20 && sound.level(of: 700, channel: 1, from: 1) > -20
        ? true : nil
    }
    try await office.hangUp(contact)
    try await caller.succeeds()
    try await phone.hasHeard(1000, but: 700)
    #expect(phone.process.output.contains("RTP/SAVP"))
    ear.stop()
    await phone.stop()
    await office.stop()
  }
}
