internal import CSQLite
internal import Telephony

/// One SQLite connection with its prepared statements. Not thread-safe: a `Lane` sees to it that one job has it at a time.
final class Connection {
  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]
  let log: Log
  /// Values of which the log has been told: a listing meets the same ones again and again.
  private var told: Set<Unreadable> = []
  /// The wall time that can be relied on, and when: what former runs have seen, and what has passed in this one.
  var reliable: Moment?

  /// Opens an existing file; links are refused in every part of the path. `log` is told what somebody else has written.
  init(path: String, isReadOnly: Bool, log: @escaping Log) throws(StorageError) {
    self.log = log
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .sqlite(code: code, message: message, during: "open \(path)")
    }
    handle = opened
    sqlite3_busy_timeout(handle, 5000)
    // A tampered file must not run code of its own through views and triggers.
    try execute("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON")
    // FULL: in WAL mode the log is synced at each commit, so that what is saved is there after a power cut.
    if !isReadOnly { try execute("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864") }
    if isReadOnly { try execute("PRAGMA query_only = ON") }
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Whether BEGIN has been carried out and neither COMMIT nor ROLLBACK; SQLite itself rolls back on some errors.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Runs fixed statements of ours, without parameters or rows.
  func execute(_ sql: String) throws(StorageError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code, during: sql) }
  }

  /// Runs one statement for what it changes.
  func run(_ sql: String, _ values: [Value] = []) throws(StorageError) {
    _ = try rows(sql, values) { _ in }
  }

  /// Runs one statement and reads each row. `sql` is text of ours alone: what comes from outside is bound. It stays
  /// prepared, so there must not be endlessly many of them. `table` is for the log, of a row whose first column is its key.
  func rows<Element>(
    _ sql: String, _ values: [Value] = [], of table: String = "",
    _ read: (borrowing Row) throws(StorageError) -> Element
  ) throws(StorageError) -> [Element] {
    let statement = try prepared(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() { try bind(value, to: Int32(index + 1), of: statement, sql) }
    var elements: [Element] = []
    while true {
      let code = sqlite3_step(statement)
      switch code {
      case SQLITE_ROW:
        // With a name of its own: as a temporary it makes Swift 6.3's optimiser crash.
        let row = Row(statement: statement, table: table, connection: self)
        elements.append(try read(row))
      case SQLITE_DONE: return elements
      default: throw failure(code, during: sql)
      }
    }
  }

  /// Said once, and the reading goes on without the value: one bad row must not hide all the others.
  func tell(_ value: Unreadable) {
    guard told.count < 1000, told.insert(value).inserted else { return }
    log(
      LogLine(
        .error, "a stored value means nothing here",
        ["table": value.table, "row": value.row, "column": value.column, "value": value.value]))
  }

  private func prepared(_ sql: String) throws(StorageError) -> OpaquePointer {
    if let statement = statements[sql] { return statement }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw failure(code, during: sql) }
    statements[sql] = statement
    return statement
  }

  private func bind(_ value: Value, to index: Int32, of statement: OpaquePointer, _ sql: String) throws(StorageError) {
    let code =
      switch value {
      case .null: sqlite3_bind_null(statement, index)
      case .integer(let number): sqlite3_bind_int64(statement, index, number)
      case .text(let text): bind(text, to: index, of: statement)
      }
    guard code == SQLITE_OK else { throw failure(code, during: sql) }
  }

  /// By length, so that a text with a NUL inside is kept whole; SQLite copies it.
  private func bind(_ text: String, to index: Int32, of statement: OpaquePointer) -> Int32 {
    // SQLITE_TRANSIENT is a cast in C, which Swift does not import.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    var text = text
    return text.withUTF8 { bytes in
      guard let start = bytes.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copied) }
      return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        sqlite3_bind_text64(statement, index, $0, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
      }
    }
  }

  private func failure(_ code: Int32, during sql: String) -> StorageError {
    .sqlite(code: code, message: String(cString: sqlite3_errmsg(handle)), during: sql)
  }
}

/// A stored word that no release of ours has written.
struct Unreadable: Hashable {
  var table: String
  var row: String
  var column: String
  var value: String
}

/// The row on which a statement stands; valid within the reading closure only. Columns are counted from 0.
struct Row: ~Copyable {
  let statement: OpaquePointer
  let table: String
  let connection: Connection

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
  func flag(_ column: Int32) -> Bool { integer(column) != 0 }

  /// Empty for NULL. Bytes that are no UTF-8 are replaced: the file may have been touched by others.
  func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(statement, column) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }
  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}
