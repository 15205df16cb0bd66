import Telephony

// The only ways in which timers change, and what others see of agents.
extension Distributor {
  /// Changes one agent, keeps the order of free agents with it, and tells what is different.
  mutating func change(
    _ id: AgentID, _ reason: String, by actor: Actor, keepingPlace: Bool = false, _ turn: inout Turn,
    _ body: (inout Agent) -> Void
  ) {
    guard let before = people[id] else { return }
    var agent = before
    body(&agent)
    agent.isPhoneReachable = agent.phone.map(isReachable) ?? false
    agent.note(changesSince: before, keepingPlace: keepingPlace, at: turn.now)
    people[id] = agent
    if agent.phone != before.phone { move(id, from: before.phone, to: agent.phone) }
    reindex(agent, before: before)
    if agent.isFree, !before.isFree { turn.freedAgents.append(id) }
    let (old, new) = (before.state, agent.state)
    if old != new { turn.effects.append(.agentChanged(old: old, new: new, reason: reason, by: actor)) }
    if before.isLoggedIn, !agent.isLoggedIn {
      for place in agent.waiting.elements { giveUp(place.contact, .unreachable, &turn) }
    }
  }

  private mutating func move(_ id: AgentID, from old: PhoneID?, to new: PhoneID?) {
    if let old, phones[old]?.agent == id { phones[old]?.agent = nil }
    if let new { phones[new, default: Phone()].agent = id }
  }

  private mutating func reindex(_ agent: Agent, before: Agent) {
    let moves = agent.isFree != before.isFree || (agent.isFree && agent.readySince != before.readySince)
    for membership in agent.memberships where moves {
      if before.isFree {
        lines[membership.queue]?.free.remove(
          FreeAgent(level: membership.level, readySince: before.readySince, agent: agent.id))
      }
      if agent.isFree {
        lines[membership.queue]?.free.insert(
          FreeAgent(level: membership.level, readySince: agent.readySince, agent: agent.id))
      }
    }
    guard agent.isLoggedIn != before.isLoggedIn else { return }
    for membership in agent.memberships { lines[membership.queue]?.agentsLoggedIn += agent.isLoggedIn ? 1 : -1 }
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
