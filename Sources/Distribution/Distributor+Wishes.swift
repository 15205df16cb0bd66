import Telephony

// The last agent: a contact is kept for her for a while, and waits in its queue all the same.
extension Distributor {
  /// Nothing is kept for somebody who does not serve the queue, or could not take it soon: the contact is everybody's.
  mutating func beginWish(_ id: ContactID, _ wish: Wish?, _ turn: inout Turn) {
    guard let wish, let contact = contacts[id], mayBeKept(contact, for: wish) else { return }
    contacts[id]?.wish = wish.agent
    start(.wish(id), after: wish.limit, &turn)
  }

  func mayBeKept(_ contact: Contact, for wish: Wish) -> Bool {
    var contact = contact
    contact.wish = wish.agent
    return wish.limit > .zero && wishStands(contact)
  }

  /// Whether the agent whom it is kept for may take it soon, and serves its queue.
  func wishStands(_ contact: Contact) -> Bool {
    guard let wish = contact.wish, let queue = contact.queue, let agent = people[wish] else { return false }
    return agent.keepsWishes && agent.membership(of: queue)?.isPaused == false
  }

  /// For whom it is kept in a queue that it goes on to. The time for which it is being kept already counts.
  func wish(of contact: Contact, in queue: QueueID, at now: Moment) -> Wish? {
    guard let last = contact.lastAgent, var limit = last.elsewhere[queue] else { return nil }
    if contact.wish != nil { limit -= now.since(contact.joined) }
    return Wish(for: last.agent, limit: limit)
  }

  /// From now on it is everybody's, also where it may go on to. An offer to her that is under way goes on.
  mutating func endWish(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id], let agent = contact.wish else { return }
    people[agent]?.waiting.remove(contact.place)
    contacts[id]?.wish = nil
    forgetLastAgent(agent, of: id)
    cancel(.wish(id), &turn)
    note(.unkept(agent), about: id, &turn)
    makeWait(id, &turn)
  }

  /// She was waited for, or did not take it: nobody waits for her again.
  mutating func forgetLastAgent(_ agent: AgentID, of id: ContactID) {
    if contacts[id]?.lastAgent?.agent == agent { contacts[id]?.lastAgent = nil }
  }

  /// Whatever is kept for somebody who will not take it soon.
  mutating func endWishes(of agent: AgentID, _ turn: inout Turn) {
    for place in people[agent]?.waiting ?? Sorted() {
      guard let contact = contacts[place.contact], contact.wish == agent, !wishStands(contact) else { continue }
      endWish(place.contact, &turn)
    }
  }
}
