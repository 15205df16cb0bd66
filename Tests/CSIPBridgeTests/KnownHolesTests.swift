import CSIPBridge
import Testing

/// Messages that broke PJSIP 2.17, one for each hole that is patched in its build or switched off there.
///
/// PJSIP is built without AddressSanitizer, but with protection of the stack, which ends the process.
///
/// Holes that no message reaches, as their code is not in the build, which `screen.c` asserts: 2026-57159 (map of payload
/// types), 57163 (GnuTLS), 77396 (AVI reader). 57164 is in an HTTP client that nothing of ours calls.
extension `A call through the bridge` {
  @Suite(.serialized) struct `Known holes of the stack` {
    private static let trunk = "127.0.7.7"
    private let contact = "Contact: <sip:x@127.0.7.7>"

    private func session(_ media: String) -> String {
      "v=0\r\no=- 1 1 IN IP4 127.0.7.7\r\ns=-\r\nc=IN IP4 127.0.7.7\r\nt=0 0\r\n" + media
    }

    private func crypto(_ count: Int) -> String {
      "m=audio 4000 RTP/SAVP 0\r\n"
        + (1...count).map {
          "a=crypto:\($0) AES_CM_128_HMAC_SHA1_80 inline:\(String(repeating: "A", count: 20))\r\n"
        }.joined()
    }

    /// Still there, and still answering.
    private func isAlive(_ pbx: RegistrarPeer) -> Bool { pbx.ask("OPTIONS")?.status == 200 }

    /// CVE-2026-57162: more than 64 a=crypto lines wrote past an array on the stack. The gate takes 16; SRTP is off.
    @Test(arguments: [(16, 488), (17, 400), (66, 400), (70, 400)])
    func `an INVITE with many crypto lines`(count: Int, status: Int) throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let pbx = RegistrarPeer(from: Self.trunk)
      let answer = pbx.ask(
        "INVITE", to: "sip:8000@tsunagi.test", headers: [contact, "Content-Type: application/sdp"],
        body: session(crypto(count)))
      #expect(answer?.status == status)
      #expect(isAlive(pbx))
    }

    /// The same by a phone that is called: the answer to an offer of ours.
    @Test func `an answer with many crypto lines`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      #expect(phone.register("anna")?.status == 200)
      let binding = try #require(bench.bindings(of: "anna").first)
      let result = presenting("1", "", isPrivate: false) {
        sip_leg_dial_binding(bench.engine, 1 << 63 | 1, binding, $0)
      }
      try #require(result == SIP_OK)
      let invite = try #require(phone.receive())
      let copied = invite.headers.filter { ["Via", "From", "Call-ID", "CSeq"].contains($0.name) }
        .map { "\($0.name): \($0.value)" }
      for count in [66, 16] {
        let body = session(crypto(count))
        phone.send(
          (["SIP/2.0 200 OK"] + copied + [
            "To: \(invite.value("To"));tag=t", "Contact: <sip:anna@127.0.0.2:\(phone.port)>",
            "Content-Type: application/sdp", "Content-Length: \(body.utf8.count)", "", body,
          ]).joined(separator: "\r\n"))
        if count == 66 { #expect(bench.wait(for: SIP_REFUSED)?.text.hasSuffix("too many crypto lines") == true) }
      }
      #expect(phone.receive()?.firstLine.hasPrefix("ACK ") == true)
      #expect(isAlive(RegistrarPeer(from: Self.trunk)))
    }

    /// CVE-2026-57161: Service-Route headers in the answer to a REGISTER wrote past an array on the stack. We register
    /// nowhere; such an answer is dropped at the gate all the same.
    @Test func `an answer to a REGISTER with many Service-Routes, which nobody asked for`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let pbx = RegistrarPeer(from: Self.trunk)
      let routes = (0..<8).map { row in
        "Service-Route: " + (0..<4).map { "<sip:127.0.7.\($0);lr;row=\(row)>" }.joined(separator: ", ")
      }
      for branch in ["z9hG4bKnobody", "z9hG4bKPjnobody"] {
        pbx.send(
          ([
            "SIP/2.0 200 OK", "Via: SIP/2.0/UDP 127.0.0.1:\(RegistrarBench.port);rport;branch=\(branch)",
            "From: <sip:x@127.0.0.1>;tag=a", "To: <sip:x@127.0.0.1>;tag=b", "Call-ID: \(branch)", "CSeq: 1 REGISTER",
          ] + routes + ["Content-Length: 0", "", ""]).joined(separator: "\r\n"))
      }
      #expect(bench.wait(for: SIP_REFUSED)?.text.hasSuffix("too many Service-Route headers") == true)
      #expect(isAlive(pbx))
    }

    /// CVE-2026-57160: a header with a list of values was printed up to two bytes past the buffer of a message when its
    /// name ended there. What we print of the kind is Unsupported, in answer to Require: here it slides over the end.
    /// (The two bytes fall where nobody looks; `install-libpjproject` tries the very function.)
    @Test func `an answer whose list of values ends with the buffer`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let pbx = RegistrarPeer(from: Self.trunk)
      // An answer is longer than its request: each route gets a line of its own.
      let routes = (0..<19).map { "<sip:127.0.7.\($0);lr>" }.joined(separator: ",")
      func request(filler: Int) -> String {
        pbx.request(
          "INVITE", to: "sip:8000@tsunagi.test", callID: "call-\(1000 + filler)",
          headers: [
            "Via: SIP/2.0/UDP 127.0.7.8;branch=z9hG4bKa;f=\(String(repeating: "a", count: filler))",
            "Record-Route: \(routes)", contact, "Require: x",
          ])
      }
      pbx.send(request(filler: 1000))
      let refused = try #require(pbx.receive())
      #expect(refused.status == 420)
      let end = try #require(refused.headers.firstIndex { $0.name == "Unsupported" })
      let before = refused.headers[..<end].reduce(refused.firstLine.utf8.count + 2) {
        $0 + $1.name.utf8.count + $1.value.utf8.count + 4
      }
      // PJSIP_MAX_PKT_LEN, for requests and answers alike.
      let limit = 1000 + 7900 - before
      #expect(request(filler: limit).utf8.count < 7900)
      for filler in (limit - 20)..<(limit + 3) { pbx.send(request(filler: filler)) }
      pbx.send(pbx.request("OPTIONS", callID: "after"))
      // None of them could be printed.
      #expect(pbx.receive()?.value("Call-ID") == "after")
    }
  }
}
