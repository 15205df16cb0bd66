import Glibc

/// The real daemon with a configuration of its own, below a folder of its own.
public final class Daemon: Sendable {
  /// Where its files are.
  public let folder: String
  /// Where SIP is heard.
  public let address: String
  /// For UDP and TCP.
  public let port: Int
  /// The running program.
  public let process: ChildProcess

  /// The path of the socket.
  public var socket: String { folder + "/control/tsunagi.sock" }
  /// The folder of recordings.
  public var recordings: String { folder + "/recordings" }
  /// The database.
  public var database: String { folder + "/tsunagi.sqlite" }

  /// A table `[overload]` with which a machine that has other things to do, too, is not taken for overloaded.
  public static let neverOverloaded = "late_ms = 5000\nsignalling_late_ms = 60000\nevents_waiting = 1000000"

  /// Starts `tsunagid` on the configuration and waits until it serves. `{folder}` in the text becomes the folder; there
  /// are RTP ports for so many legs, and `sip` and `overload` stand in the tables of these names.
  public convenience init(
    configuration: String, folder: String? = nil, address: String = "127.0.0.1", port: Int, logLevel: String = "debug",
    saysServing: Bool = true, legs: Int = 499, sip: String = "",
    overload: String = Daemon.neverOverloaded
  ) async throws {
    let folder = try folder ?? temporaryFolder("daemon")
    let text = """
      [sip]
      bind = "\(address)"
      port = \(port)
      rtp_ports = "\(port + 10000)-\(port + 10000 + 2 * legs)"
      \(sip)
      [overload]
      \(overload)
      [storage]
      database = "\(folder)/tsunagi.sqlite"
      recordings = "\(folder)/recordings"
      [control]
      socket = "\(folder)/control/tsunagi.sock"
      [[control.roles]]
      role = "administrator"
      user = "root"
      [log]
      level = "\(logLevel)"

      """ + configuration.replacing("{folder}", with: folder)
    try await self.init(file: text, in: folder, address: address, port: port, saysServing: saysServing)
  }

  /// Starts `tsunagid` on a file of this text in a folder that is there, and waits until it serves. The file's socket is
  /// `control/tsunagi.sock` below the folder; `address` and `port` are what the file says.
  public init(file text: String, in folder: String, address: String, port: Int, saysServing: Bool = true) async throws {
    self.folder = folder
    self.address = address
    self.port = port
    let file = folder + "/tsunagi.toml"
    try writeText(text, to: file, mode: 0o600)
    let run = (1...99).first { access("\(folder)/daemon-\($0).log", F_OK) != 0 } ?? 0
    process = try ChildProcess(
      programs() + "/tsunagid", [file], in: folder, log: "\(folder)/daemon-\(run).log")
    if saysServing {
      try await process.prints("serving", within: .seconds(30))
    } else {
      _ = try await fact("the daemon serves; its log: \(process.tail)", within: .seconds(30)) { connects ? true : nil }
    }
  }

  /// Whether its socket takes a connection.
  public var connects: Bool {
    guard let connection = try? connect() else { return false }
    connection.close()
    return true
  }

  /// A client of its socket.
  public func connect() throws -> ControlConnection { try ControlConnection(socket) }

  /// A client that hears everything.
  public func subscribe() async throws -> ControlConnection {
    let connection = try connect()
    try await connection.request("events.subscribe")
    return connection
  }

  /// Every line of its log so far.
  public var log: String { process.output }

  /// Ends it, and takes the folder away unless something went wrong.
  public func stop() async { await process.stop() }
}

extension String {
  fileprivate func replacing(_ old: String, with new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}

/// The folder in which this program was built, and the daemon with it.
public func programs() -> String {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  let path = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  if let given = getenv("TSUNAGI_PROGRAMS") { return String(cString: given) }
  var parts = path.split(separator: "/", omittingEmptySubsequences: false)
  // The test runner of a toolchain stands elsewhere: it names the bundle in its arguments.
  if !path.contains(".build"), let bundle = CommandLine.arguments.first(where: { $0.contains(".build") }) {
    parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
  }
  while let last = parts.last, last.contains(".") || !["debug", "release"].contains(last) { parts.removeLast() }
  return parts.joined(separator: "/")
}
