import CSIPBridge
import Testing

extension `A call through the bridge` {
  @Suite(.serialized) struct `Places for audio` {
    /// A call of the trunk that wants to hear there, answered; what was told of it.
    private func refusals(_ place: String, reports: String = "") throws -> [String] {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let pbx = RegistrarPeer(from: "127.0.7.8")
      let call = RegistrarPeer.newName()
      pbx.send(
        pbx.request(
          "INVITE", to: "sip:8000@tsunagi.test", callID: call,
          headers: ["Contact: <sip:x@127.0.7.8>", "Content-Type: application/sdp"],
          body: "v=0\r\no=- 1 1 IN IP4 127.0.7.8\r\ns=-\r\nc=IN IP4 \(place)\r\nt=0 0\r\n"
            + "m=audio 22192 RTP/AVP 0\r\n\(reports)"))
      let leg = try #require(bench.wait(for: SIP_ARRIVED)).leg
      #expect(sip_leg_answer(bench.engine, leg) == SIP_OK)
      #expect(pbx.answer(to: call)?.status == 200)
      let source = "127.0.7.8:\(pbx.port) "
      return bench.events.filter { $0.kind == SIP_REFUSED.rawValue && $0.text.hasPrefix(source) }
        .map { String($0.text.dropFirst(source.count)) }
    }

    @Test func `what is no single party is sent nothing, and that is told`() throws {
      #expect(try refusals("224.0.0.1") == ["audio to 224.0.0.1:22192 not sent: multicast or broadcast"])
      #expect(
        try refusals("127.0.7.8", reports: "a=rtcp:22193 IN IP4 255.255.255.255\r\n")
          == ["reports of audio to 255.255.255.255:22193 not sent: multicast or broadcast"])
    }

    @Test func `who signals from loopback may hear there, and a hold is no fault`() throws {
      #expect(try refusals("127.0.7.8") == [])
      #expect(try refusals("0.0.0.0") == [])
    }
  }
}
