import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Hostile peers` {
  @Test func `whatever comes by UDP and TCP, a call that is up goes on, and the log tells no lies`() async throws {
    let beginning = ContinuousClock.now
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(700)
    // A stranger, whose words are hardly read; and a peer, whose are.
    for address in ["127.0.0.9", "127.0.0.2"] {
      let samples = Torture.samples(at: office.host, from: address)
      let datagrams = try SIPSocket(address: address, peer: office.host)
      for sample in samples { datagrams.send(bytes: sample) }
      for sample in samples {
        let stream = try SIPSocket(address: address, peer: office.host, transport: .tcp)
        // Accepted, before the next one comes: few can wait at that door.
        stream.send("\n\n")
        _ = try await fact("the stream is taken") { stream.keepAlives == 1 ? true : nil }
        stream.send(bytes: sample)
      }
    }
    // Still served: a sign of life after the last of them.
    let alive = try SIPSocket(address: "127.0.0.2", peer: office.host)
    alive.send("OPTIONS", in: SIPSocket.Dialog("alive", service: "8000", at: office.host, from: "<sip:a@127.0.0.2>"))
    try await alive.receive(200, to: "OPTIONS")
    ear.forget()
    mouth.forget()
    try await ear.hears(700, for: 1)
    try await mouth.hears(1000, for: 1)
    #expect(office.daemon.process.exitStatus == nil)
    #expect(try await office.events.request("calls.list").elements.contains { $0["contact"]?.text == contact })
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    try await phone.succeeds()
    await office.stop()
    #expect(try await office.daemon.process.waitForExit() == 0)
    let log = try readBytes(office.daemon.process.log)
    #expect(!log.contains { $0 < 0x20 && $0 != 10 && $0 != 9 || $0 == 0x7F }, "a control character is in the log")
    let lines = office.daemon.log.split(separator: "\n")
    #expect(!lines.contains { $0.hasPrefix(Torture.lie) }, "a line was forged")
    #expect(!lines.contains { $0.contains("zzzzzzzz") }, "a message stands in the log")
    // What strangers do cannot fill a disk: a hundred lines at once, then twenty each second.
    let most = 100 + 20 * (ContinuousClock.now - beginning).components.seconds + 20
    #expect(lines.count { $0.contains(" warning stack ") || $0.contains(" error stack ") } <= most)
  }
}

/// Messages that should not be: in the manner of RFC 4475, and worse.
private enum Torture {
  /// What a forged line of a log would begin with.
  static let lie = "level=error forged"

  static func samples(at host: String, from address: String) -> [[UInt8]] {
    func message(
      _ method: String = "INVITE", uri: String? = nil, headers: String = "", length: String? = nil, body: String = "",
      contentType: String = "application/sdp", from: String = "<sip:x@y>", number: Int
    ) -> [UInt8] {
      let text = """
        \(method) \(uri ?? "sip:8000@\(host)") SIP/2.0
        Via: SIP/2.0/UDP \(address):9;branch=z9hG4bKt\(number)
        From: \(from);tag=t\(number)
        To: <sip:8000@\(host)>
        Call-ID: t\(number)@\(address)
        CSeq: 1 \(method)
        Contact: <sip:x@\(address):9>
        Max-Forwards: 70
        \(headers)Content-Type: \(contentType)
        Content-Length: \(length ?? "\(body.utf8.count + body.utf8.count { $0 == 10 })")

        \(body)
        """
      return text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }
    }
    func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    let sdp = "v=0\no=- 1 1 IN IP4 \(address)\ns=-\nc=IN IP4 \(address)\nt=0 0\nm=audio 9 RTP/AVP 0\n"
    let lines = "\n" + lie
    var samples: [[UInt8]] = [
      [], [0], Array("\r\n".utf8), Array("\r\n\r\n\r\n\r\n".utf8), Array(repeating: 0, count: 1500),
      (0..<1400).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 3) }, Array(repeating: 0xFF, count: 60000),
      Array("INVITE".utf8), Array("SIP/2.0 200 OK\r\n\r\n".utf8), Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
    ]
    samples += [
      message(length: "-1", body: sdp, number: 1), message(length: "99999999999", body: sdp, number: 2),
      message(length: "4294967297", body: sdp, number: 3), message(length: "1", body: sdp, number: 4),
      message("!interesting-Method0123456789_*+`.%indeed'~", number: 5),
      message(uri: "sip:8000@[::1", number: 6), message(uri: "tel:+81-3-1234;phone-context=\u{1}", number: 7),
      message(uri: "nobodyKnowsThisScheme:totally", number: 8),
      message(uri: "sip:" + times("8", 3000) + "@\(host)", number: 9),
      message(from: "\"\\\(lines)\\\" \\\\\\\"\" <sip:%00%0a%0d@y>", number: 10),
      message(from: "\"\u{202E}\u{0}\u{1B}[31m\(lie)\" <sip:a%0A\(lie)@y>", number: 11),
      message(from: times("\"", 999), number: 12), message(from: "<sip:x@y" + times(";a=b", 600) + ">", number: 13),
      message(headers: times("X-Header: y\n", 3000), number: 14),
      message(headers: "X-Long: " + times("z", 50000) + "\n", number: 15),
      message(headers: times("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKv\n", 200), number: 16),
      message(headers: times("Route: <sip:127.0.0.1;lr>\n", 200), number: 17),
      message(headers: times("Service-Route: <sip:a;lr>,<sip:b;lr>\n", 300), number: 18),
      message("REGISTER", headers: times("Contact: <sip:x@192.0.2.1>\n", 300), number: 19),
      message("REGISTER", headers: "Authorization: Digest username=\"" + times("a", 5000) + "\"\n", number: 20),
      message("REGISTER", headers: times("Authorization: Digest username=\"desk-1\"\n", 60), number: 21),
      message(headers: "X-Tsunagi-Contact: \(lie)\u{0}\u{7F}\n", body: sdp, number: 22),
      message(headers: "Max-Forwards: 300\nCSeq: 4294967296 INVITE\nExpires: 999999999999999\n", body: sdp, number: 23),
      message(
        headers: "P-Asserted-Identity: <<<>>>,,,;;;\"\nRemote-Party-ID: \"\nPrivacy: ;;;,\n", body: sdp, number: 24),
      message(
        headers: "Session-Expires: 0;refresher=\nSupported: timer\nRequire: no, such, thing\n", body: sdp, number: 25),
      message(headers: "Replaces: t1@\(address);to-tag=1;from-tag=2\n", body: sdp, number: 26),
      message(body: sdp + times("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\n", 500), number: 27),
      message(body: sdp + times("m=audio 9 RTP/AVP 0\n", 300), number: 28),
      message(body: "v=0\no=\ns=\nc=IN IP4\nt=\nm=audio -1 RTP/AVP 999 999\na=rtpmap:\na=fmtp:x\n", number: 29),
      message(body: sdp + "a=rtpmap:0 " + times("P", 5000) + "/8000\n", number: 30),
      message(body: sdp + "a=ptime:0\na=maxptime:-1\na=rtpmap:0 PCMU/0\n", number: 31),
      message(body: "m=audio 9 RTP/AVP " + times("0 ", 1000), number: 32),
      message(body: times("-", 5000), contentType: "multipart/mixed;boundary=\"\"", number: 33),
      message(body: times("--b\r\n\r\n", 500), contentType: "multipart/mixed;boundary=b", number: 34),
      message("SUBSCRIBE", headers: "Event: dialog\n", number: 35),
      message("REFER", headers: "Refer-To: <sip:a@b>\n", number: 36),
      message("ACK", number: 37), message("CANCEL", number: 38), message("BYE", number: 39),
      message("PRACK", number: 40),
    ]
    samples += samples.suffix(30).map { sample in sample.enumerated().map { $0 % 97 == 96 ? 0 : $1 } }
    return samples
  }
}
