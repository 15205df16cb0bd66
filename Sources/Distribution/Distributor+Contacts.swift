public import Telephony

// Waiting.
extension Distributor {
  /// Somebody about whom nothing but a priority is known wants to be served: as below.
  public mutating func contactArrived(_ contact: ContactID, for target: Target, priority: Int = 0, at now: Moment)
    -> [Effect]
  {
    var arrival = Arrival(for: target)
    arrival.priority = priority
    return contactArrived(contact, arrival, at: now)
  }

  /// Somebody wants to be served. Given up at once as `.notFound` when there is no such queue, as `.unreachable` when the
  /// one agent who is wanted is not logged in; goes elsewhere at once when the queue takes nobody now. Nothing happens when
  /// the contact is here already.
  public mutating func contactArrived(_ id: ContactID, _ arrival: Arrival, at now: Moment) -> [Effect] {
    guard contacts[id] == nil, !engaged.contains(id) else { return [] }
    var turn = Turn(at: now)
    var contact = Contact(
      target: arrival.target, place: Place(score: 0, enqueued: now, contact: id), priority: arrival.priority,
      caller: arrival.caller, joined: now, ownSteps: arrival.steps)
    switch arrival.target {
    case .queue(let queue):
      guard lines[queue] != nil else { return [.giveUp(id, .notFound)] }
      contact.lastAgent = arrival.wish
      contacts[id] = contact
      enter(id, queue, wish: arrival.wish, &turn)
    case .agent(let agent):
      guard people[agent]?.isLoggedIn == true else { return [.giveUp(id, .unreachable)] }
      contacts[id] = contact
      waitAlone(id, for: agent, &turn)
    }
    return conclude(&turn)
  }

  /// The caller hung up before an agent's conversation, or was lost: his place may be kept for him.
  public mutating func contactLeft(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard contacts[contact] != nil else { return [] }
    var turn = Turn(at: now)
    keepPlace(of: contact, &turn)
    endOffers(of: contact, .callerGone, &turn)
    forget(contact, &turn)
    return conclude(&turn)
  }

  /// We ended it before an agent's conversation: no place is kept for a caller who was cut off.
  public mutating func contactCutOff(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard contacts[contact] != nil else { return [] }
    var turn = Turn(at: now)
    endOffers(of: contact, .withdrawn, &turn)
    forget(contact, &turn)
    return conclude(&turn)
  }

  /// The rules that apply to contacts for this target.
  func queueSettings(of target: Target) -> QueueSettings {
    switch target {
    case .queue(let queue): rules(of: queue)
    case .agent: settings.direct
    }
  }

  /// The rules of a queue; nil, and for one that is gone: those of calls to one agent.
  func rules(of queue: QueueID?) -> QueueSettings { queue.flatMap { lines[$0]?.settings } ?? settings.direct }

  /// It waits in this queue from now on, which takes it.
  mutating func join(_ id: ContactID, _ queue: QueueID, wish: Wish?, _ turn: inout Turn) {
    guard let contact = contacts[id], let rules = lines[queue]?.settings else { return }
    contacts[id]?.target = .queue(queue)
    contacts[id]?.joined = turn.now
    let place = place(of: contact, id, rules)
    contacts[id]?.place = place
    contacts[id]?.steps = contact.ownSteps ?? rules.steps
    contacts[id]?.step = 0
    contacts[id]?.waited = .zero
    lines[queue]?.places.insert(place)
    if let longestWait = rules.longestWait { start(.longestWait(id), after: longestWait, &turn) }
    startDelay(id, &turn)
    beginSteps(id, &turn)
    beginWish(id, wish, &turn)
    turn.joined.append(id)
    makeWait(id, &turn)
  }

  /// It waits for one agent, without a queue.
  mutating func waitAlone(_ id: ContactID, for agent: AgentID, _ turn: inout Turn) {
    guard let contact = contacts[id] else { return }
    contacts[id]?.target = .agent(agent)
    contacts[id]?.joined = turn.now
    let place = place(of: contact, id, settings.direct)
    contacts[id]?.place = place
    if let longestWait = settings.direct.longestWait { start(.longestWait(id), after: longestWait, &turn) }
    turn.joined.append(id)
    makeWait(id, &turn)
  }

  func place(of contact: Contact, _ id: ContactID, _ rules: QueueSettings) -> Place {
    let enqueued = contact.place.enqueued
    return Place(
      score: score(priority: contact.priority, weight: rules.weight, enqueued: enqueued), enqueued: enqueued,
      contact: id)
  }

  /// A partner must be sought for it, new or after a failed offer, or since it may be offered to more agents.
  mutating func makeWait(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id] else { return }
    if contact.wish != nil, contact.offers.isEmpty, !wishStands(contact) { return endWish(id, &turn) }
    file(id)
    turn.freedContacts.append(id)
    if let queue = contact.queue { turn.leftQueues.insert(queue) }
  }

  /// Puts it where it is found when an agent becomes free, or takes it away from there: the one place that says who that is.
  mutating func file(_ id: ContactID) {
    guard let contact = contacts[id] else { return }
    let seeks = seeksAgent(contact)
    if let queue = contact.queue {
      if seeks, contact.wish == nil {
        lines[queue]?.seeking.insert(contact.place)
      } else {
        lines[queue]?.seeking.remove(contact.place)
      }
    }
    guard let only = contact.only else { return }
    // Also while it pauses: whoever leaves must know of it.
    if contact.offers.isEmpty {
      people[only]?.waiting.insert(contact.place)
    } else {
      people[only]?.waiting.remove(contact.place)
    }
  }

  /// Whether one more agent may be found for it.
  func seeksAgent(_ contact: Contact) -> Bool {
    guard !contact.isPausing else { return false }
    guard contact.only == nil else { return contact.offers.isEmpty }
    switch queueSettings(of: contact.target).strategy {
    case .ringAll: return true
    case .ringProgressively: return contact.offers.count < contact.phonesAtOnce
    default: return contact.offers.isEmpty
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
    leaveTarget(id, &turn)
    guard let contact = contacts.removeValue(forKey: id) else { return }
    for agent in contact.leftOut.keys.sorted() {
      people[agent]?.leftOutUntil[id] = nil
      settleRetry(agent, &turn)
    }
  }

  /// It does not wait any more where it waited, and may wait elsewhere.
  mutating func leaveTarget(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id] else { return }
    if let only = contact.only { people[only]?.waiting.remove(contact.place) }
    if let queue = contact.queue {
      lines[queue]?.places.remove(contact.place)
      lines[queue]?.seeking.remove(contact.place)
    }
    contacts[id]?.wish = nil
    contacts[id]?.isPausing = false
    contacts[id]?.phonesAtOnce = 1
    contacts[id]?.steps = []
    for timer: Timer in [.longestWait(id), .offerAgain(id), .nextStep(id), .wish(id), .delay(id), .ringMore(id)] {
      cancel(timer, &turn)
    }
  }

  mutating func longestWaitOver(_ id: ContactID, _ turn: inout Turn) {
    endOffers(of: id, .withdrawn, &turn)
    divert(id, .waitedTooLong, &turn)
  }
}
