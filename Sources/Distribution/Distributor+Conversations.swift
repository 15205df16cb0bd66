public import Telephony

// Talking, and what comes after it.
extension Distributor {
  /// Her phone holds the other party of this contact.
  public mutating func conversationHeld(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    setHeld(true, contact, agent, "held", at: now)
  }

  /// Her phone took the other party back.
  public mutating func conversationRetrieved(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    setHeld(false, contact, agent, "retrieved", at: now)
  }

  private mutating func setHeld(
    _ isHeld: Bool, _ contact: ContactID, _ agent: AgentID, _ reason: String, at now: Moment
  ) -> [Effect] {
    guard case .talking(var conversation)? = people[agent]?.work(on: contact), conversation.isHeld != isHeld else {
      return []
    }
    var turn = Turn(at: now)
    conversation.isHeld = isHeld
    change(agent, reason, by: .agent, &turn) { $0.replaceWork(on: contact, with: .talking(conversation)) }
    return conclude(&turn)
  }

  /// Wrap-up begins, or follows when no other call of hers is left. For her own dialling that nobody answered it is the
  /// same as `dialingFailed`.
  public mutating func conversationEnded(_ contact: ContactID, with agent: AgentID, at now: Moment) -> [Effect] {
    guard case .talking(let conversation)? = people[agent]?.work(on: contact) else {
      return dialingFailed(contact, by: agent, at: now)
    }
    var turn = Turn(at: now)
    let wrapUp = Agent.WrapUp(contact: contact, allowed: conversation.wrapUp, remaining: conversation.wrapUp)
    endCall(contact, agent, owing: wrapUp, "call-ended", &turn)
    return conclude(&turn)
  }

  /// One of her calls is over; what comes next is another one, a wrap-up, or nothing.
  private mutating func endCall(
    _ contact: ContactID, _ id: AgentID, owing wrapUp: Agent.WrapUp?, _ reason: String, _ turn: inout Turn
  ) {
    engaged.remove(contact)
    guard people[id]?.aside.isEmpty == true else {
      return change(id, reason, by: .system, &turn) { $0.drop(contact, owing: wrapUp) }
    }
    endWork(of: id, owing: wrapUp, reason, &turn)
  }

  /// No call of hers is left: a wrap-up, or nothing.
  mutating func endWork(of id: AgentID, owing wrapUp: Agent.WrapUp?, _ reason: String, _ turn: inout Turn) {
    guard var agent = people[id] else { return }
    // Whoever was never here has nothing to wrap up.
    if agent.isLoggedIn { agent.owe(wrapUp) }
    if let owed = agent.owed {
      beginWrapUp(owed, id, reason, &turn)
    } else {
      change(id, reason, by: .system, &turn) { $0.endWork() }
    }
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

  private mutating func beginWrapUp(_ wrapUp: Agent.WrapUp, _ agent: AgentID, _ reason: String, _ turn: inout Turn) {
    let ends = turn.now.advanced(by: wrapUp.remaining)
    start(.wrapUp(agent), after: wrapUp.remaining, &turn)
    change(agent, reason, by: .system, &turn) {
      $0.work = .wrapUp(wrapUp, ends: ends)
      $0.owed = nil
    }
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
  ///
  /// For an emergency call it is enough that she is logged in: neither what she does, nor a call that is being offered to
  /// her, nor what is known of her phone keeps it from being rung.
  public func phoneForDialing(_ agent: AgentID, isEmergency: Bool = false) -> PhoneID? {
    guard let person = people[agent], let phone = person.phone else { return nil }
    if isEmergency { return phone }
    guard person.isPhoneReachable else { return nil }
    switch person.work {
    case .none, .wrapUp: return phone
    case .offered, .talking, .dialing, .supervising: return nil
    }
  }

  /// Whoever sits at a phone that dials by itself; nil when nobody is logged in there.
  public func agentDialing(from phone: PhoneID) -> AgentID? { phones[phone]?.agent }

  /// Her own dialling began: no offers for her until it ends (`conversationEnded`, or `dialingFailed`). It interrupts a
  /// wrap-up. With `overrides` (an emergency call, or one that her phone makes by itself) it also takes the place of an
  /// offer, which is withdrawn without blame, and of a conversation or dialling, which goes on beside it until it ends.
  public mutating func dialingBegan(
    _ contact: ContactID, by agent: AgentID, overrides: Bool = false, at now: Moment
  ) -> [Effect] {
    guard let person = people[agent], person.phone != nil, contacts[contact] == nil, !engaged.contains(contact)
    else { return [] }
    var turn = Turn(at: now)
    switch person.work {
    case .none: break
    case .wrapUp(var wrapUp, let ends):
      wrapUp.remaining = ends.since(now)
      people[agent]?.owe(wrapUp)
      cancel(.wrapUp(agent), &turn)
    case .offered(let offer):
      guard overrides else { return [] }
      endOffer(
        of: offer.contact, to: agent, .agentGone, .withdrawn, reason: "dials", by: .agent, &turn,
        becoming: .dialing(contact))
    case .talking, .dialing, .supervising:
      guard overrides else { return [] }
      people[agent]?.aside.append(person.work)
    }
    engaged.insert(contact)
    change(agent, "dials", by: .agent, &turn) { $0.work = .dialing(contact) }
    return conclude(&turn)
  }

  /// The far end answered. Her wrap-up after it is at least what was left of the one that she interrupted.
  public mutating func dialingAnswered(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard case .dialing? = people[agent]?.work(on: contact) else { return [] }
    var turn = Turn(at: now)
    let wrapUp = settings.direct.wrapUp
    change(agent, "answered", by: .system, &turn) {
      $0.replaceWork(on: contact, with: .talking(.init(contact: contact, wrapUp: wrapUp, isOutbound: true)))
    }
    return conclude(&turn)
  }

  /// Nobody was reached: back to what she did before, without a wrap-up of its own.
  public mutating func dialingFailed(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard case .dialing? = people[agent]?.work(on: contact) else { return [] }
    var turn = Turn(at: now)
    endCall(contact, agent, owing: nil, "dialing-failed", &turn)
    return conclude(&turn)
  }
}
