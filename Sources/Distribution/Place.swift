import Telephony

/// A contact's place among those who wait: higher score first, then the older, then by name.
struct Place: Comparable, Sendable {
  /// What priority, weight and age make of it: see `Distributor.score`.
  let score: Int
  let enqueued: Moment
  let contact: ContactID

  static func < (a: Place, b: Place) -> Bool {
    if a.score != b.score { return a.score > b.score }
    if a.enqueued < b.enqueued { return true }
    if b.enqueued < a.enqueued { return false }
    return a.contact < b.contact
  }
}

extension Distributor {
  /// Priority in millionths of a point and minute, as it would be if everybody had come when this machine began.
  ///
  /// The effective priority of a contact is base + weight + aging × wait. What is left out of it here is the same for all
  /// at any one moment, so that the order of two is the same as that of their effective priorities, at every moment.
  func score(priority: Int, weight: Int, enqueued: Moment) -> Int {
    func bounded(_ points: Int) -> Int { min(max(points, -1_000_000_000), 1_000_000_000) }
    let aging = min(max(settings.aging, 0), 10_000)
    let age = Int(enqueued.since(origin).microseconds)
    return bounded(bounded(priority) + bounded(weight)) * 60_000_000 - aging * age
  }
}
