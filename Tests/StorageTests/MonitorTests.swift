import Supervision
import Telephony
import Testing

@testable import Storage

@Suite struct `The audit of supervision` {
  private let folder: Folder
  private let database: Database

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  private func entry(_ position: Int, _ action: MonitorEntry.Action = .placed, _ mode: MonitorMode = .listen)
    -> MonitorEntry
  {
    MonitorEntry(
      monitor: "m", position: position, action: action, supervisor: "boss", phone: "desk-9", agent: "anna",
      contact: "c", mode: mode, end: action == .ended ? .hungUp : nil, user: 1000, at: moment(Int64(position)))
  }

  @Test func `rows come back as they were added, in their order`() async throws {
    let rows = [entry(1, .asked), entry(2), entry(3, .placed, .barge), entry(4, .ended)]
    for row in rows { try await database.save(row) }
    #expect(try await database.monitorEntries(of: "c") == rows)
    #expect(try await database.monitorEntries(of: "d") == [])
  }

  @Test func `what was refused to somebody without a client comes back as it was`() async throws {
    var row = entry(1, .refused)
    (row.user, row.refused) = (nil, .takeOver)
    try await database.save(row)
    #expect(try await database.monitorEntries(of: "c") == [row])
  }

  @Test func `rows of an older release stay, and stay as they are`() async throws {
    let folder = try Folder()
    await (try Database(path: folder.file, schema: Array(Schema.steps.prefix(2)), log: { _ in })).close()
    try folder.tamper(
      "INSERT INTO monitors VALUES ('m', 1, 'placed', 'boss', 'desk-9', 'anna', 'c', 'listen', NULL, 1000, 1790000001000, 1000000007)"
    )
    let database = try folder.open()
    #expect(try await database.monitorEntries(of: "c") == [entry(1)])
    #expect(throws: Failure.self) { try folder.tamper("UPDATE monitors SET supervisor = 'nobody'") }
    #expect(throws: Failure.self) { try folder.tamper("DELETE FROM monitors") }
  }

  @Test func `a row that is there stays as it is, whoever comes`() async throws {
    try await database.save(entry(1))
    try await database.save(entry(1, .placed, .barge))
    #expect(try await database.monitorEntries(of: "c") == [entry(1)])
    #expect(throws: Failure.self) { try folder.tamper("UPDATE monitors SET supervisor = 'nobody'") }
    #expect(throws: Failure.self) { try folder.tamper("DELETE FROM monitors") }
    #expect(try await database.monitorEntries(of: "c") == [entry(1)])
  }
}

extension Database {
  /// The audit of one contact, the oldest first.
  fileprivate func monitorEntries(of contact: ContactID) async throws(StorageError) -> [MonitorEntry] {
    try await listing.perform { connection throws(StorageError) in
      try connection.rows(
        """
        SELECT monitor, position, action, supervisor, phone, agent, contact, mode, end_reason, refused, unix_user,
          at_wall, at_monotonic
        FROM monitors WHERE contact = ? ORDER BY at_wall, monitor, position
        """, [Value(contact)], of: "monitors"
      ) { row -> MonitorEntry? in
        guard let action: MonitorEntry.Action = row.word(2), let mode: MonitorMode = row.word(7) else { return nil }
        return MonitorEntry(
          monitor: row.name(0), position: Int(row.integer(1)), action: action, supervisor: row.name(3),
          phone: row.name(4), agent: row.name(5), contact: row.optionalName(6), mode: mode, end: row.optionalWord(8),
          refused: row.optionalWord(9), user: row.isNull(10) ? nil : UInt32(truncatingIfNeeded: row.integer(10)),
          at: row.moment(11))
      }.compactMap(\.self)
    }
  }
}
