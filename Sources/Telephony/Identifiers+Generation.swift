/// Makes UUIDv7 names (RFC 9562 §5.7) from the time and a seed, so that a run can be repeated exactly.
///
/// Names made by one source ascend, also within one millisecond and when the wall clock steps back.
public struct IdentifierSource: Sendable {
  private var random: SplitMix64
  private var lastMilliseconds: Int64 = 0
  private var counter: UInt16 = 0

  /// The daemon seeds it at random; tests with a number.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// The next name, as a UUID in lower case.
  public mutating func next(at now: Moment) -> String {
    if now.wallMilliseconds > lastMilliseconds {
      lastMilliseconds = now.wallMilliseconds
      counter = UInt16(truncatingIfNeeded: random.next()) & 0x3FF
    } else {
      counter += 1
      if counter > 0xFFF {
        counter = 0
        lastMilliseconds += 1
      }
    }
    let time = UInt64(bitPattern: lastMilliseconds) & 0xFFFF_FFFF_FFFF
    let high = time << 16 | 0x7000 | UInt64(counter)
    let low = (random.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    return Self.text(high, low)
  }

  private static func text(_ high: UInt64, _ low: UInt64) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(36)
    for (index, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
      if index == 8 || index == 12 { out.append(UInt8(ascii: "-")) }
      out.append(digits[Int(high >> UInt64(shift) & 0xF)])
    }
    for (index, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
      if index == 0 || index == 4 { out.append(UInt8(ascii: "-")) }
      out.append(digits[Int(low >> UInt64(shift) & 0xF)])
    }
    return String(decoding: out, as: UTF8.self)
  }
}
