public import Supervision
public import Telephony

extension Database: MonitorStore {
  /// Adds the row; durable when it returns. One that is there stays as it is.
  public func save(_ entry: MonitorEntry) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try connection.run(
        """
        INSERT INTO monitors (
          monitor, position, action, supervisor, phone, agent, contact, mode, end_reason, refused, unix_user,
          at_wall, at_monotonic)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (monitor, position) DO NOTHING
        """,
        [
          Value(entry.monitor), .integer(Int64(entry.position)), Value(entry.action.rawValue), Value(entry.supervisor),
          Value(entry.phone), Value(entry.agent), Value(entry.contact), Value(entry.mode.rawValue),
          Value(entry.end?.rawValue), Value(entry.refused?.rawValue), Value(entry.user.map { Int64($0) }),
        ] + entry.at.values)
    }
  }

  /// The audit of one contact, the oldest first.
  public func monitorEntries(of contact: ContactID) async throws(StorageError) -> [MonitorEntry] {
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
