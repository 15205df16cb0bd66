import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `SRTP` {
  /// A phone and a trunk of each kind.
  static let secure = """
    [[phones]]
    id = "must"
    secret = "secret-3"
    srtp = "required"
    [[phones]]
    id = "may"
    secret = "secret-4"
    srtp = "optional"
    [[trunks]]
    id = "safe"
    addresses = ["127.0.0.4"]
    srtp = "required"
    [[trunks]]
    id = "open"
    addresses = ["127.0.0.5"]
    srtp = "optional"
    """

  private func phone(
    _ office: Office, _ user: String = "must", _ encryption: Softphone.Encryption? = .required, tone: Double = 700
  ) async throws -> Softphone {
    try await Softphone(
      user: user, secret: user == "must" ? "secret-3" : "secret-4", registrar: office.host, ports: Ports.free(10),
      tone: tone, encryption: encryption, tracesMessages: true)
  }

  private func key(in message: SIPMessage) throws -> SRTPKey { try #require(SRTPKey(in: message.body)) }

  @Test func `a phone of SRTP and a plain caller hear each other, and are recorded in the clear`() async throws {
    let office = try await Office(Self.secure)
    let phone = try await phone(office)
    try await office.works("anna", at: "must")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(700, for: 1)
    let file = try #require(try await office.events.notice("recording.started").data("path")?.text)
    _ = try await fact("two seconds of both are on the recording") { () -> Bool? in
      guard let sound = try? Sound(wave: file), sound.seconds > 3 else { return nil }
      return sound.level(of: 1000, channel: 0, from: 1) > -20 && sound.level(of: 700, channel: 1, from: 1) > -20
        ? true : nil
    }
    try await office.hangUp(contact)
    try await caller.succeeds()
    try await phone.hasHeard(1000, but: 700)
    #expect(phone.process.output.contains("RTP/SAVP"))
    ear.stop()
    await phone.stop()
    await office.stop()
  }

  /// Both legs, whoever begins: a phone that calls the queue, and the agent's, in every pair of what they say.
  struct Meeting: Sendable, CustomTestStringConvertible {
    let caller: String
    let says: Softphone.Encryption?
    let agent: String
    let hears: Softphone.Encryption?
    var testDescription: String {
      "\(caller) \(says?.rawValue ?? "plain"), \(agent) \(hears?.rawValue ?? "plain")"
    }

    static let all = [
      Meeting(caller: "must", says: .required, agent: "may", hears: .optional),
      Meeting(caller: "must", says: .required, agent: "may", hears: nil),
      Meeting(caller: "may", says: .required, agent: "must", hears: .required),
      Meeting(caller: "may", says: .optional, agent: "must", hears: .required),
      Meeting(caller: "may", says: nil, agent: "must", hears: .required),
    ]
  }

  @Test(arguments: Meeting.all)
  func `two phones hear each other`(meeting: Meeting) async throws {
    let office = try await Office(Self.secure)
    let caller = try await phone(office, meeting.caller, meeting.says, tone: 1000)
    let agent = try await phone(office, meeting.agent, meeting.hears, tone: 700)
    try await office.works("anna", at: meeting.agent)
    try caller.dial("sip:8000@\(office.host)")
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    let file = try #require(try await office.events.notice("recording.started").data("path")?.text)
    _ = try await fact("two seconds of both are on the recording") { () -> Bool? in
      guard let sound = try? Sound(wave: file), sound.seconds > 3 else { return nil }
      return sound.level(of: 1000, channel: 0, from: 1) > -20 && sound.level(of: 700, channel: 1, from: 1) > -20
        ? true : nil
    }
    try await office.hangUp(contact)
    try await caller.hasHeard(700, but: 1000)
    try await agent.hasHeard(1000, but: 700)
    for (phone, encryption) in [(caller, meeting.says), (agent, meeting.hears)] {
      // baresip tells when SRTP is on.
      #expect(phone.process.output.contains("SRTP is Enabled") == (encryption != nil), "\(phone.process.tail)")
    }
    for phone in [caller, agent] { await phone.stop() }
    await office.stop()
  }

  @Test func `a phone of SRTP that holds gives music, comes back, and is heard and hears`() async throws {
    let office = try await Office(Self.secure)
    let phone = try await phone(office)
    try await office.works("anna", at: "must")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let caller = try office.caller(.patientCaller(), audio: ear.port)
    let contact = try #require(try await office.events.notice("contact.connected").contact)
    try await ear.hears(700)
    try phone.hold()
    try await office.events.notice("contact.held")
    try await ear.hearsMusic(insteadOf: 700)
    try phone.resume()
    try await office.events.notice("contact.retrieved")
    ear.forget()
    try await ear.hears(700, for: 1)
    try await office.hangUp(contact)
    try await caller.succeeds()
    ear.stop()
    await phone.stop()
    await office.stop()
  }

  @Test func `a trunk of SRTP: keys change in mid-call, a hold keeps them, and none of them is ever told`() async throws
  {
    let office = try await Office(Self.secure)
    try await office.works("anna", at: "ext-anna")
    let caller = try SIPSocket(address: "127.0.0.4", peer: office.host)
    let phone = try office.handPlayedPhone()
    let (ear, mouth) = (
      try RTPEndpoint(address: "127.0.0.4", tone: 1000), try RTPEndpoint(address: "127.0.0.3", tone: 700)
    )
    var keys = [SRTPKey()]
    func offer(_ key: SRTPKey, _ more: String = "") -> String {
      caller.sdp(ear.port, profile: "RTP/SAVP", more: key.line() + more)
    }
    var dialog = SIPSocket.Dialog("s", service: "8000", at: office.host, from: "<sip:0311112222@127.0.0.4>")
    let answer = try await caller.call(&dialog, body: offer(keys[0]))
    #expect(answer.media.count == 1 && answer.media[0].contains("RTP/SAVP"))
    let ours = try key(in: answer)
    ear.secure(says: keys[0], hears: ours)
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(mouth.port))
    try await ear.hears(700)
    try await mouth.hears(1000)

    // The same key, and another direction.
    let held = try await caller.reinvite(in: dialog, sequence: 2, body: offer(keys[0], "\na=sendonly"))
    #expect(SRTPKey(in: held.body) == ours && held.text.contains("a=recvonly"))
    try await office.events.notice("contact.held")
    // Another key. What it says by the one before is not understood for long.
    keys.append(SRTPKey())
    let retrieved = try await caller.reinvite(in: dialog, sequence: 3, body: offer(keys[1]))
    #expect(retrieved.media.count == 1)
    ear.secure(says: keys[1], hears: try key(in: retrieved))
    try await office.events.notice("contact.retrieved")
    for endpoint in [ear, mouth] { endpoint.forget() }
    try await ear.hears(700, for: 1)
    try await mouth.hears(1000, for: 1)
    // Another key, and nothing else.
    keys.append(SRTPKey())
    let changed = try await caller.reinvite(in: dialog, sequence: 4, body: offer(keys[2]))
    ear.secure(says: keys[2], hears: try key(in: changed))
    for endpoint in [ear, mouth] { endpoint.forget() }
    try await ear.hears(700, for: 1)
    try await mouth.hears(1000, for: 1)

    // Plain RTP in mid-call is refused, and the call goes on.
    caller.send("INVITE", in: dialog, sequence: 5, body: caller.sdp(ear.port))
    try await caller.receive(488, sequence: 5)
    caller.send("ACK", in: dialog, sequence: 5)
    mouth.forget()
    try await mouth.hears(1000, for: 0.5)

    let contact = try #require(office.events.notices.last { $0.contact != nil }?.contact)
    try await caller.hangUp(dialog, sequence: 6)
    try await phone.isHungUp()
    let path = try #require(try await office.record(contact)["recordings"]?.elements.first?["path"]?.text)
    let sound = try Sound(wave: path)
    #expect(sound.level(of: 1000, channel: 0, from: sound.seconds - 2, for: 1) > -20)
    #expect(sound.level(of: 700, channel: 1, from: sound.seconds - 2, for: 1) > -20)
    for key in keys + [ours] {
      #expect(!office.daemon.log.contains(key.text))
      #expect(!office.events.notices.contains { "\($0)".contains(key.text) })
    }
    #expect(!office.daemon.log.contains("inline:"))
    for endpoint in [ear, mouth] { endpoint.stop() }
    await office.stop()
  }

  @Test func `where it is optional, keys in a plain offer are taken, and the call may become plain and SRTP again`()
    async throws
  {
    let office = try await Office(Self.secure)
    try await office.works("anna", at: "ext-anna")
    let caller = try SIPSocket(address: "127.0.0.5", peer: office.host)
    let phone = try office.handPlayedPhone()
    let (ear, mouth) = (
      try RTPEndpoint(address: "127.0.0.5", tone: 1000), try RTPEndpoint(address: "127.0.0.3", tone: 700)
    )
    let first = SRTPKey()
    var dialog = SIPSocket.Dialog("o", service: "8000", at: office.host, from: "<sip:0311112222@127.0.0.5>")
    let answer = try await caller.call(&dialog, body: caller.sdp(ear.port, more: first.line()))
    #expect(answer.media.count == 1 && answer.media[0].contains(" RTP/AVP "))
    ear.secure(says: first, hears: try key(in: answer))
    _ = try await phone.take(try await phone.receive(request: "INVITE"), body: phone.sdp(mouth.port))
    func bothHear() async throws {
      for endpoint in [ear, mouth] { endpoint.forget() }
      try await ear.hears(700, for: 0.6)
      try await mouth.hears(1000, for: 0.6)
    }
    try await bothHear()
    let plain = try await caller.reinvite(in: dialog, sequence: 2, body: caller.sdp(ear.port))
    #expect(plain.media.count == 1 && !plain.text.contains("a=crypto"))
    ear.secure(says: nil, hears: nil)
    try await bothHear()
    let next = SRTPKey()
    let secure = try await caller.reinvite(
      in: dialog, sequence: 3, body: caller.sdp(ear.port, profile: "RTP/SAVP", more: next.line()))
    #expect(secure.media.count == 1 && secure.media[0].contains(" RTP/SAVP "))
    ear.secure(says: next, hears: try key(in: secure))
    try await bothHear()
    try await caller.hangUp(dialog)
    try await phone.isHungUp()
    for endpoint in [ear, mouth] { endpoint.stop() }
    await office.stop()
  }

  @Test func `where SRTP is required a plain offer is refused and told of, and a plain answer ends the call`()
    async throws
  {
    let office = try await Office(Self.secure)
    try await office.works("anna", at: "must")
    let trunk = try SIPSocket(address: "127.0.0.4", peer: office.host)
    let refused = SIPSocket.Dialog("plain", service: "8000", at: office.host, from: "<sip:0311112222@127.0.0.4>")
    trunk.send("INVITE", in: refused, body: trunk.sdp())
    try await trunk.receive(488)
    trunk.send("ACK", in: refused)
    let told = try await office.events.notice("security.refused")
    #expect(told.data("source")?.text?.hasPrefix("127.0.0.4") == true)
    #expect(told.data("reason")?.text == "no audio by SRTP, which is required")
    // Nor is one taken that has no offer and answers ours by a plain one.
    var late = SIPSocket.Dialog("late", service: "8000", at: office.host, from: "<sip:0311112222@127.0.0.4>")
    trunk.send("INVITE", in: late)
    let offer = try await trunk.receive(200)
    #expect(offer.media.count == 1 && offer.media[0].contains("RTP/SAVP"))
    late.learn(offer)
    trunk.send("ACK", in: late, branch: "a", body: trunk.sdp())
    try await trunk.isHungUp()

    let set = try SIPSocket(address: "127.0.0.7", peer: office.host)
    try await office.register("must", secret: "secret-3", at: set)
    let caller = try office.caller(.patientCaller())
    let invite = try await set.receive(request: "INVITE")
    #expect(invite.media.count == 1 && invite.media[0].contains("RTP/SAVP"))
    set.respond(200, "OK", to: invite, body: set.sdp())
    try await set.receive(request: "ACK")
    try await set.isHungUp()
    let ended = try await office.events.notice("contact.offerEnded")
    #expect(ended.data("reason")?.text == "unreachable")
    #expect(!office.events.notices.contains { $0.type == "contact.connected" })
    try await office.hangUp(ended.contact)
    try await caller.succeeds()
    await office.stop()
  }

  @Test func `where it is off SRTP is refused, and keys that nobody could go by are none`() async throws {
    let office = try await Office(Self.secure)
    let (pbx, safe) = (try office.handPlayedCaller(), try SIPSocket(address: "127.0.0.4", peer: office.host))
    func refuse(_ socket: SIPSocket, _ name: String, _ body: String) async throws -> Int {
      let dialog = SIPSocket.Dialog(name, service: "8000", at: office.host, from: "<sip:0311112222@\(socket.address)>")
      socket.send("INVITE", in: dialog, body: body)
      let answer = try await socket.receive("a refusal") { ($0.status ?? 0) >= 200 }
      socket.send("ACK", in: dialog)
      return answer.status ?? 0
    }
    #expect(try await refuse(pbx, "off", pbx.sdp(profile: "RTP/SAVP", more: SRTPKey().line())) == 488)
    let lines = [
      SRTPKey().line(more: "|2^20|1:4"), SRTPKey().line(more: " UNENCRYPTED_SRTP"), SRTPKey().line(more: " KDR=1"),
      SRTPKey().line(more: ";inline:\(SRTPKey().text)"), "a=crypto:1 AEAD_AES_256_GCM inline:\(SRTPKey().text)",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:tooshort", "a=crypto:x", "",
    ]
    for (index, line) in lines.enumerated() {
      let status = try await refuse(safe, "n\(index)", safe.sdp(profile: "RTP/SAVP", more: line))
      #expect([406, 488].contains(status), "\(line): \(status)")
    }
    // A line that can be gone by is found behind those that cannot.
    var dialog = SIPSocket.Dialog("good", service: "8000", at: office.host, from: "<sip:0311112222@127.0.0.4>")
    let good = SRTPKey()
    let answer = try await safe.call(
      &dialog,
      body: safe.sdp(
        profile: "RTP/SAVP",
        more: SRTPKey().line(more: "|1:4") + "\n" + good.line(tag: 2, more: "|2^31 WSH=128")))
    #expect(answer.text.contains("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:"))
    #expect(answer.text.split(separator: "\n").count { $0.hasPrefix("a=crypto") } == 1)
    try await safe.hangUp(dialog)
    await office.stop()
  }
}
