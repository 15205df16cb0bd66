public import Telephony

/// Who talked with whom last, so that a caller who comes again may be kept for her (`Arrival.wish`).
///
/// Callers are known by a key that whoever tells of them has chosen: a customer's name, else a number that is neither
/// withheld nor shared by many, and nothing at all for the rest.
public struct LastAgents: Sendable {
  /// For how long it is remembered.
  public let window: Duration
  /// How many callers at most; of more, those whom somebody talked with first are forgotten.
  public let most: Int

  private var last: [CallerKey: (agent: AgentID, at: Moment)] = [:]
  private var order = Sorted<Entry>()

  private struct Entry: Comparable, Sendable {
    let at: Int64
    let caller: CallerKey

    static func < (a: Entry, b: Entry) -> Bool { a.at != b.at ? a.at < b.at : a.caller < b.caller }
  }

  /// Nobody yet.
  public init(window: Duration, most: Int = 100_000) {
    self.window = window
    self.most = max(1, most)
  }

  /// A conversation of these two is over. Nothing is remembered of a caller without a key.
  public mutating func talked(_ caller: CallerKey?, with agent: AgentID, at now: Moment) {
    guard let caller else { return }
    if let old = last[caller] { order.remove(Entry(at: old.at.monotonicNanoseconds, caller: caller)) }
    last[caller] = (agent, now)
    order.insert(Entry(at: now.monotonicNanoseconds, caller: caller))
    while let oldest = order.first, order.count > most || isForgotten(oldest.at, at: now) {
      order.remove(oldest)
      last[oldest.caller] = nil
    }
  }

  /// Who talked with this caller last, within the window.
  public func agent(for caller: CallerKey?, at now: Moment) -> AgentID? {
    guard let caller, let found = last[caller], !isForgotten(found.at.monotonicNanoseconds, at: now) else { return nil }
    return found.agent
  }

  private func isForgotten(_ at: Int64, at now: Moment) -> Bool {
    .nanoseconds(now.monotonicNanoseconds - at) > window
  }
}
