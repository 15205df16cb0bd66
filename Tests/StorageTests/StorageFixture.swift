import CSQLite
import Glibc
import History
import Storage
import Telephony

/// A folder for one test's database.
final class Folder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/storage-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(what: "mkdtemp: \(errno)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["t.db", "t.db-wal", "t.db-shm", "other.db", "other.db-wal", "other.db-shm", "link.db"] {
      unlink("\(path)/\(name)")
    }
    rmdir(path)
  }

  var file: String { "\(path)/t.db" }
  func open(log: @escaping Log = { _ in }) throws -> Database { try Database(path: file, log: log) }

  /// What is told of a recording with these bytes, asked for by this name.
  func length(of bytes: [UInt8], named name: String = "other.db") throws -> Duration? {
    let file = Glibc.open("\(path)/other.db", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard write(file, bytes, bytes.count) == bytes.count else { throw Failure(what: "write: \(errno)") }
    close(file)
    return RecordedFile.length(of: name, in: path)
  }

  /// As another program would touch the file; for what our own functions cannot write.
  func tamper(_ sql: String, file: String? = nil) throws {
    var handle: OpaquePointer?
    guard sqlite3_open(file ?? self.file, &handle) == SQLITE_OK else { throw Failure(what: "open") }
    defer { sqlite3_close(handle) }
    sqlite3_busy_timeout(handle, 5000)
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
      throw Failure(what: String(cString: sqlite3_errmsg(handle)))
    }
  }
}

struct Failure: Error { var what: String }

/// `seconds` after a fixed instant.
func moment(_ seconds: Int64) -> Moment {
  Moment(monotonicNanoseconds: seconds * 1_000_000_000 + 7, wallMilliseconds: 1_790_000_000_000 + seconds * 1000)
}

func number(_ canonical: String) -> PhoneNumber {
  PhoneNumber(canonical: canonical, display: "0" + canonical.dropFirst(3), kind: .mobile)
}

/// A contact from `number` that began at `seconds`.
func contact(_ id: ContactID, at seconds: Int64, from number: PhoneNumber? = nil) -> ContactRecord {
  ContactRecord(
    id: id, direction: .inbound, caller: Caller(number: number), called: "0312345678", startedAt: moment(seconds))
}

/// What somebody might send who means harm, or nothing by it.
let hostileTexts = [
  "", "'", "'; DROP TABLE customers; --", "\" OR 1=1", "?1 :name @x $y", "a\0b", "\0", "é e\u{301}", "👩‍👩‍👧‍👦 山田 太郎 ﾔﾏﾀﾞ",
  "\u{202E}txt.exe", "\u{FFFF}\u{10FFFF}\u{FEFF}", "\r\n\t", "%s%n", "X'00'", String(repeating: "長", count: 100_000),
]
