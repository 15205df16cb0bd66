public import History
public import Telephony

extension Database: HistoryStore {
  /// Writes or replaces the record with its segments; durable when it returns.
  public func save(_ record: ContactRecord) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in try record.write(to: connection) }
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

  /// Closes what a dead daemon left open as `system_failure`, at the last instant of which it had told, and so its open
  /// segments; tells which they were, the oldest first. Called once at start.
  public func closeInterrupted() async throws(StorageError) -> [ContactID] {
    try await writing.perform { connection throws(StorageError) in
      let open = try ContactRecord.read(from: connection, "WHERE ended_wall IS NULL ORDER BY id", [])
      for record in open { try record.closedAtItsLastMoment().write(to: connection) }
      return open.map(\.id)
    }
  }
}

extension ContactRecord {
  /// The newest of its moments is the best that is known of when it ended.
  fileprivate func closedAtItsLastMoment() -> ContactRecord {
    let known: [Moment?] = [answeredAt] + segments.flatMap { [$0.startedAt, $0.answeredAt, $0.endedAt] as [Moment?] }
    let last = known.compactMap(\.self).max().map { max($0, startedAt) } ?? startedAt
    var closed = self
    closed.endedAt = last
    closed.endReason = .systemFailure
    for index in closed.segments.indices where closed.segments[index].endedAt == nil {
      closed.segments[index].endedAt = last
      closed.segments[index].endReason = .systemFailure
    }
    return closed
  }
}
