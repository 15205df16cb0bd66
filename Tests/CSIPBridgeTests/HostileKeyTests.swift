import CSIPBridge
import Glibc
import Testing

/// Lines of SDES (RFC 4568) that nobody should write, by a trunk that has to speak SRTP: the call comes about or is refused,
/// and whoever calls next is served.
extension `A call through the bridge` {
  @Suite(.serialized) struct `Keys of any kind` {
    /// An offer's crypto lines, behind `a=crypto:`, and whether they are to be gone by; nil: either will do.
    struct Offer: Sendable, CustomTestStringConvertible {
      let name: String
      let lines: [String]
      let isTaken: Bool?
      var testDescription: String { name }

      init(_ name: String, _ lines: String..., isTaken: Bool?) {
        (self.name, self.lines, self.isTaken) = (name, lines, isTaken)
      }
    }

    private static let suite = "AES_CM_128_HMAC_SHA1_80"
    /// As base64: 30 bytes, and the 46 of AES-256.
    private static let key = String(repeating: "QUJD", count: 10)
    private static let long = String(repeating: "QUJD", count: 15) + "QQ=="
    private static let good = "9 \(suite) inline:\(key)"

    private static let offers = [
      Offer("a good one", good, isTaken: true),
      Offer("with a lifetime", "1 \(suite) inline:\(key)|2^31", isTaken: true),
      Offer("with a hint", "1 \(suite) inline:\(key) WSH=64", isTaken: true),
      Offer("of AES-256", "1 AES_256_CM_HMAC_SHA1_80 inline:\(long)", isTaken: true),
      Offer("with an MKI", "1 \(suite) inline:\(key)|1:4", isTaken: false),
      Offer("with an MKI behind a good one", "1 \(suite) inline:\(key)|1:4", good, isTaken: true),
      Offer("with lifetime and MKI", "1 \(suite) inline:\(key)|2^20|1:128", isTaken: false),
      Offer("of two keys", "1 \(suite) inline:\(key);inline:\(key)", isTaken: false),
      Offer("of separators alone", "1 \(suite) |;|:;|", isTaken: false),
      Offer("of tabs", "1\t\(suite)\tinline:\(key)", isTaken: nil),
      Offer("with empty words", "1   \(suite)    inline:\(key)   ", isTaken: nil),
      Offer("empty", "", isTaken: false),
      Offer("of blanks", "   \t \t ", isTaken: false),
      Offer("of a tag alone", "1", isTaken: false),
      Offer("without a key", "1 \(suite)", isTaken: false),
      Offer("of an empty key", "1 \(suite) inline:", isTaken: false),
      Offer("of another method", "1 \(suite) uri:\(key)", isTaken: nil),
      Offer("of a key that is too long for its suite", "1 \(suite) inline:\(long)", isTaken: false),
      Offer("of a key that is too short for its suite", "1 AES_256_CM_HMAC_SHA1_80 inline:\(key)", isTaken: false),
      Offer("of no base64", "1 \(suite) inline:\(String(repeating: "!*", count: 20))", isTaken: false),
      Offer("of a huge key", "1 \(suite) inline:\(String(repeating: "QUJD", count: 700))", isTaken: false),
      Offer("of a huge suite", "1 \(String(repeating: "A", count: 2800)) inline:\(key)", isTaken: false),
      Offer("of a huge tag", "\(String(repeating: "9", count: 2800)) \(suite) inline:\(key)", isTaken: nil),
      Offer("of a huge parameter", "1 \(suite) inline:\(key) WSH=\(String(repeating: "9", count: 2800))", isTaken: nil),
      Offer("of an unknown parameter", "1 \(suite) inline:\(key) UNENCRYPTED_SRTP", isTaken: false),
      Offer("with a tag twice", good, "9 \(suite) inline:\(key)", isTaken: nil),
      Offer("with a tag twice, and one that cannot be", "9 \(suite) inline:\(key)|1:4", good, isTaken: true),
      Offer("with a tag below zero", "-1 \(suite) inline:\(key)", isTaken: nil),
    ]

    @Test func `an offer of any kind is taken or refused, and leaves nothing behind`() throws {
      let bench = try #require(RegistrarBench(trunkSRTP: SIP_SRTP_REQUIRED))
      defer { bench.stop() }
      let pbx = RegistrarPeer(from: "127.0.7.7")
      for offer in Self.offers {
        let status = call(bench, pbx, offer.lines)
        #expect([200, 400, 406, 488].contains(status), "\(offer.name): \(status)")
        if let isTaken = offer.isTaken { #expect((status == 200) == isTaken, "\(offer.name): \(status)") }
      }
      #expect(call(bench, pbx, [Self.good]) == 200)
    }

    /// What the INVITE was answered in the end; a call that arrives is taken, and ended.
    private func call(_ bench: RegistrarBench, _ pbx: RegistrarPeer, _ lines: [String]) -> Int {
      let name = RegistrarPeer.newName()
      let before = bench.events.count
      let session =
        "v=0\r\no=- 1 1 IN IP4 127.0.7.7\r\ns=-\r\nc=IN IP4 127.0.7.7\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0\r\n"
        + lines.map { "a=crypto:\($0)\r\n" }.joined()
      let headers = ["Contact: <sip:x@127.0.7.7:\(pbx.port)>", "Content-Type: application/sdp"]
      pbx.send(pbx.request("INVITE", to: "sip:8000@tsunagi.test", callID: name, headers: headers, body: session))
      var leg: sip_leg = 0
      for _ in 0..<1000 {
        if leg == 0, let arrived = bench.events.dropFirst(before).first(where: { $0.kind == SIP_ARRIVED.rawValue }) {
          leg = arrived.leg
          sip_leg_answer(bench.engine, leg)
        }
        guard let message = pbx.receive(within: 10), message.value("Call-ID") == name, message.status >= 200 else {
          continue
        }
        if leg != 0 { sip_leg_end(bench.engine, leg, 0, nil) }
        return message.status
      }
      return 0
    }
  }
}
