import CSIPBridge
import Dispatch
import Glibc
import TelephonyTesting
import Testing

/// Within the other suite, since one stack at a time is all a process can have.
extension `A call through the bridge` {
  @Suite(.serialized) struct `Letting messages in` {
    static let trunk = "127.0.7.7"
    private let invitation = ["Contact: <sip:x@127.0.0.1>"]

    @Test func `an INVITE from a trunk's address needs no password`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let pbx = RegistrarPeer(from: Self.trunk)
      pbx.send(pbx.request("INVITE", to: "sip:8000@tsunagi.test", headers: invitation))
      #expect(bench.wait(for: SIP_ARRIVED)?.trunk == "pbx")
    }

    @Test func `an INVITE of a phone needs its password, its own name and the called number`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      func call(as user: String, from: String, password: String, digestURI: String) throws -> (Int, Bool) {
        let uri = "sip:8000@tsunagi.test"
        let challenge = try #require(phone.ask("INVITE", to: uri, from: from, headers: invitation))
        #expect(challenge.status == 401)
        #expect(Set(challenge.headers.map(\.name)).isDisjoint(with: ["Server", "Allow", "Accept", "Supported"]))
        let authorization = RegistrarCredentials(
          user: user, password: password, nonce: challenge.challenge("nonce")
        ).header(method: "INVITE", uri: digestURI)
        let callID = RegistrarPeer.newName()
        phone.send(
          phone.request("INVITE", to: uri, from: from, callID: callID, headers: invitation + [authorization]))
        while let answer = phone.receive(within: 3000) {
          guard answer.value("Call-ID") == callID else { continue }
          return (answer.status, bench.events.contains { $0.kind == SIP_ARRIVED.rawValue })
        }
        return (0, false)
      }
      let own = "sip:8000@tsunagi.test"
      #expect(try call(as: "anna", from: "beni", password: "secret-anna", digestURI: own) == (403, false))
      #expect(try call(as: "anna", from: "anna", password: "wrong", digestURI: own) == (401, false))
      #expect(
        try call(as: "anna", from: "anna", password: "secret-anna", digestURI: "sip:9000@tsunagi.test") == (401, false))
      #expect(try call(as: "anna", from: "anna", password: "secret-anna", digestURI: own).0 != 401)
      #expect(bench.wait(for: SIP_ARRIVED)?.phone == "anna")
    }

    @Test(arguments: [
      ("OPTIONS", 403, 200), ("MESSAGE", 403, 405), ("SUBSCRIBE", 403, 405), ("REFER", 403, 405), ("PUBLISH", 403, 405),
      ("BREW", 403, 405),
    ])
    func `strangers are refused without a word too many, peers are told what is allowed`(
      method: String, stranger: Int, peer: Int
    ) throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let refused = try #require(RegistrarPeer().ask(method))
      #expect(refused.status == stranger)
      #expect(Set(refused.headers.map(\.name)) == ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length"])
      #expect(bench.wait(for: SIP_REFUSED)?.text.hasSuffix(" \(method) from a stranger") == true)
      let answered = try #require(RegistrarPeer(from: Self.trunk).ask(method))
      #expect(answered.status == peer)
      #expect(answered.value("Allow").contains("INVITE"))
    }

    @Test func `a phone that is registered may ask what we can do`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      #expect(phone.ask("OPTIONS")?.status == 403)
      #expect(phone.register("anna")?.status == 200)
      #expect(phone.ask("OPTIONS")?.status == 200)
    }

    @Test func `what belongs to no dialog or transaction gets 481, and an ACK nothing`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let stranger = RegistrarPeer()
      stranger.send(stranger.request("ACK", callID: "ack"))
      stranger.send(stranger.request("ACK", callID: "ack", toTag: "t"))
      stranger.send(stranger.request("BYE", callID: "bye", toTag: "t"))
      let first = stranger.receive()
      #expect(first?.value("Call-ID") == "bye")
      #expect(first?.status == 481)
      #expect(stranger.ask("CANCEL")?.status == 481)
      #expect(stranger.ask("INVITE", toTag: "t", headers: invitation)?.status == 481)
    }

    @Test func `while it drains, a new call hears when to come again, after it has proved itself`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      sip_engine_refuse_new(bench.engine, 503, 30, 30)
      let answer = RegistrarPeer(from: Self.trunk).ask("INVITE", to: "sip:8000@tsunagi.test", headers: invitation)
      #expect(answer?.status == 503)
      #expect(answer?.value("Retry-After") == "30")
      #expect(RegistrarPeer().ask("INVITE", to: "sip:8000@tsunagi.test", headers: invitation)?.status == 401)
      #expect(RegistrarPeer().register("anna")?.status == 200)
      sip_engine_refuse_new(bench.engine, 0, 0, 0)
      let pbx = RegistrarPeer(from: Self.trunk)
      pbx.send(pbx.request("INVITE", to: "sip:8000@tsunagi.test", headers: invitation))
      #expect(bench.wait(for: SIP_ARRIVED) != nil)
    }

    @Test func `when to come again is another second each time, also for a call that the program ends`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let pbx = RegistrarPeer(from: Self.trunk)
      pbx.send(pbx.request("INVITE", to: "sip:8000@tsunagi.test", callID: "past-the-door", headers: invitation))
      let leg = try #require(bench.wait(for: SIP_ARRIVED)?.leg)
      sip_engine_refuse_new(bench.engine, 503, 20, 40)
      #expect(sip_leg_end(bench.engine, leg, 503, nil) == SIP_OK)
      let answer = pbx.answer(to: "past-the-door")
      #expect(answer?.status == 503 && (20...40).contains(answer.flatMap { Int($0.value("Retry-After")) } ?? 0))
      let seconds = try (0..<30).map { _ in
        let answer = RegistrarPeer(from: Self.trunk).ask("INVITE", to: "sip:8000@tsunagi.test", headers: invitation)
        return try #require(answer.flatMap { Int($0.value("Retry-After")) })
      }
      // 30 of 21 values: that all are one of three is less likely than anything that could go wrong here.
      #expect(seconds.allSatisfy { (20...40).contains($0) } && Set(seconds).count > 3)
    }

    static let session = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    static let bombs: [(fault: String, status: Int, headers: [String], body: String)] = [
      ("too many headers", 513, (0..<101).map { "X-\($0): 1" }, ""),
      ("header too long", 513, ["X-Long: " + String(repeating: "a", count: 2049)], ""),
      ("too many Via headers", 400, (0..<31).map { "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK\($0)" }, ""),
      ("too many Route headers", 400, (0..<21).map { "Record-Route: <sip:127.0.0.\($0);lr>" }, ""),
      ("too many Service-Route headers", 400, (0..<9).map { "Service-Route: <sip:127.0.0.\($0);lr>" }, ""),
      (
        "too many Service-Route headers", 400,
        ["Service-Route: " + (0..<9).map { "<sip:127.0.0.\($0);lr>" }.joined(separator: ",")], ""
      ),
      ("too many Contact headers", 400, (0..<17).map { "Contact: <sip:127.0.0.\($0)>" }, ""),
      (
        "too many Authorization headers", 400, (0..<5).map { _ in "Authorization: Digest username=\"a\", realm=\"b\"" },
        ""
      ),
      (
        "too many media lines", 400, ["Content-Type: application/sdp"],
        session + (0..<17).map { "m=audio \(4000 + $0) RTP/AVP 0\r\n" }.joined()
      ),
      (
        "too many crypto lines", 400, ["Content-Type: application/sdp"],
        session + "m=audio 4000 RTP/SAVP 0\r\n"
          + (0..<17).map { "a=crypto:\($0) AES_CM_128_HMAC_SHA1_80 inline:abc\r\n" }.joined()
      ),
      (
        "too many crypto lines", 400, ["Content-Type: application/sdp"],
        session + "m=audio 4000 RTP/SAVP 0\r" + (0..<17).map { " a=CRYPTO:\($0) x inline:abc\r" }.joined()
      ),
      ("body too long", 513, ["Content-Type: text/plain"], String(repeating: "a", count: 6001)),
    ]

    @Test(arguments: 0..<12)
    func `a message of odd proportions: a peer is told, a stranger gets nothing, and the next one is answered`(
      index: Int
    ) throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let bomb = Self.bombs[index]
      let pbx = RegistrarPeer(from: Self.trunk)
      #expect(pbx.ask("OPTIONS", headers: bomb.headers, body: bomb.body)?.status == bomb.status)
      #expect(bench.wait(for: SIP_REFUSED)?.text.hasSuffix(" \(bomb.fault)") == true)
      let stranger = RegistrarPeer()
      stranger.send(stranger.request("INVITE", callID: "bomb", headers: invitation + bomb.headers, body: bomb.body))
      stranger.send(stranger.request("OPTIONS", callID: "after"))
      #expect(stranger.receive()?.value("Call-ID") == "after")
    }

    @Test func `a flood from one address is cut off, and nobody else feels it`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let flooder = RegistrarPeer(from: "127.0.0.66")
      for _ in 0..<500 { flooder.send(flooder.request("OPTIONS")) }
      let told = bench.wait(for: SIP_REFUSED) { $0.text == "127.0.0.66:\(flooder.port) too many requests" }
      #expect(told != nil)
      #expect(RegistrarPeer(from: "127.0.0.67").ask("OPTIONS")?.status == 403)
      let pbx = RegistrarPeer(from: Self.trunk)
      let answers = (0..<200).map { _ in pbx.ask("OPTIONS")?.status }
      #expect(answers.allSatisfy { $0 == 200 })
    }

    /// What comes after a power cut: all phones at once, and a stack that is busy with the first.
    @Test func `a hundred phones may connect while nobody accepts them yet`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let held = DispatchSemaphore(value: 0)
      bench.interrupt { held.wait() }
      defer { held.signal() }
      let stranger = RegistrarPeer()
      stranger.send(stranger.request("OPTIONS"))
      try #require(bench.wait(for: SIP_REFUSED) != nil)
      bench.interrupt(with: nil)
      var connections = (0..<100).map { _ in RegistrarPeer.connecting() }
      defer { connections.forEach { close($0.fd) } }
      // Nobody takes them up meanwhile: those that find no place never will.
      try eventually("all are established; still asked for: \(connections.count { $0.revents != Int16(POLLOUT) })") {
        poll(&connections, nfds_t(connections.count), 100)
        return connections.allSatisfy { $0.revents == Int16(POLLOUT) }
      }
    }
  }
}
