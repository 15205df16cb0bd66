public import Telephony

// Waiting.
extension Distributor {
  /// Somebody wants to be served. Given up at once as `.notFound` when there is no such queue, as `.unreachable` when the
  /// one agent who is wanted is not logged in; nothing happens when the contact is here already.
  public mutating func contactArrived(_ contact: ContactID, for target: Target, priority: Int = 0, at now: Moment)
    -> [Effect]
  {
    guard contacts[contact] == nil, !engaged.contains(contact) else { return [] }
    switch target {
    case .queue(let queue): if lines[queue] == nil { return [.giveUp(contact, .notFound)] }
    case .agent(let agent): if people[agent]?.isLoggedIn != true { return [.giveUp(contact, .unreachable)] }
    }
    var turn = Turn(at: now)
    let place = Place(priority: priority, enqueued: now, contact: contact)
    contacts[contact] = Contact(target: target, place: place)
    if let longestWait = queueSettings(of: target).longestWait {
      start(.longestWait(contact), after: longestWait, &turn)
    }
    makeWait(contact, &turn)
    return conclude(&turn)
  }

  /// The contact ended before an agent's conversation: hung up, or ended by us.
  public mutating func contactLeft(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard let gone = contacts[contact] else { return [] }
    var turn = Turn(at: now)
    if let agent = gone.offeredTo { endOffer(of: contact, to: agent, .callerGone, .withdrawn, by: .system, &turn) }
    forget(contact, &turn)
    return conclude(&turn)
  }

  /// The times and limits that apply to contacts for this target.
  func queueSettings(of target: Target) -> QueueSettings {
    switch target {
    case .queue(let queue): lines[queue]?.settings ?? settings.direct
    case .agent: settings.direct
    }
  }

  /// Puts a contact into its place among those who wait, new or after a failed offer.
  mutating func makeWait(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id] else { return }
    contacts[id]?.offeredTo = nil
    switch contact.target {
    case .queue(let queue):
      lines[queue]?.offered.remove(contact.place)
      lines[queue]?.waiting.insert(contact.place)
    case .agent(let agent):
      people[agent]?.waiting.insert(contact.place)
    }
    turn.freedContacts.append(id)
  }

  /// Takes a contact out of those who wait, for an offer.
  mutating func makeOffered(_ id: ContactID, to agent: AgentID) {
    guard let contact = contacts[id] else { return }
    contacts[id]?.offeredTo = agent
    switch contact.target {
    case .queue(let queue):
      lines[queue]?.waiting.remove(contact.place)
      lines[queue]?.offered.insert(contact.place)
    case .agent(let only):
      people[only]?.waiting.remove(contact.place)
    }
  }

  /// Nobody will take it. It must not be on offer.
  mutating func giveUp(_ contact: ContactID, _ reason: EndReason, _ turn: inout Turn) {
    guard contacts[contact] != nil else { return }
    turn.effects.append(.giveUp(contact, reason))
    forget(contact, &turn)
  }

  /// Ends everything that is about a contact which no longer waits.
  mutating func forget(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts.removeValue(forKey: id) else { return }
    switch contact.target {
    case .queue(let queue):
      lines[queue]?.waiting.remove(contact.place)
      lines[queue]?.offered.remove(contact.place)
    case .agent(let agent):
      people[agent]?.waiting.remove(contact.place)
    }
    cancel(.longestWait(id), &turn)
    cancel(.offerAgain(id), &turn)
    for agent in contact.leftOut.sorted() {
      people[agent]?.leftOutUntil[id] = nil
      settleRetry(agent, &turn)
    }
  }

  mutating func longestWaitOver(_ contact: ContactID, _ turn: inout Turn) {
    if let agent = contacts[contact]?.offeredTo {
      endOffer(of: contact, to: agent, .callerGone, .withdrawn, by: .system, &turn)
    }
    giveUp(contact, .waitedTooLong, &turn)
  }
}
