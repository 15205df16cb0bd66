import CSIPBridge
import Glibc
import Testing

/// Within the other suite, since one stack at a time is all a process can have.
extension `A call through the bridge` {
  @Suite(.serialized) struct `Registering phones` {
    @Test func `a phone registers with MD5, and only MD5 is offered`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let challenge = try #require(phone.ask("REGISTER", from: "anna", target: "sip:anna@tsunagi.test"))
      #expect(challenge.status == 401)
      #expect(challenge.values("WWW-Authenticate").count == 1)
      #expect(challenge.challenge("algorithm") == "MD5")
      #expect(challenge.challenge("qop") == "auth")
      let answer = try #require(phone.register("anna", headers: ["Expires: 120"]))
      #expect(answer.status == 200)
      #expect(answer.value("Contact") == "<sip:anna@127.0.0.2:\(phone.port)>;expires=120")
      #expect(answer.value("Date").hasSuffix(" GMT"))
      let bound = try #require(bench.wait(for: SIP_BOUND))
      #expect(bound.phone == "anna")
      #expect(bound.source == "127.0.0.2:\(phone.port)")
      #expect(bound.contact == "sip:anna@127.0.0.2:\(phone.port)")
      #expect(bench.bindings(of: "anna").count == 1)
    }

    @Test func `a phone that is set to SHA-256 gets it alone, and its MD5 is not taken`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let challenge = try #require(phone.ask("REGISTER", from: "beni", target: "sip:beni@tsunagi.test"))
      #expect(challenge.values("WWW-Authenticate").count == 1)
      #expect(challenge.challenge("algorithm") == "SHA-256")
      let weak = RegistrarCredentials(user: "beni", password: "secret-beni", nonce: challenge.challenge("nonce"))
        .header(method: "REGISTER", uri: "sip:tsunagi.test")
      #expect(phone.ask("REGISTER", from: "beni", target: "sip:beni@tsunagi.test", headers: [weak])?.status == 401)
      #expect(phone.register("beni")?.status == 200)
    }

    @Test func `a nonce count is taken once, and a foreign nonce is stale whatever the password`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let target = "sip:anna@tsunagi.test"
      let nonce = try #require(phone.ask("REGISTER", from: "anna", target: target)).challenge("nonce")
      var credentials = RegistrarCredentials(user: "anna", password: "secret-anna", nonce: nonce)
      func attempt() -> RegistrarPeer.Message? {
        phone.ask(
          "REGISTER", from: "anna", target: target,
          headers: [credentials.header(method: "REGISTER", uri: "sip:tsunagi.test")])
      }
      #expect(attempt()?.status == 200)
      let replayed = attempt()
      #expect(replayed?.status == 401)
      #expect(replayed?.challenge("stale") == "true")
      credentials.count = "00000002"
      #expect(attempt()?.status == 200)
      credentials.nonce = String(nonce.dropLast()) + (nonce.hasSuffix("0") ? "1" : "0")
      #expect(attempt()?.challenge("stale") == "true")
      credentials.password = "guess"
      #expect(attempt()?.challenge("stale") == "true")
      #expect(!bench.events.contains { $0.kind == SIP_BOUND.rawValue })
    }

    @Test func `a challenge that is too old is stale, also where it was answered in time before`() throws {
      let bench = try #require(RegistrarBench(nonceSeconds: 1))
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let target = "sip:anna@tsunagi.test"
      let nonce = try #require(phone.ask("REGISTER", from: "anna", target: target)).challenge("nonce")
      var credentials = RegistrarCredentials(user: "anna", password: "secret-anna", nonce: nonce)
      var answer: RegistrarPeer.Message?
      // Once in 50 ms: within what an address may ask.
      for count in 1...400 {
        let text = String(count, radix: 16)
        credentials.count = String(repeating: "0", count: 8 - text.count) + text
        answer = phone.ask(
          "REGISTER", from: "anna", target: target,
          headers: [credentials.header(method: "REGISTER", uri: "sip:tsunagi.test")])
        if answer?.status != 200 { break }
        poll(nil, 0, 50)
      }
      #expect(answer?.status == 401)
      #expect(answer?.challenge("stale") == "true")
    }

    /// Of those with the same place in the table eight are kept.
    @Test func `a challenge that was answered is never good again, however many were answered since`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let target = "sip:anna@tsunagi.test"
      func answered(_ nonce: String) -> RegistrarPeer.Message? {
        let credentials = RegistrarCredentials(user: "anna", password: "secret-anna", nonce: nonce)
        return phone.ask(
          "REGISTER", from: "anna", target: target,
          headers: [credentials.header(method: "REGISTER", uri: "sip:tsunagi.test")])
      }
      func serial(_ nonce: String) -> UInt64 { UInt64(nonce.dropFirst(16).prefix(16), radix: 16) ?? 0 }
      let first = try #require(phone.ask("REGISTER", from: "anna", target: target)).challenge("nonce")
      #expect(answered(first)?.status == 200)
      var last = serial(first)
      // Trunks may ask often, and each address has a bucket of its own.
      let trunks = (10..<20).map { RegistrarPeer(from: "127.0.7.\($0)") }
      for _ in 0..<8 {
        let next = last + 1024
        while last < next - 1 {
          let challenge = trunks[Int(last) % trunks.count].ask(
            "REGISTER", from: "beni", target: "sip:beni@tsunagi.test")
          last = serial(try #require(challenge).challenge("nonce"))
        }
        let nonce = try #require(phone.ask("REGISTER", from: "anna", target: target)).challenge("nonce")
        last = serial(nonce)
        try #require(last == next)
        #expect(answered(nonce)?.status == 200)
      }
      let replayed = answered(first)
      #expect(replayed?.status == 401)
      #expect(replayed?.challenge("stale") == "true")
    }

    @Test func `a retransmission gets the same answer again`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let target = "sip:anna@tsunagi.test"
      let nonce = try #require(phone.ask("REGISTER", from: "anna", target: target)).challenge("nonce")
      let authorization = RegistrarCredentials(user: "anna", password: "secret-anna", nonce: nonce)
        .header(method: "REGISTER", uri: "sip:tsunagi.test")
      let request = phone.request(
        "REGISTER", from: "anna", target: target, callID: "again",
        headers: [authorization, "Contact: <sip:anna@127.0.0.2:\(phone.port)>"])
      phone.send(request)
      let first = phone.answer(to: "again")
      phone.send(request)
      #expect(first?.status == 200)
      #expect(phone.answer(to: "again") == first)
    }

    @Test func `a phone registers its own address only`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let nonce = try #require(phone.ask("REGISTER", from: "anna", target: "sip:beni@tsunagi.test")).challenge("nonce")
      let authorization = RegistrarCredentials(user: "anna", password: "secret-anna", nonce: nonce)
        .header(method: "REGISTER", uri: "sip:tsunagi.test")
      let answer = phone.ask(
        "REGISTER", from: "anna", target: "sip:beni@tsunagi.test",
        headers: [authorization, "Contact: <sip:anna@127.0.0.2>"])
      #expect(answer?.status == 403)
      #expect(bench.bindings(of: "beni").isEmpty)
    }

    @Test func `several contacts, each with its own time, until the phone takes them away`() throws {
      let bench = try #require(RegistrarBench(shortest: 60))
      defer { bench.stop() }
      let phone = RegistrarPeer()
      let both = phone.register(
        "anna", contacts: ["<sip:a@127.0.0.2:1>;expires=100", "<sip:b@127.0.0.2:2>;expires=99999"])
      #expect(both?.values("Contact") == ["<sip:a@127.0.0.2:1>;expires=100", "<sip:b@127.0.0.2:2>;expires=600"])
      let few = phone.register("anna", contacts: ["<sip:c@127.0.0.2:3>;expires=59"])
      #expect(few?.status == 423)
      #expect(few?.value("Min-Expires") == "60")
      let tooMany = ["<sip:d@127.0.0.2:4>", "<sip:e@127.0.0.2:5>", "<sip:f@127.0.0.2:6>"]
      #expect(phone.register("anna", contacts: tooMany)?.status == 403)
      let third = phone.register("anna", contacts: ["<sip:c@127.0.0.2:3>;expires=300"])
      #expect(third?.values("Contact").map { $0.prefix(20) } == ["<sip:c@127.0.0.2:3>;", "<sip:b@127.0.0.2:2>;"])
      #expect(bench.wait(for: SIP_UNBOUND) { $0.contact == "sip:a@127.0.0.2:1" } != nil)
      #expect(phone.register("anna", contacts: ["<sip:b@127.0.0.2:2>;expires=0"])?.values("Contact").count == 1)
      #expect(phone.register("anna", contacts: ["*"])?.status == 400)
      #expect(phone.register("anna", contacts: ["*"], headers: ["Expires: 0"])?.values("Contact") == [])
      #expect(bench.bindings(of: "anna").isEmpty)
    }

    @Test func `a REGISTER that was overtaken changes nothing`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      #expect(phone.register("anna", contacts: ["<sip:a@127.0.0.2:1>"], callID: "order", cseq: 10)?.status == 200)
      #expect(
        phone.register("anna", contacts: ["<sip:a@127.0.0.2:1>;expires=0"], callID: "order", cseq: 5)?.status == 500)
      #expect(bench.bindings(of: "anna").count == 1)
      #expect(
        phone.register("anna", contacts: ["<sip:a@127.0.0.2:1>;expires=0"], callID: "order", cseq: 20)?.status == 200)
      #expect(bench.bindings(of: "anna").isEmpty)
    }

    @Test func `a binding that is not refreshed goes away, and its number never comes back`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      #expect(phone.register("anna", headers: ["Expires: 1"])?.status == 200)
      #expect(bench.wait(for: SIP_UNBOUND)?.phone == "anna")
      let first = bench.bindings(of: "anna")
      #expect(phone.register("anna")?.status == 200)
      let second = bench.bindings(of: "anna")
      #expect(first.isEmpty)
      #expect(second.count == 1)
      #expect(sip_leg_dial_binding(bench.engine, 1 << 63 | 1, 1 << 24, nil) != Int32(SIP_OK))
    }

    @Test func `a phone on a connection goes with it, and its keep-alives are answered`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer(.tcp)
      #expect(phone.register("anna")?.status == 200)
      #expect(bench.wait(for: SIP_BOUND)?.transport == SIP_TCP.rawValue)
      phone.send("\r\n\r\n")
      #expect(phone.receiveBytes() == [13, 10])
      phone.disconnect()
      #expect(bench.wait(for: SIP_UNBOUND)?.phone == "anna")
      #expect(bench.bindings(of: "anna").isEmpty)
    }

    @Test func `keep-alives over UDP are passed over in silence`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer()
      phone.send("")
      phone.send("\r\n\r\n")
      #expect(phone.register("anna")?.status == 200)
      #expect(bench.events.filter { $0.kind == SIP_REFUSED.rawValue }.isEmpty)
    }

    @Test func `what was registered before a restart still holds, but not over connections`() throws {
      let bench = try #require(
        RegistrarBench(bindings: [
          .init(phone: "anna", contact: "sip:a@10.0.0.1", source: "127.0.0.9:5060", secondsLeft: 100),
          .init(
            phone: "anna", contact: "sip:b@10.0.0.1", source: "127.0.0.9:5061", transport: SIP_TCP, secondsLeft: 100),
          .init(phone: "anna", contact: "sip:c@10.0.0.1", source: "127.0.0.9:5062", secondsLeft: -1),
          .init(phone: "gone", contact: "sip:d@10.0.0.1", source: "127.0.0.9:5063", secondsLeft: 100),
          .init(phone: "anna", contact: "sip:e@10.0.0.1", source: "a name", secondsLeft: 100),
        ]))
      defer { bench.stop() }
      let told = bench.events.map { "\($0.kind == SIP_BOUND.rawValue ? "+" : "-")\($0.contact)" }
      #expect(
        told == ["+sip:a@10.0.0.1", "-sip:b@10.0.0.1", "-sip:c@10.0.0.1", "-sip:d@10.0.0.1", "-sip:e@10.0.0.1"])
      #expect(bench.bindings(of: "anna").count == 1)
    }

    @Test(arguments: [RegistrarPeer.Transport.udp, .tcp])
    func `a call goes to where the phone registered from, not to where its contact points`(
      transport: RegistrarPeer.Transport
    ) throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let phone = RegistrarPeer(transport)
      #expect(phone.register("anna", contacts: ["<sip:anna@192.0.2.99:5999>"])?.status == 200)
      let binding = try #require(bench.bindings(of: "anna").first)
      let called = "0312345678".withCString { user in
        "".withCString { empty in
          var presented = sip_presented(from_user: user, from_display_name: empty, is_private: false, contact: empty)
          return sip_leg_dial_binding(bench.engine, 1 << 63 | 1, binding, &presented)
        }
      }
      #expect(called == 0)
      let request = try #require(phone.receive())
      #expect(request.firstLine.contains(" sip:anna@192.0.2.99:5999"))
      #expect(request.values("Route").isEmpty)
    }
  }
}
