import CMediaPlane
import TelephonyTesting
import Testing

@Suite struct `RTP headers` {
  /// Version 2, marker, type 8, sequence 0x1234, timestamp 0x01020304, SSRC 0xdeadbeef.
  private static let plain: [UInt8] = [0x80, 0x88, 0x12, 0x34, 1, 2, 3, 4, 0xde, 0xad, 0xbe, 0xef]

  /// The plain one with two contributors, an extension of one word, three bytes of payload and two of padding.
  private static let full: [UInt8] =
    [0xb2] + plain.dropFirst() + [0, 0, 0, 1, 0, 0, 0, 2] + [0xbe, 0xde, 0, 1, 9, 9, 9, 9] + [7, 8, 9] + [0, 2]

  /// The plain header with another first byte, and what follows it.
  private static func headed(_ first: UInt8, _ rest: UInt8...) -> [UInt8] { [first] + plain.dropFirst() + rest }

  private func read(_ bytes: [UInt8]) -> (packet: rtp_packet, payload: [UInt8])? {
    withExactCopy(of: bytes) { start, count in
      var packet = rtp_packet()
      guard rtp_read(start, count, &packet) else { return nil }
      return (packet, Array(UnsafeBufferPointer(start: packet.payload, count: packet.payload_bytes)))
    }
  }

  @Test func `the fixed header is read`() throws {
    let (packet, payload) = try #require(read(Self.plain + [1, 2]))
    #expect(packet.payload_type == 8)
    #expect(packet.marker)
    #expect(packet.sequence == 0x1234)
    #expect(packet.timestamp == 0x0102_0304)
    #expect(packet.ssrc == 0xdead_beef)
    #expect(payload == [1, 2])
  }

  @Test func `the payload lies behind contributors and extension, and before padding`() throws {
    let (packet, payload) = try #require(read(Self.full))
    #expect(packet.ssrc == 0xdead_beef)
    #expect(payload == [7, 8, 9])
  }

  @Test(
    arguments: [
      headed(0x80),
      headed(0x81, 0, 0, 0, 1),
      headed(0x90, 0, 0, 0, 0),
      headed(0xa0, 0, 0, 3),
    ] as [[UInt8]]) func `a packet may be without payload`(bytes: [UInt8]) throws
  {
    #expect(try #require(read(bytes)).payload == [])
  }

  @Test(
    arguments: [
      [], Array(plain.dropLast()),
      headed(0x00, 1),
      headed(0x40, 1),
      headed(0xc0, 1),
      headed(0x81, 0, 0, 1),
      headed(0x8f, 0, 0, 0, 0, 0, 0, 0, 0),
      headed(0x90, 0, 0, 0),
      headed(0x90, 0, 0, 0, 1, 9, 9, 9),
      headed(0x90, 0, 0, 0xff, 0xff, 9, 9, 9, 9),
      headed(0xa0, 1, 2, 0),
      headed(0xa0, 1, 2, 4),
      headed(0xa0),
      headed(0xa1, 0, 0, 0, 5),
    ] as [[UInt8]]) func `what does not fit is refused, and nothing is written`(bytes: [UInt8])
  {
    withExactCopy(of: bytes) { start, count in
      var packet = packet(sequence: 77)
      #expect(!rtp_read(start, count, &packet))
      #expect(packet.sequence == 77)
      #expect(packet.payload == nil)
    }
  }

  @Test func `what is written is as the standard lays it out`() {
    var header = [UInt8](repeating: 0xaa, count: Int(RTP_HEADER_BYTES))
    var packet = packet(sequence: 0x1234, timestamp: 0x0102_0304, ssrc: 0xdead_beef)
    packet.payload_type = 8
    packet.marker = true
    rtp_write_header(&packet, &header)
    #expect(header == Self.plain)
    packet.payload_type = 0x88
    packet.marker = false
    rtp_write_header(&packet, &header)
    #expect(header[1] == 8)
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func `whatever comes, the payload lies within`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let bytes = hostileBytes(&chance, like: [Self.plain, Self.full])
      withExactCopy(of: bytes) { start, count in
        var packet = rtp_packet()
        guard rtp_read(start, count, &packet) else { return }
        let before = packet.payload - start
        #expect(before >= 12 && before + packet.payload_bytes <= count)
        #expect(packet.payload_type < 128)
        var sum = 0
        for i in 0..<packet.payload_bytes { sum += Int(packet.payload[i]) }
        #expect(sum >= 0)
      }
    }
  }
}
