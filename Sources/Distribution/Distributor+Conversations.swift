public import Telephony

// Talking, and what comes after it.
extension Distributor {
  /// Her phone holds the other party.
  public mutating func conversationHeld(by agent: AgentID, at now: Moment) -> [Effect] {
    setHeld(true, agent, "held", at: now)
  }

  /// Her phone took the other party back.
  public mutating func conversationRetrieved(by agent: AgentID, at now: Moment) -> [Effect] {
    setHeld(false, agent, "retrieved", at: now)
  }

  private mutating func setHeld(_ isHeld: Bool, _ agent: AgentID, _ reason: String, at now: Moment) -> [Effect] {
    guard case .talking(var conversation) = people[agent]?.work, conversation.isHeld != isHeld else { return [] }
    var turn = Turn(at: now)
    conversation.isHeld = isHeld
    change(agent, reason, by: .agent, &turn) { $0.work = .talking(conversation) }
    return conclude(&turn)
  }

  /// Wrap-up begins. For her own dialling that nobody answered it is the same as `dialingFailed`.
  public mutating func conversationEnded(_ contact: ContactID, with agent: AgentID, at now: Moment) -> [Effect] {
    guard case .talking(let conversation) = people[agent]?.work, conversation.contact == contact else {
      return dialingFailed(contact, by: agent, at: now)
    }
    var turn = Turn(at: now)
    engaged.remove(contact)
    let wrapUp = Agent.WrapUp(contact: contact, allowed: conversation.wrapUp, remaining: conversation.wrapUp)
    beginWrapUp(wrapUp, agent, "call-ended", &turn)
    return conclude(&turn)
  }

  // MARK: Wrap-up

  /// The longest wrap-up that an agent can extend hers to.
  static let longestWrapUp = Duration.seconds(3600)

  /// The agent ends her wrap-up.
  public mutating func wrapUpFinished(_ agent: AgentID, at now: Moment) -> [Effect] {
    var turn = Turn(at: now)
    endWrapUp(agent, "wrap-up-finished", by: .agent, &turn)
    return conclude(&turn)
  }

  /// She needs more time; an hour in all at most.
  public mutating func wrapUpExtended(_ agent: AgentID, by more: Duration, at now: Moment) -> [Effect] {
    guard case .wrapUp(var wrapUp, let ends) = people[agent]?.work else { return [] }
    // Bounded before it is added: it comes from a client, and may be anything.
    let granted = min(more, Self.longestWrapUp - wrapUp.allowed)
    guard granted > .zero else { return [] }
    var turn = Turn(at: now)
    let extended = ends.advanced(by: granted)
    wrapUp.allowed += granted
    start(.wrapUp(agent), until: extended, &turn)
    people[agent]?.work = .wrapUp(wrapUp, ends: extended)
    return conclude(&turn)
  }

  /// For the time that remains of it; without any, she is free at once.
  private mutating func beginWrapUp(_ wrapUp: Agent.WrapUp, _ agent: AgentID, _ reason: String, _ turn: inout Turn) {
    guard wrapUp.remaining > .zero else {
      return change(agent, reason, by: .system, &turn) { $0.endWork() }
    }
    let ends = turn.now.advanced(by: wrapUp.remaining)
    start(.wrapUp(agent), after: wrapUp.remaining, &turn)
    change(agent, reason, by: .system, &turn) { $0.work = .wrapUp(wrapUp, ends: ends) }
  }

  /// Nothing happens when she is not in wrap-up.
  mutating func endWrapUp(
    _ agent: AgentID, _ reason: String, by actor: Actor, _ turn: inout Turn,
    beforehand: (inout Agent) -> Void = { _ in }
  ) {
    guard case .wrapUp = people[agent]?.work else { return }
    cancel(.wrapUp(agent), &turn)
    change(agent, reason, by: actor, &turn) {
      beforehand(&$0)
      $0.endWork()
    }
  }

  // MARK: Her own dialling

  /// Whether she may dial now, and where: logged in, reachable, and idle or wrapping up.
  public func phoneForDialing(_ agent: AgentID) -> PhoneID? {
    guard let person = people[agent], let phone = person.phone, person.isPhoneReachable else { return nil }
    switch person.work {
    case .none, .wrapUp: return phone
    case .offered, .talking, .dialing: return nil
    }
  }

  /// Whoever sits at a phone that dials by itself, and does nothing else; nil when the call is nobody's: nobody is logged
  /// in there, or she has another call.
  public func agentDialing(from phone: PhoneID) -> AgentID? {
    guard let agent = phones[phone]?.agent else { return nil }
    switch people[agent]?.work {
    case .some(.none), .wrapUp: return agent
    case .offered, .talking, .dialing, nil: return nil
    }
  }

  /// Her own dialling began: no offers for her until it ends (`conversationEnded`, or `dialingFailed`). It interrupts a
  /// wrap-up.
  public mutating func dialingBegan(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard let person = people[agent], person.phone != nil, contacts[contact] == nil, !engaged.contains(contact)
    else { return [] }
    var turn = Turn(at: now)
    var interrupted: Agent.WrapUp?
    switch person.work {
    case .none: break
    case .wrapUp(var wrapUp, let ends):
      wrapUp.remaining = ends.since(now)
      interrupted = wrapUp
      cancel(.wrapUp(agent), &turn)
    case .offered, .talking, .dialing: return []
    }
    engaged.insert(contact)
    change(agent, "dials", by: .agent, &turn) { $0.work = .dialing(contact, interrupted: interrupted) }
    return conclude(&turn)
  }

  /// The far end answered. Her wrap-up after it is at least what was left of the one that she interrupted.
  public mutating func dialingAnswered(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard case .dialing(contact, let interrupted) = people[agent]?.work else { return [] }
    var turn = Turn(at: now)
    let wrapUp = max(settings.direct.wrapUp, interrupted?.remaining ?? .zero)
    change(agent, "answered", by: .system, &turn) {
      $0.work = .talking(.init(contact: contact, wrapUp: wrapUp, isOutbound: true))
    }
    return conclude(&turn)
  }

  /// Nobody was reached: back to what she did before, without a wrap-up of its own.
  public mutating func dialingFailed(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard case .dialing(contact, let interrupted) = people[agent]?.work else { return [] }
    var turn = Turn(at: now)
    engaged.remove(contact)
    if let interrupted {
      beginWrapUp(interrupted, agent, "dialing-failed", &turn)
    } else {
      change(agent, "dialing-failed", by: .system, &turn) { $0.endWork() }
    }
    return conclude(&turn)
  }
}
