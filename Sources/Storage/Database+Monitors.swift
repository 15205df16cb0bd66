public import Supervision
internal import Telephony

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
}
