public import Telephony

// What comes after a call.
extension Distributor {
  /// The longest wrap-up that an agent can extend hers to.
  static let longestWrapUp = Duration.seconds(3600)

  /// The agent ends her wrap-up. Nothing happens where its time must be over first, or a disposition is missing.
  public mutating func wrapUpFinished(_ agent: AgentID, at now: Moment) -> [Effect] {
    guard case .wrapUp(let wrapUp, let ends)? = people[agent]?.work, wrapUp.mayEnd(ends: ends) else { return [] }
    var turn = Turn(at: now)
    endWrapUp(agent, "wrap-up-finished", by: .agent, &turn)
    return conclude(&turn)
  }

  /// She needs more time; an hour in all at most. Nothing happens when there is no time, but only a missing disposition.
  public mutating func wrapUpExtended(_ agent: AgentID, by more: Duration, at now: Moment) -> [Effect] {
    guard case .wrapUp(var wrapUp, let ends?) = people[agent]?.work else { return [] }
    // Bounded before it is added: it comes from a client, and may be anything.
    let granted = min(more, Self.longestWrapUp - wrapUp.allowed)
    guard granted > .zero else { return [] }
    var turn = Turn(at: now)
    let extended = ends.advanced(by: granted)
    wrapUp.extend(by: granted)
    start(.wrapUp(agent), until: extended, &turn)
    people[agent]?.work = .wrapUp(wrapUp, ends: extended)
    return conclude(&turn)
  }

  /// She wants a wrap-up after the call that she is in (of several the one that she turned to last), where that is up to her.
  public mutating func wrapUpRequested(_ agent: AgentID, at now: Moment) -> [Effect] {
    guard var conversation = people[agent]?.conversation else { return [] }
    conversation.wantsWrapUp = true
    people[agent]?.replaceWork(on: conversation.contact, with: .talking(conversation))
    return []
  }

  /// The contact's disposition is set, by its agent or for her: with that a wrap-up that waited for it is over, but for time
  /// that is demanded after other contacts. One that has not begun keeps its time, as if it had been set in the call. Which codes there are is checked by whoever tells it.
  public mutating func dispositionSet(_ contact: ContactID, for agent: AgentID, at now: Moment) -> [Effect] {
    guard let person = people[agent] else { return [] }
    var turn = Turn(at: now)
    if person.owed?.awaited.contains(contact) == true {
      // With that she may have room for another contact beside the one that goes on.
      change(agent, "disposition-set", by: .agent, &turn) {
        if $0.owed?.hasDisposition(of: contact) == true { $0.owed?.keepTime() }
        if $0.owed?.isOver == true { $0.owed = nil }
      }
    }
    if case .talking(var conversation)? = person.work(on: contact) {
      conversation.hasDisposition = true
      people[agent]?.replaceWork(on: contact, with: .talking(conversation))
    }
    guard case .wrapUp(var wrapUp, var ends) = person.work, wrapUp.awaited.contains(contact) else {
      return conclude(&turn)
    }
    if wrapUp.hasDisposition(of: contact) {
      wrapUp.run(down: ends?.since(now) ?? .zero)
      guard wrapUp.unconditional > .zero else {
        endWrapUp(agent, "disposition-set", by: .agent, &turn)
        return conclude(&turn)
      }
      wrapUp.remaining = wrapUp.unconditional
      ends = startTimer(of: wrapUp, agent, &turn)
    }
    if ends == nil {
      holdWrapUp(wrapUp, agent, "disposition-set", by: .agent, &turn)
    } else {
      people[agent]?.work = .wrapUp(wrapUp, ends: ends)
    }
    return conclude(&turn)
  }

  mutating func beginWrapUp(_ wrapUp: WrapUp, _ agent: AgentID, _ reason: String, _ turn: inout Turn) {
    var wrapUp = wrapUp
    let ends = startTimer(of: wrapUp, agent, &turn)
    if ends == nil { wrapUp.stands(at: turn.now) }
    change(agent, reason, by: .system, &turn) {
      $0.work = .wrapUp(wrapUp, ends: ends)
      $0.owed = nil
    }
  }

  /// Something else comes first: what is left of hers is owed. Nothing happens when she is not in wrap-up.
  mutating func interruptWrapUp(_ agent: AgentID, _ turn: inout Turn) {
    guard let person = people[agent], case .wrapUp(var wrapUp, let ends) = person.work else { return }
    measure(wrapUp, since: person.activitySince, at: turn.now)
    wrapUp.run(down: ends?.since(turn.now) ?? .zero)
    wrapUp.isInterrupted()
    people[agent]?.owe(wrapUp)
    cancel(.wrapUp(agent), &turn)
  }

  /// When its time will be over; nil when it has none.
  mutating func startTimer(of wrapUp: WrapUp, _ agent: AgentID, _ turn: inout Turn) -> Moment? {
    guard wrapUp.remaining > .zero else { return nil }
    let ends = turn.now.advanced(by: wrapUp.remaining)
    start(.wrapUp(agent), until: ends, &turn)
    return ends
  }

  /// Its time is over; a missing disposition holds it.
  mutating func wrapUpTimeOver(_ agent: AgentID, _ turn: inout Turn) {
    guard case .wrapUp(let wrapUp, _)? = people[agent]?.work else { return }
    if wrapUp.awaited.isEmpty {
      endWrapUp(agent, "wrap-up-over", by: .system, &turn)
    } else {
      holdWrapUp(wrapUp, agent, "disposition-missing", by: .system, &turn)
    }
  }

  /// Nothing but a disposition keeps her in it.
  private mutating func holdWrapUp(
    _ wrapUp: WrapUp, _ agent: AgentID, _ reason: String, by actor: Actor, _ turn: inout Turn
  ) {
    guard let person = people[agent] else { return }
    var held = wrapUp
    held.stands(at: turn.now)
    if held.contact != wrapUp.contact { measure(wrapUp, since: person.activitySince, at: turn.now) }
    change(agent, reason, by: actor, &turn) { $0.work = .wrapUp(held, ends: nil) }
  }

  private mutating func measure(_ wrapUp: WrapUp, since: Moment, at now: Moment) {
    measureWrapUp(now.since(wrapUp.standsSince ?? since), of: wrapUp.queue)
  }

  /// Nothing happens when she is not in wrap-up.
  mutating func endWrapUp(
    _ agent: AgentID, _ reason: String, by actor: Actor, _ turn: inout Turn,
    beforehand: (inout Agent) -> Void = { _ in }
  ) {
    guard case .wrapUp(let wrapUp, _)? = people[agent]?.work else { return }
    cancel(.wrapUp(agent), &turn)
    if let since = people[agent]?.activitySince { measure(wrapUp, since: since, at: turn.now) }
    change(agent, reason, by: actor, &turn) {
      beforehand(&$0)
      $0.endWork()
    }
  }
}
