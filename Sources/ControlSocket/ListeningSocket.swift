import Glibc

/// The sentence of an `errno`.
func systemMessage(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 128)
  // The POSIX one: safe on any thread.
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The socket that listens, and the lock that makes it ours alone.
///
/// The lock file beside the socket is held for as long as the daemon lives and never removed. Only who holds it may
/// remove a socket that a dead daemon left, so two that start at once cannot take each other's.
struct ListeningSocket: Sendable {
  let path: String
  let descriptor: Int32
  private let lock: Int32

  /// Makes the folder (0750), locks, replaces a stale socket, binds (0660) and listens. Nothing is left open on failure.
  init(_ settings: ControlSocketSettings) throws(ControlSocketError) {
    path = settings.path
    guard path.utf8.count <= 107, !path.utf8.contains(0) else {
      throw .unusablePath("the socket path has \(path.utf8.count) bytes; Unix sockets allow 107: \(path)")
    }
    guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), path.index(after: slash) != path.endIndex else {
      throw .unusablePath("the socket path must begin with / and end with a file's name: \(path)")
    }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    try Self.prepare(folder: folder, groupID: settings.groupID)
    lock = try Self.lock(path)
    do {
      descriptor = try Self.bind(path, groupID: settings.groupID)
    } catch {
      Glibc.close(lock)
      throw error
    }
  }

  /// Removes the socket and gives up the lock.
  func close() {
    unlink(path)
    Glibc.close(descriptor)
    Glibc.close(lock)
  }

  private static func prepare(folder: String, groupID: UInt32?) throws(ControlSocketError) {
    if mkdir(folder, 0o750) == 0 {
      // `mkdir` is subject to the umask.
      guard chmod(folder, 0o750) == 0 else { throw .system(call: "chmod", path: folder, code: errno) }
      if let groupID, lchown(folder, uid_t.max, groupID) != 0 {
        throw .system(call: "chown", path: folder, code: errno)
      }
      return
    }
    guard errno == EEXIST else { throw .system(call: "mkdir", path: folder, code: errno) }
    var status = stat()
    guard lstat(folder, &status) == 0 else { throw .system(call: "stat", path: folder, code: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .unusablePath("\(folder) is not a folder (symbolic links are not followed)")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .unusablePath("\(folder) belongs to user \(status.st_uid): whoever owns it could replace the socket")
    }
    // In a folder with the sticky bit (such as /tmp) nobody else can replace it.
    guard status.st_mode & 0o002 == 0 || status.st_mode & 0o1000 != 0 else {
      throw .unusablePath("everybody may write in \(folder): use chmod o-w, or a folder of its own")
    }
  }

  private static func lock(_ path: String) throws(ControlSocketError) -> Int32 {
    let name = path + ".lock"
    let descriptor = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == ELOOP { throw .unusablePath("\(name) is a symbolic link: remove it") }
      throw .system(call: "open", path: name, code: errno)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      Glibc.close(descriptor)
      throw code == EWOULDBLOCK ? .inUse(path) : .system(call: "flock", path: name, code: code)
    }
    return descriptor
  }

  /// Only with the lock held.
  private static func bind(_ path: String, groupID: UInt32?) throws(ControlSocketError) -> Int32 {
    var status = stat()
    if lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFSOCK else {
        throw .unusablePath("\(path) exists and is no socket: remove it, or configure another socket path")
      }
      guard unlink(path) == 0 else { throw .system(call: "unlink", path: path, code: errno) }
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw .system(call: "socket", path: path, code: errno) }
    do throws(ControlSocketError) {
      makeNonblocking(descriptor)
      // The file is made with the mode of the unbound socket, so it is never open to others, not even for a moment.
      guard fchmod(descriptor, 0o600) == 0 else {
        throw .system(call: "fchmod", path: path, code: errno)
      }
      var address = sockaddr_un(path)
      let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard bound == 0 else { throw .system(call: "bind", path: path, code: errno) }
      if let groupID, lchown(path, uid_t.max, groupID) != 0 {
        throw .system(call: "chown", path: path, code: errno)
      }
      guard chmod(path, 0o660) == 0 else { throw .system(call: "chmod", path: path, code: errno) }
      guard listen(descriptor, 64) == 0 else {
        throw .system(call: "listen", path: path, code: errno)
      }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    return descriptor
  }
}

/// Also closed on `exec`.
func makeNonblocking(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
}

extension sockaddr_un {
  /// Of a path of at most 107 bytes.
  init(_ path: String) {
    self.init()
    sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
  }
}
