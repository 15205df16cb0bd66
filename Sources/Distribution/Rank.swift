import Telephony

/// An agent's place among those who could take a contact: whoever has fewer contacts first, and so those who are free; then
/// lower level, then the key of the queue's strategy, then the longest idle, then by position and name.
struct Rank: Comparable, Sendable {
  /// How many contacts she has.
  var load = 0
  var level: Int
  /// The strategy's own key; the same for all where idle time is the key.
  var key = Ratio(0)
  /// Since when she is ready and idle, in nanoseconds; 0 where that does not count.
  var since: Int64 = 0
  var position: Int
  var agent: AgentID

  static func < (a: Rank, b: Rank) -> Bool {
    if a.tier != b.tier { return a.tier < b.tier }
    if a.key != b.key { return a.key < b.key }
    if a.since != b.since { return a.since < b.since }
    if a.position != b.position { return a.position < b.position }
    return a.agent < b.agent
  }

  /// Before every queue: nobody else can take it, or nobody else may yet.
  static func alone(_ agent: Agent) -> Rank { Rank(load: agent.load, level: .min, position: 0, agent: agent.id) }

  /// What counts before every strategy.
  var tier: Tier { Tier(load: load, level: level) }
}

/// Whoever has fewer contacts goes first, whatever her level: another call puts the one before on hold, which is for when
/// nobody is free.
struct Tier: Comparable, Sendable {
  let load: Int
  let level: Int

  static func < (a: Tier, b: Tier) -> Bool { a.load != b.load ? a.load < b.load : a.level < b.level }
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
/// `Place`). So the pairing is a function of who waits and who can take one, whichever of them came last.
struct Pair: Comparable, Sendable {
  let place: Place
  let rank: Rank

  static func < (a: Pair, b: Pair) -> Bool {
    if a.rank.tier != b.rank.tier { return a.rank.tier < b.rank.tier }
    if a.place != b.place { return a.place < b.place }
    return a.rank < b.rank
  }
}
