public import Changes
internal import Telephony

extension Database: SettingChangeStore {
  /// These and no others from now on, all or none; durable when it returns.
  public func save(_ changes: [SettingChange]) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try connection.run("DELETE FROM setting_changes")
      try connection.run("DELETE FROM code_changes")
      for change in changes { try Self.insert(change, connection) }
    }
  }

  private static func insert(_ change: SettingChange, _ connection: Connection) throws(StorageError) {
    var (table, first, second) = ("setting_changes", "queue", "agent")
    var subject = (change.subject.queue?.rawValue ?? "", change.subject.agent?.rawValue ?? "")
    if case .code(let list, let code) = change.subject {
      (table, first, second) = ("code_changes", "list", "code")
      subject = (list.rawValue, code)
    }
    try connection.run(
      """
      INSERT INTO \(table) (\(first), \(second), key, value, unix_user, changed_wall) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (\(first), \(second), key) DO UPDATE SET
        value = excluded.value, unix_user = excluded.unix_user, changed_wall = excluded.changed_wall
      """,
      [
        Value(subject.0), Value(subject.1), Value(change.key), Value(change.value), .integer(Int64(change.user)),
        .integer(change.changedAt),
      ])
  }

  /// What was saved last. A row that is about nothing is left out.
  public func settingChanges() async throws(StorageError) -> [SettingChange] {
    try await listing.perform { connection throws(StorageError) in
      let settings = try connection.rows(
        "SELECT queue, agent, key, value, unix_user, changed_wall FROM setting_changes ORDER BY queue, agent, key"
      ) { Self.change($0) { Self.subject(queue: $0, agent: $1) } }
      let codes = try connection.rows(
        "SELECT list, code, key, value, unix_user, changed_wall FROM code_changes ORDER BY list, code, key"
      ) { Self.change($0) { list, code in CodeList(rawValue: list).map { .code($0, code) } } }
      return (settings + codes).compactMap(\.self)
    }
  }

  private static func subject(queue: String, agent: String) -> SettingSubject? {
    switch (queue, agent) {
    case ("", ""): nil
    case (let queue, ""): .queue(QueueID(rawValue: queue))
    case ("", let agent): .agent(AgentID(rawValue: agent))
    case (let queue, let agent): .membership(AgentID(rawValue: agent), QueueID(rawValue: queue))
    }
  }

  private static func change(_ row: borrowing Row, _ subject: (String, String) -> SettingSubject?) -> SettingChange? {
    subject(row.text(0), row.text(1)).map { subject in
      SettingChange(
        subject: subject, key: row.text(2), value: row.optionalText(3),
        user: UInt32(truncatingIfNeeded: row.integer(4)), changedAt: row.integer(5))
    }
  }
}
