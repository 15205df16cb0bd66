import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

/// Legs of SRTP, whose phones speak by libsrtp: what they hear, what is recorded, and what is not taken from others.
@Suite(.fewAtOnce) struct SecureLegTests {
  private static let suites = [
    SECURE_AES_CM_128_HMAC_SHA1_80, SECURE_AES_CM_128_HMAC_SHA1_32, SECURE_AES_256_CM_HMAC_SHA1_80,
    SECURE_AES_256_CM_HMAC_SHA1_32,
  ]

  /// Two phones that hear each other and are recorded; the talker's leg is one of SRTP.
  private struct Pair {
    let plane: Plane
    let talker: Phone
    let listener: Phone
    let secret: Secret
    let recording: media_id

    init(_ codings: [Coding] = [.pcmu, .pcmu], _ suite: secure_suite = SECURE_AES_CM_128_HMAC_SHA1_80) throws {
      plane = try Plane()
      talker = try Phone(plane, codings[0], says: tone(503))
      listener = try Phone(plane, codings[1], says: tone(811))
      secret = try Secret.both(talker, suite, seed: 1)
      recording = try plane.record("secure.wav")
      plane.link(talker.leg, listener.leg)
      plane.link(listener.leg, talker.leg)
      plane.link(talker.leg, recording, side: 0)
      plane.link(listener.leg, recording, side: 1)
    }

    /// Each hears the other and nothing else, and each is alone in a channel.
    func expectHeard(_ from: Double, _ to: Double, sourceLocation: SourceLocation = #_sourceLocation) async throws {
      let file = try await plane.finish(recording, "secure.wav")
      let heard: [(String, ArraySlice<Int16>, Double, Double)] = [
        ("talker", talker.heard(from...to), 811, 503), ("listener", listener.heard(from...to), 503, 811),
        ("left", file.left.seconds(from...to), 503, 811), ("right", file.right.seconds(from...to), 811, 503),
      ]
      for (whose, samples, voice, other) in heard {
        #expect(
          abs(SecureLegTests.usualLevel(of: voice, in: samples)) < 1.5, "\(whose)", sourceLocation: sourceLocation)
        let (lasting, most) = (lastingLevel(of: other, in: samples), mostLevel(of: other, in: samples))
        #expect(lasting < -50 && most < -20, "\(whose)", sourceLocation: sourceLocation)
      }
    }
  }

  /// Nothing is heard but what was said, bit by bit, and silence where the machine was late for a fifth of a second.
  private func expectHanded(_ talker: Phone, to listener: Phone, sourceLocation: SourceLocation = #_sourceLocation) {
    let said = talker.sent.map(\.payload)
    let heard = listener.received.map(\.payload).filter { $0.contains { $0 != 0xFF && $0 != 0x7F } }
    #expect(heard == Array(said.prefix(heard.count)), sourceLocation: sourceLocation)
    #expect(listener.noise == 0, sourceLocation: sourceLocation)
    #expect(heard.count >= said.count / 2, sourceLocation: sourceLocation)
  }

  /// The level of a voice that is there: the median of pieces of 50 ms, which minds no gap where the machine was late.
  private static func usualLevel(of frequency: Double, in samples: ArraySlice<Int16>) -> Double {
    let pieces = stride(from: samples.startIndex, to: samples.endIndex - 399, by: 400).map {
      level(of: frequency, in: samples[$0..<$0 + 400])
    }
    return pieces.isEmpty ? -.infinity : pieces.sorted()[pieces.count / 2]
  }

  @Test(.onTime, arguments: suites, [false, true])
  func `payloads pass between SRTP and plain RTP, and between two of SRTP`(
    suite: secure_suite, both: Bool
  ) async throws {
    let pair = try Pair([.pcmu, .pcmu], suite)
    if both { _ = try Secret.both(pair.listener, seed: 2) }
    await Wire([pair.talker, pair.listener]).run(2)
    for (talker, listener) in [(pair.talker, pair.listener), (pair.listener, pair.talker)] {
      #expect(pair.plane.statistics(listener.leg).is_passed_through)
      expectHanded(talker, to: listener)
      let statistics = pair.plane.statistics(listener.leg)
      #expect(statistics.forged == 0 && statistics.replayed == 0 && statistics.malformed == 0)
    }
    try await pair.expectHeard(0.5, 1.8)
  }

  @Test(.onTime, arguments: [Coding.pcmu, .g722, .opus]) func `who is of SRTP is mixed as any other`(coding: Coding)
    async throws
  {
    let pair = try Pair([.pcmu, coding])
    _ = try Secret.both(pair.listener, seed: 2)
    // A third who hears both, and is heard by nobody, makes both be mixed.
    let third = try Phone(pair.plane, .pcma, says: tone(1297))
    _ = try Secret.both(third, SECURE_AES_256_CM_HMAC_SHA1_80, seed: 3)
    for phone in [pair.talker, pair.listener] { pair.plane.link(phone.leg, third.leg) }
    await Wire([pair.talker, pair.listener, third]).run(2.5)
    #expect(!pair.plane.statistics(third.leg).is_passed_through)
    for voice in [503.0, 811.0] { #expect(abs(SecureLegTests.usualLevel(of: voice, in: third.heard(0.8...2.2))) < 1.5) }
    #expect(third.noise + pair.talker.noise + pair.listener.noise == 0)
    try await pair.expectHeard(0.8, 2.2)
  }

  @Test func `what the peer's address sends and the peer did not is dropped and counted`() async throws {
    let pair = try Pair()
    let stranger = try Secret(seed: 9)
    var chance = SeededRandom(seed: 4)
    // Between any two of its packets: one of them again, one with a bit changed, one of another's key, and one that is plain.
    let (secret, rtp, port) = (pair.secret, pair.talker.rtp, pair.talker.legPort)
    pair.talker.protecting = { bytes in
      let good = secret.protect(bytes)
      var changed = good
      changed[Int(chance.next() % UInt64(good.count))] ^= 1 << UInt8(chance.next() % 8)
      for bad in [changed, stranger.protect(bytes), bytes, good] { rtp.send(bad, to: port) }
      return good
    }
    await Wire([pair.talker, pair.listener]).run(2)
    let statistics = pair.plane.statistics(pair.talker.leg)
    let sent = UInt64(pair.talker.sent.count)
    #expect(sent > 50)
    // A changed number may be one that was there before: then it is old, not forged.
    #expect(statistics.forged + statistics.replayed == 4 * sent)
    #expect(statistics.replayed >= sent && statistics.forged >= 2 * sent)
    #expect(statistics.received == sent && statistics.malformed == 0 && statistics.duplicates == 0)
    expectHanded(pair.talker, to: pair.listener)
    guard !isLate else { return }
    try await pair.expectHeard(0.5, 1.8)
  }

  @Test(.onTime) func `the port of a phone behind NAT is learnt from what is genuine alone`() async throws {
    let pair = try Pair()
    let told = try Socket()
    pair.talker.stream { stream in
      stream.rtp = sockaddr_in.loopback(port: told.port).storage
      stream.learns = true
    }
    pair.talker.isMute = true
    let thief = try Socket()
    let wire = Wire([pair.talker, pair.listener])
    for turn in 0..<20 {
      wire.at(0.1 + Double(turn) * 0.02) {
        let packet = Packet(
          type: 0, sequence: UInt16(turn), timestamp: UInt32(turn * 160), ssrc: pair.talker.ssrc,
          payload: [UInt8](repeating: 0x10, count: 160))
        thief.send(packet.bytes, to: pair.talker.legPort)
        thief.send(packet.bytes + [UInt8](repeating: 1, count: 10), to: pair.talker.legPort)
      }
    }
    wire.at(0.7) { pair.talker.isMute = false }
    await wire.run(2)
    #expect(thief.receive() == nil && told.receive() == nil)
    #expect(pair.plane.statistics(pair.talker.leg).forged == 40)
    #expect(pair.talker.noise == 0)
    #expect(pair.talker.received.count > 50)
    #expect(pair.listener.received.count > 50)
  }

  @Test(.onTime) func `another key in mid-call loses no packet that is under way, and begins a new stream`()
    async throws
  {
    let pair = try Pair()
    let next = try Secret(seed: 7)
    let wire = Wire([pair.talker, pair.listener])
    // The answer is on its way for a tenth of a second: until then the phone goes by the key before, and hears none of the
    // new one, which its own end has already.
    let before = pair.secret
    pair.talker.unprotecting = { before.unprotect($0) ?? next.unprotect($0) }
    wire.at(1) { next.give(pair.talker) }
    wire.at(1.1) { pair.talker.protecting = next.protect }
    wire.at(1.5) { next.give(pair.talker) }
    await wire.run(2.5)
    #expect(pair.listener.received.count >= pair.talker.sent.count - 2)
    let statistics = pair.plane.statistics(pair.talker.leg)
    #expect(pair.talker.noise == 0)
    #expect(Set(pair.talker.received.map(\.ssrc)).count == 2)
    #expect(Set(pair.listener.received.map(\.ssrc)).count == 1)
    #expect(statistics.forged == 0 && statistics.replayed == 0 && statistics.lost == 0)
    try await pair.expectHeard(0.5, 2.3)
  }

  @Test func `the key before is good for two seconds, and then for nothing`() async throws {
    let pair = try Pair()
    let next = try Secret(seed: 7)
    let wire = Wire([pair.talker, pair.listener])
    wire.at(0.5) { next.give(pair.talker) }
    await wire.run(3.5)
    let statistics = pair.plane.statistics(pair.talker.leg)
    #expect(statistics.received > 75 && statistics.forged > 10)
    #expect(statistics.received + statistics.forged == UInt64(pair.talker.sent.count))
  }

  @Test(.onTime) func `a call that becomes plain in its middle, and one that becomes SRTP, are heard on`() async throws
  {
    let pair = try Pair()
    let wire = Wire([pair.talker, pair.listener])
    wire.at(1) {
      media_leg_secure(pair.plane.pointer, pair.talker.leg, nil, nil)
      pair.talker.protecting = { $0 }
      pair.talker.unprotecting = { $0 }
    }
    var secret: Secret?
    wire.at(2) { secret = try? Secret.both(pair.talker, seed: 8) }
    await wire.run(3)
    #expect(secret != nil)
    #expect(pair.plane.statistics(pair.talker.leg).forged == 0)
    #expect(pair.listener.received.count >= pair.talker.sent.count - 4)
    try await pair.expectHeard(0.5, 2.8)
  }

  @Test func `what was heard before a call became plain is not heard again by the same key`() async throws {
    let pair = try Pair()
    let (secret, talker) = (pair.secret, pair.talker)
    var kept: [[UInt8]] = []
    talker.protecting = {
      let bytes = secret.protect($0)
      if kept.count < 10 { kept.append(bytes) }
      return bytes
    }
    let wire = Wire([talker, pair.listener])
    wire.at(0.5) {
      media_leg_secure(pair.plane.pointer, talker.leg, nil, nil)
      talker.protecting = { $0 }
    }
    wire.at(0.9) {
      secret.give(talker)
      talker.protecting = secret.protect
    }
    wire.at(1.2) { for bytes in kept { talker.rtp.send(bytes, to: talker.legPort) } }
    await wire.run(1.6)
    let statistics = pair.plane.statistics(talker.leg)
    #expect(kept.count == 10)
    #expect(statistics.replayed == 10 && statistics.forged == 0 && statistics.duplicates == 0)
    #expect(statistics.received == UInt64(talker.sent.count))
  }

  @Test func `a flood of what is forged takes no time from whom we hear`() async throws {
    let pair = try Pair()
    let (secret, talker) = (pair.secret, pair.talker)
    let wire = Wire([talker, pair.listener])
    func packet(_ ssrc: UInt32) -> [UInt8] {
      Packet(type: 0, sequence: 7, timestamp: 0, ssrc: ssrc, payload: [UInt8](repeating: 0x10, count: 160)).bytes
    }
    // Behind each burst one that is genuine, of somebody new: it is not looked at, but where a second has just begun.
    var bursts: UInt64 = 0
    for burst in UInt32(0)..<5 {
      wire.at(0.5 + Double(burst) * 0.1) {
        bursts += 1
        for number in UInt32(0)..<150 {
          talker.rtp.send(packet(0x4000_0000 + number) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], to: talker.legPort)
        }
        talker.rtp.send(secret.protect(packet(0x5000_0000 + burst)), to: talker.legPort)
      }
    }
    await wire.run(1.5)
    // All that was sent has come, or been dropped by the kernel: a plane that is late is through with it in time.
    try await eventually("all is counted") {
      let (counts, drops) = (pair.plane.statistics(talker.leg), try talker.drops)
      let looked = counts.forged + counts.replayed + drops
      // A late plane finds a genuine packet too old now and then, which is in none of these.
      return bursts > 0 && looked >= 151 * bursts - 2
        && (isLate || looked + counts.received + counts.duplicates >= 151 * bursts + UInt64(talker.sent.count))
    }
    #expect(pair.listener.received.count >= talker.sent.count / 2)
  }

  @Test func `one key without the other, and an unknown suite, change nothing`() async throws {
    let pair = try Pair()
    var key = secure_key()
    #expect(media_leg_secure(pair.plane.pointer, pair.talker.leg, &key, nil) == Int32(MEDIA_INVALID))
    #expect(media_leg_secure(pair.plane.pointer, pair.talker.leg, nil, &key) == Int32(MEDIA_INVALID))
    key.suite = SECURE_SUITES
    #expect(media_leg_secure(pair.plane.pointer, pair.talker.leg, &key, &key) == Int32(MEDIA_INVALID))
    key.suite = SECURE_AES_CM_128_HMAC_SHA1_80
    #expect(media_leg_secure(pair.plane.pointer, 1 << 40, &key, &key) == Int32(MEDIA_GONE))
    await Wire([pair.talker, pair.listener]).run(1)
    #expect(pair.plane.statistics(pair.talker.leg).forged == 0 && pair.talker.noise == 0)
    #expect(pair.listener.received.count >= pair.talker.sent.count / 2 && pair.talker.sent.count > 20)
  }

  @Test func `reports are protected both ways, and a plain one is not believed`() async throws {
    let pair = try Pair()
    await Wire([pair.talker, pair.listener]).run(0.6)
    let stream = try #require(pair.talker.received.last).ssrc
    // A receiver report about what it hears.
    func report(lost: UInt8) -> [UInt8] {
      func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
      return [0x81, 201, 0, 7] + number(pair.talker.ssrc) + number(stream) + [lost] + [UInt8](repeating: 0, count: 19)
    }
    func tell(_ bytes: [UInt8]) { pair.talker.rtcp.send(bytes, to: pair.talker.legPort + 1) }
    func statistics() -> media_statistics { pair.plane.statistics(pair.talker.leg) }
    tell(report(lost: 200))
    try await eventually("the plain one is counted") { statistics().forged == 1 }
    #expect(statistics().peer_lost_fraction == 0)
    let half = pair.secret.protectReport(report(lost: 128))
    tell(half)
    try await eventually("the protected one is believed") { statistics().peer_lost_fraction == 0.5 }
    tell(half)
    try await eventually("the same again is counted") { statistics().replayed == 1 }
    #expect(statistics().forged == 1 && statistics().malformed == 0)
    // It says good-bye at its end.
    media_leg_close(pair.plane.pointer, pair.talker.leg)
    pair.talker.listen(at: 0)
    let reports = pair.talker.reports
    #expect(!reports.isEmpty)
    for report in reports {
      let plain = try #require(pair.secret.unprotectReport(report))
      #expect(plain[1] == 200 && plain != report)
    }
  }
}
