public import History
import Telephony

extension Database {
  /// The last conversation of an agent with each caller, of contacts that began at this wall time (milliseconds since 1970)
  /// or later; the oldest first, and of more than `limit` the newest. Callers without a number, and with a number that
  /// several customers share, are left out.
  public func lastConversations(since: Int64, limit: Int = 100_000) async throws(StorageError) -> [PastConversation] {
    try await listing.perform { connection throws(StorageError) in
      // Beside max(), SQLite takes the other columns of the row in which it was found.
      try connection.rows(
        """
        SELECT c.caller_number, c.caller_display, c.caller_kind, c.customer, s.agent, max(s.ended_wall)
        FROM contacts c JOIN segments s ON s.contact = c.id
        WHERE c.started_wall >= ? AND c.answered_wall IS NOT NULL AND c.caller_number IS NOT NULL
          AND c.caller_anonymity IS NULL
          AND s.agent IS NOT NULL AND s.answered_wall IS NOT NULL AND s.ended_wall IS NOT NULL
          AND (SELECT count(DISTINCT customer) FROM customer_numbers WHERE number = c.caller_number) < 2
        GROUP BY c.caller_number, c.customer ORDER BY max(s.ended_wall) DESC LIMIT ?
        """, [.integer(since), .integer(Int64(clamping: max(0, limit)))]
      ) { row in
        PastConversation(
          caller: Caller(number: row.optionalNumber(0)), customer: row.optionalName(3), agent: row.name(4),
          endedAt: row.integer(5))
      }.reversed()
    }
  }
}
