import Control
import FoundationEssentials
import Glibc
import LoopbackTesting
import Synchronization

/// The daemon on the sample configuration, in a folder of its own.
final class Office: Sendable {
  /// Everything that the demo writes is below it.
  let folder: String
  /// Where the daemon hears SIP, on 127.0.0.1.
  let port: Int
  /// Where calls that go out by the sample's trunk arrive, on 127.0.0.2.
  let outsidePort: Int
  /// Of the working copy; for what is said at the end.
  let root: String
  private let daemon = Mutex<ChildProcess?>(nil)
  private let screen: Screen

  var socket: String { folder + "/tsunagi.sock" }
  var configuration: String { folder + "/tsunagi.toml" }
  private static let logFile = "/tsunagid.log"

  init(screen: Screen) throws {
    self.screen = screen
    folder = try temporaryFolder("demo")
    // Softphones and callers keep their files below it, too.
    setenv("TMPDIR", folder, 1)
    port = try FreePorts.first(5060, on: "127.0.0.1", from: 24060)
    // Taken late in the story, and let go of when the daemon is killed: ports that go with our own are not mistaken for
    // those of another demo that runs at the same time.
    let place = port == 5060 ? 0 : min(6, (port - 24060) / 2 + 1)
    outsidePort = try FreePorts.first(on: "127.0.0.2", from: 24100 + 4 * place)
    let media = 24200 + 60 * place
    root = try Self.root()
    let sample = root + "/docker/sample/"
    // What a person would wait for is shortened; all else is the sample as it stands.
    var text = try readText(sample + "tsunagi.toml")
    for (old, new) in [
      ("port = 5060", "port = \(port)"), ("proxy = \"127.0.0.2:5070\"", "proxy = \"127.0.0.2:\(outsidePort)\""),
      ("rtp_ports = \"20000-29999\"", "rtp_ports = \"\(media)-\(media + 59)\""), ("max_legs = 1000", "max_legs = 30"),
      ("wrap_up_seconds = 15", "wrap_up_seconds = 4"), ("drain_seconds = 30", "drain_seconds = 2"),
      ("level = \"info\"", "level = \"debug\""),
    ] {
      let parts = text.components(separatedBy: old)
      guard parts.count == 2 else { throw Fault("the sample has '\(old)' \(parts.count - 1) times, not once") }
      text = parts.joined(separator: new)
    }
    try writeText(text, to: folder + "/tsunagi.toml", mode: 0o600)
    try writeText(try readText(sample + "customers.toml"), to: folder + "/customers.toml", mode: 0o600)
  }

  /// The working copy: the folder above this program, or above the present folder, that has the sample.
  private static func root() throws -> String {
    for start in [programs(), FileManager.default.currentDirectoryPath] {
      var parts = start.split(separator: "/").map(String.init)
      while !parts.isEmpty {
        let folder = "/" + parts.joined(separator: "/")
        if access(folder + "/docker/sample/tsunagi.toml", R_OK) == 0 { return folder }
        parts.removeLast()
      }
    }
    throw Fault("docker/sample/tsunagi.toml is nowhere above \(programs())")
  }

  /// Starts the daemon and subscribes; the second time after it was killed.
  func open() async throws -> ControlConnection {
    let process = try ChildProcess(
      programs() + "/tsunagid", [configuration], in: folder, log: folder + Self.logFile)
    let starts = daemon.withLock { daemon in
      defer { daemon = process }
      return daemon == nil ? 1 : 2
    }
    try await process.prints(" serving ", times: starts)
    let connection = try ControlConnection(socket)
    try await connection.request("events.subscribe")
    screen.say("tsunagid", "serves at 127.0.0.1:\(port), process \(process.pid)")
    return connection
  }

  /// `kill -9`; returns when it happened, by CLOCK_MONOTONIC, after the process is gone.
  func kill() async throws -> Int64 {
    guard let process = daemon.withLock({ $0 }) else { throw Fault("the daemon does not run") }
    let now = monotonicNanoseconds()
    process.signal(SIGKILL)
    try await process.waitForExit(within: .seconds(5))
    return now
  }

  /// SIGTERM; returns the exit status.
  func close() async throws -> Int32 {
    guard let process = daemon.withLock({ $0 }) else { throw Fault("the daemon does not run") }
    process.signal(SIGTERM)
    return try await process.waitForExit(within: .seconds(10))
  }

  /// The last lines of the daemon's log.
  var logTail: String {
    let lines = ((try? readText(folder + Self.logFile)) ?? "").split(separator: "\n")
    return lines.suffix(25).joined(separator: "\n")
  }

  /// Runs the client and returns what it prints.
  func client(_ arguments: [String]) async throws -> String {
    let process = try ChildProcess(
      programs() + "/tsunagi", ["--socket", socket] + arguments, in: folder,
      log: folder + "/client-\(arguments.first ?? "").log")
    let status = try await process.waitForExit(within: .seconds(10))
    guard status == 0 else { throw Fault("tsunagi \(arguments) ended with \(status): \(process.tail)") }
    return process.output
  }
}
