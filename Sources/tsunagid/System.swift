import Glibc

/// What this program asks of the operating system at its start.
enum System {
  /// Each leg needs two descriptors and each recording one: as many as we may have.
  static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, 65536)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// Makes a folder and those above it, for us and our group only.
  static func makeFolder(_ path: String) throws(StartFault) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      guard mkdir(made, 0o750) == 0 || errno == EEXIST else {
        throw StartFault("\(made): \(String(cString: strerror(errno)))")
      }
    }
  }

  /// The folder that a file lies in.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// A Unix user's or group's number by its name, or the number itself; `@self` is whoever runs the daemon.
  static func userID(_ name: String) -> UInt32? {
    name == "@self" ? getuid() : UInt32(name) ?? getpwnam(name)?.pointee.pw_uid
  }
  static func groupID(_ name: String) -> UInt32? { UInt32(name) ?? getgrnam(name)?.pointee.gr_gid }
}

extension System {
  /// The records of a file belong to one daemon, as long as the descriptor that this returns is open.
  static func lock(_ database: String) throws(StartFault) -> Int32 {
    let name = database + ".lock"
    let descriptor = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StartFault("\(name): \(String(cString: strerror(errno)))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw StartFault("another daemon keeps its records in \(database): stop it, or name another [storage] database")
    }
    return descriptor
  }
}

/// Why the daemon could not start: one sentence.
struct StartFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
