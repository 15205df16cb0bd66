import CSIPBridge
import Foundation
import Testing

extension `A call through the bridge` {
  @Test func `hold is told once per change, by sendonly, inactive and 0-0-0-0`() throws {
    let bench = try Bench()
    let caller = try bench.call("caller-holds")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.answer(leg) == SIP_OK)
    _ = try bench.wait(for: SIP_ENDED)
    #expect(bench.stop() == [0])
    #expect(
      bench.rest.map(\.kind)
        == [SIP_ANSWERED, SIP_HELD, SIP_RETRIEVED, SIP_HELD, SIP_RETRIEVED, SIP_HELD, SIP_RETRIEVED])
    #expect(caller.receivedMediaLines.count == 7)
    for lines in caller.receivedMediaLines { #expect(lines.count == 1 && !lines[0].hasPrefix("m=audio 0 ")) }
  }

  @Test func `an INVITE without SDP is answered with an offer of one audio medium`() throws {
    let bench = try Bench()
    let caller = try bench.call("caller-without-sdp")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.ring(leg) == SIP_OK)
    #expect(bench.answer(leg) == SIP_OK)
    _ = try bench.wait(for: SIP_ANSWERED, of: leg)
    #expect(bench.end(leg) == SIP_OK)
    #expect(bench.stop() == [0])
    let offers = caller.receivedMediaLines
    #expect(!offers.isEmpty)
    for lines in offers { #expect(lines.count == 1 && !lines[0].hasPrefix("m=audio 0 ")) }
  }

  @Test func `video, text and image media are answered with port 0, also in a re-INVITE`() throws {
    let bench = try Bench()
    let caller = try bench.call("caller-with-video")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.earlyMedia(leg) == SIP_OK)
    #expect(bench.answer(leg) == SIP_OK)
    _ = try bench.wait(for: SIP_ENDED)
    #expect(bench.stop() == [0])
    let answers = caller.receivedMediaLines
    #expect(answers.count >= 3)
    for lines in answers {
      #expect(lines.count == 4)
      #expect(lines.filter { $0.split(separator: " ")[1] != "0" }.map { $0.prefix(7) } == ["m=audio"])
    }
  }

  /// The 9 comes by both; it is pressed once more by INFO alone.
  @Test func `digits by RFC 4733 and by INFO are told once`() throws {
    let bench = try Bench()
    _ = try bench.call("caller-presses")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.answer(leg) == SIP_OK)
    _ = try bench.wait(for: SIP_ENDED)
    #expect(bench.stop() == [0])
    #expect(bench.rest.filter { $0.kind == SIP_PRESSED }.map(\.digit) == ["7", "9", "9", "5", "#"])
  }

  @Test func `a REFER is refused and nobody is dialled`() throws {
    let bench = try Bench()
    let caller = try bench.call("caller-transfers")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.answer(leg) == SIP_OK)
    _ = try bench.wait(for: SIP_ENDED)
    #expect(bench.stop() == [0])
    #expect(!caller.received.contains { $0.contains("INVITE sip:") || $0.contains("NOTIFY sip:") })
  }

  @Test func `a link outlives hold and retrieve`() throws {
    let bench = try Bench()
    _ = try bench.call("caller-talks-after-hold", tone: 400)
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.record(1, as: "held.wav") == SIP_OK)
    #expect(bench.link(leg, sip_recording_point(1, 1)) == SIP_OK)
    #expect(bench.answer(leg) == SIP_OK)
    _ = try bench.wait(for: SIP_RETRIEVED, of: leg)
    _ = try bench.wait(for: SIP_ENDED)
    #expect(bench.stop() == [0])
    let heard = try channels(ofWAV: bench.folder + "/held.wav")
    #expect(voice(of: 400, in: Array(heard.right.suffix(6000))) > 0.6)
  }

  @Test func `over TCP the whole call stays on its connections`() throws {
    let bench = try Bench(tcp: true)
    let agent = try bench.agent("agent-answers", tone: 1000, tcp: true)
    _ = try bench.call("caller-waits-for-bye", tcp: true)
    let incoming = try bench.wait(for: SIP_ARRIVED).leg
    let outgoing = try bench.dial("1001")
    _ = try bench.wait(for: SIP_ANSWERED, of: outgoing)
    #expect(bench.answer(incoming) == SIP_OK)
    _ = try bench.wait(for: SIP_ANSWERED, of: incoming)
    #expect(bench.end(incoming) == SIP_OK)
    #expect(bench.end(outgoing) == SIP_OK)
    #expect(bench.stop() == [0, 0])
    let invite = try #require(agent.received.first { $0.contains("INVITE sip:") })
    #expect(invite.contains("Via: SIP/2.0/TCP"))
    #expect(invite.contains("Contact: <sip:tsunagi@127.0.0.1:\(bench.port);transport=tcp>"))
  }

  @Test func `music and announcements are heard, and an announcement's end is told once`() throws {
    let bench = try Bench()
    let (music, announcement) = (bench.folder + "/music.wav", bench.folder + "/announcement.wav")
    try monoTone(400, seconds: 0.5).write(to: URL(filePath: music))
    try monoTone(1000, seconds: 0.4).write(to: URL(filePath: announcement))
    _ = try bench.call("caller-waits-for-bye", echoes: true)
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.openMusic(1 << 62 | 1, path: music) == SIP_OK)
    #expect(bench.openMusic(1 << 62 | 1, path: music) == SIP_OK)
    #expect(bench.link(1 << 62 | 1, leg) == SIP_OK)
    #expect(bench.answer(leg) == SIP_OK)
    _ = try bench.wait(for: SIP_ANSWERED, of: leg)
    #expect(bench.record(1, as: "heard.wav") == SIP_OK)
    #expect(bench.link(leg, sip_recording_point(1, 0)) == SIP_OK)
    for _ in 0..<2 {
      #expect(bench.play(leg, path: announcement) == SIP_OK)
      #expect(try bench.wait(for: SIP_ANNOUNCEMENT_FINISHED).leg == leg)
    }
    #expect(bench.end(leg) == SIP_OK)
    #expect(bench.closeRecording(1) == SIP_OK)
    #expect(bench.stop() == [0])
    #expect(bench.rest.filter { $0.kind == SIP_ANNOUNCEMENT_FINISHED } == [])
    let heard = try channels(ofWAV: bench.folder + "/heard.wav")
    let pieces = stride(from: 0, through: heard.left.count - 400, by: 400).map { Array(heard.left[$0..<$0 + 400]) }
    // Twice 0.4 s, wherever a busy machine lets them come.
    #expect((11...16).contains(pieces.count { share(of: 1000, in: $0) > 0.2 }))
    #expect(pieces.count { share(of: 400, in: $0) > 0.2 && share(of: 1000, in: $0) > 0.2 } >= 8)
    #expect(heard.right.allSatisfy { $0 == 0 })
  }
}

/// A WAV of PCM, 16 bit, mono, 8 kHz.
func monoTone(_ hertz: Double, seconds: Double) -> Data {
  let samples = (0..<Int(seconds * 8000)).map { Int16(8000 * sin(2 * .pi * hertz * Double($0) / 8000)) }
  var data = Data("RIFF".utf8)
  func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
  }
  append(UInt32(36 + samples.count * 2))
  data.append(contentsOf: "WAVEfmt ".utf8)
  append(UInt32(16))
  append(UInt16(1))
  append(UInt16(1))
  append(UInt32(8000))
  append(UInt32(16000))
  append(UInt16(2))
  append(UInt16(16))
  data.append(contentsOf: "data".utf8)
  append(UInt32(samples.count * 2))
  samples.forEach { append($0) }
  return data
}
