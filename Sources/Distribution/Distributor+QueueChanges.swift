public import Telephony

// Queues are changed while running; whoever waits or rings is concerned at once.
extension Distributor {
  /// A queue is added, or has other rules from now on. Who waits keeps the time that he has waited: limits count from his
  /// arrival, only the steps of skill begin anew when they are different. Phones that ring go on ringing.
  public mutating func queueSet(_ new: QueueSettings, at now: Moment) -> [Effect] {
    var turn = Turn(at: now)
    set(new, &turn)
    return conclude(&turn)
  }

  mutating func set(_ new: QueueSettings, _ turn: inout Turn) {
    if lines[new.id] == nil { addQueue(new) }
    guard let old = lines[new.id]?.settings else { return }
    lines[new.id]?.settings = new
    for id in lines[new.id]?.members ?? Sorted() {
      guard let agent = people[id], let membership = agent.membership(of: new.id) else { continue }
      rankAgain(agent, Duty(queue: new.id, membership: membership))
    }
    for place in lines[new.id]?.places ?? Sorted() { apply(new, insteadOf: old, to: place.contact, &turn) }
    turn.leftQueues.insert(new.id)
  }

  /// The queue is taken away. Phones stop ringing for it, and its contacts go where it says for when nobody is there;
  /// conversations go on.
  public mutating func queueRemoved(_ queue: QueueID, at now: Moment) -> [Effect] {
    guard lines[queue] != nil else { return [] }
    var turn = Turn(at: now)
    remove(queue, &turn)
    return conclude(&turn)
  }

  mutating func remove(_ queue: QueueID, _ turn: inout Turn) {
    guard let line = lines[queue] else { return }
    for place in line.places {
      endOffers(of: place.contact, .withdrawn, &turn)
      divert(place.contact, .removed, &turn)
    }
    lines[queue] = nil
    queueOrder.removeAll { $0 == queue }
    for kept in keptPlaces.keys.filter({ $0.queue == queue }).sorted(by: { $0.caller < $1.caller }) {
      keptPlaces[kept] = nil
      cancel(.keptPlace(kept), &turn)
    }
  }

  /// The turn of a queue stands behind this agent: as it was before a restart.
  public mutating func turnRestored(_ queue: QueueID, after agent: AgentID) {
    guard let membership = people[agent]?.membership(of: queue) else { return }
    lines[queue]?.turn = Slot(position: membership.position, agent: agent)
  }

  /// A contact that waits counts for more, or less, from now on, whatever the directory says of it later. Nothing happens
  /// for any other.
  public mutating func priorityChanged(_ contact: ContactID, to priority: Int, at now: Moment) -> [Effect] {
    guard contacts[contact] != nil else { return [] }
    var turn = Turn(at: now)
    contacts[contact]?.priority = priority
    contacts[contact]?.isPrioritySet = true
    replace(contact)
    makeWait(contact, &turn)
    return conclude(&turn)
  }

  private mutating func addQueue(_ new: QueueSettings) {
    lines[new.id] = Line(settings: new)
    queueOrder = lines.keys.sorted()
    for id in agentOrder {
      guard let agent = people[id], let membership = agent.membership(of: new.id) else { continue }
      lines[new.id]?.members.insert(id)
      for kind in Presence.allCases where agent.isPresent(kind, membership) {
        lines[new.id]?.present[kind, default: 0] += 1
      }
    }
    noteDelays(in: new.id)
  }

  private mutating func apply(
    _ new: QueueSettings, insteadOf old: QueueSettings, to id: ContactID, _ turn: inout Turn
  ) {
    guard let contact = contacts[id] else { return }
    if new.weight != old.weight { replace(id) }
    if new.longestWait != old.longestWait {
      cancel(.longestWait(id), &turn)
      if let longest = new.longestWait { start(.longestWait(id), until: contact.joined.advanced(by: longest), &turn) }
    }
    if new.steps != old.steps || new.holdsLastStep != old.holdsLastStep {
      contacts[id]?.steps = contact.ownSteps ?? new.steps
      contacts[id]?.step = 0
      cancel(.nextStep(id), &turn)
      beginStepsAnew(id, &turn)
    }
    if new.strategy != old.strategy {
      contacts[id]?.phonesAtOnce = 1
      cancel(.ringMore(id), &turn)
      if !contact.offers.isEmpty { startRingingMore(id, &turn) }
    }
    makeWait(id, &turn)
  }

  /// Stands where it belongs by its priority and the weight of its queue as they are now; since then, if that is another
  /// moment than before.
  mutating func replace(_ id: ContactID, enqueued: Moment? = nil) {
    guard var contact = contacts[id] else { return }
    let old = contact.place
    if let enqueued { contact.place = Place(score: 0, enqueued: enqueued, contact: id) }
    let new = place(of: contact, id, queueSettings(of: contact.target))
    contacts[id]?.place = new
    if let queue = contact.queue {
      lines[queue]?.places.remove(old)
      lines[queue]?.seeking.remove(old)
      lines[queue]?.places.insert(new)
    }
    if let only = contact.only { people[only]?.waiting.remove(old) }
    file(id)
  }
}
