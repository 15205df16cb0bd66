import ControlClient
import Glibc
import LoopbackTesting
import Synchronization

/// What the demo says: lines with the time since its start, in the order in which things happened.
///
/// Several threads see what happens; a line is therefore kept back for a moment, so that an earlier one can still take
/// its place before it.
final class Screen: Sendable {
  /// A check that failed.
  struct Failure: Error {
    var what: String
    var expected: String
    var seen: String
  }

  private struct Line {
    var at: Int64
    var text: String
    var hasTime = true
  }

  private let start = monotonicNanoseconds()
  private let colours = isatty(1) == 1 && getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
  /// Nanoseconds for which a line is kept back.
  private let patience: Int64 = 60_000_000
  /// Protected by the mutex; the story, the narrator and the phones' threads share it.
  private let lines = Mutex<[Line]>([])

  /// Seconds since the start.
  var seconds: Double { Double(monotonicNanoseconds() - start) / 1e9 }

  /// A moment of CLOCK_MONOTONIC on the stopwatch.
  func time(of moment: Int64) -> String { Self.stopwatch(moment - start) }

  /// Something happened: to whom, and what.
  func say(_ who: String, _ what: String, at: Int64 = monotonicNanoseconds()) {
    add("  " + Self.padded(TerminalText.safe(who), 14) + TerminalText.safe(what), at: at)
  }

  /// A part begins.
  func heading(_ text: String) { note("\n" + paint(text, "1")) }

  /// Lines that stand for themselves.
  func note(_ text: String) { add(text, at: monotonicNanoseconds(), hasTime: false) }

  /// Says what was seen if it is as it should be, and fails otherwise.
  func check(_ what: String, _ holds: Bool, expected: String, seen: String) throws(Failure) {
    guard holds else { throw Failure(what: what, expected: expected, seen: seen) }
    add(paint("✓", "32") + " " + TerminalText.safe("\(what): \(seen)"), at: monotonicNanoseconds())
  }

  /// The end that nobody wishes.
  func failed(_ what: String, expected: String = "", seen: String, log: String = "") {
    flush()
    print("\n" + paint("✗ \(what)", "1;31"))
    if !expected.isEmpty { print("  expected  \(expected)") }
    print("  seen      \(seen)")
    if !log.isEmpty { print("\nthe end of the daemon's log:\n\(log)") }
    fflush(nil)
  }

  /// Prints lines as they become due, until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      flush(before: monotonicNanoseconds() - patience)
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Prints all lines that came before a time, whatever may still come.
  func flush(before limit: Int64 = .max) {
    lines.withLock { lines in
      let due = lines.filter { $0.at < limit }.sorted { $0.at < $1.at }
      guard !due.isEmpty else { return }
      lines.removeAll { $0.at < limit }
      for line in due {
        print(line.hasTime ? paint(time(of: line.at), "2") + "  " + line.text : line.text)
      }
      fflush(nil)
    }
  }

  private func add(_ text: String, at: Int64, hasTime: Bool = true) {
    lines.withLock { $0.append(Line(at: at, text: text, hasTime: hasTime)) }
  }

  private func paint(_ text: String, _ code: String) -> String {
    colours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// `mm:ss.mmm`
  static func stopwatch(_ nanoseconds: Int64) -> String {
    let milliseconds = max(0, nanoseconds) / 1_000_000
    func digits(_ value: Int64, _ count: Int) -> String {
      String(repeating: "0", count: max(0, count - "\(value)".count)) + "\(value)"
    }
    return digits(milliseconds / 60000, 2) + ":" + digits(milliseconds / 1000 % 60, 2) + "."
      + digits(milliseconds % 1000, 3)
  }

  /// Filled with spaces to so many cells of the terminal.
  static func padded(_ text: String, _ cells: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, cells - TerminalText.width(text)))
    return right ? space + text : text + space
  }
}

extension Double {
  /// With so many decimals.
  func text(_ decimals: Int) -> String {
    let factor = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
    let value = Int64((self.magnitude * factor).rounded())
    let fraction = "\(value % Int64(factor))"
    let whole = (self < 0 && value != 0 ? "−" : "") + "\(value / Int64(factor))"
    return decimals == 0 ? whole : whole + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// As a level.
  var decibels: String { self <= -120 ? "silence" : text(0) + " dB" }
}
