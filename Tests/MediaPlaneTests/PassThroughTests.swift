import CMediaPlane
import TelephonyTesting
import Testing

/// Two legs of one codec with nobody else to be heard: payloads go as they came, in a stream of our own.
@Suite(.fewAtOnce, .onTime) struct PassThroughTests {
  /// What listeners' jitter buffers and reports rely on, whatever the sender did: sequence numbers without a step, and
  /// timestamps that grow with the time by no more than a network's jitter besides.
  private func expectContinuous(_ phone: Phone, gaps: Set<Int> = [], sourceLocation: SourceLocation = #_sourceLocation)
  {
    let packets = phone.received
    #expect(Set(packets.map(\.ssrc)).count == 1, sourceLocation: sourceLocation)
    for (last, next) in zip(packets, packets.dropFirst()) {
      let ticks = Int(Int32(bitPattern: next.timestamp &- last.timestamp))
      #expect(next.sequence &- last.sequence == 1, sourceLocation: sourceLocation)
      #expect(ticks > 0, sourceLocation: sourceLocation)
      let passed = Int((next.at - last.at) * Int64(phone.coding.ticks) / 1_000_000)
      // Half a second: the machine may be busy, but no jump of a sender's is as small.
      #expect(ticks < passed + phone.coding.ticks * 500, sourceLocation: sourceLocation)
    }
  }

  private func pair(_ coding: Coding = .pcmu) throws -> (plane: Plane, talker: Phone, listener: Phone) {
    let plane = try Plane()
    let talker = try Phone(plane, coding, says: noise())
    let listener = try Phone(plane, coding, says: tone(503))
    plane.link(talker.leg, listener.leg)
    plane.link(listener.leg, talker.leg)
    return (plane, talker, listener)
  }

  @Test(arguments: Coding.allCases) func `Payloads pass bit by bit, in order, in a stream of our own`(coding: Coding)
    async throws
  {
    let (plane, talker, listener) = try pair(coding)
    await Wire([talker, listener]).run(1.5)
    #expect(talker.sent.count > 70)
    expectHanded(talker.sent, to: listener)
    expectHanded(listener.sent, to: talker)
    #expect(listener.received.count >= talker.sent.count - 2)
    expectContinuous(listener)
    expectContinuous(talker)
    let (first, last) = try (#require(listener.received.first), #require(listener.received.last))
    #expect(first.marker && listener.received.dropFirst().allSatisfy { !$0.marker })
    #expect(first.ssrc != talker.ssrc && first.ssrc != talker.received.first?.ssrc)
    #expect(
      last.timestamp &- first.timestamp == UInt32((listener.received.count - 1) * 20 * coding.ticks))
    #expect(plane.statistics(listener.leg).is_passed_through)
    #expect(plane.statistics(talker.leg).lost == 0)
  }

  @Test(arguments: [10, 20, 30, 40]) func `Packets of any length pass as they are`(milliseconds: Int) async throws {
    let (_, talker, listener) = try pair()
    talker.milliseconds = milliseconds
    await Wire([talker, listener]).run(1)
    #expect(listener.received.count >= 1000 / milliseconds - 2)
    expectHanded(talker.sent, to: listener)
    expectContinuous(listener)
    let steps = zip(listener.received, listener.received.dropFirst()).map { $1.timestamp &- $0.timestamp }
    #expect(steps.allSatisfy { $0 == UInt32(milliseconds * 8) })
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `Loss, overtaking and duplicates are handed on as they are, but for these`(
    seed: UInt64
  ) async throws {
    let (plane, talker, listener) = try pair()
    var chance = SeededRandom(seed: seed)
    var kept: [Packet] = []
    talker.network = { [unowned talker] packet in
      // The first ones tell where the stream begins.
      if talker.sent.count < 5 {
        kept.append(packet)
        return [0]
      }
      if chance.chance(10) { return [] }
      kept.append(packet)
      if chance.chance(10) { return [0.05] }
      return chance.chance(10) ? [0, 0.03] : [0]
    }
    // What flies at the end arrives: the last packets are mute.
    let wire = Wire([talker, listener])
    wire.at(1.9) { talker.isMute = true }
    await wire.run(2.2)
    let first = try #require(listener.received.first)
    // Silence is sent to who hears nothing any more.
    let got = listener.received.filter { packet in kept.contains { $0.payload == packet.payload } }
    #expect(got.count == kept.count)
    for packet in got {
      let original = try #require(kept.first { $0.payload == packet.payload })
      #expect(packet.sequence &- first.sequence == original.sequence &- kept[0].sequence)
      #expect(packet.timestamp &- first.timestamp == original.timestamp &- kept[0].timestamp)
    }
    let statistics = plane.statistics(talker.leg)
    #expect(statistics.received == UInt64(kept.count))
    let last = try #require(kept.map { $0.sequence &- kept[0].sequence }.max())
    #expect(statistics.lost == UInt64(Int(last) + 1 - kept.count))
    #expect(statistics.duplicates > 0)
    #expect(plane.statistics(listener.leg).lost == 0)
  }

  @Test func `The listener's stream goes on when the sender begins another`() async throws {
    let (_, talker, listener) = try pair()
    let wire = Wire([talker, listener])
    wire.at(0.5) {
      talker.ssrc = 0xBEEF
      talker.sequence = 7
      talker.timestamp = 99
    }
    await wire.run(1)
    expectContinuous(listener)
    expectHanded(talker.sent, to: listener)
  }

  @Test(arguments: [Int32(2_000_000), -2_000_000, 60000]) func `The listener's timestamps go on when the sender's jump`(
    jump: Int32
  ) async throws {
    let (_, talker, listener) = try pair()
    let wire = Wire([talker, listener])
    wire.at(0.5) { talker.timestamp &+= UInt32(bitPattern: jump) }
    await wire.run(1)
    expectContinuous(listener)
    expectHanded(talker.sent, to: listener)
  }

  @Test func `The listener's sequence goes on when the sender's jumps`() async throws {
    let (_, talker, listener) = try pair()
    let wire = Wire([talker, listener])
    wire.at(0.5) { talker.sequence &+= 20000 }
    await wire.run(1)
    expectContinuous(listener)
    // One packet alone may be a stray.
    #expect(listener.received.count >= talker.sent.count - 3)
  }

  @Test(arguments: [true, false]) func `A sender that pauses leaves a stream that goes on, and its time is kept`(
    countsOn: Bool
  ) async throws {
    let (_, talker, listener) = try pair()
    let wire = Wire([talker, listener])
    let before = talker.timestamp
    wire.at(0.5) { talker.isMute = true }
    wire.at(1.5) {
      talker.isMute = false
      if !countsOn { talker.timestamp = before &+ 26 * 160 }
    }
    await wire.run(2)
    expectContinuous(listener)
    let (first, last) = try (#require(listener.received.first), #require(listener.received.last))
    let milliseconds = Int(last.timestamp &- first.timestamp) / 8
    #expect(abs(milliseconds - Int((last.at - first.at) / 1_000_000)) < 300)
    // While it paused, silence kept the way open.
    let heard = listener.received.filter { $0.at > 900_000_000 && $0.at < 1_450_000_000 }
    #expect(heard.count >= 15)
    #expect(heard.allSatisfy { $0.payload.allSatisfy { $0 == 0xFF || $0 == 0x7F } })
  }

  @Test func `Comfort noise is not passed on, and leaves no gap`() async throws {
    let (plane, talker, listener) = try pair()
    talker.shaping = { [unowned talker] packet in
      var packet = packet
      if talker.sent.count % 10 == 9 {
        packet.type = 13
        packet.payload = [70]
      }
      return packet
    }
    await Wire([talker, listener]).run(1.2)
    expectContinuous(listener)
    expectHanded(talker.sent.filter { $0.type == 0 }, to: listener)
    #expect(plane.statistics(talker.leg).lost == 0)
    #expect(plane.statistics(talker.leg).malformed == 0)
  }

  @Test func `Who may not hear is sent nothing, and who may not send is not heard`() async throws {
    let (plane, talker, listener) = try pair()
    let wire = Wire([talker, listener])
    wire.at(0.4) { listener.stream { $0.hears = false } }
    wire.at(0.8) { listener.stream() }
    wire.at(1.2) { talker.stream { $0.sends = false } }
    await wire.run(1.8)
    let deaf = listener.received.filter { $0.at > 500_000_000 && $0.at < 800_000_000 }
    #expect(deaf.isEmpty)
    expectContinuous(listener)
    let late = listener.received.filter { $0.at > 1_300_000_000 }
    #expect(late.count > 15)
    #expect(late.allSatisfy { $0.payload.allSatisfy { $0 == 0xFF || $0 == 0x7F } })
    _ = plane
  }

  /// What came is what was sent, in order, from the first on. (Where the machine was late for a fifth of a second there is
  /// silence in between.)
  private func expectHanded(_ sent: [Packet], to listener: Phone, at place: SourceLocation = #_sourceLocation) {
    let spoken = sent.map(\.payload)
    let heard = listener.received.map(\.payload).filter { spoken.contains($0) }
    #expect(heard == Array(spoken.prefix(heard.count)), sourceLocation: place)
    #expect(heard.count > listener.received.count / 2, sourceLocation: place)
  }
}
