import CMediaPlane
import TelephonyTesting

/// Calls `body` with a copy that ends where its memory ends, so that a sanitizer sees every byte read behind it.
func withExactCopy<Result>(of bytes: [UInt8], _ body: (UnsafePointer<UInt8>, Int) throws -> Result) rethrows -> Result {
  let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
  defer { copy.deallocate() }
  copy.initialize(from: bytes, count: bytes.count)
  return try body(copy, bytes.count)
}

/// What a stranger may send: by turns noise, a good packet with a few bytes changed, and one that is cut short.
func hostileBytes(_ chance: inout SeededRandom, like samples: [[UInt8]]) -> [UInt8] {
  var bytes = chance.pick(samples)
  switch chance.next() % 3 {
  case 0: bytes = (0..<chance.next() % 1501).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
  case 1: bytes.removeLast(Int(chance.next() % UInt64(bytes.count + 1)))
  default: bytes += (0..<chance.next() % 64).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
  }
  guard !bytes.isEmpty else { return bytes }
  for _ in 0..<chance.next() % 4 {
    bytes[Int(chance.next() % UInt64(min(bytes.count, 40)))] = UInt8(truncatingIfNeeded: chance.next())
  }
  return bytes
}

/// A packet as its fields, for what does not look at the payload.
func packet(sequence: UInt16, timestamp: UInt32 = 0, ssrc: UInt32 = 1) -> rtp_packet {
  rtp_packet(
    payload_type: 0, marker: false, sequence: sequence, timestamp: timestamp, ssrc: ssrc, payload: nil,
    payload_bytes: 0)
}
