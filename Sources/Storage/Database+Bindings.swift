public import Telephony

extension Database {
  /// Writes or replaces one binding (the same phone and contact); durable when it returns.
  public func save(_ binding: StoredBinding) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try connection.run(
        """
        INSERT INTO bindings (phone, contact, source, transport, expires_wall, call_id, cseq, user_agent)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (phone, contact) DO UPDATE SET
          source = excluded.source, transport = excluded.transport, expires_wall = excluded.expires_wall,
          call_id = excluded.call_id, cseq = excluded.cseq, user_agent = excluded.user_agent
        """,
        [
          Value(binding.phone), Value(binding.contact), Value(binding.source), Value(binding.transport),
          .integer(binding.expiresAt), Value(binding.callID), .integer(Int64(binding.cseq)), Value(binding.userAgent),
        ])
    }
  }

  /// Removes one binding; nothing happens when it is not there. Durable when it returns.
  public func removeBinding(of phone: PhoneID, contact: String) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try connection.run("DELETE FROM bindings WHERE phone = ? AND contact = ?", [Value(phone), Value(contact)])
    }
  }

  /// Every binding, expired ones included, ordered by phone and contact: read at start.
  public func bindings() async throws(StorageError) -> [StoredBinding] {
    try await listing.perform { connection throws(StorageError) in
      try connection.rows(
        """
        SELECT phone, contact, source, transport, expires_wall, call_id, cseq, user_agent
        FROM bindings ORDER BY phone, contact
        """
      ) {
        StoredBinding(
          phone: $0.name(0), contact: $0.text(1), source: $0.text(2), transport: $0.text(3), expiresAt: $0.integer(4),
          callID: $0.text(5), cseq: UInt32(truncatingIfNeeded: $0.integer(6)), userAgent: $0.text(7))
      }
    }
  }
}
