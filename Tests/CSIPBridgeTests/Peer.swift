import Foundation
import TelephonyTesting
import Testing

/// One SIPp with one scenario and one call.
final class Peer {
  private var process: pid_t = 0
  private var status: Int32?
  private let port: Int
  private let isTCP: Bool
  private let messageFile: String
  private let name: String
  private let folder: String

  static let scenarios = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scenarios")

  /// tone: what it says, in hertz, 0 for nothing; target: the port it calls, nil to be called; echoes: it says what it hears.
  init(
    _ scenario: String, in folder: String, port: Int, media: Int, target: Int?, tone: Int, tcp: Bool,
    echoes: Bool = false
  ) throws {
    self.port = port
    self.folder = folder
    isTCP = tcp
    name = scenario
    messageFile = "\(folder)/\(scenario)-\(port).log"
    var text = try String(contentsOf: Self.scenarios.appending(path: scenario + ".xml"), encoding: .utf8)
    let toneFile = "\(folder)/\(tone).ul"
    try muLawTone(tone).write(to: URL(filePath: toneFile))
    text = text.replacingOccurrences(of: "TONE", with: toneFile)
    let scenarioFile = "\(folder)/\(scenario)-\(port).xml"
    try text.write(toFile: scenarioFile, atomically: true, encoding: .utf8)

    let arguments =
      ["sipp"] + (target.map { ["127.0.0.1:\($0)"] } ?? []) + [
        "-sf", scenarioFile, "-i", "127.0.0.1", "-p", "\(port)", "-mi", "127.0.0.1", "-mp", "\(media)", "-m", "1",
        "-s", "0355550000", "-nostdin", "-trace_msg", "-message_file", messageFile, "-trace_err", "-error_file",
        "\(folder)/\(scenario)-\(port).err", "-timeout", "60", "-timeout_error", "-t", tcp ? "t1" : "u1",
      ] + (echoes ? ["-rtp_echo"] : [])
    process = try Self.spawn("/usr/bin/sipp", arguments)
  }

  /// Not Foundation's Process, which leaks a little each time (the leak sanitizer says so).
  private static func spawn(_ path: String, _ arguments: [String]) throws -> pid_t {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0)
    // The runner's threads block every signal; a SIPp that inherits that never ends by its time limit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = [strdup("TERM=dumb"), nil]
    defer { (words + environment).forEach { free($0) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, path, &files, &attributes, &words, &environment)
    try #require(result == 0, "sipp does not start: \(result)")
    return child
  }

  /// Whether it has ended by now; its end is remembered.
  private func hasEnded(waiting: Bool) -> Bool {
    var raw: Int32 = 0
    if status == nil, waitpid(process, &raw, waiting ? 0 : WNOHANG) == process {
      status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
    }
    return status != nil
  }

  deinit {
    if !hasEnded(waiting: false) {
      kill(process, SIGKILL)
      _ = hasEnded(waiting: true)
    }
  }

  /// Until its port is bound, which the kernel's table shows: it is looked at again and again, since SIPp does not say so.
  func waitUntilItListens() throws {
    let wanted = String(format: "0100007F:%04X", port)
    try eventually("sipp listens on \(port)") {
      try #require(!hasEnded(waiting: false), "sipp ended: \(errors)")
      return try String(contentsOfFile: isTCP ? "/proc/net/tcp" : "/proc/net/udp", encoding: .utf8).contains(wanted)
    }
  }

  /// 0 when the whole scenario went as written.
  func waitForEnd() -> Int32 {
    _ = hasEnded(waiting: true)
    if status != 0 { print("sipp \(name): \(status ?? -1)\n\(errors)") }
    return status ?? -1
  }

  private var errors: String {
    (try? String(contentsOfFile: "\(folder)/\(name)-\(port).err", encoding: .utf8)) ?? ""
  }

  /// Every message it received, after it has ended.
  var received: [String] {
    let log = (try? String(contentsOfFile: messageFile, encoding: .utf8)) ?? ""
    return log.components(separatedBy: "-----------------------------------------------").filter {
      $0.contains("message received")
    }.map { $0.replacingOccurrences(of: "\r\n", with: "\n") }
  }

  /// The media lines of every SDP it received.
  var receivedMediaLines: [[String]] {
    received.filter { $0.contains("\nm=") }.map { message in
      message.components(separatedBy: "\n").filter { $0.hasPrefix("m=") }
    }
  }
}

/// One second of a tone (silence for 0 Hz) as G.711 µ-law at 8 kHz.
private func muLawTone(_ hertz: Int) -> Data {
  Data(
    (0..<8000).map { index in
      let sample = hertz == 0 ? 0 : Int(8000 * sin(2 * .pi * Double(hertz) * Double(index) / 8000))
      let magnitude = min(abs(sample) + 132, 32767)
      var segment = 7
      var mask = 0x4000
      while segment > 0 && magnitude & mask == 0 {
        segment -= 1
        mask >>= 1
      }
      let mantissa = (magnitude >> (segment + 3)) & 0x0F
      return ~UInt8((sample < 0 ? 0x80 : 0) | segment << 4 | mantissa)
    })
}

/// How much of `hertz` is in the samples, relative to all that is there: near 0 or near 1 (Goertzel).
func share(of hertz: Double, in samples: [Double], rate: Double = 8000) -> Double {
  let turn = 2 * cos(2 * .pi * hertz / rate)
  var (before, last, energy) = (0.0, 0.0, 0.0)
  for sample in samples {
    (before, last) = (last, sample + turn * last - before)
    energy += sample * sample
  }
  guard energy > 0 else { return 0 }
  return 2 * (last * last + before * before - turn * last * before) / (energy * Double(samples.count))
}

/// The same in pieces of 50 ms, on the average: where a clock was corrected between two of them, that costs one.
func voice(of hertz: Double, in samples: [Double]) -> Double {
  let pieces = stride(from: 0, through: samples.count - 400, by: 400).map { Array(samples[$0..<$0 + 400]) }
  return pieces.reduce(0) { $0 + share(of: hertz, in: $1) } / Double(max(1, pieces.count))
}

/// The two channels of a 16-bit stereo WAV.
func channels(ofWAV path: String) throws -> (left: [Double], right: [Double]) {
  let data = try [UInt8](Data(contentsOf: URL(filePath: path)))
  try #require(data.count > 44 && data[22] == 2, "not a stereo WAV: \(path)")
  var (left, right): ([Double], [Double]) = ([], [])
  for index in stride(from: 44, to: data.count - 3, by: 4) {
    left.append(Double(Int16(bitPattern: UInt16(data[index]) | UInt16(data[index + 1]) << 8)))
    right.append(Double(Int16(bitPattern: UInt16(data[index + 2]) | UInt16(data[index + 3]) << 8)))
  }
  return (left, right)
}
