public import History
public import Telephony

extension Database: HistoryStore {
  /// Writes or replaces the record with its segments; durable when it returns.
  public func save(_ record: ContactRecord) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in try record.write(to: connection) }
  }

  /// Writes or replaces what a contact came to; durable when it returns.
  public func save(_ disposition: ContactDisposition, of contact: ContactID) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try disposition.write(to: connection, contact: contact)
    }
  }

  /// The newest first; at most 10,000 at once.
  public func records(_ query: HistoryQuery) async throws(StorageError) -> [ContactRecord] {
    var (conditions, values): ([String], [Value]) = ([], [])
    if let contact = query.contact {
      conditions.append("id = ?")
      values.append(Value(contact))
    }
    if let before = query.before {
      conditions.append("started_wall < ?")
      values.append(.integer(before))
    }
    if let agent = query.agent {
      conditions.append("id IN (SELECT contact FROM segments WHERE agent = ?)")
      values.append(Value(agent))
    }
    if let queue = query.queue {
      conditions.append("id IN (SELECT contact FROM segments WHERE queue = ?)")
      values.append(Value(queue))
    }
    if let number = query.number {
      conditions.append(
        """
        id IN (
          SELECT id FROM contacts WHERE caller_number = ? AND direction = 'inbound'
          UNION SELECT id FROM contacts WHERE called = ? AND direction = 'outbound'
          UNION SELECT contact FROM segments WHERE number = ?)
        """)
      values += [.text(number), .text(number), .text(number)]
    }
    let clause = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    values.append(Value(min(max(0, query.limit), 10_000)))
    let bound = values
    return try await listing.perform { connection throws(StorageError) in
      try ContactRecord.read(from: connection, "\(clause) ORDER BY started_wall DESC, id DESC LIMIT ?", bound)
    }
  }

  /// Closes what a dead daemon left open as `system_failure`, and so its open segments; tells which they were, the oldest
  /// first. Called once at start, after `markInterrupted`.
  ///
  /// All of them ended when the daemon died. Their end is the last instant at which it is known to have lived: the newest
  /// of their own moments, of the ends of their recordings (what the files hold, synced every second), of the ends of
  /// other contacts, and the last sign of life. So it is never too late; with a recording it is some two seconds too early
  /// at most, without one as much as no sign of life was written.
  public func closeInterrupted() async throws(StorageError) -> [ContactID] {
    try await writing.perform { connection throws(StorageError) in
      let open = try connection.rows(
        "SELECT id, started_wall, started_monotonic FROM contacts WHERE ended_wall IS NULL ORDER BY id"
      ) { (id: $0.name(0, as: ContactID.self), startedAt: $0.moment(1)) }
      guard let first = open.map(\.startedAt).min() else { return [] }
      let last = try Self.lastSignOfLife(since: first, connection)
      let end = last.values + [Value(EndReason.systemFailure.rawValue)]
      try connection.run(
        """
        UPDATE segments SET ended_wall = ?, ended_monotonic = ?, end_reason = ?
        WHERE ended_wall IS NULL AND contact IN (SELECT id FROM contacts WHERE ended_wall IS NULL)
        """, end)
      try connection.run(
        "UPDATE contacts SET ended_wall = ?, ended_monotonic = ?, end_reason = ? WHERE ended_wall IS NULL", end)
      return open.map(\.id)
    }
  }

  /// `first` is when the oldest open contact began. Contacts that have ended, and the last sign of life, count when both clocks
  /// say that it was after that, within the same minute: the monotonic one begins anew with each start of the machine.
  private static func lastSignOfLife(since first: Moment, _ connection: Connection) throws(StorageError) -> Moment {
    let isOpen = "contact IN (SELECT id FROM contacts WHERE ended_wall IS NULL)"
    let (wall, monotonic) = (Value.integer(first.wallMilliseconds), Value.integer(first.monotonicNanoseconds))
    return try connection.rows(
      """
      SELECT started_wall, started_monotonic FROM contacts WHERE ended_wall IS NULL
      UNION ALL SELECT answered_wall, answered_monotonic FROM contacts WHERE ended_wall IS NULL
      UNION ALL SELECT started_wall, started_monotonic FROM segments WHERE \(isOpen)
      UNION ALL SELECT answered_wall, answered_monotonic FROM segments WHERE \(isOpen)
      UNION ALL SELECT ended_wall, ended_monotonic FROM segments WHERE \(isOpen)
      UNION ALL SELECT started_wall, started_monotonic FROM recordings WHERE \(isOpen)
      UNION ALL SELECT ended_wall, ended_monotonic FROM recordings WHERE \(isOpen)
      UNION ALL SELECT ended_wall, ended_monotonic FROM contacts
        WHERE started_wall > ?1 - 86400000 AND ended_monotonic > ?2
        AND (ended_monotonic - ?2) / 1000000 - (ended_wall - ?1) BETWEEN -60000 AND 60000
      UNION ALL SELECT wall, monotonic FROM signs_of_life
        WHERE monotonic > ?2 AND (monotonic - ?2) / 1000000 - (wall - ?1) BETWEEN -60000 AND 60000
      """, [wall, monotonic]
    ) { $0.optionalMoment(0) }.compactMap(\.self).reduce(first, max)
  }
}
