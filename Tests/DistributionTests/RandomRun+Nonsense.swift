import Distribution
import Telephony
import TelephonyTesting
import Testing

// What comes late, twice, too early or from nowhere, and a beginning after a restart.
extension RandomRun {
  /// What it says must be nothing, and everything must stay as it was.
  mutating func expectNothing(of input: (inout Distributor, Moment) -> [Distributor.Effect]) {
    let before = (desk.distributor.agents, desk.distributor.queues, desk.clock.pending)
    let effects = desk.tell(input)
    #expect(effects == [], "seed \(seed)")
    #expect(desk.distributor.agents == before.0, "seed \(seed)")
    #expect(desk.distributor.queues == before.1, "seed \(seed)")
    #expect(desk.clock.pending == before.2, "seed \(seed)")
  }

  /// A timer that nobody waits for does nothing, and one that comes too early is set again.
  mutating func expectNothing(of timer: Distributor.Timer) {
    guard let due = desk.clock.due(timer) else { return expectNothing { $0.timerFired(timer, at: $1) } }
    // In this instant it is neither.
    if due <= desk.clock.now { return }
    expectNothing { distributor, now in
      let effects = distributor.timerFired(timer, at: now)
      guard case .startTimer(timer, let rest)? = effects.first, rest > .zero else { return effects }
      return Array(effects.dropFirst())
    }
  }

  /// Each input once, where it means nothing.
  mutating func nonsense(_ agent: AgentID) {
    let gone = overseer.ended.isEmpty ? "nobody" : random.pick(overseer.ended.sorted() + ["nobody"])
    let known = (Array(overseer.open.keys) + overseer.talks.keys).sorted()
    lateOffers(gone, agent)
    lateContacts(gone, agent)
    if !known.isEmpty { lateArrivals(random.pick(known), agent) }
    lateAgents(agent)
    let anyone = random.pick(known + [gone])
    for timer in Self.timers(anyone, agent, random.pick(phones)) { expectNothing(of: timer) }
    for timer in Self.timers("nobody", "stranger", "nowhere") { expectNothing(of: timer) }
  }

  /// One of each kind.
  private static func timers(_ contact: ContactID, _ agent: AgentID, _ phone: PhoneID) -> [Distributor.Timer] {
    [
      .ringing(agent), .alerting(agent), .retry(agent), .wrapUp(agent), .overstay(agent), .longestWait(contact),
      .offerAgain(contact), .nextStep(contact), .wish(contact), .delay(contact), .ringMore(contact), .backOff(phone),
      .keptPlace(KeptPlace(queue: "gold", caller: "+8131")), .keptPlace(KeptPlace(queue: "open", caller: "nobody")),
    ]
  }

  /// Of a contact that is not offered any more.
  private mutating func lateOffers(_ gone: ContactID, _ agent: AgentID) {
    expectNothing { $0.offerAnswered(gone, by: agent, at: $1) }
    expectNothing { $0.offerDialled(gone, to: agent, at: $1) }
    expectNothing { $0.offerRang(gone, at: agent, at: $1) }
    for end: Distributor.OfferEnd in [.noAnswer, .declined, .busy, .unreachable, .systemFailure] {
      expectNothing { $0.offerFailed(gone, by: agent, end, at: $1) }
    }
  }

  /// Of one that is over, or never was.
  private mutating func lateContacts(_ gone: ContactID, _ agent: AgentID) {
    expectNothing { $0.contactLeft(gone, at: $1) }
    expectNothing { $0.contactCutOff(gone, at: $1) }
    let wish = Wish(for: agent)
    expectNothing { $0.callerIdentified(gone, as: "+8131", wish: wish, priority: 9, at: $1) }
    expectNothing { $0.priorityChanged(gone, to: 9, at: $1) }
    expectNothing { $0.conversationHeld(gone, by: agent, at: $1) }
    expectNothing { $0.conversationRetrieved(gone, by: agent, at: $1) }
    expectNothing { $0.conversationEnded(gone, with: agent, at: $1) }
    expectNothing { $0.dialingAnswered(gone, by: agent, at: $1) }
    expectNothing { $0.dialingFailed(gone, by: agent, at: $1) }
    // A wrap-up may be waiting for just that.
    let awaited = [overseer.owed[agent], overseer.writing[agent]].compactMap { $0?.awaited }
    if !awaited.contains(where: { $0.contains(gone) }) {
      expectNothing { $0.dispositionSet(gone, for: agent, at: $1) }
    }
    // Whoever supervises, also beside what she dials, would take it.
    guard desk.distributor.maySupervise(agent) else { return }
    expectNothing { $0.contactTakenOver(gone, of: "open", by: agent, on: "elsewhere", at: $1) }
  }

  /// Of one that waits or talks.
  private mutating func lateArrivals(_ known: ContactID, _ agent: AgentID) {
    var arrival = Arrival(for: .queue(random.pick(queues)))
    arrival.priority = 9
    arrival.wish = Wish(for: agent)
    expectNothing { [arrival] in $0.contactArrived(known, arrival, at: $1) }
    expectNothing { $0.contactArrived(known, for: .agent(agent), at: $1) }
    expectNothing { $0.dialingBegan(known, by: agent, overrides: true, at: $1) }
    expectNothing { $0.contactTakenOver(known, of: nil, by: agent, on: "elsewhere", at: $1) }
  }

  /// Of somebody who is not there, or does something else.
  private mutating func lateAgents(_ agent: AgentID) {
    expectNothing { $0.agentLoggedIn("stranger", phone: "p1", at: $1) }
    expectNothing { $0.statusSet("stranger", to: .ready, by: .supervisor, at: $1) }
    expectNothing { $0.agentLoggedOut("stranger", by: .supervisor, at: $1) }
    expectNothing { $0.supervisionBegan(by: "stranger", at: $1) }
    expectNothing { $0.supervisionEnded(by: "stranger", at: $1) }
    expectNothing { $0.dialingBegan("new", by: "stranger", overrides: true, at: $1) }
    expectNothing { $0.dispositionSet("nobody", for: "stranger", at: $1) }
    expectNothing { $0.agentRemoved("stranger", at: $1) }
    expectNothing { $0.queueRemoved("missing", at: $1) }
    expectNothing { $0.phoneBecameReachable("nowhere", at: $1) }
    expectNothing { $0.phoneBecameUnreachable("nowhere", at: $1) }
    let state = overseer.states[agent]
    if state?.activity != .afterCallWork {
      expectNothing { $0.wrapUpFinished(agent, at: $1) }
      expectNothing { $0.wrapUpExtended(agent, by: .seconds(10), at: $1) }
    }
    if state?.contacts.isEmpty != false { expectNothing { $0.wrapUpRequested(agent, at: $1) } }
    // Whoever is here already is not brought back.
    guard let state, state.status != .loggedOut else { return }
    expectNothing { $0.restored(FloorState(logIns: [agent: "elsewhere"]), at: $1) }
  }

  /// As the day before left it, with agents, queues and phones that are not there any more, or are another's.
  mutating func restore() {
    var floor = FloorState(logIns: ["stranger": "p4"], turns: ["missing": agents[0], "gold": "stranger"])
    for agent in agents where !random.chance(3) { floor.logIns[agent] = random.pick(phones) }
    for queue in queues where !random.chance(3) { floor.turns[queue] = random.pick(agents) }
    for (queue, agent) in floor.turns { overseer.turnRestored(queue, agent) }
    var here: [PhoneID: AgentID] = [:]
    for agent in agents {
      if let phone = floor.logIns[agent], here[phone] == nil { here[phone] = agent }
    }
    tell { [floor] in $0.restored(floor, at: $1) }
    for state in desk.distributor.agents {
      let phone = here.first { $0.value == state.id }?.key
      #expect(state.phone == phone, "seed \(seed)")
      #expect(state.status == (phone == nil ? .loggedOut : .notReady(reason: "restart")), "seed \(seed)")
    }
    for queue in desk.distributor.queues {
      #expect(desk.distributor.lastOffered(of: queue.id) == overseer.turns[queue.id]?.agent, "seed \(seed)")
    }
  }
}
