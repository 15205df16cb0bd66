import FoundationEssentials
import Glibc
import LoopbackTesting

/// The processes that this one started, as the kernel knows them: also one whose start failed half-way.
enum Children {
  /// Asks all of them to end, and kills those that do not; returns when there are none, within five seconds.
  static func end() {
    var signal = SIGTERM
    for round in 0..<250 {
      while waitpid(-1, nil, WNOHANG) > 0 {}
      let left = pids
      if left.isEmpty { return }
      if round == 150 { signal = SIGKILL }
      if round % 50 == 0 { for pid in left { kill(pid, signal) } }
      usleep(20_000)
    }
  }

  private static var pids: [pid_t] {
    let own = getpid()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { pid in
      // "pid (name) state parent …", and a name may hold anything.
      guard let stat = try? readText("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return false }
      let fields = stat[end...].split(separator: " ")
      return fields.count > 2 && fields[1] != "Z" && pid_t(fields[2]) == own
    }
  }
}
