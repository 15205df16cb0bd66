public import Changes
internal import Telephony

extension Database: SettingChangeStore {
  /// These and no others from now on, all or none; durable when it returns.
  public func save(_ changes: [SettingChange]) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try connection.run("DELETE FROM setting_changes")
      for change in changes {
        try connection.run(
          """
          INSERT INTO setting_changes (queue, agent, key, value, unix_user, changed_wall) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (queue, agent, key) DO UPDATE SET
            value = excluded.value, unix_user = excluded.unix_user, changed_wall = excluded.changed_wall
          """,
          [
            Value(change.subject.queue?.rawValue ?? ""), Value(change.subject.agent?.rawValue ?? ""), Value(change.key),
            Value(change.value), .integer(Int64(change.user)), .integer(change.changedAt),
          ])
      }
    }
  }

  /// What was saved last. A row that is about nothing is left out.
  public func settingChanges() async throws(StorageError) -> [SettingChange] {
    try await listing.perform { connection throws(StorageError) in
      try connection.rows(
        "SELECT queue, agent, key, value, unix_user, changed_wall FROM setting_changes ORDER BY queue, agent, key"
      ) { row -> SettingChange? in
        let subject: SettingSubject
        switch (row.text(0), row.text(1)) {
        case ("", ""): return nil
        case (let queue, ""): subject = .queue(QueueID(rawValue: queue))
        case ("", let agent): subject = .agent(AgentID(rawValue: agent))
        case (let queue, let agent): subject = .membership(AgentID(rawValue: agent), QueueID(rawValue: queue))
        }
        return SettingChange(
          subject: subject, key: row.text(2), value: row.optionalText(3),
          user: UInt32(truncatingIfNeeded: row.integer(4)), changedAt: row.integer(5))
      }.compactMap(\.self)
    }
  }
}
