import Glibc

/// The command of `popup --exec`, run once per card.
///
/// The card is on its standard input and nowhere else: no byte of it becomes part of the command line or of the
/// environment. Commands may overlap; one that runs for long delays no card.
final class CardCommand {
  private let command: String
  private let errors: (String) -> Void
  private var running: Set<pid_t> = []

  init(_ command: String, errors: @escaping (String) -> Void) {
    self.command = command
    self.errors = errors
  }

  /// Returns when the command has got the card, or has closed its input.
  func run(with card: [UInt8]) {
    reap()
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return fail("pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // We ignore SIGPIPE; the command must not inherit that.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    let words: [String] = ["/bin/sh", "-c", command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var child = pid_t()
    let result = posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, environ)
    close(ends[0])
    guard result == 0 else { return fail("/bin/sh", result) }
    running.insert(child)
    var rest = card[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Takes leave of the commands that have ended, and says which failed.
  private func reap() {
    for child in running {
      var status: Int32 = 0
      guard waitpid(child, &status, WNOHANG) == child else { continue }
      running.remove(child)
      if status != 0 { errors("tsunagi: the command for an earlier card failed (wait status \(status))\n") }
    }
  }

  private func fail(_ what: String, _ code: Int32) {
    errors("tsunagi: \(what): \(String(cString: strerror(code)))\n")
  }
}
