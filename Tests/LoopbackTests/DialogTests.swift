import Control
import LoopbackTesting
import Testing

@Suite(.serialized, .fewAtOnce) struct `Manners within and outside a dialog` {
  @Test func `session timers: too short ones are refused, a caller's refresh is answered, and ours comes in time`()
    async throws
  {
    let office = try await Office()
    let socket = try SIPSocket(address: "127.0.0.2", peer: office.host)
    let hasty = SIPSocket.Dialog("hasty", service: "8000", at: office.host, from: Office.caller)
    socket.send("INVITE", in: hasty, headers: "Supported: timer\nSession-Expires: 30", body: socket.sdp())
    #expect(try await socket.receive(422).header("Min-SE") == "90")

    var caller = SIPSocket.Dialog("caller", service: "8000", at: office.host, from: Office.caller)
    socket.send(
      "INVITE", in: caller, headers: "Supported: timer\nSession-Expires: 90;refresher=uac", body: socket.sdp())
    let answer = try await socket.receive(200)
    #expect(answer.header("Session-Expires") == "90;refresher=uac")
    caller.learn(answer)
    socket.send("ACK", in: caller, branch: "a")
    socket.send(
      "UPDATE", in: caller, sequence: 2, headers: "Supported: timer\nSession-Expires: 90;refresher=uac")
    #expect(try await socket.receive(200, to: "UPDATE").header("Session-Expires") == "90;refresher=uac")
    socket.send("BYE", in: caller, sequence: 3)
    try await socket.receive(200, to: "BYE")

    var called = SIPSocket.Dialog("called", service: "8000", at: office.host, from: Office.caller)
    socket.send(
      "INVITE", in: called, headers: "Supported: timer\nSession-Expires: 90;refresher=uas", body: socket.sdp())
    let promise = try await socket.receive(200)
    #expect(promise.header("Session-Expires") == "90;refresher=uas")
    called.learn(promise)
    socket.send("ACK", in: called, branch: "a")
    // Half of the interval (RFC 4028 §10).
    let refresh = try await socket.receive("a refresh", within: .seconds(60)) {
      $0.method == "INVITE" || $0.method == "UPDATE"
    }
    #expect(refresh.header("Session-Expires")?.hasPrefix("90") == true)
    #expect(refresh.media.count == (refresh.method == "INVITE" ? 1 : refresh.media.count))
    socket.respond(200, "OK", to: refresh, body: refresh.media.isEmpty ? "" : socket.sdp())
    socket.send("BYE", in: called, sequence: 2)
    try await socket.receive(200, to: "BYE")
    await office.stop()
  }

  @Test func `OPTIONS of the trunk is answered with what we can, a stranger's is forbidden`() async throws {
    let office = try await Office()
    for (address, status) in [("127.0.0.2", 200), ("127.0.0.9", 403)] {
      let socket = try SIPSocket(address: address, peer: office.host)
      socket.send(
        "OPTIONS", in: SIPSocket.Dialog("o", service: "8000", at: office.host, from: "<sip:ping@\(address)>"))
      let answer = try await socket.receive(status, to: "OPTIONS")
      #expect(answer.headers("Allow").isEmpty == (status != 200))
      #expect(answer.header("Server") == nil && answer.header("User-Agent") == nil || status == 200)
    }
    try await office.events.notice("security.refused") { $0.data("source")?.text?.hasPrefix("127.0.0.9") == true }
    await office.stop()
  }

  @Test(arguments: [false, true])
  func `video, text and images are answered with port 0, and the audio goes on`(isAudioLast: Bool) async throws {
    let office = try await Office()
    try await office.works("anna", at: "ext-anna")
    let ear = try RTPEndpoint(address: "127.0.0.2", tone: 1000)
    let mouth = try RTPEndpoint(address: "127.0.0.3", tone: 700)
    let phone = try office.phone(.answeringPhone(after: 10), audio: mouth.port)
    let socket = try SIPSocket(address: "127.0.0.2", peer: office.host)
    var caller = SIPSocket.Dialog("media", service: "8000", at: office.host, from: Office.caller)
    let more = """
      m=video 40002 RTP/AVP 96
      a=rtpmap:96 H264/90000
      m=text 40004 RTP/AVP 98
      a=rtpmap:98 t140/1000
      m=image 40006 udptl t38

      """
    let session = socket.sdp(ear.port, more: more)
    socket.send("INVITE", in: caller, body: isAudioLast ? Self.audioLast(session) : session)
    let answer = try await socket.receive(200)
    caller.learn(answer)
    socket.send("ACK", in: caller, branch: "a")
    let others = ["m=video", "m=text", "m=image"]
    let kinds = answer.media.compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(kinds == (isAudioLast ? others + ["m=audio"] : ["m=audio"] + others))
    let open = answer.media.filter { $0.split(separator: " ")[1] != "0" }
    #expect(open.count == 1 && open.first?.hasPrefix("m=audio") == true, "\(answer.media)")
    try await office.events.notice("contact.connected")
    try await ear.hears(700)
    try await mouth.hears(1000)
    // Without a description: our offer, of audio alone.
    socket.send("INVITE", in: caller, sequence: 2)
    let offer = try await socket.receive(200)
    #expect(offer.media.count { $0.split(separator: " ")[1] != "0" } == 1, "\(offer.media)")
    let answered = offer.media.filter { !$0.hasPrefix("m=audio") }.map { $0 + "\n" }.joined()
    let own = socket.sdp(ear.port, more: answered)
    socket.send("ACK", in: caller, sequence: 2, branch: "a2", body: isAudioLast ? Self.audioLast(own) : own)
    ear.forget()
    try await ear.hears(700)
    socket.send("BYE", in: caller, sequence: 3)
    try await socket.receive(200, to: "BYE")
    try await phone.succeeds()
    ear.stop()
    mouth.stop()
    await office.stop()
  }

  /// The same description, whose audio stands behind everything else.
  private static func audioLast(_ session: String) -> String {
    let lines = session.split(separator: "\n")
    let audio = lines.firstIndex { $0.hasPrefix("m=audio") }.map { $0..<$0 + 3 } ?? 0..<0
    return (lines[..<audio.lowerBound] + lines[audio.upperBound...] + lines[audio]).joined(separator: "\n") + "\n"
  }
}
