import Telephony

// Agents who are offered contacts of a queue only when these have waited there for a while. What counts is what the timer
// said last, so that all who look at a contact in one instant see the same.
extension Distributor {
  /// From the settings: a walk over all who serve it.
  mutating func noteDelays(in queue: QueueID) {
    let delays = lines[queue]?.members.compactMap { people[$0]?.membership(of: queue)?.delay } ?? []
    lines[queue]?.delays = Set(delays.filter { $0 > .zero }).sorted()
  }

  /// Whether she is not offered it yet.
  func isTooEarly(_ contact: Contact, for agent: AgentID) -> Bool {
    guard let queue = contact.queue, lines[queue]?.delays.isEmpty == false else { return false }
    return people[agent]?.membership(of: queue).map { $0.delay > contact.waited } ?? false
  }

  /// It waits for the next one, if there is one.
  mutating func startDelay(_ id: ContactID, _ turn: inout Turn) {
    cancel(.delay(id), &turn)
    guard let contact = contacts[id], let queue = contact.queue,
      let next = lines[queue]?.delays.first(where: { $0 > contact.waited })
    else { return }
    start(.delay(id), until: contact.joined.advanced(by: next), &turn)
  }

  /// It has waited for so long.
  mutating func delayOver(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id] else { return }
    contacts[id]?.waited = turn.now.since(contact.joined)
    startDelay(id, &turn)
    makeWait(id, &turn)
  }

  /// Somebody's delay in this queue is another one. Whoever waits is looked at anew where the moments to wait for are
  /// others now; where they are the same, those for whom she is not too early any more are found with her.
  mutating func delaysChanged(in queue: QueueID, _ turn: inout Turn) {
    let before = lines[queue]?.delays
    noteDelays(in: queue)
    guard lines[queue]?.delays != before else { return }
    for place in lines[queue]?.places ?? Sorted() { delayOver(place.contact, &turn) }
  }
}
