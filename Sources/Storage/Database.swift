internal import Glibc
public import Telephony

/// What outlives the daemon, in one SQLite file.
///
/// That is customers, contacts with what became of them, recordings' rows, bindings of phones, who is logged in and whose
/// turn it is, figures with the agents' time behind them, shifts, settings that were changed while running, decisions, and
/// the audit of supervision.
///
/// Every function leaves the caller's thread at once and may be called from anywhere, also many times at once. What a
/// saving function has written is on the disk when it returns, and seen by every reading that begins after that.
/// Readings wait for no writing, and a look-up of a number waits for no listing.
public final class Database: Sendable {
  /// Where the file lies, free of links.
  public let path: String
  let writing: Lane
  let listing: Lane
  let lookingUp: Lane
  /// Long readings, which hold up no other.
  let reckoning: Lane

  /// Opens the file, makes it (mode 0640) when it is not there, and brings an older one up to date. Blocks for that time:
  /// meant for the start. The folder must exist; a link in the file's place is refused.
  /// `log` is told of values that mean nothing; they are left out of what is read.
  public convenience init(path: String, log: @escaping Log) throws(StorageError) {
    try self.init(path: path, schema: Schema.steps, log: log)
  }

  init(path: String, schema: [String], log: @escaping Log) throws(StorageError) {
    let path = try Self.prepareFile(path)
    let writer = try Connection(path: path, isReadOnly: false, log: log)
    try Schema.bring(writer, upTo: schema, path: path)
    self.path = path
    writing = Lane(writer, label: "storage.writing", isReadOnly: false)
    listing = Lane(
      try Connection(path: path, isReadOnly: true, log: log), label: "storage.listing", isReadOnly: true)
    lookingUp = Lane(
      try Connection(path: path, isReadOnly: true, log: log), label: "storage.looking-up", isReadOnly: true)
    reckoning = Lane(
      try Connection(path: path, isReadOnly: true, log: log), label: "storage.reckoning", isReadOnly: true)
  }

  /// Finishes what waits and closes the file; everything after that throws `closed`. Twice is as once.
  public func close() async {
    await lookingUp.close()
    await listing.close()
    await reckoning.close()
    await writing.close()
  }

  /// A number that grows with each call, across restarts: taken once at start, it tells clients that the count of
  /// events began anew.
  public func nextEpoch() async throws(StorageError) -> Int64 {
    try await writing.perform { connection throws(StorageError) in
      try connection.rows(
        """
        INSERT INTO counters (name, value) VALUES ('epoch', 1)
        ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value
        """
      ) { $0.integer(0) }.first ?? 1
    }
  }

  /// The path without links; the file is there, regular and closed to others.
  private static func prepareFile(_ path: String) throws(StorageError) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let name = parts.last, name != ".", name != "..", !path.utf8.contains(0) else {
      throw .refused(path: path, reason: "not the name of a file")
    }
    let folder = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
    guard let resolved = realpath(folder.isEmpty ? "." : folder, nil) else {
      throw .refused(path: path, reason: "its folder: \(String(cString: strerror(errno)))")
    }
    defer { free(resolved) }
    let real = "\(String(cString: resolved))/\(name)"
    // Not opened when it is there: closing it would drop the locks of another connection of this process (POSIX).
    let made = open(real, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
    if made >= 0 {
      Glibc.close(made)
      return real
    }
    guard errno == EEXIST else { throw .refused(path: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    guard lstat(real, &status) == 0 else { throw .refused(path: path, reason: String(cString: strerror(errno))) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw .refused(path: path, reason: "it is a symbolic link")
    default: throw .refused(path: path, reason: "it is not a regular file")
    }
    if status.st_mode & 0o137 != 0, chmod(real, status.st_mode & 0o640) != 0 {
      throw .refused(path: path, reason: "others may read it, and that cannot be changed")
    }
    return real
  }
}
