import Control
import ControlClient
import Glibc
import Telephony

@testable import ControlSocket

/// Answers as a script says and keeps what it was asked.
final class ScriptedHandler: RequestHandler {
  typealias Script = @Sendable (Request, Client) async -> Result<ControlResult, ControlError>

  private let script: Script
  private let heard = Guarded<[Request]>([])

  init(_ script: @escaping Script = { _, _ in .success(.done(Done())) }) { self.script = script }

  var requests: [Request] { heard.withLock { $0 } }

  func handle(_ request: Request, from client: Client) async -> Result<ControlResult, ControlError> {
    heard.withLock { $0.append(request) }
    return await script(request, client)
  }
}

/// A server on a socket in a folder of its own, for one test.
final class Stage: Sendable {
  let folder: String
  let handler: ScriptedHandler
  let server: ControlServer
  let log = Lines()

  var path: String { folder + "/run/tsunagi.sock" }

  final class Lines: Sendable {
    private let lines = Guarded<[LogLine]>([])
    var all: [LogLine] { lines.withLock { $0 } }
    func add(_ line: LogLine) { lines.withLock { $0.append(line) } }
  }

  init(
    handler: ScriptedHandler = ScriptedHandler(), epoch: UInt64 = 42,
    rules: [RoleRule] = [RoleRule(role: .administrator, userID: geteuid())],
    _ change: (inout ControlSocketSettings) -> Void = { _ in }
  ) throws {
    folder = try Stage.temporaryFolder()
    self.handler = handler
    var settings = ControlSocketSettings(path: folder + "/run/tsunagi.sock", rules: rules)
    change(&settings)
    server = ControlServer(settings: settings, epoch: epoch, log: log.add)
    try server.start(handler: handler)
  }

  /// Any failure is the machine's.
  static func temporaryFolder() throws -> String {
    var name = Array("/tmp/tsunagi-test-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else {
      throw ControlSocketError.system(call: "mkdtemp", path: "/tmp", code: errno)
    }
    return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func connect() throws -> ControlConnection { try ControlConnection(path: path) }

  /// Stops the server and removes the folder.
  func end() {
    server.stop()
    unlink(path + ".lock")
    unlink(path)
    rmdir(folder + "/run")
    rmdir(folder)
  }
}

/// How long a test waits for what must come; reached only by a failure.
let patience = Duration.seconds(120)

/// Gives each piece of a task a thread of its own.
private final class OwnThreads: TaskExecutor {
  static let shared = OwnThreads()

  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let work = Work { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(work).toOpaque())
    pthread_detach(thread)
  }
}

/// Runs what blocks on a thread of its own, within the test's task: the server's tasks need those of the pool.
@discardableResult
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withTaskExecutorPreference(OwnThreads.shared) { try body() }
}

/// A notice by number, to be told from others.
func notice(_ n: Int, agent: AgentID? = nil, padding: Int = 0) -> Notice {
  Notice(
    at: Moment(monotonicNanoseconds: Int64(n), wallMilliseconds: 0), agent: agent,
    body: .contactDialing(number: "\(n)" + String(repeating: "x", count: padding)))
}

extension JSON {
  /// Of an `event` notification.
  var seq: Int64? { self["params"]?["seq"]?.integer }
  /// Of an answer.
  var errorCode: Int64? { self["error"]?["code"]?.integer }
  var errorMessage: String { self["error"]?["message"]?.text ?? "" }
}
