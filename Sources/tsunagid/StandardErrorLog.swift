import Glibc
import Synchronization
import Telephony

/// The one place where log lines are written: escaped, so that no stranger's text forges a line, and whole, so that lines
/// of several threads do not mix.
final class StandardErrorLog: Sendable {
  private let least: Mutex<LogLine.Level>

  init(least: LogLine.Level) { self.least = Mutex(least) }

  /// From now on.
  func set(_ level: LogLine.Level) { least.withLock { $0 = level } }

  func write(_ line: LogLine) {
    guard line.level >= least.withLock({ $0 }) else { return }
    var text = RFC3339.text(Moment.now().wallMilliseconds)
    text += " \(line.level) "
    text += line.message
    if let contact = line.contact { text += " contact=\(contact.rawValue)" }
    for field in line.fields { text += " \(field.name)=\(Self.quoted(field.value))" }
    // One call for one line: pipes and files take up to 4096 bytes at once, or nothing.
    let bytes = Array(text.utf8.prefix(4094)) + [0x0A]
    _ = Glibc.write(2, bytes, bytes.count)
  }

  /// As it stands when it is one plain word; else in quotation marks, with everything that is not a printable character
  /// escaped.
  static func quoted(_ text: String) -> String {
    let isPlain = { (byte: UInt8) in
      byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    var out = "\""
    for scalar in text.unicodeScalars.prefix(1000) {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      default:
        let isShown =
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
          default: true
          }
        out += isShown ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return out + "\""
  }
}

extension Moment {
  /// Both clocks, now.
  static func now() -> Moment {
    var monotonic = timespec()
    var wall = timespec()
    clock_gettime(CLOCK_MONOTONIC, &monotonic)
    clock_gettime(CLOCK_REALTIME, &wall)
    return Moment(
      monotonicNanoseconds: Int64(monotonic.tv_sec) * 1_000_000_000 + Int64(monotonic.tv_nsec),
      wallMilliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000)
  }
}
