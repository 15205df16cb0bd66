import Telephony

/// One queue at work: who waits in it and who is free to serve it, both in the order of service.
struct Line: Sendable {
  let settings: QueueSettings
  /// Not offered to anybody at this moment.
  var waiting = SortedArray<Place>()
  /// Being offered: they keep their places, and return to them when the offer fails.
  var offered = SortedArray<Place>()
  var free = SortedArray<FreeAgent>()
  var agentsLoggedIn = 0

  init(settings: QueueSettings) { self.settings = settings }
}

/// A contact's place among those who wait: higher priority first, then the older, then by name.
struct Place: Comparable, Sendable {
  let priority: Int
  let enqueued: Moment
  let contact: ContactID

  static func < (a: Place, b: Place) -> Bool {
    if a.priority != b.priority { return a.priority > b.priority }
    if a.enqueued < b.enqueued { return true }
    if b.enqueued < a.enqueued { return false }
    return a.contact < b.contact
  }
}

/// A free agent's place among those who serve a queue: lower level first, then the longest idle, then by name.
struct FreeAgent: Comparable, Sendable {
  let level: Int
  let readySince: Moment
  let agent: AgentID

  static func < (a: FreeAgent, b: FreeAgent) -> Bool {
    if a.level != b.level { return a.level < b.level }
    if a.readySince < b.readySince { return true }
    if b.readySince < a.readySince { return false }
    return a.agent < b.agent
  }
}

/// A contact and an agent who could take it, in the order in which pairs are made.
///
/// One order for both directions: for one contact it reduces to that of `FreeAgent`, for one agent to (level of the
/// queue, `Place`). So the pairing is a function of who waits and who is free, whichever of them came last.
struct Pair: Comparable, Sendable {
  let place: Place
  let agent: FreeAgent

  static func < (a: Pair, b: Pair) -> Bool {
    if a.agent.level != b.agent.level { return a.agent.level < b.agent.level }
    if a.place != b.place { return a.place < b.place }
    return a.agent < b.agent
  }
}
