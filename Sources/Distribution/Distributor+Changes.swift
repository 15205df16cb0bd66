import Telephony

// The only ways in which timers change, and what others see of agents.
extension Distributor {
  /// Changes one agent, keeps the order of those who may be offered contacts with it, and tells what is different.
  mutating func change(
    _ id: AgentID, _ reason: String, by actor: Actor, keepingPlace: Bool = false, _ turn: inout Turn,
    _ body: (inout Agent) -> Void
  ) {
    guard let before = people[id] else { return }
    var agent = before
    agent.tally.count(before.activity, isReady: before.status == .ready, until: turn.now)
    body(&agent)
    agent.isPhoneReachable = agent.phone.map(isReachable) ?? false
    agent.note(changesSince: before, keepingPlace: keepingPlace, at: turn.now)
    if agent.isLoggedIn, !before.isLoggedIn { beginShift(of: &agent, at: turn.now) }
    people[id] = agent
    if agent.phone != before.phone { move(id, from: before.phone, to: agent.phone) }
    reindex(agent, before: before, &turn)
    // With fewer contacts than before she may stand among those whose phones ring.
    if agent.isAvailable, !before.isAvailable || agent.load < before.load { turn.freedAgents.append(id) }
    let (old, new) = (before.state, agent.state)
    if old != new { turn.effects.append(.agentChanged(old: old, new: new, reason: reason, by: actor)) }
    if agent.status != before.status { timeAbsence(id, &turn) }
    if !agent.waiting.isEmpty, !agent.keepsWishes { endWishes(of: id, &turn) }
    guard before.isLoggedIn, !agent.isLoggedIn else { return }
    for place in people[id]?.waiting ?? Sorted() { giveUp(place.contact, .unreachable, &turn) }
    for duty in agent.duties { skipSteps(in: duty.queue, &turn) }
  }

  private mutating func move(_ id: AgentID, from old: PhoneID?, to new: PhoneID?) {
    if let old, phones[old]?.agent == id { phones[old]?.agent = nil }
    if let new { phones[new, default: Phone()].agent = id }
  }

  /// Keeps the queues' knowledge of her.
  private mutating func reindex(_ agent: Agent, before: Agent, _ turn: inout Turn) {
    let isSame = Presence.allCases.allSatisfy { agent.isPresent($0, 1) == before.isPresent($0, 1) }
    // Most changes are none for her queues, of which there may be hundreds.
    if isSame, !agent.isAvailable { return }
    for duty in agent.duties {
      Visits.note()
      if agent.isAvailable || before.isAvailable { rankAgain(agent, duty) }
      count(agent, duty.membership, in: duty.queue, instead: (before, duty.membership), &turn)
    }
  }

  /// She stands among those of that queue who may be offered its contacts where she belongs, or not at all.
  mutating func rankAgain(_ agent: Agent, _ duty: Duty) {
    guard let strategy = lines[duty.queue]?.settings.strategy else { return }
    let rank =
      agent.isAvailable && !duty.membership.isPaused ? standingRank(of: agent, duty.membership, by: strategy) : nil
    lines[duty.queue]?.setFree(agent.id, rank)
  }

  /// Counts how far she is there, in place of what she was before.
  mutating func count(
    _ agent: Agent, _ membership: Membership?, in queue: QueueID,
    instead before: (agent: Agent, membership: Membership?),
    _ turn: inout Turn
  ) {
    for kind in Presence.allCases {
      let was = before.membership.map { before.agent.isPresent(kind, $0) } ?? false
      let isNow = membership.map { agent.isPresent(kind, $0) } ?? false
      guard was != isNow else { continue }
      lines[queue]?.present[kind, default: 0] += isNow ? 1 : -1
      if was { turn.leftQueues.insert(queue) }
    }
  }

  private func beginShift(of agent: inout Agent, at now: Moment) {
    if settings.counterWindow == .shift { agent.tally = Tally(window: .shift, at: now) }
    let present = colleagues(of: agent).compactMap { people[$0] }.filter(\.isLoggedIn)
    agent.tally.catchUp(with: present.map { counts(of: $0, at: now) }, at: now)
  }

  /// Those whose calls and times hers are held against: all who serve her queues, where such a thing counts in any.
  func colleagues(of agent: Agent) -> Set<AgentID> {
    guard agent.duties.contains(where: { lines[$0.queue]?.settings.strategy.counts == true }) else { return [] }
    var colleagues: Set<AgentID> = []
    for duty in agent.duties { colleagues.formUnion(lines[duty.queue]?.members ?? Sorted()) }
    colleagues.remove(agent.id)
    return colleagues
  }

  /// How long she may be away for the reason that she gives.
  private mutating func timeAbsence(_ id: AgentID, _ turn: inout Turn) {
    cancel(.overstay(id), &turn)
    guard case .notReady(let reason)? = people[id]?.status, let longest = settings.reasons[reason]?.longest else {
      return
    }
    start(.overstay(id), after: longest, &turn)
  }

  mutating func overstayed(_ id: AgentID, _ turn: inout Turn) {
    guard case .notReady(let reason)? = people[id]?.status else { return }
    turn.effects.append(.overstayed(id, reason: reason))
  }

  // MARK: Timers

  /// Sets a timer, or sets it anew.
  mutating func start(_ timer: Timer, after duration: Duration, _ turn: inout Turn) {
    start(timer, until: turn.now.advanced(by: duration), &turn)
  }

  /// The same, by the moment when it is due.
  mutating func start(_ timer: Timer, until due: Moment, _ turn: inout Turn) {
    deadlines[timer] = due
    turn.effects.append(.startTimer(timer, max(.zero, due.since(turn.now))))
  }

  /// Nothing happens when it is not set.
  mutating func cancel(_ timer: Timer, _ turn: inout Turn) {
    if deadlines.removeValue(forKey: timer) != nil { turn.effects.append(.cancelTimer(timer)) }
  }
}
