public import Telephony

// What outlives the daemon.
extension Distributor {
  /// The floor as it was before a restart. Whoever was logged in is so again, at the same phone, and away with reason
  /// `restart` until she says herself that she is ready; turns stand where they stood, and what she and all others did, by
  /// what the log tells of it (`past`), counts on. Agents, phones and queues that are not there any more are left out. To be
  /// told before anything else.
  public mutating func restored(_ floor: FloorState, _ past: PastWork = PastWork(), at now: Moment) -> [Effect] {
    let isFirst = handling.count == 0 && !people.values.contains(where: \.isLoggedIn)
    for (queue, agent) in floor.turns { turnRestored(queue, after: agent) }
    var turn = Turn(at: now)
    for (agent, phone) in floor.logIns.sorted(by: { $0.key < $1.key }) {
      guard let person = people[agent], !person.isLoggedIn, phones[phone]?.agent == nil else { continue }
      change(agent, AgentStatus.afterRestart, by: .system, &turn) {
        $0.phone = phone
        $0.adopt(.notReady(reason: AgentStatus.afterRestart))
      }
    }
    // After the log-ins, which are none: nobody's shift has begun anew.
    if isFirst { take(past, at: now) }
    return conclude(&turn)
  }

  /// What must be kept over a restart of one of its effects; nil: nothing. To be asked before the next input: a turn is kept
  /// as it stands by then, also after an offer that took none, or gave one back.
  public func memory(of effect: Effect) -> FloorChange? {
    switch effect {
    case .agentChanged(let old, let new, _, _):
      let (before, after) = (Self.place(of: old), Self.place(of: new))
      return before == after ? nil : .logIn(new.id, after)
    case .offer(let contact, _, _), .withdraw(let contact, _, .keptForAnother):
      guard let queue = contacts[contact]?.queue, let line = lines[queue], line.settings.strategy == .roundRobin else {
        return nil
      }
      return .turn(queue, line.turn?.agent)
    default: return nil
    }
  }

  private static func place(of agent: AgentState) -> PhoneID? { agent.status == .loggedOut ? nil : agent.phone }
}
