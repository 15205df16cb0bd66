import CMediaPlane
import TelephonyTesting
import Testing

/// Telephone-events of one whose packets are passed on.
@Suite(.fewAtOnce, .onTime) struct ForwardedKeyTests {
  /// A talker who holds keys down, and who hears her. Keys are meant for the listener when `press` says so.
  private final class Pair {
    let plane: Plane
    let talker: Phone
    let listener: Phone
    let third: Phone
    let wire: Wire

    init(_ coding: Coding = .pcmu) throws {
      plane = try Plane()
      talker = try Phone(plane, coding, says: noise())
      listener = try Phone(plane, coding, says: tone(503))
      third = try Phone(plane, coding, says: { _ in 0 })
      plane.link(talker.leg, listener.leg)
      plane.link(listener.leg, talker.leg)
      wire = Wire([talker, listener, third])
    }

    /// From each of these packets of hers on, that many of a key instead of sound, and two more of its end.
    func holds(_ key: UInt8, from starts: [Int], packets count: Int) {
      let ticks = talker.coding.ticks
      var start: UInt32 = 0
      talker.shaping = { [unowned talker] packet in
        let at = talker.sent.count
        guard let begin = starts.last(where: { $0 <= at && at < $0 + count + 2 }) else { return packet }
        let step = at - begin
        if step == 0 { start = packet.timestamp }
        let duration = UInt16(min(step + 1, count) * 20 * ticks)
        var event = packet
        event.type = 101
        event.marker = step == 0
        event.timestamp = start
        event.payload = [key, (step >= count - 1 ? 0x80 : 0) | 7, UInt8(duration >> 8), UInt8(duration & 0xFF)]
        return event
      }
    }

    func press(_ key: Character, at seconds: Double) {
      wire.at(seconds) { [plane, listener] in
        #expect(media_leg_press(plane.pointer, listener.leg, CChar(key.asciiValue ?? 0)) == Int32(MEDIA_OK))
      }
    }

    /// What the listener got of each event: when it began in the talker's time, how long it was, its copies of the end.
    func events(sourceLocation: SourceLocation = #_sourceLocation) throws -> [(
      key: UInt8, at: UInt32, duration: Int, ends: Int
    )] {
      for (one, next) in zip(listener.received, listener.received.dropFirst()) {
        #expect(next.sequence &- one.sequence == 1, sourceLocation: sourceLocation)
        #expect(next.ssrc == one.ssrc, sourceLocation: sourceLocation)
      }
      // Sound: as far from its own time as the first.
      let sent = Dictionary(
        talker.sent.filter { $0.type != 101 }.map { ($0.payload, $0.timestamp) }, uniquingKeysWith: { $1 })
      let shifts = listener.received.compactMap { packet in sent[packet.payload].map { packet.timestamp &- $0 } }
      let shift = try #require(shifts.first, sourceLocation: sourceLocation)
      #expect(Set(shifts) == [shift], sourceLocation: sourceLocation)
      var events: [(key: UInt8, at: UInt32, duration: Int, ends: Int)] = []
      for packet in listener.received where packet.type == 101 {
        let (at, isEnd) = (packet.timestamp &- shift, packet.payload[1] & 0x80 != 0)
        #expect(packet.marker == (events.last?.at != at), sourceLocation: sourceLocation)
        if events.last?.at != at { events.append((packet.payload[0], at, 0, 0)) }
        let duration = Int(packet.payload[2]) << 8 | Int(packet.payload[3])
        #expect(duration >= events[events.count - 1].duration, sourceLocation: sourceLocation)
        events[events.count - 1].duration = duration
        if isEnd { events[events.count - 1].ends += 1 }
      }
      return events
    }

    /// Whether the listener was never without her for so long that he got silence: else the machine was late.
    var isUndisturbed: Bool {
      let said = Set(talker.sent.map(\.payload))
      return listener.received.allSatisfy { $0.type == 101 || said.contains($0.payload) }
    }

    /// When her event began that is the packet of that number.
    func began(_ packet: Int) -> UInt32 { talker.sent[packet].timestamp }
  }

  /// What came of it on a machine that was on time; it may try again.
  private func run(_ coding: Coding = .pcmu, for seconds: Double, _ prepare: (Pair) -> Void) async throws -> Pair {
    for _ in 0..<(isLate ? 1 : 3) {
      let pair = try Pair(coding)
      prepare(pair)
      await pair.wire.run(seconds)
      if isLate || pair.isUndisturbed { return pair }
    }
    throw Missing()
  }

  /// Pressed at once, while it is down, and when it is up again.
  @Test(arguments: Coding.allCases, [(20, 0.525), (8, 0.6), (4, 0.67)])
  func `A key is heard as long as it was held, in its place`(coding: Coding, key: (packets: Int, pressed: Double))
    async throws
  {
    let pair = try await run(coding, for: 1.4) { pair in
      pair.holds(11, from: [25], packets: key.packets)
      pair.press("#", at: key.pressed)
    }
    let events = try pair.events()
    #expect(events.map(\.key) == [11])
    #expect(events.map(\.at) == [pair.began(25)])
    #expect(events.map(\.duration) == [key.packets * 20 * coding.ticks])
    #expect(events.map(\.ends) == [3])
    #expect(pair.plane.keys(of: pair.talker.tag) == "#")
    let last = try #require(pair.listener.received.lastIndex { $0.type == 101 })
    #expect(pair.listener.received[(last + 1)...].count { $0.type == coding.type } > 10)
  }

  @Test func `Each of two keys that are the same is heard once`() async throws {
    let pair = try await run(for: 1.3) { pair in
      pair.holds(5, from: [25, 33], packets: 4)
      pair.press("5", at: 0.53)
      pair.press("5", at: 0.69)
    }
    let events = try pair.events()
    #expect(events.map(\.at) == [pair.began(25), pair.began(33)])
    #expect(events.map(\.duration) == [640, 640])
    #expect(events.map(\.ends) == [3, 3])
    #expect(pair.plane.keys(of: pair.talker.tag) == "55")
  }

  @Test func `A key that is meant for nobody reaches nobody, and leaves no gap`() async throws {
    let pair = try await run(for: 1.2) { $0.holds(5, from: [25], packets: 4) }
    #expect(try pair.events().isEmpty)
    #expect(pair.plane.keys(of: pair.talker.tag) == "5")
  }

  @Test func `A key that was not pressed by the talker, or long ago, is made`() async throws {
    let pair = try Pair()
    pair.holds(5, from: [10], packets: 4)
    pair.press("6", at: 0.3)
    pair.press("5", at: 1.6)
    await pair.wire.run(2.2)
    let events = pair.listener.received.filter { $0.type == 101 }
    #expect(Set(events.map(\.timestamp)).count == 2)
    #expect(Set(events.map { $0.payload[0] }) == [6, 5])
    #expect(events.count { $0.payload[1] & 0x80 != 0 } == 6)
    #expect(events.allSatisfy { Int($0.payload[2]) << 8 | Int($0.payload[3]) <= 800 })
  }

  @Test func `A key that is down when somebody else is to be heard ends there`() async throws {
    let pair = try Pair()
    pair.holds(5, from: [25], packets: 30)
    pair.press("5", at: 0.53)
    pair.wire.at(0.8) { pair.plane.link(pair.third.leg, pair.listener.leg) }
    await pair.wire.run(1.6)
    let events = pair.listener.received.filter { $0.type == 101 }
    #expect(Set(events.map(\.timestamp)).count == 1)
    #expect(events.suffix(3).allSatisfy { $0.payload[1] & 0x80 != 0 })
    #expect(events.count { $0.payload[1] & 0x80 != 0 } == 3)
    let last = try #require(events.last)
    #expect((1600...3200).contains(Int(last.payload[2]) << 8 | Int(last.payload[3])))
  }

  @Test func `A key whose end is lost ends soon after the last that came of it`() async throws {
    let pair = try Pair()
    pair.holds(5, from: [25], packets: 10)
    pair.talker.network = { packet in packet.type == 101 && packet.payload[1] & 0x80 != 0 ? [] : [0] }
    pair.press("5", at: 0.53)
    pair.wire.at(0.75) { pair.talker.isMute = true }
    await pair.wire.run(1.6)
    let events = pair.listener.received.filter { $0.type == 101 }
    #expect(Set(events.map(\.timestamp)).count == 1)
    #expect(events.suffix(3).allSatisfy { $0.payload[1] & 0x80 != 0 })
    #expect(events.count { $0.payload[1] & 0x80 != 0 } == 3)
  }

  @Test func `A key that is down when its hearer takes no more telephone-events ends unheard`() async throws {
    let pair = try Pair()
    pair.holds(5, from: [25], packets: 30)
    pair.press("5", at: 0.6)
    pair.wire.at(0.8) { pair.listener.stream { $0.keys_out = UInt8(MEDIA_NO_TYPE) } }
    await pair.wire.run(1.6)
    #expect(pair.listener.received.contains { $0.type == 101 })
    #expect(Set(pair.listener.received.map(\.type)) == [0, 101])
  }
}
