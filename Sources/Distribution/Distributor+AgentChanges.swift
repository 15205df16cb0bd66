public import Telephony

// Agents are changed while running.
extension Distributor {
  /// An agent is added, logged out, or has other places in queues, other skills and another capacity from now on. What she
  /// is being offered, and talks in, goes on.
  public mutating func agentSet(_ new: AgentSettings, at now: Moment) -> [Effect] {
    var turn = Turn(at: now)
    set(new, &turn)
    return conclude(&turn)
  }

  mutating func set(_ new: AgentSettings, _ turn: inout Turn) {
    if people[new.id] == nil {
      people[new.id] = Agent(new, window: settings.counterWindow, at: turn.now)
      people[new.id]?.duties = []
      agentOrder = people.keys.sorted()
    }
    people[new.id]?.isRemoved = false
    leaving.remove(new.id)
    assign(new.id, Agent.duties(new), new.skills, new.capacity, &turn)
  }

  /// She is taken out: serves nothing any more, is logged out, and is forgotten when the conversation that she is in, if
  /// any, is over.
  public mutating func agentRemoved(_ agent: AgentID, at now: Moment) -> [Effect] {
    guard let person = people[agent], !person.isRemoved else { return [] }
    var turn = Turn(at: now)
    remove(agent, &turn)
    return conclude(&turn)
  }

  mutating func remove(_ agent: AgentID, _ turn: inout Turn) {
    guard let person = people[agent], !person.isRemoved else { return }
    assign(agent, [], [:], person.capacity, &turn)
    people[agent]?.isRemoved = true
    leaving.insert(agent)
    if person.isLoggedIn { take(.loggedOut, agent, "removed", by: .supervisor, &turn) }
  }

  /// A new day of work: what counts by the day counts from here.
  public mutating func dayBegan(at now: Moment) -> [Effect] {
    guard settings.counterWindow == .day else { return [] }
    for id in agentOrder { people[id]?.tally = Tally(window: .day, at: now) }
    return []
  }

  private mutating func assign(
    _ id: AgentID, _ duties: [Duty], _ skills: [SkillID: Int], _ capacity: Int, _ turn: inout Turn
  ) {
    guard let before = people[id] else { return }
    people[id]?.duties = duties
    people[id]?.skills = skills
    people[id]?.capacity = capacity
    guard let agent = people[id] else { return }
    for queue in Set((before.duties + duties).map(\.queue)).sorted() {
      let membership = agent.membership(of: queue)
      if let membership {
        lines[queue]?.members.insert(id)
        rankAgain(agent, Duty(queue: queue, membership: membership))
      } else {
        lines[queue]?.members.remove(id)
        lines[queue]?.setFree(id, nil)
      }
      count(agent, membership, in: queue, instead: (before, before.membership(of: queue)), &turn)
      if membership?.delay ?? .zero != before.membership(of: queue)?.delay ?? .zero { delaysChanged(in: queue, &turn) }
      skipSteps(in: queue, &turn)
    }
    endWishes(of: id, &turn)
    turn.freedAgents.append(id)
  }

  /// Whoever was taken out, and does nothing any more.
  mutating func forgetLeaving(_ turn: inout Turn) {
    for id in leaving.sorted() {
      guard let agent = people[id], !agent.isLoggedIn, case .none = agent.work else { continue }
      for contact in agent.leftOutUntil.keys { contacts[contact]?.leftOut[id] = nil }
      cancel(.retry(id), &turn)
      people[id] = nil
      leaving.remove(id)
      agentOrder.removeAll { $0 == id }
    }
  }
}
