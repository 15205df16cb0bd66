import Glibc
import Testing

/// A UDP socket as the kernel knows it (`/proc/net/udp`).
struct DatagramSocket {
  /// Where it is bound.
  let port: Int32
  /// Datagrams that came while its buffer was full: whoever should have read them was kept from it for too long.
  let drops: UInt64
}

/// Those bound in this range, of the whole machine.
func datagramSockets(_ ports: ClosedRange<Int32>) throws -> [DatagramSocket] {
  let file = try #require(fopen("/proc/net/udp", "r"))
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  var found: [DatagramSocket] = []
  while fgets(&line, Int32(line.count), file) != nil {
    let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .split(whereSeparator: \.isWhitespace)
    guard words.count > 1, let hex = words[1].split(separator: ":").last, let port = Int32(hex, radix: 16),
      ports.contains(port), let drops = words.last.flatMap({ UInt64($0) })
    else { continue }
    found.append(DatagramSocket(port: port, drops: drops))
  }
  return found
}

extension Phone {
  /// What the kernel dropped of all that was sent to its leg.
  var drops: UInt64 {
    get throws { try datagramSockets(Int32(legPort)...Int32(legPort) + 1).map(\.drops).reduce(0, +) }
  }
}
