import Control
import ControlSocket
import Glibc
import Telephony
import TelephonyTesting
import Testing

/// The program itself, run by a shell against a real socket.
@Suite struct `The program tsunagi` {
  @Test func `exit codes and streams are as promised`() async throws {
    let daemon = try Daemon()
    for (arguments, code, output) in [
      ("calls", 0, "nothing to show\n"), ("calls --json", 0, "[]\n"), ("agent 1001 ready", 0, "ok\n"),
      ("hangup nobody", 1, "tsunagi: There is no contact nobody.\n"), ("--version", 0, "tsunagi 0.1.0\n"),
      ("call queues.list '{\"x\":1}'", 1, "tsunagi: queues.list has no parameter \"x\". It has none.\n"),
      ("popup --agent 1003", 1, "tsunagi: there is no agent 1003\n"),
      ("agent 1001 extend x", 2, "tsunagi: SECONDS: not a number: \"x\"\nTry \"tsunagi agent --help\".\n"),
      ("dail", 2, "tsunagi: there is no command \"dail\" (did you mean dial?)\nTry \"tsunagi --help\".\n"),
      ("statsu", 2, "tsunagi: there is no command \"statsu\" (did you mean status?)\nTry \"tsunagi --help\".\n"),
      (
        "help call.dial", 0,
        """
        call.dial agent=<agent> to=<to>  Rings the agent, then the number, then joins them.
            least role: agent
            agent  who calls (text)
            to  the number (text)

        """
      ),
    ] {
      let result = try await daemon.run(arguments)
      #expect(result == Daemon.Outcome(code: code, output: output), "\(arguments)")
    }
    daemon.stop()
    let result = try await daemon.run("status")
    #expect(result.code == 69)
    #expect(result.output.contains("cannot reach tsunagid at \(daemon.path)"))
    #expect(result.output.contains("systemctl start tsunagid"))
    daemon.end()
  }

  @Test func `events that are kept are printed once and in order`() async throws {
    let daemon = try Daemon()
    for n in 1...50 { daemon.publish(n) }
    let all = try await daemon.run("events --json --since 3")
    let lines = all.output.split(separator: "\n")
    #expect(try lines.map { try JSON(reading: $0.utf8) }.map { $0.member("seq") } == (3...50).map { .integer($0) })
    #expect(
      try await daemon.run("events --since 50").output.hasSuffix("  50  popup  agent=1001  \(Daemon.cardText(50))\n"))
    #expect(
      try await daemon.run("events --since 99").output == "tsunagi: there is no event 99 yet: the next one is 51\n")
    #expect(try await daemon.run("events | head -n 1").output.contains("  1  popup  "))
    daemon.end()
  }

  @Test func `each card reaches the command on its standard input, also after the daemon restarts`() async throws {
    let daemon = try Daemon()
    let file = daemon.folder + "/cards"
    let child = try daemon.start(
      "popup --agent 1001 --json --exec 'head -n 1 >> \(file)'", output: daemon.folder + "/out")
    defer {
      kill(child, SIGTERM)
      var status: Int32 = 0
      waitpid(child, &status, 0)
      unlink(file)
      unlink(daemon.folder + "/out")
      daemon.end()
    }
    try await eventually("it has subscribed") { daemon.hasSubscriber }
    daemon.publish(1)
    try await eventually("a card is in the file") { !Daemon.contents(file).isEmpty }
    try await daemon.restart()
    try await eventually("it has subscribed") { daemon.hasSubscriber }
    daemon.publish(2)
    try await eventually("two cards are in the file") {
      Daemon.contents(file).split(separator: "\n").count == 2
    }
    let cards = try Daemon.contents(file).split(separator: "\n").map { try JSON(reading: $0.utf8) }
    #expect(cards.map { $0.member("data")?.member("called") } == [.string("$(exit 1) 1"), .string("$(exit 1) 2")])
    #expect(cards.map { $0.member("epoch") } == [.integer(1), .integer(2)])
    let out = Daemon.contents(daemon.folder + "/out")
    #expect(out.contains("the daemon closed the connection; connecting again\ntsunagi: connected again\n"))
  }
}

extension JSON {
  func member(_ name: String) -> JSON? {
    if case .object(let members) = self { return members[name] }
    return nil
  }
}

/// A scripted daemon on a real socket, and a shell to run `tsunagi` in.
final class Daemon: Sendable {
  struct Outcome: Equatable {
    var code: Int
    var output: String
  }

  let folder: String
  private let server: Guarded<ControlServer>
  private let epoch = Guarded<UInt64>(1)

  var path: String { folder + "/run/s" }

  private struct Handler: RequestHandler {
    static let agent = AgentSummary(
      agent: "1001", name: "", reading: "", status: "ready", reason: nil, activity: "idle", pending: nil, phone: nil,
      contact: nil, statusSince: "", activitySince: "", queues: [])

    func handle(_ request: Request, from client: Client) async -> Result<ControlResult, ControlError> {
      switch request {
      case .callsList: .success(.calls([]))
      case .agentsList: .success(.agents([Self.agent]))
      case .callHangUp(let contact): .failure(ControlError(.notFound, "There is no contact \(contact)."))
      default: .success(.done(Done()))
      }
    }
  }

  init() throws {
    var name = Array("/tmp/tsunagi-test-XXXXXX".utf8CString)
    _ = mkdtemp(&name)
    folder = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    server = try Guarded(Self.started(folder + "/run/s", 1))
  }

  /// False while the lock of the socket is still held.
  func startsAgain() throws -> Bool {
    do {
      let next = try Self.started(path, epoch.withLock { $0 + 1 })
      epoch.withLock { $0 += 1 }
      server.withLock { $0 = next }
      return true
    } catch ControlSocketError.inUse {
      return false
    }
  }

  private static func started(_ path: String, _ epoch: UInt64) throws -> ControlServer {
    let settings = ControlSocketSettings(path: path, rules: [RoleRule(role: .administrator, userID: geteuid())])
    let server = ControlServer(settings: settings, epoch: epoch, log: { _ in })
    try server.start(handler: Handler())
    return server
  }

  /// Programs that other tests are starting hold the lock of the socket, too, until they have become those programs.
  func restart() async throws {
    server.withLock { $0 }.stop()
    try await eventually("the socket is free") { try startsAgain() }
  }

  var hasSubscriber: Bool { server.withLock { $0 }.subscriberCount > 0 }

  func publish(_ n: Int) {
    let card = PopUp(
      card: "unknown", caller: Self.caller, called: "$(exit 1) \(n)", customers: [], waitedMilliseconds: 0)
    let moment = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
    server.withLock { $0 }.publish(Notice(at: moment, agent: "1001", body: .popUp(card)))
  }

  private static let caller = CallerSummary(
    number: nil, display: "withheld", name: "", anonymity: "withheld", verified: false)

  static func cardText(_ n: Int) -> String {
    JSONLine.text(
      PopUp(card: "unknown", caller: caller, called: "$(exit 1) \(n)", customers: [], waitedMilliseconds: 0))
  }

  /// Beside the tests.
  private static let program: String = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.bindMemory(to: CChar.self).baseAddress.map { readlink("/proc/self/exe", $0, bytes.count) } ?? 0
    }
    let path = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/tsunagi"
  }()

  private func line(_ arguments: String, _ output: String) -> String {
    "exec > \(output) 2>&1; LANG=C TSUNAGI_SOCKET=\(path) \(Self.program) \(arguments)"
  }

  func run(_ arguments: String) async throws -> Outcome {
    let output = folder + "/output"
    let child = try spawn(line(arguments, output))
    var status: Int32 = 0
    try await eventually("\(arguments) ends") { waitpid(child, &status, WNOHANG) != 0 }
    defer { unlink(output) }
    return Outcome(code: Int(status >> 8 & 0xFF), output: Self.contents(output))
  }

  func start(_ arguments: String, output: String) throws -> pid_t {
    try spawn("exec > \(output) 2>&1; export LANG=C TSUNAGI_SOCKET=\(path); exec \(Self.program) \(arguments)")
  }

  private func spawn(_ command: String) throws -> pid_t {
    let words: [String] = ["/bin/sh", "-c", command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    // The threads that run tests block every signal; the program is to start as from a shell.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var child = pid_t()
    try #require(posix_spawn(&child, "/bin/sh", nil, &attributes, &arguments, environ) == 0)
    return child
  }

  static func contents(_ file: String) -> String {
    let descriptor = open(file, O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  func stop() { server.withLock { $0 }.stop() }

  func end() {
    stop()
    unlink(path + ".lock")
    rmdir(folder + "/run")
    rmdir(folder)
  }
}
