import Glibc

/// The program `recorder-probe`, running as a child.
final class Probe {
  private var pid: pid_t = 0
  private let output: UnsafeMutablePointer<FILE>

  init(_ arguments: String...) throws {
    var own = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &own, own.count)
    let path = String(decoding: own.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    let program = "/\(folder)/recorder-probe"
    var pipes: [Int32] = [0, 0]
    guard pipe(&pipes) == 0 else { throw Failure(what: "pipe: \(errno)") }
    for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var values: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { values.forEach { free($0) } }
    let code = posix_spawn(&pid, program, &actions, nil, &values, environ)
    close(pipes[1])
    guard code == 0, let stream = fdopen(pipes[0], "r") else {
      close(pipes[0])
      throw Failure(what: "\(program): \(code)")
    }
    output = stream
  }

  deinit {
    kill()
    fclose(output)
  }

  /// What it says next; nil when it has ended.
  func line() -> String? {
    var buffer = [CChar](repeating: 0, count: 1024)
    guard fgets(&buffer, Int32(buffer.count), output) != nil else { return nil }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(text.dropLast(text.hasSuffix("\n") ? 1 : 0))
  }

  /// SIGKILL, and waits until it is gone.
  func kill() {
    guard pid > 0 else { return }
    Glibc.kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    pid = 0
  }
}
