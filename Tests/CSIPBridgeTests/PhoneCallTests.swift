import CSIPBridge
import Testing

/// Calls to and from a phone whose Contact leads nowhere, as behind a router: all goes by where it registered from.
@Suite(.serialized) struct `Calls of a registered phone` {
  static let nowhere = "sip:anna@192.0.2.7:5999"
  static let description = """
    v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 22190 RTP/AVP 0\r\n
    """

  /// An answer to a request as it came.
  private func answer(_ request: RegistrarPeer.Message, _ status: String, contact: String, body: String = "") -> String
  {
    let tag = request.value("To").contains("tag=") ? "" : ";tag=phone"
    let copied = request.headers.filter { ["Via", "From", "Call-ID", "CSeq"].contains($0.name) }
      .map { "\($0.name): \($0.value)" }
    let type = body.isEmpty ? [] : ["Content-Type: application/sdp"]
    return
      (["SIP/2.0 \(status)"] + copied + ["To: \(request.value("To"))\(tag)", "Contact: <\(contact)>"] + type
      + ["Content-Length: \(body.utf8.count)", "", body]).joined(separator: "\r\n")
  }

  @Test(arguments: [RegistrarPeer.Transport.tcp, .udp])
  func `a phone is called, and hung up, where it registered from`(transport: RegistrarPeer.Transport) throws {
    let bench = try #require(RegistrarBench())
    defer { bench.stop() }
    let phone = RegistrarPeer(transport)
    #expect(phone.register("anna", contacts: ["<\(Self.nowhere)>"])?.status == 200)
    let binding = try #require(bench.bindings(of: "anna").first)
    let leg: sip_leg = 1 << 63 | 5
    let result = presenting("+81312345678", "山田", isPrivate: false) {
      sip_leg_dial_binding(bench.engine, leg, binding, $0)
    }
    try #require(result == SIP_OK)

    let invite = try #require(phone.receive())
    #expect(invite.firstLine == "INVITE \(Self.nowhere) SIP/2.0")
    #expect(invite.values("Route") == [])
    #expect(invite.value("From").hasPrefix("\"山田\" <sip:+81312345678@127.0.0.1>"))
    #expect(invite.value("X-Tsunagi-Contact") == "42")
    phone.send(answer(invite, "180 Ringing", contact: Self.nowhere))
    #expect(bench.wait(for: SIP_PROGRESSED)?.status == 180)
    phone.send(answer(invite, "200 OK", contact: Self.nowhere, body: Self.description))
    #expect(try #require(phone.receive()).firstLine.hasPrefix("ACK \(Self.nowhere)"))
    #expect(bench.wait(for: SIP_ANSWERED) != nil)
    #expect(sip_leg_end(bench.engine, leg, 0, nil) == SIP_OK)
    let bye = try #require(phone.receive())
    #expect(bye.firstLine.hasPrefix("BYE \(Self.nowhere)"))
    phone.send(answer(bye, "200 OK", contact: Self.nowhere))
  }

  @Test(arguments: [RegistrarPeer.Transport.tcp, .udp])
  func `a phone that calls is hung up where it called from`(transport: RegistrarPeer.Transport) throws {
    let bench = try #require(RegistrarBench())
    defer { bench.stop() }
    let phone = RegistrarPeer(transport)
    let (call, uri) = ("call-\(transport)", "sip:100@tsunagi.test")
    let headers = ["Contact: <\(Self.nowhere)>", "Content-Type: application/sdp"]
    phone.send(
      phone.request("INVITE", to: uri, from: "anna", callID: call, headers: headers, body: Self.description))
    let challenge = try #require(phone.answer(to: call))
    #expect([401, 407].contains(challenge.status))
    phone.send(phone.request("ACK", to: uri, from: "anna", callID: call))
    let credentials = RegistrarCredentials(
      user: "anna", password: "secret-anna", nonce: challenge.challenge("nonce"),
      algorithm: challenge.challenge("algorithm"))
    phone.send(
      phone.request(
        "INVITE", to: uri, from: "anna", callID: call, cseq: 2,
        headers: headers + [credentials.header(method: "INVITE", uri: uri)], body: Self.description))
    let arrived = try #require(bench.wait(for: SIP_ARRIVED))
    #expect(arrived.phone == "anna")
    #expect(sip_leg_answer(bench.engine, 1) == SIP_OK)
    let accepted = try #require(phone.answer(to: call))
    #expect(accepted.status == 200)
    let tag = accepted.value("To").components(after: "tag=")
    phone.send(phone.request("ACK", to: uri, from: "anna", callID: call, cseq: 2, toTag: tag))
    #expect(bench.wait(for: SIP_ANSWERED) != nil)
    #expect(sip_leg_end(bench.engine, 1, 0, nil) == SIP_OK)
    let bye = try #require(phone.receive())
    #expect(bye.firstLine.hasPrefix("BYE \(Self.nowhere)"))
    phone.send(answer(bye, "200 OK", contact: Self.nowhere))
  }
}

extension String {
  /// What follows this mark; nothing without it.
  fileprivate func components(after mark: String) -> String {
    guard let range = firstRange(of: mark) else { return "" }
    return String(self[range.upperBound...].prefix { $0 != ";" })
  }
}
