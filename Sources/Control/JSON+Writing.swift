import FoundationEssentials

/// Writes values as JSON, each on one line: the one place where what leaves the daemon is escaped.
///
/// Names are sorted, so the same value is always the same bytes. Whatever could break a line, a terminal, a script
/// element or the direction of reading leaves as `\uXXXX`.
public enum JSONLine {
  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return encoder
  }()

  /// The value and a line feed. A value that cannot be written (a number that is not finite) becomes `null`.
  public static func bytes(_ value: some Encodable) -> [UInt8] {
    // `JSONEncoder` fails only for numbers that are not finite; nothing of ours has one.
    let encoded = (try? encoder.encode(value)).map { [UInt8]($0) } ?? Array("null".utf8)
    var line = escaped(encoded)
    line.append(0x0A)
    return line
  }

  /// The value as text, without a line feed.
  public static func text(_ value: some Encodable) -> String {
    String(decoding: bytes(value).dropLast(), as: UTF8.self)
  }

  /// JSON text with what is dangerous outside of JSON escaped. All of it can only stand within strings.
  ///
  /// DEL and the C1 controls, `<`, the line separators U+2028 and U+2029, and the bidirectional marks, embeddings,
  /// overrides and isolates (UAX #9 §2).
  static func escaped(_ json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 == 0x3C || $0 == 0x7F || $0 == 0xC2 || $0 == 0xD8 || $0 == 0xE2 }) else {
      return json
    }
    var out: [UInt8] = []
    out.reserveCapacity(json.count + 32)
    var at = 0
    while at < json.count {
      let byte = json[at]
      let second = at + 1 < json.count ? json[at + 1] : 0
      let third = at + 2 < json.count ? json[at + 2] : 0
      switch (byte, second, third) {
      case (0x3C, _, _), (0x7F, _, _):
        append(UInt16(byte), to: &out)
        at += 1
      case (0xC2, 0x80...0x9F, _):
        append(UInt16(second), to: &out)
        at += 2
      case (0xD8, 0x9C, _):
        append(0x061C, to: &out)
        at += 2
      case (0xE2, 0x80, 0x8E...0x8F), (0xE2, 0x80, 0xA8...0xAE):
        append(0x2000 + UInt16(third & 0x3F), to: &out)
        at += 3
      case (0xE2, 0x81, 0xA6...0xA9):
        append(0x2040 + UInt16(third & 0x3F), to: &out)
        at += 3
      default:
        out.append(byte)
        at += 1
      }
    }
    return out
  }

  private static func append(_ unit: UInt16, to out: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    out.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
    for shift in stride(from: 12, through: 0, by: -4) { out.append(digits[Int(unit >> UInt16(shift) & 0xF)]) }
  }
}
