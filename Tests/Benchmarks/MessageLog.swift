import Glibc
import LoopbackTesting

/// Reads SIPp's log of messages.
enum MessageLog {
  /// The time of the first INVITE of each number, sent or received, in seconds since 1970.
  static func invites(_ text: String, sent: Bool) -> [String: Double] {
    var out: [String: Double] = [:]
    let mark = sent ? "message sent" : "message received"
    for part in text.split(separator: "----------------------------------------------- ") {
      let lines = part.split(separator: "\n", maxSplits: 12, omittingEmptySubsequences: false)
      guard lines.count > 3, lines[1].contains(mark), let at = seconds(lines[0]),
        let start = lines.first(where: { $0.hasPrefix("INVITE ") }), !start.isEmpty,
        let number = part.split(separator: "From:").dropFirst().first?.split(separator: "sip:").dropFirst().first?
          .prefix(while: \.isNumber)
      else { continue }
      if out[String(number)] == nil { out[String(number)] = at }
    }
    return out
  }

  /// By which key each port speaks that a description names which came: the last one of each port.
  static func keys(_ text: String) -> [UInt16: SRTPKey] {
    var out: [UInt16: SRTPKey] = [:]
    for part in text.split(separator: "----------------------------------------------- ") {
      guard part.prefix(100).contains("message received"), let key = SRTPKey(in: String(part)),
        let line = part.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("m=audio ") }),
        let port = line.split(separator: " ").dropFirst().first.flatMap({ UInt16($0) })
      else { continue }
      out[port] = key
    }
    return out
  }

  /// `2026-11-22 03:00:05.185531`, local time.
  private static func seconds(_ text: Substring) -> Double? {
    let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int32($0) }
    guard numbers.count >= 7 else { return nil }
    var time = tm()
    (time.tm_year, time.tm_mon, time.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
    (time.tm_hour, time.tm_min, time.tm_sec) = (numbers[3], numbers[4], numbers[5])
    time.tm_isdst = -1
    return Double(mktime(&time)) + Double(numbers[6]) / 1e6
  }
}
