public import Telephony

extension Distributor {
  /// Who the caller is has become known after he came: by what he is known again, for whom he should be kept, and what he
  /// counts for. A place that was kept for him is his again; the time for which he is kept counts from his arrival.
  ///
  /// Phones that ring for him go on ringing, and then nobody is waited for. Nothing happens for a contact that does not wait
  /// here.
  public mutating func callerIdentified(
    _ id: ContactID, as caller: CallerKey?, wish: Wish?, priority: Int, at now: Moment
  ) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    var turn = Turn(at: now)
    var enqueued = contact.place.enqueued
    if let queue = contact.queue, caller != contact.caller,
      let kept = returningPlace(of: caller, in: queue, &turn)
    {
      enqueued = min(enqueued, kept.enqueued)
    }
    contacts[id]?.caller = caller
    contacts[id]?.priority = priority
    replace(id, enqueued: enqueued)
    if contact.offers.isEmpty, wish?.agent != contact.wish {
      endWish(id, &turn)
      if var wish, contact.leftOut[wish.agent] == nil {
        wish.limit -= now.since(contact.joined)
        beginWish(id, wish, &turn)
      }
    }
    makeWait(id, &turn)
    return conclude(&turn)
  }
}
