import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Addresses and connections` {
  @Test func `over IPv6 caller and phone hear each other, and no description speaks of IPv4`() async throws {
    let office = try await Office(addresses: .ipv6)
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "::1", tone: 700)
    let ear = try RTPEndpoint(address: "::1", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let caller = try office.caller(.patientCaller(from: "<sip:0311112222@[local_ip]>"), audio: ear.port)
    let contact = try await office.events.notice("contact.connected").contact
    try await ear.hears(700)
    try await mouth.hears(1000)
    try await office.hangUp(contact)
    try await caller.succeeds()
    try await phone.succeeds()
    let descriptions = caller.messages.descriptions + phone.messages.descriptions
    #expect(descriptions.count >= 2)
    for description in descriptions {
      #expect(description.contains("c=IN IP6 ::1"))
      #expect(!description.contains("IP4"))
    }
    mouth.stop()
    ear.stop()
    await office.stop()
  }

  @Test func `over IPv6 a phone registers, and is rung where it registered from`() async throws {
    let office = try await Office(addresses: .ipv6)
    let port = Ports.free(4)
    let set = try SIPp(
      Scenario().register(user: "desk-1").receiveChallenge().register(user: "desk-1", sequence: 2, password: "secret-1")
        .receive(200), address: "::1", port: port, peer: office.host)
    try await set.succeeds()
    try await office.events.notice("phone.reachable")
    try await office.works("anna", at: "desk-1")
    let phone = try SIPp(.answeringPhone(after: 10), address: "::1", port: port)
    let caller = try office.caller(.patientCaller(from: "<sip:0311112222@[local_ip]>"))
    try await office.hangUp(try await office.events.notice("contact.connected").contact)
    try await caller.succeeds()
    try await phone.succeeds()
    #expect(phone.messages.contains("INVITE sip:desk-1@[::1]:\(port)"))
    await office.stop()
  }

  @Test func `a phone registered over TCP is rung over its own connection`() async throws {
    let office = try await Office()
    let phone = try await Softphone(
      user: "desk-1", secret: "secret-1", registrar: office.host, transport: "tcp", ports: Ports.free(10), tone: 700,
      tracesMessages: true)
    let reachable = try await office.events.notice("phone.reachable")
    #expect(reachable.data("phone")?.text == "desk-1")
    try await office.works("anna", at: "desk-1")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(700, for: 2)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    try await caller.succeeds()
    office.hasConnectedToNobody()
    try await phone.hasHeard(1000, but: 700)
    ear.stop()
    await phone.stop()
    await office.stop()
  }

  @Test func `a phone that only has its connection: rung through it, and gone with it`() async throws {
    let office = try await Office()
    // Nobody listens where this Contact says.
    let set = try SIPSocket(address: "127.0.0.7", peer: office.host, transport: .tcp)
    try await office.register("desk-1", secret: "secret-1", at: set, contact: "sip:desk-1@127.0.0.7:9;transport=tcp")
    set.send(bytes: Array("\r\n\r\n".utf8))
    _ = try await fact("the keep-alive is answered") { set.keepAlives == 1 ? true : nil }
    try await office.works("anna", at: "desk-1")
    let caller = try office.caller(.patientCaller())
    let invite = try await set.receive(request: "INVITE")
    #expect(invite.media.count == 1)
    #expect(invite.header("Via")?.contains("/TCP ") == true)
    set.respond(180, "Ringing", to: invite)
    set.respond(200, "OK", to: invite, body: set.sdp())
    try await set.receive(request: "ACK")
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    let bye = try await set.receive(request: "BYE")
    set.respond(200, "OK", to: bye)
    try await caller.succeeds()
    office.hasConnectedToNobody()
    set.close()
    try await office.events.notice("phone.unreachable")
    await office.stop()
  }

  @Test func `behind a translated address, peers are told the public one in every place`() async throws {
    let office = try await Office(sip: "public_address = \"127.0.0.88\"")
    try await office.works("anna", at: "ext-anna")
    let (caller, phone) = (try office.handPlayedCaller(), try office.handPlayedPhone())
    var dialog = SIPSocket.Dialog("p", service: "8000", at: office.host, from: Office.caller)
    let answer = try await caller.call(&dialog, body: caller.sdp())
    let invite = try await phone.receive(request: "INVITE")
    #expect(invite.header("Via")?.contains(" 127.0.0.88:\(office.port)") == true)
    for message in [answer, invite] {
      #expect(message.contact?.contains("@127.0.0.88:\(office.port)") == true)
      #expect(message.body.contains("c=IN IP4 127.0.0.88\n"))
      #expect(!message.body.contains("127.0.0.1"))
    }
    _ = try await phone.take(invite, body: phone.sdp())
    try await office.events.notice("contact.connected")
    try await caller.hangUp(dialog)
    try await phone.isHungUp()
    await office.stop()
  }

  @Test func `a phone behind NAT is heard, and hears, though it names an address of its own network`() async throws {
    let office = try await Office()
    let set = try SIPSocket(address: "127.0.0.5", peer: office.host)
    try await office.register("desk-1", secret: "secret-1", at: set)
    try await office.works("anna", at: "desk-1")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try RTPEndpoint(address: "127.0.0.5", tone: 700)
    let stranger = try RTPEndpoint(address: "127.0.0.9", tone: 1500)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let invite = try await set.receive(request: "INVITE")
    let port = try #require(invite.media.first?.split(separator: " ").dropFirst().first.flatMap { UInt16($0) })
    set.respond(200, "OK", to: invite, body: set.sdp(host: "192.0.2.5"))
    try await set.receive(request: "ACK")
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    stranger.speak(to: "127.0.0.1", port: port)
    phone.speak(to: "127.0.0.1", port: port)
    try await ear.hears(700, for: 1)
    try await phone.hears(1000)
    #expect(ear.heard(last: 1).level(of: 1500) < -50)
    #expect(stranger.heard.channels[0].isEmpty)
    try await office.events.request("call.hangUp", ["contact": .string(contact)])
    set.respond(200, "OK", to: try await set.receive(request: "BYE"))
    try await caller.succeeds()
    for one in [ear, phone, stranger] { one.stop() }
    await office.stop()
  }

  @Test func `a caller over TCP is answered, heard, and let go over her connection`() async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    // Nobody listens where her Contact says.
    let caller = try office.caller(
      .patientCaller(contact: "sip:peer@[local_ip]:9;transport=tcp"), audio: ear.port, transport: "t1")
    let contact = try await office.events.notice("contact.connected").contact
    try await ear.hears(700)
    try await mouth.hears(1000)
    try await office.hangUp(contact)
    try await phone.succeeds()
    try await caller.succeeds()
    #expect(caller.messages.contains("SIP/2.0/TCP"))
    office.hasConnectedToNobody()
    mouth.stop()
    ear.stop()
    await office.stop()
  }
}

extension Office {
  /// Peers on TCP have their connections; nothing that they write makes us open another.
  fileprivate func hasConnectedToNobody() {
    #expect(daemon.log.contains("got incoming TCP connection"))
    #expect(!daemon.log.contains("is connecting to"))
  }
}
