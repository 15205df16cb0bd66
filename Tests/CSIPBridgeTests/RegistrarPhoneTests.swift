import Foundation
import Glibc
import LoopbackTesting
import SIPEngine
import Telephony
import Testing
import Threads

/// baresip as a desk phone. Its folder holds its configuration.
///
/// It is started without Foundation's `Process`, whose weak references LeakSanitizer now and then takes for leaks.
private final class DeskPhone {
  private let process: pid_t
  private let folder: URL

  init(_ user: String, port: Int, registrar: Int, transport: String, answers: Bool) throws {
    folder = URL(filePath: NSTemporaryDirectory()).appending(path: "tsunagi-phone-\(port)-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try """
    poll_method epoll
    sip_listen 127.0.0.1:\(port)
    call_local_timeout 120
    audio_path /usr/share/baresip
    rtp_ports \(port + 10)-\(port + 19)
    net_interface 127.0.0.1
    module_path /usr/lib/baresip/modules
    module g711.so
    module_tmp uuid.so
    module_tmp account.so
    module_app menu.so

    """.write(to: folder.appending(path: "config"), atomically: true, encoding: .utf8)
    try """
    <sip:\(user)@127.0.0.1:\(registrar)>;auth_user=\(user);auth_pass=secret-\(user);\
    outbound="sip:127.0.0.1:\(registrar);transport=\(transport)";answermode=\(answers ? "auto" : "manual");regint=60;\
    audio_codecs=PCMU/8000/1;ptime=20

    """.write(to: folder.appending(path: "accounts"), atomically: true, encoding: .utf8)
    process = try Self.start(["/usr/bin/baresip", "-v", "-f", folder.path()])
  }

  func stop() {
    // Without a word: asked politely, it would take back its registration first.
    kill(process, SIGKILL)
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a program that hears and says nothing.
  private static func start(_ words: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawn(&child, words[0], &actions, nil, arguments, environ)
    guard code == 0 else { throw CocoaError(.executableNotLoadable) }
    return child
  }
}

extension `A call through the bridge` {
  /// The engine with real phones.
  @Suite(.serialized) struct `A phone with two sets` {
    private static let ports = PortBlock.next(150)
    private static let port = ports.first

    private func settings() -> SIPEngineSettings {
      var settings = SIPEngineSettings()
      settings.port = Self.port
      settings.rtpPorts = Self.port + 50...Self.port + 149
      settings.maximumLegs = 16
      settings.realm = "tsunagi.test"
      settings.codecs = ["PCMU"]
      settings.phones = [.init(id: "anna", access: .registers(secret: "secret-anna"))]
      settings.recordingsDirectory = "/tmp"
      settings.logLevel = 2
      return settings
    }

    @Test(.timeLimit(.minutes(5)))
    func `rings at both, and is one leg for who dialled: the first set to answer has it`() async throws {
      let engine = SIPEngine()
      try await engine.start(settings())
      do { try await ringAtBoth(engine) } catch {
        await engine.stop()
        throw error
      }
    }

    private func ringAtBoth(_ engine: SIPEngine) async throws {
      let manual = try DeskPhone("anna", port: Self.port + 10, registrar: Self.port, transport: "udp", answers: false)
      defer { manual.stop() }
      var changes = engine.bindingChanges.makeAsyncIterator()
      var events = engine.events.makeAsyncIterator()
      guard case .bound(let first)? = await changes.next() else { throw Surprise() }
      #expect(first.phone == "anna")
      #expect(first.transport == .udp)
      #expect(await events.next() == .phoneReachable("anna"))

      let automatic = try DeskPhone("anna", port: Self.port + 30, registrar: Self.port, transport: "tcp", answers: true)
      guard case .bound(let second)? = await changes.next() else { throw Surprise() }
      #expect(second.transport == .tcp)
      #expect(await events.next() == .phoneRegistered("anna"))

      let leg = LegID.outgoing(1)
      let caller = PresentedCaller(number: "0312345678", displayName: "山田")
      try await engine.dial(leg, to: .phone("anna"), showing: caller, contact: "contact")
      #expect(await events.next() == .progressed(leg, status: 180))
      #expect(await events.next() == .answered(leg))
      try await engine.end(leg, status: 200, answeredElsewhere: false)
      let end = LegEnd(status: 200, byPeer: false, wasAnswered: true)
      #expect(await events.next() == .ended(leg, end))
      await #expect(throws: EngineError.self) { try await engine.end(leg, status: 200, answeredElsewhere: false) }

      // Its connection goes with it, and the call finds the one that is left.
      automatic.stop()
      guard case .unbound(let gone)? = await changes.next() else { throw Surprise() }
      #expect(gone.contact == second.contact)
      let alone = LegID.outgoing(2)
      try await engine.dial(alone, to: .phone("anna"), showing: caller, contact: "contact")
      #expect(await events.next() == .progressed(alone, status: 180))
      try await engine.end(alone, status: 487, answeredElsewhere: true)
      guard case .ended(alone, let cancelled)? = await events.next() else { throw Surprise() }
      #expect(!cancelled.wasAnswered)
      await engine.stop()
      await engine.stop()
      #expect(await events.next() == nil)
    }

    @Test(arguments: [30, -1, .min, .max] as [Int])
    func `an engine that is to name a time beyond all bounds lives on`(seconds: Int) async throws {
      let engine = SIPEngine()
      try await engine.start(settings())
      try await engine.refuseNewCalls(status: 503, retryAfter: seconds...seconds)
      await engine.stop()
    }

    @Test func `an engine that is stopped says so`() async throws {
      let engine = SIPEngine()
      await #expect(throws: EngineError.stopped) { try await engine.ring(LegID(rawValue: 1)) }
      try await engine.start(settings())
      await #expect(throws: EngineError.stopped) { try await engine.start(settings()) }
      await #expect(throws: EngineError.phoneNotReachable("anna")) {
        try await engine.dial(.outgoing(1), to: .phone("anna"), showing: PresentedCaller(number: "1"), contact: "c")
      }
      await #expect(throws: EngineError.noSuchLeg(LegID(rawValue: 77))) { try await engine.ring(LegID(rawValue: 77)) }
      await engine.stop()
      await #expect(throws: EngineError.stopped) { try await engine.ring(LegID(rawValue: 1)) }
    }
  }
}

private struct Surprise: Error {}
