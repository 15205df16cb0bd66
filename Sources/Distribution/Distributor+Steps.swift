import Telephony

// What agents must be able to do for a contact, less with time. Steps go on while phones ring, and whoever comes and goes.
extension Distributor {
  /// The first step that somebody logged in could meet, of a contact that has just joined.
  mutating func beginSteps(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id], !contact.steps.isEmpty else { return }
    let first = firstStep(of: contact, from: 0)
    contacts[id]?.step = first
    startStep(id, &turn)
  }

  /// The same for one that waits already, whose steps are others now.
  mutating func beginStepsAnew(_ id: ContactID, _ turn: inout Turn) {
    if turn.laterSteps != nil {
      turn.laterSteps?.contacts.append(id)
    } else {
      beginSteps(id, &turn)
    }
  }

  /// All that was to be changed in this turn is: what could not be said of steps before is said now.
  mutating func lookAtSteps(_ turn: inout Turn) {
    guard let later = turn.laterSteps else { return }
    turn.laterSteps = nil
    for id in later.contacts { beginSteps(id, &turn) }
    for queue in later.queues.sorted() { skipSteps(in: queue, &turn) }
  }

  /// The time of its step is over.
  mutating func stepOver(_ id: ContactID, _ turn: inout Turn) {
    guard let contact = contacts[id] else { return }
    setStep(id, firstStep(of: contact, from: contact.step + 1), &turn)
  }

  /// Somebody has gone, or cannot do any more what she could: steps that nobody logged in could meet are skipped at once.
  /// None is gone back to when somebody comes.
  mutating func skipSteps(in queue: QueueID, _ turn: inout Turn) {
    if turn.laterSteps != nil {
      turn.laterSteps?.queues.insert(queue)
      return
    }
    guard let places = lines[queue]?.places else { return }
    // Many ask for the same, and to know whether anybody could is a walk over all who serve the queue.
    var known: [SkillRequirement: Bool] = [:]
    for place in places {
      guard let contact = contacts[place.contact], let requirement = contact.requirement else { continue }
      let isMeetable = known[requirement] ?? isMeetable(requirement, in: queue)
      known[requirement] = isMeetable
      if isMeetable { continue }
      let step = firstStep(of: contact, from: contact.step)
      if step != contact.step { setStep(place.contact, step, &turn) }
    }
  }

  private mutating func setStep(_ id: ContactID, _ step: Int, _ turn: inout Turn) {
    contacts[id]?.step = step
    startStep(id, &turn)
    makeWait(id, &turn)
    note(.relaxed(step: contacts[id]?.requirement == nil ? nil : step + 1), about: id, &turn)
  }

  private mutating func startStep(_ id: ContactID, _ turn: inout Turn) {
    cancel(.nextStep(id), &turn)
    guard let contact = contacts[id], contact.step < contact.steps.count,
      let lasts = contact.steps[contact.step].lasts, !(holdsLast(contact) && contact.step == contact.steps.count - 1)
    else { return }
    start(.nextStep(id), after: lasts, &turn)
  }

  private func holdsLast(_ contact: Contact) -> Bool { queueSettings(of: contact.target).holdsLastStep }

  /// From this one on, the first that somebody could meet; past the last when there is none, or the last when that holds.
  private func firstStep(of contact: Contact, from start: Int) -> Int {
    guard let queue = contact.queue else { return contact.steps.count }
    let last = holdsLast(contact) ? contact.steps.count - 1 : contact.steps.count
    var step = start
    while step < last, !isMeetable(contact.steps[step].requirement, in: queue) { step += 1 }
    return step
  }

  private func isMeetable(_ requirement: SkillRequirement, in queue: QueueID) -> Bool {
    lines[queue]?.members.contains { id in
      guard let agent = people[id], agent.isLoggedIn, agent.membership(of: queue)?.isPaused == false else {
        return false
      }
      return requirement.isMet(by: agent.skills)
    } ?? false
  }
}
