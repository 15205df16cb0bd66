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
    case .placed:
      let place = entry.contact.map { Watch.Place(contact: $0, agent: entry.agent, mode: entry.mode) }
      // Used now or never: what was asked for meanwhile, and written, makes it void.
      guard let watch = watches[id], !watch.takesOver, watch.next == place, watch.said == place,
        watch.nextBy == entry.user
      else { break }
      return settle(id, written: place, at: now)
    case .tookOver:
      guard let watch = watches[id], let placed = watch.placed, watch.takesOver, placed.contact == entry.contact,
        placed.agent == entry.agent
      else { break }
      if rights(of: watch.monitor.supervisor, in: placed.contact).contains(.takeOver) {
        return takeOver(id, placed.contact, agentHungUp: false, at: now)
      }
      watches[id]?.dropTakeOver()
      return denied(.takeOver, id, by: watch.takesOverBy, at: now).effects + settle(id, at: now)
    case .left, .refused, .ended: return []
    }
    return (watches[id]?.notedAsIs(at: now) ?? []) + settle(id, at: now)
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

  /// An agent talks in this contact from now on; `isHeld`: her phone has held it since before that.
  public mutating func contactConnected(
    _ contact: ContactID, with agent: AgentID, queue: QueueID?, isHeld: Bool = false, at now: Moment
  ) -> [Effect] {
    guard talks[contact] == nil else { return [] }
    talks[contact] = Talk(agent: agent, queue: queue, isHeld: isHeld)
    turned(to: contact)
    return follow(agent, at: now)
  }

  /// Her phone holds the other party of this contact: she may be in another conversation now.
  public mutating func contactHeld(_ contact: ContactID, at now: Moment) -> [Effect] {
    setHeld(true, contact, at: now)
  }

  /// Her phone took the other party back.
  public mutating func contactRetrieved(_ contact: ContactID, at now: Moment) -> [Effect] {
    setHeld(false, contact, at: now)
  }

  private mutating func setHeld(_ isHeld: Bool, _ contact: ContactID, at now: Moment) -> [Effect] {
    guard let talk = talks[contact], talk.isHeld != isHeld else { return [] }
    talks[contact]?.isHeld = isHeld
    if !isHeld { turned(to: contact) }
    return follow(talk.agent, at: now)
  }

  /// The agent's leg is gone, and the contact's other one is still there: whoever barges, the first of several, is its party
  /// now. Empty when nobody does: then the contact ends.
  public mutating func agentLeft(_ contact: ContactID, at now: Moment) -> [Effect] {
    let heirs = watches.values.filter { $0.placed?.contact == contact && $0.placed?.mode == .barge }
    guard let heir = heirs.map(\.monitor.id).min() else { return [] }
    let user = watches[heir]?.monitor.user
    let entry = watches[heir]?.entry(.tookOver, .barge, by: user, at: now)
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
    lead(agent).flatMap { settle($0, at: now) }
  }

  /// Whoever stays with this agent ought to be where she is: those who are not. All of them before the first is settled,
  /// lest one be let in where another has left, and she is to leave as well.
  private mutating func lead(_ agent: AgentID) -> [MonitorID] {
    let contact = current(of: agent)
    let followers = monitors.filter { $0.agent == agent && $0.follow == .agent && $0.contact != contact }.map(\.id)
    for id in followers { watches[id]?.monitor.contact = contact }
    return followers
  }

  // MARK: Going in and out

  /// Brings her one step nearer to where she ought to be. `written`: the row of this is on the disk, and allows it at once,
  /// and no later.
  mutating func settle(_ id: MonitorID, written: Watch.Place? = nil, at now: Moment) -> [Effect] {
    guard var watch = watches[id], watch.monitor.stage == .waiting || watch.monitor.stage == .present else { return [] }
    let placed = watch.placed
    var effects: [Effect] = []
    if let placed, placed.contact != watch.monitor.contact || placed.agent != watch.monitor.agent {
      var former = watch.monitor
      former.agent = placed.agent
      former.contact = placed.contact
      watch.leave()
      effects += [.withdraw(id)] + watch.parted(from: former) + [.changed(watch.monitor)]
    }
    effects += come(&watch, written: written, at: now) + watch.notedAsLeft(at: now)
    watches[id] = watch
    guard let placed, placed.contact != watch.monitor.contact else { return effects }
    return effects + letIn(to: placed.contact, at: now)
  }

  /// She has left where she ought not to be: what brings her to where she ought to.
  private func come(_ watch: inout Watch, written: Watch.Place?, at now: Moment) -> [Effect] {
    let id = watch.monitor.id
    var effects: [Effect] = []
    guard let contact = watch.monitor.contact, hasRoom(contact, for: id) else { return effects }
    let rights = rights(of: watch.monitor.supervisor, in: contact)
    guard rights.contains(.listen) else { return effects }
    if watch.takesOver {
      if watch.awaited == nil {
        let entry = watch.entry(.tookOver, .barge, by: watch.takesOverBy, at: now)
        watch.awaited = entry
        effects.append(.audit(entry))
      }
      return effects
    }
    while true {
      if watch.placed != nil, !rights.contains(MonitorRight(watch.wanted)) {
        // Asked for before it was known in which contact.
        let right = MonitorRight(watch.wanted)
        let refusal = MonitorRefusal.notAllowed(watch.monitor.supervisor, right, with: watch.monitor.agent)
        effects += watch.denied(right, refusal, by: watch.wantedBy, at: now)
        watch.want(.listen, by: watch.wantedBy)
      }
      guard let next = watch.next, next != watch.placed else { return effects }
      let (mode, user) = (next.mode, watch.nextBy)
      let isLess = watch.placed.map { mode < $0.mode } ?? false
      guard isLess || next == written else {
        if watch.awaited == nil {
          let entry = watch.entry(.placed, mode, by: user, at: now)
          watch.awaited = entry
          effects.append(.audit(entry))
        }
        return effects
      }
      watch.enter(next)
      if isLess { effects.append(.note(watch.entry(.placed, mode, by: user, at: now))) }
      effects += [.place(id, in: contact, mode)] + watch.announced()
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
    talks[contact]?.isHeld = false
    turned(to: contact)
    var effects: [Effect] = [
      .takeOver(heir.monitor, contact, agentHungUp: agentHungUp), .stopped(heir.monitor, .tookOver),
    ]
    let staying = monitors.filter { $0.contact == contact && $0.follow == .contact }
    for monitor in staying { watches[monitor.id]?.monitor.agent = heir.monitor.supervisor }
    let led = lead(talk.agent) + lead(heir.monitor.supervisor)
    for monitor in staying {
      guard rights(of: monitor.supervisor, in: contact).contains(.listen) else {
        effects += finish(monitor.id, .notAllowed, at: now)
        continue
      }
      effects += settle(monitor.id, at: now)
    }
    return effects + led.flatMap { settle($0, at: now) }
  }

  /// It is over, for this reason; `user` asked for that where it was not who began it.
  mutating func finish(_ id: MonitorID, _ end: MonitorEnd, by user: UInt32?? = nil, at now: Moment) -> [Effect] {
    guard var watch = watches.removeValue(forKey: id) else { return [] }
    var effects: [Effect] = watch.monitor.stage == .ringing ? [.cancelTimer(.ringing(id))] : []
    if watch.placed != nil { effects.append(.withdraw(id)) }
    effects += [
      .endPhone(id, end),
      .note(watch.entry(.ended, watch.monitor.mode, end: end, by: user ?? watch.monitor.user, at: now)),
      .stopped(watch.monitor, end),
    ]
    return effects + (watch.placed.map { letIn(to: $0.contact, at: now) } ?? [])
  }
}
