import Directory
import Glibc
import History
import Telephony
import Testing

@testable import Storage

@Suite struct `The database file` {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test func `what was saved is there for the next connection, without a closing`() async throws {
    let dead = try folder.open()
    try await dead.save(Customer(id: "c", name: "n", numbers: ["+81"]))
    try await dead.save(contact("k", at: 1))
    let next = try folder.open()
    #expect(try await next.customers(with: number("+81")).map(\.name) == ["n"])
    #expect(try await next.closeInterrupted() == ["k"])
    // Both write on: nobody's locks were lost by the other's opening.
    try await dead.save(contact("k-2", at: 2))
    #expect(try await next.records(HistoryQuery()).map(\.id) == ["k-2", "k"])
  }

  @Test func `the epoch grows with each start`() async throws {
    for expected in Int64(1)...4 {
      let database = try folder.open()
      #expect(try await database.nextEpoch() == expected)
      await database.close()
    }
  }

  @Test func `the file and its log are closed to others, also when they were open`() async throws {
    let mask = umask(0)
    umask(mask)
    let database = try folder.open()
    try await database.save(contact("k", at: 1))
    #expect(mode(folder.file) == 0o640 & ~mask)
    #expect(mode(folder.file + "-wal") == 0o640 & ~mask)
    await database.close()
    chmod(folder.file, 0o666)
    let again = try folder.open()
    #expect(mode(folder.file) == 0o640)
    await again.close()
  }

  @Test func `a link, a folder, and a file of nowhere are refused`() throws {
    symlink(folder.file, "\(folder.path)/link.db")
    #expect(throws: StorageError.refused(path: "\(folder.path)/link.db", reason: "it is a symbolic link")) {
      try Database(path: "\(folder.path)/link.db", log: { _ in })
    }
    #expect(access(folder.file, F_OK) != 0)
    #expect(throws: StorageError.refused(path: "/tmp", reason: "it is not a regular file")) {
      try Database(path: "/tmp", log: { _ in })
    }
    #expect(throws: StorageError.refused(path: "/nowhere/t.db", reason: "its folder: No such file or directory")) {
      try Database(path: "/nowhere/t.db", log: { _ in })
    }
    for path in ["", "/", ".", "..", "a\0b"] {
      #expect(throws: StorageError.refused(path: path, reason: "not the name of a file")) {
        try Database(path: path, log: { _ in })
      }
    }
  }

  @Test func `a file that is no database is refused, and left as it is`() throws {
    let file = try #require(fopen(folder.file, "w"))
    fputs(String(repeating: "this is a letter. ", count: 100), file)
    fclose(file)
    #expect { try folder.open() } throws: { error in
      guard case StorageError.sqlite(let code, _, _) = error else { return false }
      return code == 26  // SQLITE_NOTADB
    }
    var status = stat()
    #expect(stat(folder.file, &status) == 0 && status.st_size == 1800)
  }

  @Test func `another program's database is refused`() throws {
    try folder.tamper("CREATE TABLE theirs (x)")
    #expect(throws: StorageError.refused(path: folder.file, reason: "it is the database of another program")) {
      try folder.open()
    }
  }

  @Test func `a newer release's file is refused with both versions`() async throws {
    await (try folder.open()).close()
    try folder.tamper("PRAGMA user_version = 99")
    let error = StorageError.newerSchema(path: folder.file, found: 99, known: Schema.steps.count)
    #expect(throws: error) { try folder.open() }
    #expect(error.explanation.contains("schema 99"))
  }

  @Test func `an older file is brought up to date and keeps what it holds`() async throws {
    let old = try folder.open()
    try await old.save(Customer(id: "c", name: "n"))
    await old.close()
    let steps = Schema.steps + ["ALTER TABLE customers ADD COLUMN rank INTEGER NOT NULL DEFAULT 5"]
    let new = try Database(path: folder.file, schema: steps, log: { _ in })
    #expect(try await new.allCustomers().map(\.name) == ["n"])
    await new.close()
    try folder.tamper("UPDATE customers SET rank = 6")
    await (try Database(path: folder.file, schema: steps, log: { _ in })).close()
    #expect(throws: StorageError.newerSchema(path: folder.file, found: steps.count, known: steps.count - 1)) {
      try folder.open()
    }
  }

  @Test func `a step that fails leaves the file as it was`() async throws {
    await (try folder.open()).close()
    let broken = Schema.steps + ["CREATE TABLE half (x INTEGER) STRICT; CREATE NONSENSE"]
    #expect(throws: StorageError.self) { try Database(path: folder.file, schema: broken, log: { _ in }) }
    let database = try folder.open()
    #expect(try await database.allCustomers() == [])
    #expect(throws: Failure.self) { try folder.tamper("SELECT * FROM half") }
  }
}

@Suite struct `Saving by many at once` {
  private let folder: Folder
  private let database: Database

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  @Test func `a hundred saves at once are all there`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<100 {
        group.addTask {
          try await database.save(contact(ContactID(rawValue: "k-\(index)"), at: Int64(index)))
          var query = HistoryQuery()
          query.contact = ContactID(rawValue: "k-\(index)")
          #expect(try await database.records(query).count == 1, "read after its own save")
        }
      }
      try await group.waitForAll()
    }
    var query = HistoryQuery()
    query.limit = 1000
    #expect(try await database.records(query).count == 100)
  }

  @Test func `one that fails takes none of its companions with it`() async throws {
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<60 {
        group.addTask {
          do {
            try await database.writing.perform { connection throws(StorageError) in
              try connection.run(
                "INSERT INTO counters (name, value) VALUES (?, ?)", [Value("n-\(index)"), Value(index)])
              if index % 3 == 0 { throw StorageError.refused(path: "test", reason: "\(index)") }
            }
            return true
          } catch { return false }
        }
      }
      return await group.reduce(into: (0, 0)) { if $1 { $0.0 += 1 } else { $0.1 += 1 } }
    }
    #expect(outcomes == (40, 20))
    let kept = try await database.listing.perform { connection throws(StorageError) in
      try connection.rows("SELECT value FROM counters") { $0.integer(0) }
    }
    #expect(kept.count == 40 && kept.allSatisfy { $0 % 3 != 0 })
  }

  @Test func `when SQLite gives up a transaction, nobody is told of success`() async throws {
    // One page more than there is now: the disk is full for anything of size.
    try await database.writing.perform { connection throws(StorageError) in
      let pages = try connection.rows("PRAGMA page_count") { $0.integer(0) }.first ?? 0
      _ = try connection.rows("PRAGMA max_page_count = \(pages + 2)") { $0.integer(0) }
    }
    let saved = await withTaskGroup(of: ContactID?.self) { group in
      for index in 0..<50 {
        group.addTask {
          var record = contact(ContactID(rawValue: "k-\(index)"), at: 1)
          record.customerName = String(repeating: "x", count: 1000)
          do {
            try await database.save(record)
            return record.id
          } catch { return nil }
        }
      }
      return await group.reduce(into: [ContactID]()) { if let id = $1 { $0.append(id) } }
    }
    #expect(saved.count < 50)
    let kept = try await database.records(HistoryQuery()).map(\.id)
    #expect(Set(kept) == Set(saved))
  }

  @Test func `closing lets what waits be finished, and refuses the rest`() async throws {
    let kept = await withTaskGroup(of: ContactID?.self) { group in
      for index in 0..<50 {
        group.addTask {
          let record = contact(ContactID(rawValue: "k-\(index)"), at: 1)
          do {
            try await database.save(record)
            return record.id
          } catch {
            #expect(error as? StorageError == .closed)
            return nil
          }
        }
      }
      group.addTask {
        await database.close()
        return nil
      }
      return await group.reduce(into: [ContactID]()) { if let id = $1 { $0.append(id) } }
    }
    await database.close()
    await #expect(throws: StorageError.closed) { try await database.save(contact("late", at: 1)) }
    await #expect(throws: StorageError.closed) { try await database.bindings() }
    await #expect(throws: StorageError.closed) { try await database.customers(with: number("+81")) }
    let again = try folder.open()
    #expect(Set(try await again.records(HistoryQuery()).map(\.id)) == Set(kept))
  }
}
