public import Telephony

// What happens to supervisors, agents and contacts.
extension MonitorDesk {
  // MARK: The audit

  /// That row is on the disk.
  public mutating func audited(_ id: MonitorID, _ position: Int, at now: Moment) -> [Effect] {
    guard let entry = watches[id]?.awaited, entry.position == position else { return [] }
    watches[id]?.awaited = nil
    switch entry.action {
    case .asked where watches[id]?.monitor.stage == .asked:
      watches[id]?.monitor.stage = .ringing
      guard let monitor = watches[id]?.monitor else { return [] }
      return [
        monitor.user == nil ? .answerPhone(monitor) : .ringPhone(monitor), .startTimer(.ringing(id), settings.ringTime),
      ]
    case .asked: break
    case .placed: watches[id]?.written = entry.contact.map { Watch.Place(contact: $0, mode: entry.mode) }
    case .tookOver:
      if let placed = watches[id]?.placed, placed.contact == entry.contact, watches[id]?.takesOver == true {
        return takeOver(id, placed.contact, agentHungUp: false, at: now)
      }
    case .refused, .ended: return []
    }
    return settle(id, at: now)
  }

  /// That row cannot be written: nobody listens unseen.
  public mutating func auditFailed(_ id: MonitorID, _ position: Int, at now: Moment) -> [Effect] {
    watches[id]?.awaited?.position == position ? finish(id, .auditFailed, at: now) : []
  }

  // MARK: Her phone

  /// She took it up.
  public mutating func phoneAnswered(_ id: MonitorID, at now: Moment) -> [Effect] {
    guard watches[id]?.monitor.stage == .ringing else { return [] }
    watches[id]?.monitor.stage = .waiting
    return [.cancelTimer(.ringing(id))] + settle(id, at: now)
  }

  /// Her leg is over.
  public mutating func phoneEnded(_ id: MonitorID, at now: Moment) -> [Effect] {
    guard let monitor = watches[id]?.monitor else { return [] }
    let wasThere = monitor.stage == .waiting || monitor.stage == .present || monitor.user == nil
    return finish(id, wasThere ? .hungUp : .notReached, at: now)
  }

  /// Her ring time is over.
  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] {
    guard case .ringing(let id) = timer, watches[id]?.monitor.stage == .ringing else { return [] }
    return finish(id, .noAnswer, at: now)
  }

  // MARK: Those who talk

  /// An agent talks in this contact from now on.
  public mutating func contactConnected(_ contact: ContactID, with agent: AgentID, queue: QueueID?, at now: Moment)
    -> [Effect]
  {
    guard talks[contact] == nil else { return [] }
    talks[contact] = Talk(agent: agent, queue: queue, since: now)
    return follow(agent, at: now)
  }

  /// The agent's leg is gone, and the contact's other one is still there: whoever barges, the first of several, is its party
  /// now. Empty when nobody does: then the contact ends.
  public mutating func agentLeft(_ contact: ContactID, at now: Moment) -> [Effect] {
    let heirs = watches.values.filter { $0.placed == Watch.Place(contact: contact, mode: .barge) }
    guard let heir = heirs.map(\.monitor.id).min() else { return [] }
    let entry = watches[heir]?.entry(.tookOver, .barge, at: now)
    return (entry.map { [.note($0)] } ?? []) + takeOver(heir, contact, agentHungUp: true, at: now)
  }

  /// Nobody talks in this contact any more.
  public mutating func contactEnded(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard let talk = talks.removeValue(forKey: contact) else { return [] }
    let leaving = monitors.filter { $0.contact == contact && $0.follow == .contact }
    return leaving.flatMap { finish($0.id, .contactEnded, at: now) } + follow(talk.agent, at: now)
  }

  /// She is logged out.
  public mutating func agentLoggedOut(_ agent: AgentID, at now: Moment) -> [Effect] {
    monitors.filter { $0.agent == agent && $0.follow == .agent }.flatMap { finish($0.id, .agentLeft, at: now) }
  }

  /// Whoever stays with this agent goes where she is.
  private mutating func follow(_ agent: AgentID, at now: Moment) -> [Effect] {
    let contact = current(of: agent)
    let followers = monitors.filter { $0.agent == agent && $0.follow == .agent && $0.contact != contact }
    return followers.flatMap { monitor -> [Effect] in
      watches[monitor.id]?.monitor.contact = contact
      return settle(monitor.id, at: now)
    }
  }

  // MARK: Going in and out

  /// Brings her one step nearer to where she ought to be, as far as what is written allows.
  mutating func settle(_ id: MonitorID, at now: Moment) -> [Effect] {
    guard var watch = watches[id], watch.monitor.stage == .waiting || watch.monitor.stage == .present else { return [] }
    var effects: [Effect] = []
    if let placed = watch.placed, placed.contact != watch.monitor.contact {
      watch.leave()
      effects += [.withdraw(id), .changed(watch.monitor)]
    }
    defer { watches[id] = watch }
    guard let contact = watch.monitor.contact, hasRoom(contact, for: id) else { return effects }
    let rights = rights(of: watch.monitor.supervisor, in: contact)
    guard rights.contains(.listen) else { return effects }
    if watch.takesOver {
      if watch.awaited == nil {
        let entry = watch.entry(.tookOver, .barge, at: now)
        watch.awaited = entry
        effects.append(.audit(entry))
      }
      return effects
    }
    while true {
      if watch.placed != nil, !rights.contains(MonitorRight(watch.wanted)) {
        // Asked for before it was known in which contact.
        let right = MonitorRight(watch.wanted)
        watch.wanted = .listen
        effects += watch.denied(right, .notAllowed(watch.monitor.supervisor, right, with: watch.monitor.agent), at: now)
      }
      let mode = watch.placed == nil ? .listen : watch.wanted
      let next = Watch.Place(contact: contact, mode: mode)
      guard next != watch.placed else { return effects }
      let isLess = watch.placed.map { next.mode < $0.mode } ?? false
      guard isLess || next == watch.written else {
        if watch.awaited == nil {
          let entry = watch.entry(.placed, mode, at: now)
          watch.awaited = entry
          effects.append(.audit(entry))
        }
        return effects
      }
      watch.enter(next)
      if isLess { effects.append(.note(watch.entry(.placed, mode, at: now))) }
      effects += [.place(id, in: contact, mode), watch.hasStarted ? .changed(watch.monitor) : .started(watch.monitor)]
      watch.hasStarted = true
    }
  }

  private func hasRoom(_ contact: ContactID, for id: MonitorID) -> Bool {
    watches.values.count { $0.monitor.id != id && $0.placed?.contact == contact } < Self.limit
  }

  /// Somebody has left: whoever waited for room there comes in.
  mutating func letIn(to contact: ContactID, at now: Moment) -> [Effect] {
    monitors.filter { $0.contact == contact && $0.stage == .waiting }.flatMap { settle($0.id, at: now) }
  }

  /// She is the contact's party; whoever stays with the contact stays with her, whoever followed the agent has left it.
  private mutating func takeOver(_ id: MonitorID, _ contact: ContactID, agentHungUp: Bool, at now: Moment) -> [Effect] {
    guard let heir = watches.removeValue(forKey: id), let talk = talks[contact] else { return [] }
    talks[contact]?.agent = heir.monitor.supervisor
    talks[contact]?.since = now
    var effects: [Effect] = [
      .takeOver(heir.monitor, contact, agentHungUp: agentHungUp), .stopped(heir.monitor, .tookOver),
    ]
    for monitor in monitors where monitor.contact == contact && monitor.follow == .contact {
      watches[monitor.id]?.monitor.agent = heir.monitor.supervisor
      guard rights(of: monitor.supervisor, in: contact).contains(.listen) else {
        effects += finish(monitor.id, .notAllowed, at: now)
        continue
      }
      if let watch = watches[monitor.id], watch.placed != nil { effects.append(.changed(watch.monitor)) }
      effects += settle(monitor.id, at: now)
    }
    return effects + follow(talk.agent, at: now) + follow(heir.monitor.supervisor, at: now)
  }

  /// It is over, for this reason.
  mutating func finish(_ id: MonitorID, _ end: MonitorEnd, at now: Moment) -> [Effect] {
    guard var watch = watches.removeValue(forKey: id) else { return [] }
    var effects: [Effect] = watch.monitor.stage == .ringing ? [.cancelTimer(.ringing(id))] : []
    if watch.placed != nil { effects.append(.withdraw(id)) }
    effects += [
      .endPhone(id, end), .note(watch.entry(.ended, watch.monitor.mode, end: end, at: now)),
      .stopped(watch.monitor, end),
    ]
    return effects + (watch.placed.map { letIn(to: $0.contact, at: now) } ?? [])
  }
}
