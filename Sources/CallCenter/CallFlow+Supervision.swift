import Control
import Conversations
import Dialing
import Distribution
import History
import Recordings
public import Supervision
public import Telephony

/// Supervisors: what clients ask for, what happens to their phones, and what the desk of monitors answers.
extension CallFlow {
  // MARK: Requests

  mutating func startMonitor(_ wish: MonitorWish, by client: Client, at now: Moment) -> Decision {
    let supervisor = wish.supervisor
    guard let state = distributor.agent(supervisor) else {
      return .refused(.notFound, "there is no agent \(supervisor) who could supervise")
    }
    guard closing.takesCalls else { return .refused(.draining, "the daemon is stopping") }
    // A leg that she has already is used again, and is no new one.
    let former = monitors.monitors.first { $0.supervisor == supervisor }
    guard former != nil || !isOverloaded else { return .refused(.overloaded, Self.overloadedText) }
    let target: MonitorOrder.Target
    switch (wish.agent, wish.contact) {
    case (let agent?, nil):
      guard let watched = distributor.agent(agent) else { return .refused(.notFound, "there is no agent \(agent)") }
      guard watched.status != .loggedOut else { return .refused(.wrongState, "agent \(agent) is logged out") }
      target = .agent(agent)
    case (nil, let contact?):
      guard contacts[contact] != nil else { return .refused(.notFound, "there is no contact \(contact) now") }
      target = .contact(contact)
    default: return .refused(.invalidParameters, "agent or contact: exactly one of the two is needed")
    }
    guard let phone = wish.phone ?? former?.phone ?? state.phone ?? settings.agents[supervisor]?.phone else {
      return .refused(
        .invalidParameters, "phone is missing: \(supervisor) is logged in at none and has none of her own")
    }
    guard settings.phones[phone] != nil else { return .refused(.notFound, "there is no phone \(phone)") }
    if let other = distributor.agentDialing(from: phone), other != supervisor {
      return .refused(.wrongState, "agent \(other) is logged in at phone \(phone)")
    }
    guard former != nil || distributor.maySupervise(supervisor) else {
      return .refused(.wrongState, "\(supervisor) is busy: she is \(state.activity.rawValue)")
    }
    let order = MonitorOrder(
      supervisor: supervisor, phone: phone, target: target, mode: wish.mode, follow: wish.follow, user: client.userID)
    let id = MonitorID(rawValue: names.next(at: now))
    let answer = monitors.monitorAsked(order, as: id, at: now)
    return decision(answer, Done(contact: nil, note: "monitor \(former?.id ?? id)"), at: now) { flow in
      flow.translate(flow.distributor.supervisionBegan(by: supervisor, at: now), at: now)
    }
  }

  mutating func setMonitorMode(_ supervisor: AgentID, _ mode: MonitorMode, by client: Client, at now: Moment)
    -> Decision
  {
    decision(monitors.modeAsked(mode, by: supervisor, user: client.userID, at: now), at: now)
  }

  mutating func stopMonitor(_ supervisor: AgentID, by client: Client, at now: Moment) -> Decision {
    decision(monitors.stopAsked(by: supervisor, user: client.userID, at: now), at: now)
  }

  mutating func takeOver(_ supervisor: AgentID, by client: Client, at now: Moment) -> Decision {
    decision(monitors.takeOverAsked(by: supervisor, user: client.userID, at: now), at: now)
  }

  private mutating func decision(
    _ answer: MonitorDesk.Answer, _ done: Done = Done(), at now: Moment,
    _ before: (inout CallFlow) -> [Effect] = { _ in [] }
  ) -> Decision {
    guard let refusal = answer.refusal else {
      return .done(done, before(&self) + translate(answer.effects, at: now))
    }
    var decision = Decision.refused(refusal.isByPolicy ? .refused : .wrongState, refusal.explanation)
    decision.effects = translate(answer.effects, at: now)
    return decision
  }

  // MARK: What happens

  /// A row of the audit is on the disk, or cannot be written.
  public mutating func audited(_ entry: MonitorEntry, isWritten: Bool, at now: Moment) -> [Effect] {
    translate(
      isWritten
        ? monitors.audited(entry.monitor, entry.position, at: now)
        : monitors.auditFailed(entry.monitor, entry.position, at: now), at: now)
  }

  mutating func supervisorLegEnded(_ id: MonitorID, _ leg: LegID, at now: Moment) -> [Effect] {
    guard monitorLegs[id] == leg else { return [] }
    monitorLegs[id] = nil
    holdingMonitorLegs.remove(leg)
    return translate(monitors.phoneEnded(id, at: now), at: now)
  }

  /// After `heldBefore`: she may have held it before it began.
  mutating func supervisorsMayHear(_ id: ContactID, _ agent: AgentID, queue: QueueID?, at now: Moment) -> [Effect] {
    let isHeld = contacts[id]?.engagement?.stage == .holding
    return translate(monitors.contactConnected(id, with: agent, queue: queue, isHeld: isHeld, at: now), at: now)
  }

  /// What one of them leads to at the desk itself (an agent who is taken over from logs out) comes behind them all: it was
  /// decided after them, and is told after them. Empty where it waits for that.
  mutating func translate(_ effects: [MonitorDesk.Effect], at now: Moment) -> [Effect] {
    guard monitorEffects == nil else {
      monitorEffects? += effects
      return []
    }
    monitorEffects = effects[...]
    defer { monitorEffects = nil }
    var translated: [Effect] = []
    while let effect = monitorEffects?.popFirst() { translated += translate(effect, at: now) }
    return translated
  }

  private mutating func translate(_ effect: MonitorDesk.Effect, at now: Moment) -> [Effect] {
    switch effect {
    case .audit(let entry): return [.audit(entry)]
    case .note(let entry): return [.saveMonitorEntry(entry)]
    case .ringPhone(let monitor):
      let leg = newLeg(.supervisor(monitor.id))
      monitorLegs[monitor.id] = leg
      let name = settings.agents[monitor.agent]?.name ?? monitor.agent.rawValue
      return [
        .engine(
          .dial(
            leg, to: .phone(monitor.phone), showing: PresentedCaller(number: "anonymous", displayName: "◉ \(name)"),
            contact: ContactID(rawValue: monitor.id.rawValue)))
      ]
    case .answerPhone(let monitor): return monitorLegs[monitor.id].map { [.engine(.answer($0))] } ?? []
    case .place(let id, let contact, let mode):
      guard let leg = monitorLegs[id] else { return [] }
      return marks(ofPlacing: id, in: contact, mode, at: now)
        + (monitors.recordsApart(mode) ? translate(recorder.supervisorSpoke(contact, at: now), at: now) : [])
        + translate(switchboard.supervisorCame(leg, to: contact, mode: mode))
        + (holdingMonitorLegs.contains(leg) ? translate(switchboard.partyHeld(leg)) : [])
    case .withdraw(let id):
      return (monitorLegs[id].map { translate(switchboard.partyLeft($0)) } ?? [])
        + translate(recorder.supervisorLeft(id, at: now), at: now)
    case .endPhone(let id, let reason):
      guard let leg = monitorLegs.removeValue(forKey: id) else { return [] }
      holdingMonitorLegs.remove(leg)
      return end(leg, status: leg.isOutgoing ? 487 : reason.sipStatus)
    case .takeOver(let monitor, let contact, let agentHungUp):
      return takeOver(monitor, contact, agentHungUp: agentHungUp, at: now)
    case .started(let monitor): return notices(.monitorStarted(summary(monitor)), monitor, isKnown: true, at: now)
    case .changed(let monitor): return notices(.monitorChanged(summary(monitor)), monitor, at: now)
    case .left(let monitor):
      let body = Notice.Body.monitorStopped(summary(monitor), reason: "moved")
      return notices(body, monitor, to: visibility.ownAudience(of: monitor), at: now)
    case .met(let monitor):
      return notices(.monitorStarted(summary(monitor)), monitor, to: visibility.ownAudience(of: monitor), at: now)
    case .stopped(let monitor, let end):
      return notices(.monitorStopped(summary(monitor), reason: end.rawValue), monitor, at: now)
        + translate(distributor.supervisionEnded(by: monitor.supervisor, at: now), at: now)
    case .denied(let denial): return denied(denial, at: now)
    case .startTimer(let timer, let duration): return [.startTimer(.supervision(timer), duration)]
    case .cancelTimer(let timer): return [.cancelTimer(.supervision(timer))]
    }
  }

  /// In the row of the recording, which holds no sound of her but when she barges.
  private mutating func marks(
    ofPlacing id: MonitorID, in contact: ContactID, _ mode: MonitorMode, at now: Moment
  ) -> [Effect] {
    guard let monitor = monitors.monitors.first(where: { $0.id == id }) else { return [] }
    return translate(
      recorder.supervisorCame(id, monitor.supervisor, to: contact, with: monitor.agent, mode: mode, at: now), at: now)
  }

  /// The agent's leg and segment end; the supervisor's go on in their place. The recording goes on.
  private mutating func takeOver(_ monitor: Monitor, _ id: ContactID, agentHungUp: Bool, at now: Moment) -> [Effect] {
    guard let leg = monitorLegs[monitor.id], let contact = contacts[id], let former = contact.engagement else {
      return []
    }
    monitorLegs[monitor.id] = nil
    let segment = newSegment(at: now)
    legs[leg] = .agent(id, monitor.supervisor)
    contacts[id]?.engagement = .init(
      agent: monitor.supervisor, phone: monitor.phone, segment: segment, leg: leg, stage: .talking)
    var effects = translate(switchboard.partyJoined(leg, in: id, side: .agent, holdMusic: music(of: contact)))
    if let formerLeg = former.leg { effects += end(formerLeg, status: 487) }
    if former.stage == .holding {
      // Her leg may be gone already: what holds and is not the customer's was hers.
      contacts[id]?.holding = contact.holding.filter { $0 == contact.outside }
      effects.append(notice(.contactRetrieved, contact, at: now))
    }
    dialer.agentReplaced(id, by: monitor.supervisor)
    effects += translate(recorder.supervisorLeft(monitor.id, hasTakenOver: true, at: now), at: now)
    effects += translate(
      books.segmentEnded(id, name: former.segment, agentHungUp ? .agentHungUp : .answeredElsewhere, at: now))
    effects += translate(
      books.segmentBegan(id, .agent(monitor.supervisor, monitor.phone), name: segment, at: now))
    effects += translate(books.segmentAnswered(id, name: segment, at: now))
    effects += translate(distributor.conversationEnded(id, with: former.agent, at: now), at: now)
    effects += translate(
      distributor.contactTakenOver(
        id, of: contact.queue?.id, by: monitor.supervisor, on: monitor.phone, at: now), at: now)
    guard let taken = contacts[id] else { return effects }
    effects.append(notice(.contactTakenOver(from: former.agent), taken, at: now))
    effects += conversationBegan(id, monitor.supervisor, contact.cameBy, at: now)
    guard holdingMonitorLegs.remove(leg) != nil else { return effects }
    contacts[id]?.holding.insert(leg)
    return effects + tellHeld(leg, in: id, at: now)
  }

  // MARK: What clients see

  private func notices(
    _ body: Notice.Body, _ monitor: Monitor, isKnown: Bool? = nil, to audiences: [Audience]? = nil,
    at now: Moment
  ) -> [Effect] {
    let isKnown = isKnown ?? (monitor.told == monitor.agent)
    return (audiences ?? visibility.audiences(of: monitor, isKnown: isKnown)).map { audience in
      .notice(Notice(at: now, contact: monitor.contact, agent: monitor.agent, body: body, audience: audience))
    }
  }

  /// Who is on the line hears that it was refused.
  private func denied(_ denial: MonitorDenial, at now: Moment) -> [Effect] {
    let tone = monitorLegs[denial.monitor].map { [Effect.engine(.play(settings.refusalTone, to: $0))] } ?? []
    let body = Notice.Body.monitorRefused(
      supervisor: denial.supervisor, phone: denial.phone, right: denial.right.rawValue,
      reason: denial.refusal.explanation)
    return tone + [
      .notice(Notice(at: now, contact: denial.contact, agent: denial.agent, body: body, audience: .supervisors()))
    ]
  }

  func summary(_ monitor: Monitor) -> MonitorSummary {
    MonitorSummary(
      monitor: monitor.id, supervisor: monitor.supervisor, phone: monitor.phone, agent: monitor.agent,
      contact: monitor.contact, mode: monitor.mode, follow: monitor.follow, state: monitor.stage.rawValue,
      since: RFC3339.text(monitor.since.wallMilliseconds))
  }
}
