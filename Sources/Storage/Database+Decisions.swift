public import Distribution
internal import FoundationEssentials
public import Telephony

extension Database: DecisionStore {
  /// How many go with each that comes: more than one, so that a heap of old ones grows smaller.
  private static let forgottenWithEach = 3

  /// Adds the row; one that is there stays as it is.
  public func save(_ kept: KeptDecision, forgetting oldest: Int64) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      let (decision, outcome) = (kept.decision, kept.decision.outcome)
      try connection.run(
        """
        INSERT INTO decisions (
          contact, number, queue, outcome, agent, step, reason, strategy, waited_nanoseconds, ahead,
          candidates, more_candidates, left_out, more_left_out, others, more_free, rivals, destination, at_wall,
          at_monotonic)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (contact, number) DO NOTHING
        """,
        [
          Value(decision.contact), .integer(kept.number), Value(decision.queue), Value(outcome.word),
          Value(outcome.agent), Value(outcome.step.map(Int64.init)), Value(outcome.reason?.rawValue),
          Value(decision.strategy?.rawValue), .integer(Int64(decision.waited.nanoseconds)), Value(decision.ahead),
          .text(Self.text(decision.candidates.map(StoredCandidate.init))), Value(decision.moreCandidates),
          .text(Self.text(decision.leftOut.map(StoredLeftOut.init))), Value(decision.moreLeftOut),
          .text(Self.text(decision.others)), Value(decision.moreFree),
          Value(decision.rivals.map { Self.text([StoredRivals($0)]) }),
          Value(decision.destination.map { Self.text([$0.kind] + ($0.name.map { [$0] } ?? [])) }),
        ] + decision.at.values)
      _ = try Self.forget(before: oldest, atMost: Self.forgottenWithEach, connection)
    }
  }

  /// The oldest first; of more than `most` the latest.
  public func decisions(about contact: ContactID, since oldest: Int64, most: Int) async throws(StorageError)
    -> [KeptDecision]
  {
    try await listing.perform { connection throws(StorageError) in
      try connection.rows(
        """
        SELECT contact, number, queue, outcome, agent, step, reason, strategy, waited_nanoseconds, ahead,
          candidates, more_candidates, left_out, more_left_out, others, more_free, rivals, destination,
          at_wall, at_monotonic
        FROM decisions WHERE contact = ? AND at_wall >= ? ORDER BY number DESC LIMIT ?
        """, [Value(contact), .integer(oldest), Value(max(0, most))], of: "decisions", Self.decision
      ).compactMap(\.self).reversed()
    }
  }

  /// Deletes decisions that were made before this wall time, in milliseconds: so many at most, and tells how many.
  public func forgetDecisions(before oldest: Int64, atMost most: Int) async throws(StorageError) -> Int {
    try await writing.perform { connection throws(StorageError) in
      try Self.forget(before: oldest, atMost: most, connection)
    }
  }

  private static func forget(before oldest: Int64, atMost most: Int, _ connection: Connection) throws(StorageError)
    -> Int
  {
    try connection.rows(
      """
      DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE at_wall < ? ORDER BY at_wall LIMIT ?) RETURNING id
      """, [.integer(oldest), Value(max(0, most))]
    ) { _ in }.count
  }

  private static func decision(_ row: borrowing Row) -> KeptDecision? {
    let outcome = Decision.Outcome(
      word: row.text(3), agent: row.optionalName(4), step: row.isNull(5) ? nil : Int(row.integer(5)),
      reason: row.optionalWord(6))
    guard let outcome else {
      row.tellUnreadable(3)
      return nil
    }
    var decision = Decision(
      contact: row.name(0), queue: row.optionalName(2), at: row.moment(18),
      waited: .nanoseconds(max(0, row.integer(8))), outcome: outcome)
    decision.strategy = row.optionalWord(7)
    decision.ahead = Int(row.integer(9))
    decision.candidates = row.list(10, of: StoredCandidate.self).map(\.value)
    decision.moreCandidates = Int(row.integer(11))
    decision.leftOut = row.list(12, of: StoredLeftOut.self).compactMap(\.value)
    decision.moreLeftOut = Int(row.integer(13))
    decision.others = row.list(14, of: AgentID.self)
    decision.moreFree = Int(row.integer(15))
    if !row.isNull(16) { decision.rivals = row.list(16, of: StoredRivals.self).first?.value }
    if !row.isNull(17) {
      let words = row.list(17, of: String.self)
      decision.destination = words.first.flatMap { Decision.Destination(kind: $0, name: words.dropFirst().first) }
    }
    return KeptDecision(number: row.integer(1), decision: decision)
  }

  private static func text(_ list: [some Encodable]) -> String {
    // Text and whole numbers: there is nothing that could not be written.
    (try? JSONEncoder().encode(list)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }
}

extension Row {
  /// A list as JSON. One that means nothing is told, and empty.
  fileprivate func list<Element: Decodable>(_ column: Int32, of: Element.Type) -> [Element] {
    if let list = try? JSONDecoder().decode([Element].self, from: Data(text(column).utf8)) { return list }
    tellUnreadable(column)
    return []
  }
}

/// `["anna",1,42,1,31000000000,0]`: agent, level, numerator and denominator of the key, idle nanoseconds, position, and how many
/// contacts she has where that is not 0. There may be fifty of them in a row, so members have no names.
private struct StoredCandidate: Codable {
  let value: Decision.Candidate

  init(_ value: Decision.Candidate) { self.value = value }

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    let agent = try list.decode(AgentID.self)
    let level = try list.decodeIfPresent(Int.self)
    let key = Ratio(try list.decode(Int.self), over: try list.decode(Int.self))
    let idle = Duration.nanoseconds(try list.decode(Int64.self))
    var value = Decision.Candidate(
      agent: agent, level: level, key: key, idle: idle, position: try list.decode(Int.self))
    if !list.isAtEnd { value.contacts = try list.decode(Int.self) }
    self.value = value
  }

  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(value.agent)
    if let level = value.level { try list.encode(level) } else { try list.encodeNil() }
    try list.encode(value.key.numerator)
    try list.encode(value.key.denominator)
    try list.encode(value.idle.nanoseconds)
    try list.encode(value.position)
    if value.contacts != 0 { try list.encode(value.contacts) }
  }
}

/// `["anna","not_ready","lunch"]`: agent, word, and its detail where it has one.
private struct StoredLeftOut: Codable {
  /// Nil for a word that there is not.
  let value: Decision.LeftOut?

  init(_ value: Decision.LeftOut) { self.value = value }

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    let (agent, word) = (try list.decode(AgentID.self), try list.decode(String.self))
    let detail = list.isAtEnd ? nil : try list.decode(String.self)
    value = Decision.Obstacle(word: word, detail: detail).map { .init(agent: agent, obstacle: $0) }
  }

  func encode(to encoder: any Encoder) throws {
    guard let value else { return }
    var list = encoder.unkeyedContainer()
    try list.encode(value.agent)
    try list.encode(value.obstacle.word)
    if let detail = value.obstacle.detail { try list.encode(detail) }
  }
}

/// `[3,1,true,true]`: of her load, of her level, and whether everybody of it was looked at.
private struct StoredRivals: Codable {
  let value: Decision.Rivals

  init(_ value: Decision.Rivals) { self.value = value }

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    var value = Decision.Rivals(ofLoad: try list.decode(Int.self), ofLevel: try list.decode(Int.self))
    (value.isLoadSeen, value.isLevelSeen) = (try list.decode(Bool.self), try list.decode(Bool.self))
    self.value = value
  }

  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(value.ofLoad)
    try list.encode(value.ofLevel)
    try list.encode(value.isLoadSeen)
    try list.encode(value.isLevelSeen)
  }
}
