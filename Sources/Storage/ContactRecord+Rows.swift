internal import History
internal import Telephony

extension ContactRecord {
  /// Replaces the row and all that hangs on it.
  func write(to connection: Connection) throws(StorageError) {
    let own: [Value] =
      [Value(id), Value(direction.rawValue)] + caller.number.values + [
        Value(caller.text), Value(caller.displayName), Value(caller.anonymity?.rawValue), Value(caller.isVerified),
        Value(called), Value(customer), Value(customerName),
      ] + startedAt.values + answeredAt.values + endedAt.values + [
        Value(endReason?.rawValue), Value(entry), Value(isCustomerCertain), Value(firstPlace),
      ]
    try connection.run(
      """
      INSERT OR REPLACE INTO contacts (\(Self.columns), reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, own)
    try connection.run("DELETE FROM segments WHERE contact = ?", [Value(id)])
    for (position, segment) in segments.enumerated() {
      try segment.write(to: connection, contact: id, position: position)
    }
    try connection.run("DELETE FROM contact_recordings WHERE contact = ?", [Value(id)])
    for (position, recording) in recordings.enumerated() {
      try connection.run(
        "INSERT INTO contact_recordings (contact, position, recording) VALUES (?, ?, ?)",
        [Value(id), Value(position), Value(recording)])
    }
  }

  /// The records that `clause` (text of ours: WHERE and what follows) chooses. What cannot be understood is told to the
  /// log and left out: an end reason, a kind of anonymity, a segment; the whole record only when its direction is.
  static func read(from connection: Connection, _ clause: String, _ values: [Value]) throws(StorageError)
    -> [ContactRecord]
  {
    var records = try connection.rows("SELECT \(columns) FROM contacts \(clause)", values, of: "contacts", record)
      .compactMap(\.self)
    for index in records.indices {
      let id = Value(records[index].id)
      records[index].segments = try Segment.read(from: connection, contact: id)
      records[index].recordings = try connection.rows(
        "SELECT recording FROM contact_recordings WHERE contact = ? ORDER BY position", [id]
      ) { $0.name(0) }
      records[index].disposition = try ContactDisposition.read(from: connection, contact: id)
    }
    return records
  }

  private static let columns = """
    id, direction, caller_number, caller_display, caller_kind, caller_text, caller_name, caller_anonymity, \
    caller_verified, called, customer, customer_name, started_wall, started_monotonic, answered_wall, \
    answered_monotonic, ended_wall, ended_monotonic, end_reason, entry, customer_certain
    """

  private static func record(_ row: borrowing Row) -> ContactRecord? {
    guard let direction: Direction = row.word(1) else { return nil }
    var record = ContactRecord(
      id: row.name(0), direction: direction,
      caller: Caller(
        number: row.optionalNumber(2), text: row.text(5), displayName: row.text(6), anonymity: row.optionalWord(7),
        isVerified: row.flag(8)),
      // Of a contact that came before rows had it: the number that was dialled.
      called: row.text(9), entry: row.optionalText(19) ?? (direction == .inbound ? row.text(9) : ""),
      customer: row.optionalName(10), customerName: row.text(11), startedAt: row.moment(12),
      answeredAt: row.optionalMoment(14), endedAt: row.optionalMoment(16), endReason: row.optionalWord(18),
      segments: [], recordings: [])
    record.isCustomerCertain = row.flag(20)
    return record
  }
}

extension ContactDisposition {
  func write(to connection: Connection, contact: ContactID) throws(StorageError) {
    try connection.run(
      "INSERT OR REPLACE INTO dispositions (contact, \(Self.columns)) VALUES (?, ?, ?, ?, ?, ?)",
      [Value(contact), Value(code), Value(note), Value(agent)] + at.values)
  }

  fileprivate static func read(from connection: Connection, contact: Value) throws(StorageError) -> Self? {
    try connection.rows("SELECT \(columns) FROM dispositions WHERE contact = ?", [contact]) { row in
      ContactDisposition(code: row.text(0), note: row.text(1), agent: row.name(2), at: row.moment(3))
    }.first
  }

  private static let columns = "code, note, agent, at_wall, at_monotonic"
}

extension Segment {
  /// The word in column `kind`.
  private enum Word: String { case queue, agent, announcement, number }

  fileprivate func write(to connection: Connection, contact: ContactID, position: Int) throws(StorageError) {
    var word = Word.queue
    var (queue, agent, phone, announcement) = (Value.null, Value.null, Value.null, Value.null)
    var dialled: PhoneNumber?
    switch kind {
    case .queue(let name): queue = Value(name)
    case .agent(let name, let set): (word, agent, phone) = (.agent, Value(name), Value(set))
    case .announcement(let file): (word, announcement) = (.announcement, Value(file))
    case .number(let number): (word, dialled) = (.number, number)
    }
    let what: [Value] = [Value(contact), Value(position), Value(id), Value(word.rawValue)]
    let times = startedAt.values + answeredAt.values + endedAt.values
    let rest = [
      Value(endReason?.rawValue), Value(held.nanoseconds), Value(threshold.map { Int64($0.nanoseconds) }),
      Value(shortThreshold.map { Int64($0.nanoseconds) }), Value(visit),
    ]
    try connection.run(
      """
      INSERT INTO segments (contact, position, \(Self.columns))
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, what + [queue, agent, phone, announcement] + dialled.values + times + rest)
  }

  fileprivate static func read(from connection: Connection, contact: Value) throws(StorageError) -> [Segment] {
    try connection.rows(
      "SELECT \(columns) FROM segments WHERE contact = ? ORDER BY position", [contact], of: "segments", segment
    ).compactMap(\.self)
  }

  private static let columns = """
    id, kind, queue, agent, phone, announcement, number, number_display, number_kind, started_wall, started_monotonic, \
    answered_wall, answered_monotonic, ended_wall, ended_monotonic, end_reason, held_nanoseconds, \
    threshold_nanoseconds, short_nanoseconds, visit
    """

  private static func segment(_ row: borrowing Row) -> Segment? {
    let kind: Kind
    switch row.word(1, as: Word.self) {
    case nil: return nil
    case .queue: kind = .queue(row.name(2))
    case .agent: kind = .agent(row.name(3), row.name(4))
    case .announcement: kind = .announcement(row.text(5))
    case .number:
      guard let number = row.optionalNumber(6) else {
        row.tellUnreadable(6)
        return nil
      }
      kind = .number(number)
    }
    var segment = Segment(id: row.name(0), kind: kind, startedAt: row.moment(9))
    segment.answeredAt = row.optionalMoment(11)
    segment.endedAt = row.optionalMoment(13)
    segment.endReason = row.optionalWord(15)
    segment.held = .nanoseconds(row.integer(16))
    segment.threshold = row.isNull(17) ? nil : .nanoseconds(row.integer(17))
    segment.shortThreshold = row.isNull(18) ? nil : .nanoseconds(row.integer(18))
    segment.visit = row.optionalName(19)
    return segment
  }
}
