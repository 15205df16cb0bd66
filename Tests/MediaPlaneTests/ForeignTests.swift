import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

/// Packets of strangers, and bytes that are no packets.
@Suite(.fewAtOnce) struct ForeignTests {
  private func pair() throws -> RecordingTests.Pair { try RecordingTests.Pair() }

  /// Sends to RTP and RTCP of both, from that port, every 10 ms.
  private func spray(
    _ pair: RecordingTests.Pair, _ wire: Wire, from socket: Socket, _ bytes: @escaping (Int) -> [UInt8]
  ) {
    for turn in 0..<150 {
      wire.at(0.3 + Double(turn) * 0.01) {
        for phone in [pair.outside, pair.agent] {
          socket.send(bytes(turn * 4), to: phone.legPort)
          socket.send(bytes(turn * 4 + 1), to: phone.legPort + 1)
        }
      }
    }
  }

  private func expectUntouched(_ pair: RecordingTests.Pair) async throws {
    for (talker, listener) in [(pair.outside, pair.agent), (pair.agent, pair.outside)] {
      // Where the machine was late for a fifth of a second there is silence in between.
      let heard = listener.received.map(\.payload).filter { $0.contains { $0 != 0xFF && $0 != 0x7F } }
      var said = talker.sent.map(\.payload)[...]
      let isOnlyWhatWasSaid = heard.allSatisfy { payload in
        guard let place = said.firstIndex(of: payload) else { return false }
        said = said[(place + 1)...]
        return true
      }
      #expect(isOnlyWhatWasSaid)
      // Where the plane is late, the kernel drops what comes for it, of whomever it is.
      if !isLate { #expect(heard.count >= talker.sent.count - 2) }
    }
    let file = try await pair.finish()
    guard !isLate else { return }
    let said = (0..<8000 * 2).map(noise())
    for side in [file.left, file.right] {
      #expect(missingMilliseconds(of: said.seconds(0...1.9), in: side[...]) <= 40)
    }
  }

  @Test(arguments: [UInt8(1), 2]) func `Packets of others are counted, and neither heard nor recorded`(host: UInt8)
    async throws
  {
    let pair = try pair()
    let stranger = try Socket(host: host)
    let wire = Wire([pair.outside, pair.agent])
    spray(pair, wire, from: stranger) { turn in
      // As good as can be guessed: the right type, and the talker's own numbers.
      Packet(
        type: 0, sequence: pair.outside.sequence &+ UInt16(turn % 3), timestamp: pair.outside.timestamp,
        ssrc: pair.outside.ssrc, payload: [UInt8](repeating: 0x10, count: 160)
      ).bytes
    }
    await wire.run(2.2)
    for phone in [pair.outside, pair.agent] {
      #expect(try pair.plane.statistics(phone.leg).foreign + phone.drops == 300)
    }
    #expect(stranger.receive() == nil)
    try await expectUntouched(pair)
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `Bytes that mean nothing break nothing, not even the peer's own`(
    seed: UInt64
  )
    async throws
  {
    let pair = try pair()
    var chance = SeededRandom(seed: seed)
    let wire = Wire([pair.outside, pair.agent])
    for turn in 0..<600 {
      wire.at(0.3 + Double(turn) * 0.0025) {
        for phone in [pair.outside, pair.agent] {
          var bytes = (0..<chance.next() % 1600).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
          // Half of them are RTP, but of no type that was negotiated; the others are none.
          if bytes.count > 1 {
            bytes[0] = bytes[0] & 0x3F | (chance.chance(2) ? 0x80 : 0x40)
            bytes[1] = 0x40 | bytes[1] & 0x1F
          }
          phone.rtp.send(bytes, to: phone.legPort)
          if bytes.count > 1 { bytes[1] = 200 + bytes[1] % 5 }
          phone.rtcp.send(bytes, to: phone.legPort + 1)
        }
      }
    }
    await wire.run(2.2)
    for phone in [pair.outside, pair.agent] {
      let counted = try pair.plane.statistics(phone.leg).malformed + phone.drops
      #expect(counted > (isLate ? 50 : 300))
    }
    try await expectUntouched(pair)
  }

  @Test func `The port of a phone behind NAT is learnt from its first packet, and never again`() async throws {
    let plane = try Plane()
    let talker = try Phone(plane, says: noise())
    let hidden = try Phone(plane, says: noise(seed: 2))
    // What it says of itself is not where it is.
    let told = try Socket()
    hidden.stream { stream in
      stream.rtp = sockaddr_in.loopback(port: told.port).storage
      stream.learns = true
    }
    plane.link(talker.leg, hidden.leg)
    plane.link(hidden.leg, talker.leg)
    let thief = try Socket()
    let wire = Wire([talker, hidden])
    hidden.isMute = true
    wire.at(0.5) { hidden.isMute = false }
    for turn in 0..<50 {
      wire.at(0.8 + Double(turn) * 0.02) {
        let packet = Packet(
          type: 0, sequence: hidden.sequence, timestamp: hidden.timestamp, ssrc: hidden.ssrc,
          payload: [UInt8](repeating: 0x10, count: 160))
        thief.send(packet.bytes, to: hidden.legPort)
      }
    }
    await wire.run(2)
    // Before the first packet nothing left: where it went would be anybody's guess.
    #expect(told.receive() == nil)
    #expect(thief.receive() == nil)
    #expect(hidden.received.count > 60)
    #expect(isLate || plane.statistics(hidden.leg).foreign == 50)
    #expect(talker.received.allSatisfy { $0.payload.contains { $0 != 0x10 } })
  }

  @Test func `The port of its reports is learnt from its first report, and never again`() async throws {
    let plane = try Plane()
    let talker = try Phone(plane, says: noise())
    let hidden = try Phone(plane, says: noise(seed: 2))
    let told = try Socket()
    func negotiate() {
      hidden.stream { stream in
        stream.rtcp = sockaddr_in.loopback(port: told.port).storage
        stream.learns = true
      }
    }
    negotiate()
    plane.link(talker.leg, hidden.leg)
    await Wire([talker, hidden]).run(0.5)
    let stream = try #require(hidden.received.last).ssrc
    // A receiver report about what it hears.
    func report(lost: UInt8) -> [UInt8] {
      func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
      return [0x81, 201, 0, 7] + number(hidden.ssrc) + number(stream) + [lost] + [UInt8](repeating: 0, count: 19)
    }
    hidden.rtcp.send(report(lost: 128), to: hidden.legPort + 1)
    try await eventually("its report is believed") { plane.statistics(hidden.leg).peer_lost_fraction == 0.5 }
    let thief = try Socket()
    let others = plane.statistics(hidden.leg).foreign
    thief.send(report(lost: 64), to: hidden.legPort + 1)
    try await eventually("another's is counted") { plane.statistics(hidden.leg).foreign == others + 1 }
    // The same again in mid-call: it is where it was.
    negotiate()
    thief.send(report(lost: 64), to: hidden.legPort + 1)
    try await eventually("another's is counted again") { plane.statistics(hidden.leg).foreign == others + 2 }
    #expect(plane.statistics(hidden.leg).peer_lost_fraction == 0.5)
    // It says good-bye at its end.
    while told.receive() != nil {}
    media_leg_close(plane.pointer, hidden.leg)
    hidden.listen(at: 0)
    #expect(hidden.reports.last?.dropFirst().first == 200)
    #expect(thief.receive() == nil && told.receive() == nil)
  }

  @Test func `Who sends more telephone-events than any phone floods nobody through us`() async throws {
    let plane = try Plane()
    let talker = try Phone(plane, says: noise())
    let listener = try Phone(plane, says: noise(seed: 2))
    plane.link(talker.leg, listener.leg)
    let wire = Wire([talker, listener])
    var start: UInt32 = 0
    for turn in 0..<60 {
      wire.at(0.5 + Double(turn) * 0.01) {
        if turn == 0 { start = talker.timestamp }
        for step in 0..<50 {
          let duration = UInt16(turn * 50 + step)
          let event = Packet(
            type: 101, sequence: talker.sequence, timestamp: start, ssrc: talker.ssrc,
            payload: [5, 7, UInt8(duration >> 8), UInt8(duration & 0xFF)])
          talker.sequence &+= 1
          talker.rtp.send(event.bytes, to: talker.legPort)
        }
      }
    }
    wire.at(0.515) { _ = media_leg_press(plane.pointer, listener.leg, 0x35) }
    await wire.run(1.5)
    let events = listener.received.count { $0.type == 101 }
    #expect(events > 3)
    // As many as are taken in each of two seconds.
    #expect(events <= 600)
    #expect(plane.statistics(talker.leg).malformed > 1000)
  }
}
