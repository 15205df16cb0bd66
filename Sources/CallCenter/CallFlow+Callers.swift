import Directory
import Distribution
public import History
public import Telephony

/// Callers who are known: by their number at once, by name when the directory has answered.
extension CallFlow {
  /// What is known of a caller as he comes to a queue.
  func arrival(of contact: Contact, for queue: QueueID, at now: Moment) -> Arrival {
    var arrival = Arrival(for: .queue(queue))
    arrival.caller = contact.keys.place
    arrival.wish = wish(of: contact.keys, in: queue, at: now)
    return arrival
  }

  private func wish(of keys: KnownCallers.Keys, in queue: QueueID?, at now: Moment) -> Wish? {
    let limits = settings.queues.compactMapValues(\.lastAgent)
    return known.wish(of: keys, for: queue.flatMap { limits[$0] }, elsewhere: limits, at: now)
  }

  /// The directory has told who has this number; only the first answer counts.
  mutating func identified(_ id: ContactID, _ customers: [Customer], at now: Moment) -> [Effect] {
    guard let contact = contacts[id], !customers.isEmpty, cards.card(of: id) == .pending else { return [] }
    let keys = known.keys(of: contact.caller, customers: customers.map(\.id))
    contacts[id]?.keys = keys
    return translate(
      distributor.callerIdentified(
        id, as: keys.place, wish: wish(of: keys, in: contact.queue?.id, at: now),
        priority: known.priority(of: customers.map(\.attributes)), at: now), at: now)
  }

  /// Since when conversations of former runs matter, by the wall clock in milliseconds since 1970: also where no queue asks
  /// for them yet, since one may while it runs.
  public func remembersFrom(_ now: Moment) -> Int64 {
    now.wallMilliseconds - settings.callers.window.components.seconds * 1000
  }

  /// Conversations of former runs, the oldest first: who talked with whom. To be told before the first call.
  public mutating func remember(_ conversations: [PastConversation], at now: Moment) {
    for past in conversations {
      let keys = known.keys(of: past.caller, customers: past.customer.map { [$0] } ?? [])
      // By the wall clock, the only one that both runs know; it may have been set back.
      let age = Duration.milliseconds(max(0, now.wallMilliseconds - past.endedAt))
      known.talked(keys, with: past.agent, at: now.advanced(by: .zero - age))
    }
  }
}
