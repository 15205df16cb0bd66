import Distribution
import Telephony
import TelephonyTesting
import Testing

// What must be true.
extension Overseer {
  mutating func checkBest(_ contact: ContactID, _ agent: AgentID, at now: Moment) {
    guard let waiting = open[contact], let level = level(agent, for: waiting) else {
      Issue.record("\(agent) does not serve \(contact), seed \(seed)")
      return
    }
    let state = states[agent]
    #expect(couldTake(agent), "\(contact)→\(agent), \(String(describing: state)), seed \(seed)")
    for (until, what) in [(leftOut[agent]?[contact], "left out"), (paused[agent], "paused")] {
      if let until { #expect(until <= now, "\(agent) is \(what), seed \(seed)") }
    }
    #expect(fits(agent, waiting, level: level), "\(contact)→\(agent), seed \(seed)")
    let better = pairs(at: now).first { precedes($0, (contact, agent, level), at: now) }
    #expect(better == nil, "\(contact)→\(agent), seed \(seed)")
    if settings.explains {
      // By each decision as many as it names, in that order.
      #expect(lastDecision?.contact == contact && toOffer.first == agent, "seed \(seed)")
      #expect(lastDecision.map { $0.candidates.first?.agent == $0.outcome.agent } == true, "seed \(seed)")
      toOffer = toOffer.dropFirst()
    }
  }

  mutating func check(_ desk: Desk) {
    steps += 1
    let now = desk.clock.now
    #expect(desk.distributor.agents == settings.agents.map(\.id).sorted().compactMap { states[$0] }, "seed \(seed)")
    let pairs = pairs(at: now)
    #expect(pairs.isEmpty, "somebody waits while a matching agent is free: \(pairs), seed \(seed)")
    let strange = desk.clock.pending.symmetricDifference(timers(at: now, in: desk))
    #expect(strange.isEmpty, "timers that are missing or too many, seed \(seed)")
    // The identity of the figures: everybody who came is somewhere, and there only.
    #expect(arrivals == answers + departures + open.count, "seed \(seed)")
    for (contact, waiting) in open where waiting.offers.isEmpty {
      if let queue = queue(waiting.target) { #expect(!isDeserted(queue), "\(contact) waits in vain, seed \(seed)") }
    }
    #expect(toOffer.isEmpty, "said to ring and does not: \(toOffer), seed \(seed)")
    let ringing = losers.values.filter { !$0.isEmpty }
    #expect(ringing.isEmpty, "a phone rings for nobody, seed \(seed)")
    losers = [:]
    checkAgents()
    // One queue each time: they are slow to look at.
    let queues = desk.distributor.queues
    checkAccounts(queues)
    if !queues.isEmpty { check(queues[steps % queues.count], at: now) }
  }

  /// Somebody who is not logged in may supervise, and take over.
  private static let withoutLogIn: Set<AgentActivity> = [.idle, .supervising, .talking, .holding]

  private func checkAgents() {
    let phones = states.values.compactMap(\.phone)
    #expect(Set(phones).count == phones.count, "two agents at one phone, seed \(seed)")
    for state in states.values {
      let offered = open.first { $0.value.offers[state.id] != nil }?.key
      let counted = state.counters.answered + state.counters.ended.values.reduce(0, +)
      #expect(state.counters.made == counted + (offered == nil ? 0 : 1), "seed \(seed)")
      checkCalls(of: state)
      switch state.activity {
      case .reserved, .ringing: #expect(offered == state.contact && offered != nil, "seed \(seed)")
      case .talking, .holding, .outboundTalking, .outboundDialing:
        #expect(state.contact.map { talks[$0] } == state.id, "seed \(seed)")
      case .afterCallWork: #expect(offered == nil && state.contact != nil, "seed \(seed)")
      case .supervising: #expect(offered == nil && state.contact == nil, "seed \(seed)")
      case .idle, .unreachable:
        #expect(offered == nil && state.contact == nil && state.pendingStatus == nil, "seed \(seed)")
        let reachable = state.phone.map(isReachable) ?? true
        #expect((state.activity == .idle) == reachable, "\(state), seed \(seed)")
      }
      if state.status == .loggedOut {
        #expect(state.phone == nil, "seed \(seed)")
        #expect(Self.withoutLogIn.contains(state.activity), "\(state), seed \(seed)")
        #expect(!open.values.contains { $0.target == .agent(state.id) }, "waits for nobody, seed \(seed)")
      }
    }
  }

  private func check(_ queue: QueueState, at now: Moment) {
    let mine = open.filter { $0.value.target == .queue(queue.id) }
    let expected = mine.sorted { stands($0, before: $1, at: now) }
    #expect(queue.waiting == expected.map(\.key), "seed \(seed)")
    #expect(queue.ringing == mine.values.count { !$0.offers.isEmpty }, "seed \(seed)")
    // Of several who came in one instant of the monotonic clock, the wall clocks may differ.
    let longest = mine.values.map(\.joined).min()?.monotonicNanoseconds
    #expect(queue.longestWaitingSince?.monotonicNanoseconds == longest, "seed \(seed)")
    let members = settings.agents.filter { $0.memberships[queue.id] != nil }.compactMap { states[$0.id] }
    #expect(queue.agentsLoggedIn == members.count { $0.status != .loggedOut }, "seed \(seed)")
    let serving = members.filter { membership($0.id, queue.id)?.isPaused == false }
    #expect(queue.agentsFree >= serving.count { isFree($0.id, at: now) }, "seed \(seed)")
    #expect(queue.agentsFree <= serving.count { couldTake($0.id) }, "seed \(seed)")
  }

  /// The timers that must be set, no more and no fewer.
  private func timers(at now: Moment, in desk: Desk) -> Set<Distributor.Timer> {
    var timers: Set<Distributor.Timer> = []
    for state in states.values {
      let offer = open.values.first { $0.offers[state.id] != nil }
      let isDialled = offer?.dialled.contains(state.id) == true
      if isDialled, offer?.rang.contains(state.id) == false { timers.insert(.alerting(state.id)) }
      if isDialled { timers.insert(.ringing(state.id)) }
      // Where dispositions are awaited, the time may be over and the wrap-up not.
      if state.activity == .afterCallWork, !holds || desk.clock.pending.contains(.wrapUp(state.id)) {
        timers.insert(.wrapUp(state.id))
      }
      let delays = [paused[state.id]].compactMap(\.self) + (leftOut[state.id] ?? [:]).values
      if delays.contains(where: { $0 > now }) { timers.insert(.retry(state.id)) }
      // One that is due in this instant may have fired or not.
      if delays.contains(now), desk.clock.pending.contains(.retry(state.id)) { timers.insert(.retry(state.id)) }
      if case .notReady(let reason) = state.status, let longest = settings.reasons[reason]?.longest,
        !overstayed.contains(state.id)
      {
        timers.insert(.overstay(state.id))
        // From when she went, also where another time is allowed since: then it may be over.
        let due = desk.clock.due(.overstay(state.id))?.monotonicNanoseconds ?? 0
        let isOver = due <= now.monotonicNanoseconds
        #expect(isOver || due == state.statusSince.advanced(by: longest).monotonicNanoseconds, "seed \(seed)")
      }
    }
    for (contact, waiting) in open { timers.formUnion(self.timers(of: contact, waiting)) }
    for phone in inBackOff { timers.insert(.backOff(phone)) }
    for place in kept.keys { timers.insert(.keptPlace(place)) }
    return timers
  }

  private func timers(of contact: ContactID, _ waiting: Waiting) -> [Distributor.Timer] {
    let rules = rules(waiting.target)
    var timers: [Distributor.Timer] = []
    if rules.longestWait != nil { timers.append(.longestWait(contact)) }
    if waiting.isPausing { timers.append(.offerAgain(contact)) }
    if waiting.wish != nil { timers.append(.wish(contact)) }
    if case .queue(let queue) = waiting.target,
      settings.agents.contains(where: { $0.memberships[queue].map { $0.delay > waiting.waited } ?? false })
    {
      timers.append(.delay(contact))
    }
    if rules.strategy == .ringProgressively, waiting.hasRung { timers.append(.ringMore(contact)) }
    let isLast = rules.holdsLastStep && waiting.step == waiting.steps.count - 1
    if waiting.step < waiting.steps.count, waiting.steps[waiting.step].lasts != nil, !isLast {
      timers.append(.nextStep(contact))
    }
    return timers
  }
}
