import Control
import LoopbackTesting
import Testing

@Suite(.fewAtOnce) struct `Keys in memory` {
  /// PJSIP keeps a transaction for half a minute, in case that something comes again.
  @Test(arguments: ["u1", "t1"]) func `no key of a call is left in the daemon's memory half a minute after it`(
    transport: String
  ) async throws {
    let office = try await Office(SRTP.secure)
    let key = SRTPKey()
    let offer = Scenario.sdp(profile: "RTP/SAVP", extra: key.line())
    let caller = try office.caller(
      Scenario().invite(caller: "<sip:0311112222@127.0.0.4>", sdp: offer).receive(100, optional: true)
        .receive(180, optional: true).receive(200).acknowledge().receive(request: "BYE").confirm(),
      address: "127.0.0.4", transport: transport)
    let contact = try await office.events.notice("contact.queued").contact
    let ours = try await fact("the call is answered") {
      caller.messages.descriptions.compactMap { SRTPKey(in: $0) }.first { $0 != key }
    }
    let secrets = [("our", ours), ("her", key)].flatMap { whose, key in
      [("\(whose) key as text", Array(key.text.utf8)), ("\(whose) key", key.bytes)]
    }
    func found() throws -> [String] {
      try secrets.compactMap { what, bytes in try office.daemon.process.place(of: bytes).map { "\(what): \($0)" } }
    }
    // One that is there is found.
    #expect(try !found().isEmpty)
    try await office.hangUp(contact)
    try await caller.succeeds()
    var left: [String] = []
    _ = try await fact("the keys are gone: \(left)", within: .seconds(50)) { () -> Bool? in
      // To look takes longer than what is waited for.
      try await Task.sleep(for: .milliseconds(500))
      left = try found()
      return left.isEmpty ? true : nil
    }
    await office.stop()
  }
}
