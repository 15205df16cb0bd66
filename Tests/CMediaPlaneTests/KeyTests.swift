import CMediaPlane
import TelephonyTesting
import Testing

@Suite struct `Keys as telephone-events` {
  private static let keys = Array("0123456789*#ABCD".utf8).map { CChar($0) }

  private struct Event: Equatable {
    var payload: [UInt8]
    var sequence: UInt16 = 0
    var timestamp: UInt32 = 1000
    var ssrc: UInt32 = 1
  }

  private var receiver = key_receiver()
  private var sender = key_sender()

  private mutating func receive(_ event: Event) -> CChar {
    withExactCopy(of: event.payload) { start, count in
      var packet = packet(sequence: event.sequence, timestamp: event.timestamp, ssrc: event.ssrc)
      packet.payload = start
      packet.payload_bytes = count
      return key_receive(&receiver, &packet)
    }
  }

  private mutating func receive(
    _ code: UInt8, ends: Bool = false, sequence: UInt16, timestamp: UInt32, ssrc: UInt32 = 1
  ) -> CChar {
    receive(
      Event(payload: [code, ends ? 0x8a : 10, 0, 160], sequence: sequence, timestamp: timestamp, ssrc: ssrc))
  }

  // MARK: in

  @Test(arguments: 0..<16) mutating func `each code is its key`(code: Int) {
    #expect(receive(UInt8(code), sequence: 1, timestamp: 7) == Self.keys[code])
  }

  @Test mutating func `other events and short payloads are no keys, and change nothing`() {
    #expect(receive(16, sequence: 1, timestamp: 7) == 0)
    #expect(receive(255, sequence: 1, timestamp: 7) == 0)
    #expect(receive(Event(payload: [])) == 0)
    #expect(receive(Event(payload: [1, 10, 0])) == 0)
    #expect(!receiver.has_last)
  }

  @Test mutating func `one event is one key, told by whichever packet comes first`() {
    #expect(receive(5, ends: true, sequence: 9, timestamp: 1000) == 53)
    #expect(receive(5, sequence: 8, timestamp: 1000) == 0)
    #expect(receive(5, ends: true, sequence: 10, timestamp: 1000) == 0)
    #expect(receive(5, sequence: 11, timestamp: 2280) == 53)
  }

  @Test(arguments: [1000, 100, 0xffff_ff00] as [UInt32])
  mutating func `late packets of a former event say nothing, also where the timestamps end`(first: UInt32) {
    #expect(receive(1, sequence: 65_535, timestamp: first) == 49)
    #expect(receive(2, sequence: 4, timestamp: first &+ 1280) == 50)
    #expect(receive(1, ends: true, sequence: 2, timestamp: first) == 0)
    #expect(receive(2, sequence: 3, timestamp: first &+ 1280) == 0)
    #expect(receive(2, sequence: 7, timestamp: first &+ 2560) == 50)
  }

  @Test mutating func `a sender whose clock was set back is still heard`() {
    #expect(receive(1, sequence: 10, timestamp: 1_000_000) == 49)
    #expect(receive(2, sequence: 20, timestamp: 5000) == 50)
    #expect(receive(2, sequence: 21, timestamp: 5000) == 0)
  }

  @Test mutating func `another SSRC has a clock of its own`() {
    #expect(receive(1, sequence: 10, timestamp: 1_000_000, ssrc: 1) == 49)
    #expect(receive(1, sequence: 3, timestamp: 1_000_000, ssrc: 2) == 49)
    #expect(receive(1, sequence: 2, timestamp: 999_000, ssrc: 2) == 0)
  }

  @Test mutating func `a key that is held for longer than an event can last is one key`() {
    #expect(receive(1, sequence: 10, timestamp: 1000) == 49)
    #expect(receive(1, sequence: 300, timestamp: 1000 + 0xffff) == 0)
    #expect(receive(1, sequence: 600, timestamp: 1000 + 2 * 0xffff) == 0)
    #expect(receive(1, ends: true, sequence: 601, timestamp: 1000 + 2 * 0xffff) == 0)
    #expect(receive(1, sequence: 900, timestamp: 1000 + 3 * 0xffff) == 49)
    #expect(receive(2, sequence: 1200, timestamp: 1000 + 4 * 0xffff) == 50)
  }

  @Test(arguments: 0..<50 as Range<UInt64>) mutating func `whatever comes, only keys are told`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    for _ in 0..<400 {
      let payload = hostileBytes(&chance, like: [[1, 10, 0, 160], [11, 0x8a, 3, 32]])
      let key = receive(
        Event(
          payload: payload, sequence: UInt16(truncatingIfNeeded: chance.next()),
          timestamp: UInt32(truncatingIfNeeded: chance.next()), ssrc: UInt32(chance.next() % 2)))
      #expect(key == 0 || Self.keys.contains(key))
      if payload.count < 4 || payload[0] > 15 { #expect(key == 0) }
    }
  }

  // MARK: out

  /// What goes out in a frame: nil when it is sound.
  private mutating func send(at timestamp: UInt32, clock: UInt32 = 8000) -> key_packet? {
    var packet = key_packet()
    return key_send(&sender, timestamp, clock, &packet) ? packet : nil
  }

  @Test(arguments: [(8000, 160), (48_000, 960)] as [(UInt32, UInt32)])
  mutating func `a key lasts five packets, the last three times, and a pause`(clock: UInt32, frame: UInt32) throws {
    #expect(key_press(&sender, 35))
    for i in 0..<5 as Range<UInt32> {
      let packet = try #require(send(at: 7000 + i * frame, clock: clock))
      let duration = (i + 1) * frame
      #expect(packet.payload.0 == 11)
      #expect(packet.payload.1 == (i == 4 ? 0x8a : 0x0a))
      #expect(UInt32(packet.payload.2) << 8 + UInt32(packet.payload.3) == duration)
      #expect(packet.timestamp == 7000)
      #expect(packet.marker == (i == 0))
      #expect(packet.copies == (i == 4 ? 3 : 1))
    }
    for i in 5..<8 as Range<UInt32> { #expect(try #require(send(at: 7000 + i * frame)).copies == 0) }
    #expect(send(at: 9000) == nil)
  }

  @Test mutating func `keys that wait go out in their order, and no more wait than fit`() {
    let pressed = (0..<Int(KEYS_WAITING)).map { Self.keys[$0 % 16] }
    for key in pressed { #expect(key_press(&sender, key)) }
    #expect(!key_press(&sender, 49))
    var codes: [CChar] = []
    var frames = 0
    while let packet = send(at: UInt32(frames) * 160) {
      if packet.marker { codes.append(Self.keys[Int(packet.payload.0)]) }
      frames += 1
    }
    #expect(codes == pressed)
    #expect(frames == 8 * pressed.count)
  }

  @Test mutating func `what is no key is not pressed`() {
    for other in CChar.min...CChar.max where !Self.keys.contains(other) { #expect(!key_press(&sender, other)) }
    #expect(send(at: 0) == nil)
  }

  // MARK: through

  /// Of each event one packet at least comes through, within the pause; the others are lost, late, double by chance.
  @Test(arguments: 0..<100 as Range<UInt64>)
  mutating func `what was pressed is heard, each key once and in order`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    let pressed = (0..<30).map { _ in chance.pick(Self.keys) }
    for key in pressed { #expect(key_press(&sender, key)) }
    var sequence = UInt16(truncatingIfNeeded: chance.next())
    let start = UInt32(truncatingIfNeeded: chance.pick([0, 0xffff_f000, 0x7fff_f000, chance.next()]))
    let loss = chance.pick([2, 3, 10, 1000])
    var arriving: [(time: Double, event: Event)] = []
    var frame = 0
    var survivor = 0
    while let packet = send(at: start &+ UInt32(frame) * 160) {
      if packet.marker { survivor = Int(chance.next() % 7) }
      for _ in 0..<packet.copies {
        let event = Event(
          payload: [packet.payload.0, packet.payload.1, packet.payload.2, packet.payload.3], sequence: sequence,
          timestamp: packet.timestamp)
        let survives = survivor == 0
        survivor -= 1
        for _ in 0..<(chance.chance(8) ? 2 : 1) where survives || !chance.chance(UInt64(loss)) {
          arriving.append((Double(frame * 20) + Double(chance.next() % 75), event))
        }
        sequence &+= 1
      }
      frame += 1
    }
    arriving.sort { $0.time < $1.time }
    var heard: [CChar] = []
    for (_, event) in arriving {
      let key = receive(event)
      if key != 0 { heard.append(key) }
    }
    #expect(heard == pressed)
  }
}
