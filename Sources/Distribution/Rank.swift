import Telephony

/// A free agent's place among those who could take a contact: lower level first, then the key of the queue's strategy,
/// then the longest idle, then by position and name.
struct Rank: Comparable, Sendable {
  var level: Int
  /// The strategy's own key; the same for all where idle time is the key.
  var key = Ratio(0)
  /// Since when she is ready and idle, in nanoseconds; 0 where that does not count.
  var since: Int64 = 0
  var position: Int
  var agent: AgentID

  static func < (a: Rank, b: Rank) -> Bool {
    if a.level != b.level { return a.level < b.level }
    if a.key != b.key { return a.key < b.key }
    if a.since != b.since { return a.since < b.since }
    if a.position != b.position { return a.position < b.position }
    return a.agent < b.agent
  }

  /// Before every queue: nobody else can take it, or nobody else may yet.
  static func alone(_ agent: AgentID) -> Rank { Rank(level: .min, position: 0, agent: agent) }
}

/// A place in the turn of a queue; kept when others come and go.
struct Slot: Comparable, Sendable {
  let position: Int
  let agent: AgentID

  static func < (a: Slot, b: Slot) -> Bool {
    a.position != b.position ? a.position < b.position : a.agent < b.agent
  }
}

/// A contact and an agent who could take it, in the order in which pairs are made.
///
/// One order for both directions: for one contact it reduces to that of `Rank`, for one agent to (level of the queue,
/// `Place`). So the pairing is a function of who waits and who is free, whichever of them came last.
struct Pair: Comparable, Sendable {
  let place: Place
  let rank: Rank

  static func < (a: Pair, b: Pair) -> Bool {
    if a.rank.level != b.rank.level { return a.rank.level < b.rank.level }
    if a.place != b.place { return a.place < b.place }
    return a.rank < b.rank
  }
}
