public import Telephony

// Who is here, at which phone, and wants what.
extension Distributor {
  /// She works at this phone from now on; the last log-in wins.
  ///
  /// Whoever was logged out is away with reason `login` until she says that she is ready; otherwise her status stays. Her
  /// offer at another phone is withdrawn, her conversation there goes on. Another agent at this phone is logged out, after
  /// her conversation when she is in one. Nothing happens for an agent who is not in the settings.
  public mutating func agentLoggedIn(_ agent: AgentID, phone: PhoneID, at now: Moment) -> [Effect] {
    guard let person = people[agent], !person.isRemoved else { return [] }
    var turn = Turn(at: now)
    if let other = phones[phone]?.agent, other != agent { displace(other, from: phone, &turn) }
    if person.isLoggedIn, let old = person.phone, old != phone {
      if case .offered(let offer) = person.work {
        endOffer(of: offer.contact, to: agent, .agentGone, .withdrawn, reason: "log-in", by: .agent, &turn) {
          $0.phone = phone
          if $0.pendingStatus == .loggedOut { $0.pendingStatus = nil }
        }
      }
      turn.effects.append(.displaced(agent, from: old))
    }
    change(agent, "log-in", by: .agent, &turn) {
      $0.phone = phone
      if !$0.isLoggedIn { $0.adopt(.notReady(reason: AgentStatus.afterLogIn)) }
      if $0.pendingStatus == .loggedOut { $0.pendingStatus = nil }
    }
    return conclude(&turn)
  }

  /// Takes effect after the present conversation; ends an offer or a wrap-up. It takes effect after a wrap-up that the agent
  /// may not end herself, where it is she who asks.
  public mutating func agentLoggedOut(_ agent: AgentID, by actor: Actor, at now: Moment) -> [Effect] {
    guard people[agent]?.isLoggedIn == true else { return [] }
    var turn = Turn(at: now)
    take(.loggedOut, agent, "log-out", by: actor, &turn)
    return conclude(&turn)
  }

  /// Ready or away; takes effect after the present conversation, ends a wrap-up, and being away ends an offer. It takes
  /// effect after a wrap-up that the agent may not end herself. Nothing happens for somebody logged out, or displaced or
  /// taken out and only finishing her conversation.
  public mutating func statusSet(_ agent: AgentID, to status: AgentStatus, by actor: Actor, at now: Moment) -> [Effect]
  {
    if status == .loggedOut { return agentLoggedOut(agent, by: actor, at: now) }
    guard let person = people[agent], person.isLoggedIn, person.phone != nil, !person.isRemoved else { return [] }
    var turn = Turn(at: now)
    take(status, agent, status == .ready ? "ready" : "away", by: actor, &turn)
    return conclude(&turn)
  }

  /// A new status, now or as soon as her work allows.
  mutating func take(
    _ status: AgentStatus, _ id: AgentID, _ reason: String, by actor: Actor, _ turn: inout Turn
  ) {
    switch people[id]?.work {
    case nil: return
    case .none?: change(id, reason, by: actor, &turn) { $0.adopt(status) }
    case .wrapUp(let wrapUp, let ends)? where actor == .agent && !wrapUp.mayEnd(ends: ends):
      change(id, reason, by: actor, &turn) { $0.adoptLater(status) }
    case .wrapUp?: endWrapUp(id, reason, by: actor, &turn) { $0.pendingStatus = status }
    case .offered(let offer)? where status != .ready && actor != .system && people[id]?.doesMore == true:
      endOffer(of: offer.contact, to: id, .agentGone, .withdrawn, reason: reason, by: actor, &turn)
      take(status, id, reason, by: actor, &turn)
    case .offered(let offer)? where status != .ready && actor != .system:
      endOffer(of: offer.contact, to: id, .agentGone, .withdrawn, reason: reason, by: actor, &turn) {
        $0.pendingStatus = status
      }
    case .offered?, .talking?, .dialing?, .supervising?: change(id, reason, by: actor, &turn) { $0.adoptLater(status) }
    }
  }

  /// Somebody else sits at her phone now.
  private mutating func displace(_ id: AgentID, from phone: PhoneID, _ turn: inout Turn) {
    switch people[id]?.work {
    case nil: return
    case .none?: change(id, "displaced", by: .system, &turn) { $0.adopt(.loggedOut) }
    case .wrapUp?: endWrapUp(id, "displaced", by: .system, &turn) { $0.pendingStatus = .loggedOut }
    case .offered(let offer)? where people[id]?.doesMore == true:
      endOffer(of: offer.contact, to: id, .agentGone, .withdrawn, reason: "displaced", by: .system, &turn)
      return displace(id, from: phone, &turn)
    case .offered(let offer)?:
      endOffer(of: offer.contact, to: id, .agentGone, .withdrawn, reason: "displaced", by: .system, &turn) {
        $0.pendingStatus = .loggedOut
      }
    case .talking?, .dialing?, .supervising?:
      change(id, "displaced", by: .system, &turn) {
        $0.phone = nil
        $0.adoptLater(.loggedOut)
      }
    }
    turn.effects.append(.displaced(id, from: phone))
  }
}
