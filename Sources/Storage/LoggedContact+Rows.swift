internal import Figures
internal import Telephony

// What of contacts and segments the figures are reckoned from; a row that means nothing is left out, and the log told.
extension Connection {
  func contacts(touching range: Range<Int64>) throws(StorageError) -> [LoggedContact] {
    let chosen = """
      SELECT id FROM contacts WHERE started_wall >= ?1 AND started_wall < ?2
      UNION SELECT id FROM contacts WHERE ended_wall >= ?1 AND ended_wall < ?2
      UNION SELECT contact FROM segments WHERE started_wall >= ?1 AND started_wall < ?2
      UNION SELECT contact FROM segments WHERE answered_wall >= ?1 AND answered_wall < ?2
      UNION SELECT contact FROM segments WHERE ended_wall >= ?1 AND ended_wall < ?2
      UNION SELECT contact FROM segments
        WHERE threshold_nanoseconds IS NOT NULL AND \(Self.passing) >= ?1 AND \(Self.passing) < ?2
      UNION SELECT contact FROM stretches WHERE occupation = 'acw' AND \(Stretch.touching)
      UNION SELECT contact FROM stretches WHERE occupation = 'acw' AND \(Stretch.isLongAndTouching)
      """
    let segments = try segments(of: chosen, in: range)
    return try rows(
      "SELECT \(LoggedContact.columns) FROM contacts c WHERE id IN (\(chosen))", range.values, of: "contacts"
    ) { row in LoggedContact(row, segments) }
  }

  /// When a visit is past its threshold, wall time in milliseconds: as the index over them says it.
  static let passing = "started_wall + threshold_nanoseconds / 1000000"

  func followedContacts(
    touching range: Range<Int64>, within window: Int64, reasons: Set<String>
  ) throws(StorageError) -> [FollowedContact] {
    let segments = try segments(of: Self.begun, in: range)
    return try rows(
      Self.followedContacts, range.values + [.integer(window), Self.list(reasons)], of: "contacts"
    ) { row in
      FollowedContact(LoggedContact(row, segments), isFollowed: row.flag(8), mayBeFollowed: row.flag(9))
    }
  }

  /// Her next ones are read in order, and no farther than to the first about the same.
  static let followedContacts = """
    SELECT \(LoggedContact.columns),
      EXISTS (
        SELECT 1 FROM contacts n LEFT JOIN dispositions nd ON nd.contact = n.id
        WHERE \(next) AND n.ended_wall IS NOT NULL
          AND CASE WHEN \(isReason("d")) AND \(isReason("nd")) THEN nd.code = d.code ELSE n.reason = c.reason END),
      EXISTS (SELECT 1 FROM contacts n WHERE \(next) AND n.ended_wall IS NULL)
    FROM contacts c LEFT JOIN dispositions d ON d.contact = c.id
    WHERE c.id IN (\(begun))
      AND c.customer_certain = 1 AND c.direction = 'inbound' AND c.customer IS NOT NULL
      AND c.answered_wall IS NOT NULL AND c.ended_wall IS NOT NULL
    """

  private static let begun = """
    SELECT id FROM contacts WHERE started_wall >= ?1 AND started_wall < ?2
    UNION SELECT contact FROM segments WHERE started_wall >= ?1 AND started_wall < ?2
    """

  /// That `n` is a contact of the same customer that began in the time after `c`.
  private static let next = """
    n.customer_certain = 1 AND n.direction = 'inbound' AND n.customer = c.customer \
    AND (n.started_wall, n.id) > (c.started_wall, c.id) AND n.started_wall <= c.started_wall + ?3
    """

  private static func isReason(_ disposition: String) -> String {
    "instr(?4, char(10) || \(disposition).code || char(10)) > 0"
  }

  /// As one text, for a statement that is the same however many there are: each in a line of its own.
  private static func list(_ codes: Set<String>) -> Value { Value("\n" + codes.map { $0 + "\n" }.sorted().joined()) }

  /// Of the contacts that `chosen`, text of ours, chooses by a time.
  private func segments(
    of chosen: String, in range: Range<Int64>
  ) throws(StorageError) -> [ContactID: [LoggedContact.Segment]] {
    let found = try rows(
      """
      SELECT id, kind, queue, agent, visit, threshold_nanoseconds, short_nanoseconds, started_wall, started_monotonic,
        answered_wall, answered_monotonic, ended_wall, ended_monotonic, end_reason, held_nanoseconds, contact
      FROM segments WHERE contact IN (\(chosen)) ORDER BY contact, position
      """, range.values, of: "segments"
    ) { row -> (contact: ContactID, LoggedContact.Segment)? in
      guard let kind = LoggedContact.Segment.Kind(row) else { return nil }
      return (
        row.name(15),
        LoggedContact.Segment(
          id: row.name(0), kind: kind, startedAt: row.moment(7), answeredAt: row.optionalMoment(9),
          endedAt: row.optionalMoment(11), endReason: row.optionalWord(13), held: .nanoseconds(row.integer(14)))
      )
    }
    return Dictionary(grouping: found.lazy.compactMap(\.self), by: \.contact).mapValues { $0.map(\.1) }
  }
}

extension Range<Int64> {
  fileprivate var values: [Value] { [.integer(lowerBound), .integer(upperBound)] }
}

extension LoggedContact {
  fileprivate static let columns = """
    c.id, c.direction = 'outbound', coalesce(c.entry, c.called), c.started_wall, c.started_monotonic, c.ended_wall, \
    c.ended_monotonic, c.end_reason
    """

  /// With its own of these segments.
  fileprivate init(_ row: borrowing Row, _ segments: [ContactID: [Segment]]) {
    self.init(
      id: row.name(0), isOutbound: row.flag(1), entry: row.text(2), startedAt: row.moment(3),
      endedAt: row.optionalMoment(5), endReason: row.optionalWord(7))
    self.segments = segments[id] ?? []
  }
}

extension LoggedContact.Segment.Kind {
  fileprivate init?(_ row: borrowing Row) {
    switch row.text(1) {
    case "queue": self = .visit(row.name(2), ServiceTarget(row))
    case "agent": self = .agent(row.name(3), visit: row.optionalName(4))
    case "number": self = .number
    case "announcement": self = .announcement
    default:
      row.tellUnreadable(1)
      return nil
    }
  }
}

extension ServiceTarget {
  /// The usual one where no threshold was written.
  fileprivate init(_ row: borrowing Row) {
    self.init()
    if !row.isNull(5) { threshold = .nanoseconds(row.integer(5)) }
    if !row.isNull(6) { short = .nanoseconds(row.integer(6)) }
  }
}
