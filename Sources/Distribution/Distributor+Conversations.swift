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
    if !isHeld { conversation.turnedTo = now }
    change(agent, reason, by: .agent, &turn) { $0.replaceWork(on: contact, with: .talking(conversation)) }
    return conclude(&turn)
  }

  /// Wrap-up begins, or follows when no other call of hers is left. For her own dialling that nobody answered it is the
  /// same as `dialingFailed`.
  public mutating func conversationEnded(_ contact: ContactID, with agent: AgentID, at now: Moment) -> [Effect] {
    people[agent]?.shareTime(until: now)
    guard case .talking(let conversation)? = people[agent]?.work(on: contact) else {
      return dialingFailed(contact, by: agent, at: now)
    }
    var turn = Turn(at: now)
    if !conversation.isOutbound || settings.outboundResetsIdle { people[agent]?.lastRelease = now }
    if !conversation.isOutbound { measure(conversation.cost, of: conversation.queue) }
    let wrapUp = WrapUp(after: conversation, rules(of: conversation.queue))
    endCall(contact, agent, owing: wrapUp, "call-ended", &turn)
    return conclude(&turn)
  }

  /// One of her calls is over; what comes next is another one, a wrap-up, or nothing.
  mutating func endCall(
    _ contact: ContactID, _ id: AgentID, owing wrapUp: WrapUp?, _ reason: String, _ turn: inout Turn
  ) {
    engaged.remove(contact)
    guard people[id]?.aside.isEmpty == true else {
      return change(id, reason, by: .system, &turn) { $0.drop(contact, owing: wrapUp) }
    }
    endWork(of: id, owing: wrapUp, reason, &turn)
  }

  /// No call of hers is left: a wrap-up, or nothing.
  mutating func endWork(of id: AgentID, owing wrapUp: WrapUp?, _ reason: String, _ turn: inout Turn) {
    guard var agent = people[id] else { return }
    // Whoever was never here has nothing to wrap up.
    if agent.isLoggedIn { agent.owe(wrapUp) }
    if let owed = agent.owed {
      beginWrapUp(owed, id, reason, &turn)
    } else {
      change(id, reason, by: .system, &turn) { $0.endWork() }
    }
  }
}
