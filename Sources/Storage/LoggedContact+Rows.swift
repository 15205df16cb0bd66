internal import Figures
internal import Telephony

// What of contacts and segments the figures are reckoned from; a row that means nothing is left out, and the log told.
extension Connection {
  func contacts(touching range: Range<Int64>) throws(StorageError) -> [LoggedContact] {
    let (from, to) = (Value.integer(range.lowerBound), Value.integer(range.upperBound))
    var contacts = try rows(
      """
      SELECT \(LoggedContact.columns)
      FROM contacts c WHERE id IN (
        SELECT id FROM contacts WHERE started_wall >= ?1 AND started_wall < ?2
        UNION SELECT id FROM contacts WHERE ended_wall >= ?1 AND ended_wall < ?2
        UNION SELECT contact FROM segments WHERE started_wall >= ?1 AND started_wall < ?2
        UNION SELECT contact FROM segments WHERE answered_wall >= ?1 AND answered_wall < ?2
        UNION SELECT contact FROM segments WHERE ended_wall >= ?1 AND ended_wall < ?2
        UNION SELECT contact FROM segments
          WHERE threshold_nanoseconds IS NOT NULL AND \(Self.passing) >= ?1 AND \(Self.passing) < ?2
        UNION SELECT contact FROM stretches WHERE occupation = 'acw' AND \(Stretch.touching)
        UNION SELECT contact FROM stretches WHERE occupation = 'acw' AND \(Stretch.isLongAndTouching))
      """, [from, to], of: "contacts", LoggedContact.init)
    for index in contacts.indices { contacts[index].segments = try segments(of: contacts[index].id) }
    return contacts
  }

  /// When a visit is past its threshold, wall time in milliseconds: as the index over them says it.
  static let passing = "started_wall + threshold_nanoseconds / 1000000"

  /// Her next ones are read in order, and no farther than to the first about the same.
  func followedContacts(touching range: Range<Int64>, within window: Int64) throws(StorageError) -> [FollowedContact] {
    let (from, to) = (Value.integer(range.lowerBound), Value.integer(range.upperBound))
    var contacts = try rows(
      """
      SELECT \(LoggedContact.columns), EXISTS (
        SELECT 1 FROM contacts n LEFT JOIN dispositions nd ON nd.contact = n.id
        WHERE n.customer_certain = 1 AND n.direction = 'inbound' AND n.customer = c.customer
          AND (n.started_wall, n.id) > (c.started_wall, c.id) AND n.started_wall <= c.started_wall + ?
          AND n.ended_wall IS NOT NULL
          AND coalesce('code:' || nd.code, n.reason) = coalesce('code:' || d.code, c.reason))
      FROM contacts c LEFT JOIN dispositions d ON d.contact = c.id
      WHERE ((c.started_wall >= ? AND c.started_wall < ?)
        OR c.id IN (SELECT contact FROM segments WHERE started_wall >= ? AND started_wall < ?))
        AND c.customer_certain = 1 AND c.direction = 'inbound' AND c.customer IS NOT NULL
        AND c.answered_wall IS NOT NULL AND c.ended_wall IS NOT NULL
      """, [.integer(window), from, to, from, to], of: "contacts"
    ) { row in FollowedContact(LoggedContact(row), isFollowed: row.flag(8)) }
    for index in contacts.indices { contacts[index].contact.segments = try segments(of: contacts[index].contact.id) }
    return contacts
  }

  private func segments(of contact: ContactID) throws(StorageError) -> [LoggedContact.Segment] {
    try rows(
      """
      SELECT id, kind, queue, agent, visit, threshold_nanoseconds, short_nanoseconds, started_wall, started_monotonic,
        answered_wall, answered_monotonic, ended_wall, ended_monotonic, end_reason, held_nanoseconds
      FROM segments WHERE contact = ? ORDER BY position
      """, [Value(contact)], of: "segments"
    ) { row -> LoggedContact.Segment? in
      guard let kind = LoggedContact.Segment.Kind(row) else { return nil }
      return LoggedContact.Segment(
        id: row.name(0), kind: kind, startedAt: row.moment(7), answeredAt: row.optionalMoment(9),
        endedAt: row.optionalMoment(11), endReason: row.optionalWord(13), held: .nanoseconds(row.integer(14)))
    }.compactMap(\.self)
  }
}

extension LoggedContact {
  fileprivate static let columns = """
    c.id, c.direction = 'outbound', coalesce(c.entry, c.called), c.started_wall, c.started_monotonic, c.ended_wall, \
    c.ended_monotonic, c.end_reason
    """

  /// Without its segments.
  fileprivate init(_ row: borrowing Row) {
    self.init(
      id: row.name(0), isOutbound: row.flag(1), entry: row.text(2), startedAt: row.moment(3),
      endedAt: row.optionalMoment(5), endReason: row.optionalWord(7))
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
