public import Telephony

extension Distributor {
  /// Who the caller is has become known after he came: by what he is known again, for whom he should be kept, and what he
  /// counts for, unless somebody has said that. A place that was kept for him is his again; the time for which he is kept
  /// counts from his arrival.
  ///
  /// An agent who was only reserved for him is given up for the one who should have him: her phone was not dialled yet, and
  /// she loses nothing by it (`OfferEnd.keptForAnother`). Where there is nobody to keep him for, she stays reserved. Phones
  /// that were dialled go on ringing, and then nobody is waited for. Nothing happens for a contact that does not wait here.
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
    if !contact.isPrioritySet { contacts[id]?.priority = priority }
    replace(id, enqueued: enqueued)
    if !isDialled(contact) { keep(id, for: wish, &turn) }
    contacts[id]?.lastAgent = wish.flatMap { contact.leftOut[$0.agent] == nil ? $0 : nil }
    makeWait(id, &turn)
    return conclude(&turn)
  }

  /// Whether a phone rings for it, or is about to.
  private func isDialled(_ contact: Contact) -> Bool {
    contact.offers.contains { offer(of: contact.place.contact, to: $0.agent)?.isDialled == true }
  }

  /// For her instead of whoever it was kept for until now, or for everybody where she could not take it soon.
  private mutating func keep(_ id: ContactID, for wish: Wish?, _ turn: inout Turn) {
    guard let contact = contacts[id], wish?.agent != contact.wish else { return }
    var wish = wish.flatMap { contact.leftOut[$0.agent] == nil ? $0 : nil }
    wish?.limit -= turn.now.since(contact.joined)
    wish = wish.flatMap { mayBeKept(contact, for: $0) ? $0 : nil }
    guard wish?.agent != contact.wish else { return }
    endWish(id, &turn)
    beginWish(id, wish, &turn)
    guard let agent = wish?.agent else { return }
    note(.kept(for: agent), about: id, &turn)
    // The last first, so that the turn of the queue goes back step by step.
    for offer in contact.offers.reversed() where offer.agent != agent {
      endOffer(of: id, to: offer.agent, .keptForAnother, .withdrawn, by: .system, &turn)
    }
  }
}
