import CSIPBridge
import Testing

/// Within the other suite, since one stack at a time is all a process can have.
extension `A call through the bridge` {
  @Suite(.serialized) struct `Guessing users and passwords` {
    /// Everything of an answer that could tell users from others; the algorithm apart.
    private func shape(_ answer: RegistrarPeer.Message?) -> String {
      guard let answer else { return "none" }
      let challenge = answer.value("WWW-Authenticate").split(separator: ",").map { part in
        part.split(separator: "=").first.map { String($0) } ?? ""
      }
      return "\(answer.firstLine) \(answer.headers.map(\.name)) \(challenge) \(answer.challenge("stale"))"
    }

    private func algorithm(of user: String, method: String, from address: String) -> String {
      let target = method == "INVITE" ? "sip:8000@tsunagi.test" : "sip:\(user)@tsunagi.test"
      let headers = method == "INVITE" ? ["Contact: <sip:x@127.0.0.1>"] : []
      return RegistrarPeer(from: address)
        .ask(method, to: target, from: user, target: target, headers: headers)?.challenge("algorithm") ?? "none"
    }

    @Test(arguments: ["anna", "beni"])
    func `no answer tells who exists`(user: String) throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let digest = algorithm(of: user, method: "REGISTER", from: "127.0.0.9")
      let nobody = try #require(
        (0..<50).map { "nobody\($0)" }.first {
          algorithm(of: $0, method: "REGISTER", from: "127.0.0.10") == digest
        })
      func shapes(_ user: String, from address: String) -> [String] {
        let phone = RegistrarPeer(from: address)
        let call = phone.ask(
          "INVITE", to: "sip:8000@tsunagi.test", from: user, headers: ["Contact: <sip:x@127.0.0.1>"])
        let first = phone.ask("REGISTER", from: user, target: "sip:\(user)@tsunagi.test")
        return ([call, first] + (0..<7).map { _ in phone.register(user, password: "guess") }).map(shape)
      }
      let known = shapes(user, from: "127.0.0.11")
      let unknown = shapes(nobody, from: "127.0.0.12")
      #expect(known == unknown)
      #expect(known.first?.contains("401") == true)
      #expect(known.last?.contains("401") == true)
    }

    @Test func `unknown names are shown both algorithms, each its own, in every answer and after a restart`() throws {
      let names = (0..<40).map { "nobody\($0)" }
      func shown(to method: String) throws -> [String] {
        let bench = try #require(RegistrarBench())
        defer { bench.stop() }
        return names.map { algorithm(of: $0, method: method, from: "127.0.0.31") }
      }
      let before = try shown(to: "REGISTER")
      #expect(Set(before) == ["MD5", "SHA-256"])
      #expect(try shown(to: "INVITE") == before)
    }

    @Test func `without phones of SHA-256 nobody is shown it`() throws {
      let bench = try #require(RegistrarBench(phones: [.init(id: "anna", secret: "secret-anna")]))
      defer { bench.stop() }
      for index in 0..<40 {
        #expect(algorithm(of: "nobody\(index)", method: "REGISTER", from: "127.0.0.31") == "MD5")
      }
    }

    @Test func `wrong passwords close the address they came from and no other, and a firewall hears of it`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let guesser = RegistrarPeer(from: "127.0.0.13")
      let statuses = (0..<5).map { _ in guesser.register("anna", password: "guess")?.status }
      #expect(statuses == [401, 401, 401, 401, 401])
      #expect(guesser.register("anna")?.status == 401)
      #expect(guesser.register("beni")?.status == 401)
      #expect(RegistrarPeer(from: "127.0.0.13").register("anna")?.status == 401)
      #expect(bench.bindings(of: "anna").isEmpty)
      #expect(RegistrarPeer(from: "127.0.0.14").register("anna")?.status == 200)
      let source = "127.0.0.13:\(guesser.port)"
      #expect(bench.wait(for: SIP_REFUSED) { $0.text == "\(source) wrong credentials for phone anna" } != nil)
      #expect(bench.wait(for: SIP_REFUSED) { $0.text == "\(source) source backed off after wrong credentials" } != nil)
    }

    @Test(arguments: [false, true])
    func `who writes another's address on his datagrams shuts nobody out`(withNonceOfHisOwn: Bool) throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let target = "sip:anna@tsunagi.test"
      let attacker = RegistrarPeer(from: "127.0.0.2")
      // A socket at the phone's address, whose answers he does not read.
      let spoofed = RegistrarPeer(from: "127.0.0.3")
      for _ in 0..<20 {
        let nonce =
          withNonceOfHisOwn
          ? try #require(attacker.ask("REGISTER", from: "anna", target: target)).challenge("nonce")
          : String(repeating: "0", count: 64)
        let guess = RegistrarCredentials(user: "anna", password: "guess", nonce: nonce)
        let answer = spoofed.ask(
          "REGISTER", from: "anna", target: target,
          headers: [guess.header(method: "REGISTER", uri: "sip:tsunagi.test")])
        #expect(answer?.status == 401)
        #expect(answer?.challenge("stale") == "true")
      }
      #expect(RegistrarPeer(from: "127.0.0.3").register("anna")?.status == 200)
      #expect(!bench.events.contains { $0.kind == SIP_REFUSED.rawValue })
    }

    @Test func `a challenge is good at another port of its address, not at another address or over TCP`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let target = "sip:anna@tsunagi.test"
      func status(from second: RegistrarPeer) throws -> String {
        let nonce = try #require(
          RegistrarPeer(from: "127.0.0.2").ask("REGISTER", from: "anna", target: target)
        ).challenge("nonce")
        let credentials = RegistrarCredentials(user: "anna", password: "secret-anna", nonce: nonce)
        let answer = second.ask(
          "REGISTER", from: "anna", target: target,
          headers: [credentials.header(method: "REGISTER", uri: "sip:tsunagi.test")])
        return "\(answer?.status ?? 0) \(answer?.challenge("stale") ?? "")"
      }
      #expect(try status(from: RegistrarPeer(from: "127.0.0.2")) == "200 ")
      #expect(try status(from: RegistrarPeer(from: "127.0.0.3")) == "401 true")
      #expect(try status(from: RegistrarPeer(.tcp, from: "127.0.0.2")) == "401 true")
    }

    @Test func `guesses from many addresses close an account to new addresses, never to those it is used from`() throws
    {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      // Two sets in two places.
      #expect(RegistrarPeer(from: "127.0.0.21").register("anna")?.status == 200)
      #expect(RegistrarPeer(from: "127.0.0.22").register("anna")?.status == 200)
      for place in 40..<45 {
        #expect(RegistrarPeer(from: "127.0.0.23").register("anna")?.status == 200)
        let guesser = RegistrarPeer(from: "127.0.0.\(place)")
        for _ in 0..<5 { #expect(guesser.register("anna", password: "guess")?.status == 401) }
      }
      #expect(RegistrarPeer(from: "127.0.0.50").register("anna")?.status == 401)
      for place in 21...23 {
        #expect(RegistrarPeer(from: "127.0.0.\(place)").register("anna")?.status == 200)
      }
    }

    @Test func `a phone in its place stays in while its neighbour behind the same NAT guesses at others`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      #expect(RegistrarPeer(from: "127.0.0.21").register("anna")?.status == 200)
      let neighbour = RegistrarPeer(from: "127.0.0.21")
      for _ in 0..<5 { _ = neighbour.register("beni", password: "guess") }
      #expect(neighbour.register("beni")?.status == 401)
      #expect(RegistrarPeer(from: "127.0.0.21").register("anna")?.status == 200)
    }
  }
}
