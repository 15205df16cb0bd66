import CMediaPlane
import Glibc

/// A codec by name, so that tests print it.
enum Coding: UInt32, CaseIterable, CustomStringConvertible {
  case pcmu, pcma, g722, opus

  var kind: codec_kind { codec_kind(rawValue) }
  var description: String { ["PCMU", "PCMA", "G.722", "Opus"][Int(rawValue)] }
  var type: UInt8 { [0, 8, 9, 111][Int(rawValue)] }
  /// Ticks of the timestamp in a millisecond.
  var ticks: Int { self == .opus ? 48 : 8 }
}

/// One packet of RTP, as it was sent or came.
struct Packet: Equatable {
  var type: UInt8
  var marker = false
  var sequence: UInt16
  var timestamp: UInt32
  var ssrc: UInt32
  var payload: [UInt8]
  /// When, in nanoseconds since the wire began.
  var at: Int64 = 0

  init(type: UInt8, marker: Bool = false, sequence: UInt16, timestamp: UInt32, ssrc: UInt32, payload: [UInt8]) {
    self.type = type
    self.marker = marker
    self.sequence = sequence
    self.timestamp = timestamp
    self.ssrc = ssrc
    self.payload = payload
  }

  /// The plane writes headers without contributors, extension and padding; nil for what is none of these.
  init?(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count >= 12, bytes[0] == 0x80 else { return nil }
    func number(_ from: Int, _ count: Int) -> UInt32 { bytes[from..<from + count].reduce(0) { $0 << 8 | UInt32($1) } }
    self.init(
      type: bytes[1] & 0x7F, marker: bytes[1] & 0x80 != 0, sequence: UInt16(number(2, 2)), timestamp: number(4, 4),
      ssrc: number(8, 4), payload: Array(bytes[12...]))
  }

  var bytes: [UInt8] {
    func big(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * (count - 1 - $0))) }
    }
    return [0x80, type | (marker ? 0x80 : 0)] + big(UInt32(sequence), 2) + big(timestamp, 4) + big(ssrc, 4) + payload
  }
}

/// A socket of UDP on the loopback; closed when nobody keeps it.
final class Socket: Sendable {
  let descriptor: Int32
  let port: UInt16

  init(host: UInt8 = 1) throws {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in.loopback(port: 0, host: host)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard bound else { throw Plane.Failed(code: errno) }
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8], to port: UInt16) {
    var address = sockaddr_in.loopback(port: port)
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// What waits there; nil: nothing.
  func receive() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 2000)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count < 0 ? nil : Array(bytes.prefix(count))
  }
}

/// A peer of one leg: says something every few milliseconds, and keeps what it hears. Belongs to its wire's thread while
/// that runs.
final class Phone {
  let plane: Plane
  let leg: media_id
  let tag: UInt64
  let legPort: UInt16
  let rtp: Socket
  let rtcp: Socket
  private(set) var coding: Coding
  private var encoder: OpaquePointer?
  private let says: (Int) -> Int16

  /// How much each of its packets holds; of Opus 20.
  var milliseconds = 20
  var ssrc: UInt32
  var sequence: UInt16
  var timestamp: UInt32
  var isMute = false
  /// What the network does to a packet: when each copy arrives, in seconds from now.
  var network: (Packet) -> [Double] = { _ in [0] }
  /// The last word on a packet before it goes.
  var shaping: (Packet) -> Packet = { $0 }

  /// What makes SRTP of its packets, and packets of SRTP; nil: not to be understood.
  var protecting: ([UInt8]) -> [UInt8] = { $0 }
  var unprotecting: ([UInt8]) -> [UInt8]? = { $0 }

  private(set) var sent: [Packet] = []
  private(set) var received: [Packet] = []
  /// Packets that it did not understand.
  private(set) var noise = 0
  private(set) var reports: [[UInt8]] = []
  private var position = 0
  private var encoded: [UInt8] = []

  private static let made = TagSource()

  init(_ plane: Plane, _ coding: Coding = .pcmu, says: @escaping (Int) -> Int16) throws {
    self.plane = plane
    self.coding = coding
    self.says = says
    rtp = try Socket()
    rtcp = try Socket()
    (leg, legPort) = try plane.openLeg()
    tag = Self.made.next()
    ssrc = 0x1000 + UInt32(tag)
    sequence = UInt16(truncatingIfNeeded: 65500 + tag)
    timestamp = UInt32.max - 8000
    encoder = codec_open(coding.kind, 8000)
    media_leg_tag(plane.pointer, leg, tag)
    stream()
  }

  deinit { codec_close(encoder) }

  /// Negotiates; again in mid-call with another codec, or with changes.
  func stream(_ other: Coding? = nil, _ change: (inout media_stream) -> Void = { _ in }) {
    if let other, other != coding {
      codec_close(encoder)
      encoder = codec_open(other.kind, 8000)
      coding = other
      encoded = []
    }
    var stream = media_stream()
    stream.codec = coding.kind
    stream.type_in = coding.type
    stream.type_out = coding.type
    stream.keys_in = 101
    stream.keys_out = 101
    stream.sends = true
    stream.hears = true
    stream.rtp = sockaddr_in.loopback(port: rtp.port).storage
    stream.rtcp = sockaddr_in.loopback(port: rtcp.port).storage
    change(&stream)
    media_leg_stream(plane.pointer, leg, &stream)
  }

  private func payload() -> [UInt8] {
    let count = coding == .opus ? 0 : milliseconds * 8
    repeat {
      let samples = (position..<position + 160).map(says)
      position += 160
      var bytes = [UInt8](repeating: 0, count: Int(CODEC_LONGEST_FRAME))
      let written = codec_encode(encoder, samples, &bytes, bytes.count)
      if coding == .opus { return Array(bytes.prefix(written)) }
      encoded += bytes.prefix(written)
    } while encoded.count < count
    defer { encoded.removeFirst(count) }
    return Array(encoded.prefix(count))
  }

  /// The next packet; time goes on, too, when it is mute.
  func speak(at now: Int64) -> (packet: Packet, after: [Double])? {
    var packet = Packet(type: coding.type, sequence: sequence, timestamp: timestamp, ssrc: ssrc, payload: payload())
    timestamp &+= UInt32(milliseconds * coding.ticks)
    guard !isMute else { return nil }
    sequence &+= 1
    packet.at = now
    packet = shaping(packet)
    sent.append(packet)
    return (packet, network(packet))
  }

  func listen(at now: Int64) {
    while let bytes = rtp.receive() {
      guard let bytes = unprotecting(bytes), var packet = Packet(bytes[...]) else {
        noise += 1
        continue
      }
      packet.at = now
      received.append(packet)
    }
    while let bytes = rtcp.receive() { reports.append(bytes) }
  }

  /// What it heard from the first packet on, by timestamps; what is missing is silence. Of one codec.
  func heard(as other: Coding? = nil) -> [Int16] {
    let coding = other ?? coding
    let decoder = codec_open(coding.kind, 8000)
    defer { codec_close(decoder) }
    let packets = received.filter { $0.type == coding.type }
    guard let first = packets.first else { return [] }
    let ordered = packets.map { (Int32(bitPattern: $0.timestamp &- first.timestamp), $0) }.sorted { $0.0 < $1.0 }
    var samples: [Int16] = []
    var frame = [Int16](repeating: 0, count: 1920)
    for (ticks, packet) in ordered where ticks >= 0 {
      let at = Int(ticks) * 8 / coding.ticks
      guard at < samples.count + 8000 * 60 else { continue }
      if at > samples.count { samples += [Int16](repeating: 0, count: at - samples.count) }
      let count = codec_decode(decoder, packet.payload, packet.payload.count, &frame, frame.count)
      if at < samples.count { samples.removeLast(samples.count - at) }
      samples += frame.prefix(count)
    }
    return samples
  }
}

extension Phone {
  /// What it heard in a stretch of seconds after its first packet.
  func heard(_ seconds: ClosedRange<Double>) -> ArraySlice<Int16> { heard().seconds(seconds) }

  /// How many have come, those included that lie in the socket: for the wire's thread.
  func packetsUntilNow() -> Int {
    listen(at: received.last?.at ?? 0)
    return received.count
  }

  /// What it heard in these packets, counted from the first that came.
  func heard(packets: Range<Int>) -> ArraySlice<Int16> {
    let heard = heard()
    func position(_ index: Int) -> Int {
      guard index < received.count else { return heard.count }
      return min(Int(received[index].timestamp &- received[0].timestamp) * 8 / coding.ticks, heard.count)
    }
    guard packets.lowerBound < received.count else { return [] }
    let (from, to) = (position(packets.lowerBound), position(packets.upperBound))
    return heard[from..<max(from, to)]
  }
}
