public import Glibc
import Synchronization

/// A program that this test started, and alone may end.
public final class ChildProcess: Sendable {
  /// Its process id.
  public let pid: pid_t
  /// Where everything it prints goes.
  public let log: String
  /// What to call it in complaints.
  public let name: String
  private let status = Mutex<Int32?>(nil)

  /// Starts a program; standard input is empty, output and errors go to `log`.
  public init(
    _ path: String, _ arguments: [String], in folder: String = "/tmp", log: String, environment: [String: String] = [:]
  ) throws {
    self.log = log
    name = path.split(separator: "/").last.map(String.init) ?? path
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // A signal mask that a test runner may have set is not for its children.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var variables = Self.environment
    for (key, value) in environment { variables[key] = value }
    var argv = (["env", "-C", folder, path] + arguments).map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer {
      for pointer in argv + envp { free(pointer) }
      argv = []
      envp = []
    }
    var pid = pid_t()
    let code = posix_spawnp(&pid, "env", &actions, &attributes, argv, envp)
    guard code == 0 else { throw Fault("\(path): \(String(cString: strerror(code)))") }
    self.pid = pid
  }

  private static var environment: [String: String] {
    var out: [String: String] = [:]
    var pointer = environ
    while let entry = pointer.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { out[String(parts[0])] = String(parts[1]) }
      pointer += 1
    }
    return out
  }

  /// Nobody can stop it any more: a test that failed leaves nothing running.
  deinit {
    guard exitStatus == nil else { return }
    kill(pid, SIGKILL)
    var raw: Int32 = 0
    waitpid(pid, &raw, 0)
  }

  /// Sends a signal, if it still lives.
  public func signal(_ number: Int32) { if exitStatus == nil { kill(pid, number) } }

  /// Exit code, or 128 + the signal that ended it; nil while it lives.
  public var exitStatus: Int32? {
    status.withLock { status in
      if status == nil {
        var raw: Int32 = 0
        if waitpid(pid, &raw, WNOHANG) == pid {
          status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        }
      }
      return status
    }
  }

  /// Waits for its end.
  @discardableResult
  public func waitForExit(within limit: Duration = .seconds(30)) async throws -> Int32 {
    try await fact("\(name) ends; its log: \(tail)", within: limit) { self.exitStatus }
  }

  /// Asks it to end, and kills it when it does not.
  public func stop(_ number: Int32 = SIGTERM, within limit: Duration = .seconds(10)) async {
    signal(number)
    if (try? await waitForExit(within: limit)) == nil {
      signal(SIGKILL)
      _ = try? await waitForExit(within: .seconds(5))
    }
  }

  /// Everything printed so far.
  public var output: String { (try? readText(log)) ?? "" }
  /// The end of it, for complaints.
  public var tail: String { String(output.suffix(1500)) }

  /// Waits until it has printed this.
  public func prints(_ text: String, times: Int = 1, within limit: Duration = .seconds(20)) async throws {
    _ = try await fact("\(name) prints '\(text)'; its log: \(tail)", within: limit) { () -> Bool? in
      if self.output.occurrences(of: text) >= times { return true }
      if let status = self.exitStatus { throw Fault("\(self.name) ended with \(status): \(self.tail)") }
      return nil
    }
  }
}

/// Something did not happen, or could not be done.
public struct Fault: Error, CustomStringConvertible {
  /// What.
  public let description: String
  /// Says what.
  public init(_ description: String) { self.description = description }
}

/// Waits for a fact: looks again and again until there is one. Throws when it does not come within the limit, which is
/// there to end a hanging test and judges no speed.
public func fact<Value>(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(20), _ look: () async throws -> Value?
) async throws -> Value {
  let clock = ContinuousClock()
  let end = clock.now.advanced(by: limit)
  while true {
    if let value = try await look() { return value }
    guard clock.now < end else { throw Fault("waited \(limit) for this, in vain: \(what())") }
    try await Task.sleep(for: .milliseconds(3))
  }
}

/// The whole of a file as text.
public func readText(_ path: String) throws -> String { String(decoding: try readBytes(path), as: UTF8.self) }

/// The whole of a file.
public func readBytes(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw Fault("\(path): \(String(cString: strerror(errno)))") }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return bytes }
    bytes += buffer[..<count]
  }
}

/// Writes a file anew.
public func writeText(_ text: String, to path: String, mode: mode_t = 0o644) throws {
  try writeBytes(Array(text.utf8), to: path, mode: mode)
}

/// Writes a file anew.
public func writeBytes(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
  guard descriptor >= 0 else { throw Fault("\(path): \(String(cString: strerror(errno)))") }
  defer { close(descriptor) }
  guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Fault("\(path): not written") }
}

/// A new folder for one test, below TMPDIR or /tmp.
public func temporaryFolder(_ name: String) throws -> String {
  let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  var template = Array("\(parent)/tsunagi-\(name)-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw Fault("mkdtemp: \(String(cString: strerror(errno)))") }
  return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension String {
  /// How often a text stands in this one.
  public func occurrences(of text: String) -> Int {
    let needle = Array(text.utf8)
    let hay = Array(utf8)
    guard !needle.isEmpty, hay.count >= needle.count else { return 0 }
    var count = 0
    var index = 0
    while index <= hay.count - needle.count {
      if hay[index] == needle[0], hay[index..<(index + needle.count)].elementsEqual(needle) {
        count += 1
        index += needle.count
      } else {
        index += 1
      }
    }
    return count
  }
}
