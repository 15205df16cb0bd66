public import Distribution
internal import Figures
internal import Telephony

extension Database {
  /// What agents did before this run, as far as `bounds` says. Where there are more rows than it allows, the latest are read,
  /// and `since` is as much later.
  public func pastWork(_ bounds: PastWorkBounds) async throws(StorageError) -> PastWork {
    try await listing.perform { connection throws(StorageError) in
      var past = PastWork(since: bounds.since)
      past.spans = try connection.spans(bounds)
      if past.spans.count >= bounds.rows, let first = past.spans.first {
        past.since = max(bounds.since, first.startedAt.wallMilliseconds)
      }
      past.answers = try connection.answers(since: past.since, atMost: bounds.rows)
      for agent in bounds.agents { past.releases[agent] = try connection.lastRelease(of: agent, bounds) }
      for queue in bounds.queues { past.handlings += try connection.handlings(of: queue, bounds) }
      return past
    }
  }
}

extension Connection {
  /// One is renewed when somebody looks at the clock after a day: what is longer, only former releases have written, and
  /// nobody has worked for so long.
  private static let longestSpanMilliseconds: Int64 = 90_000_000

  /// In their order.
  fileprivate func spans(_ bounds: PastWorkBounds) throws(StorageError) -> [PastWork.Span] {
    try rows(
      """
      SELECT agent, started_wall, started_monotonic, ended_wall, ended_monotonic, occupation, reason, logged_in
      FROM stretches WHERE started_wall > ?1 - \(Self.longestSpanMilliseconds) AND ended_wall > ?1
      ORDER BY started_wall DESC LIMIT ?2
      """, [.integer(bounds.since), Value(bounds.rows)], of: "stretches"
    ) { row -> PastWork.Span? in
      guard let occupation: Occupation = row.word(5) else { return nil }
      return PastWork.Span(
        agent: row.name(0), activity: AgentActivity(occupation), isReady: occupation == .idle,
        isLoggedIn: row.flag(7), isAfterRestart: occupation == .away && row.text(6) == AgentStatus.afterRestart,
        startedAt: row.moment(1), endedAt: row.moment(3))
    }.reversed().compactMap(\.self)
  }

  /// By whoever was the first to answer in a visit, or without a queue: whoever took over later was offered nothing.
  fileprivate func answers(since: Int64, atMost most: Int) throws(StorageError) -> [PastWork.Answer] {
    try rows(
      """
      SELECT s.agent, s.answered_wall, s.answered_monotonic FROM segments s
      WHERE s.answered_wall >= ?1 AND s.agent IS NOT NULL
        AND (SELECT direction FROM contacts WHERE id = s.contact) = 'inbound'
        AND NOT EXISTS (
          SELECT 1 FROM segments o WHERE o.contact = s.contact AND o.position < s.position AND o.agent IS NOT NULL
            AND o.answered_wall IS NOT NULL AND o.visit IS s.visit)
      ORDER BY s.answered_wall DESC LIMIT ?2
      """, [.integer(since), Value(most)]
    ) { PastWork.Answer(agent: $0.name(0), at: $0.moment(1)) }.reversed()
  }

  /// When her last conversation was over.
  fileprivate func lastRelease(of agent: AgentID, _ bounds: PastWorkBounds) throws(StorageError) -> Moment? {
    try rows(
      """
      SELECT ended_wall, ended_monotonic FROM stretches
      WHERE agent = ?1 AND started_wall >= ?2 AND ended_wall IS NOT NULL
        AND occupation IN ('talking', 'holding', 'outbound_talking')
        AND (?3 OR (SELECT direction FROM contacts WHERE id = stretches.contact) IS 'inbound')
      ORDER BY started_wall DESC, started_monotonic DESC LIMIT 1
      """, [Value(agent), .integer(bounds.releasesSince), Value(bounds.countsDialling)]
    ) { $0.moment(0) }.first
  }

  /// Of the last visits to a queue by the names of their contacts, which are in the order in which they began.
  fileprivate func handlings(of queue: QueueID, _ bounds: PastWorkBounds) throws(StorageError) -> [PastWork.Handling] {
    try rows(
      """
      SELECT s.agent, s.answered_wall, s.answered_monotonic, s.ended_wall, s.ended_monotonic, (
        SELECT sum(ended_monotonic - started_monotonic) FROM stretches w
        WHERE w.occupation = 'acw' AND w.contact = s.contact AND w.agent = s.agent AND w.ended_wall IS NOT NULL)
      FROM (SELECT contact, id FROM segments WHERE queue = ?1 ORDER BY contact DESC LIMIT ?2) v
        JOIN segments s ON s.contact = v.contact AND s.visit = v.id
      WHERE s.agent IS NOT NULL AND s.answered_wall IS NOT NULL AND s.ended_wall IS NOT NULL
      """, [Value(queue), Value(bounds.visitsOfEach)]
    ) { row in
      PastWork.Handling(
        agent: row.name(0), queue: queue, startedAt: row.moment(1), endedAt: row.moment(3),
        wrapUp: .nanoseconds(row.integer(5)))
    }
  }
}

extension AgentActivity {
  /// The same in the words of distribution; who is away does nothing.
  fileprivate init(_ occupation: Occupation) {
    self =
      switch occupation {
      case .idle, .away: .idle
      case .ringing: .ringing
      case .talking: .talking
      case .holding: .holding
      case .acw: .afterCallWork
      case .outboundDialing: .outboundDialing
      case .outboundTalking: .outboundTalking
      case .supervising: .supervising
      case .unreachable: .unreachable
      }
  }
}
