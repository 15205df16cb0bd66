import Distribution
import Telephony
import TelephonyTesting
import Testing

// What must not depend on what is told first.
extension RandomRun {
  /// Two independent things that may happen in one instant.
  enum IndependentEvents: CaseIterable {
    /// An agent becomes ready, or has room, and a caller comes, where neither finds anybody else.
    case readyAndArrival
    /// Two callers come to queues for which nobody is free who serves both.
    case twoArrivals
    /// Two agents become ready who could take none of the same contacts.
    case twoReady
    /// A caller for whom no phone rings hangs up, and an agent becomes ready: whom she is offered then.
    case leaveAndReady
  }

  /// Both orders lead to the same.
  mutating func checkOrder() {
    // Who is not let in, or sent away, would be somewhere else.
    let queues = overseer.settings.queues.filter {
      $0.joinNeeds == nil && $0.stayNeeds == nil && $0.longestLine == nil
    }
    guard !queues.isEmpty else { return }
    let queue = random.pick(queues).id
    let away = overseer.states.values.filter { $0.status != .ready && $0.status != .loggedOut && $0.activity == .idle }
      .map(\.id).sorted()
    if let agent = away.first { compareWithArrival(queue) { $0.set(agent, .ready) } }
    // One of several calls ends, which makes room where nothing is to be written after it.
    let talks = overseer.calls.filter { overseer.load($0.value.agent) > 1 }.keys.sorted()
    if let contact = talks.first, let agent = overseer.calls[contact]?.agent {
      compareWithArrival(queue) { $0.hangUp(contact, agent) }
    }
    for other in queues.map(\.id) where other != queue { compareArrivals(queue, other) }
    for (index, agent) in away.enumerated() {
      for other in away[..<index] { compareReady(agent, other, queues.map(\.id)) }
      compareWithLeave(agent)
    }
  }

  private mutating func compareWithArrival(_ queue: QueueID, _ other: (inout Desk) -> [Distributor.Effect]) {
    let contact: ContactID = "in-any-order"
    var (agentFirst, callerFirst) = (desk, desk)
    let ready = other(&agentFirst)
    let arrived = callerFirst.arrive(contact, queue)
    guard ready.offers.isEmpty, arrived.offers.isEmpty else { return }
    let one = agentFirst.arrive(contact, queue).deeds
    let two = other(&callerFirst).deeds
    #expect(one == two, "a caller of \(queue), seed \(seed)")
    expectSame(agentFirst, callerFirst)
    count(.readyAndArrival, one)
  }

  private mutating func compareArrivals(_ queue: QueueID, _ other: QueueID) {
    // Whether a delay that ends in this instant is over is not known here.
    let free = overseer.states.keys.filter(overseer.couldTake)
    let servesBoth = free.contains { overseer.membership($0, queue) != nil && overseer.membership($0, other) != nil }
    if servesBoth { return }
    compare(.twoArrivals, at: desk) {
      $0.arrive("in-any-order", queue)
    } and: {
      $0.arrive("beside-it", other)
    }
  }

  /// Each finds a caller in every queue that the other one does not serve.
  private mutating func compareReady(_ agent: AgentID, _ other: AgentID, _ queues: [QueueID]) {
    func takes(_ agent: AgentID, _ waiting: Overseer.Waiting) -> Bool { overseer.level(agent, for: waiting) != nil }
    if overseer.open.values.contains(where: { takes(agent, $0) && takes(other, $0) }) { return }
    var desk = desk
    for queue in queues where (overseer.membership(agent, queue) == nil) != (overseer.membership(other, queue) == nil) {
      desk.arrive(ContactID(rawValue: "for-\(queue)"), queue)
    }
    compare(.twoReady, at: desk) {
      $0.set(agent, .ready)
    } and: {
      $0.set(other, .ready)
    }
  }

  private mutating func compareWithLeave(_ agent: AgentID) {
    guard let contact = overseer.open.filter({ $0.value.offers.isEmpty }).keys.min() else { return }
    var (leaveFirst, readyFirst) = (desk, desk)
    let ready = readyFirst.set(agent, .ready)
    readyFirst.leave(contact)
    leaveFirst.leave(contact)
    leaveFirst.set(agent, .ready)
    // A phone that was to ring for him has been made an offer more, and the turn of his queue has moved on.
    if ready.offers == ["\(contact)→\(agent)"] {
      #expect(
        readyFirst.distributor.agents.map(\.offered) == leaveFirst.distributor.agents.map(\.offered), "seed \(seed)")
      #expect(readyFirst.distributor.agents.map(\.readySince) == leaveFirst.distributor.agents.map(\.readySince))
      #expect(readyFirst.distributor.queues.map(\.waiting) == leaveFirst.distributor.queues.map(\.waiting))
    } else {
      expectSame(readyFirst, leaveFirst)
    }
    count(.leaveAndReady, ready)
  }

  private mutating func compare(
    _ events: IndependentEvents, at desk: Desk, _ one: (inout Desk) -> [Distributor.Effect],
    and other: (inout Desk) -> [Distributor.Effect]
  ) {
    var (first, second) = (desk, desk)
    let effects = one(&first) + other(&first)
    let reversed = other(&second) + one(&second)
    #expect(effects.offers.sorted() == reversed.offers.sorted(), "\(events), seed \(seed)")
    expectSame(first, second)
    count(events, effects)
  }

  private func expectSame(_ one: Desk, _ other: Desk) {
    #expect(one.distributor.queues == other.distributor.queues, "seed \(seed)")
    #expect(one.distributor.agents == other.distributor.agents, "seed \(seed)")
    #expect(one.clock.pending == other.clock.pending, "seed \(seed)")
  }

  private mutating func count(_ events: IndependentEvents, _ effects: [Distributor.Effect]) {
    if !effects.offers.isEmpty { pairsInAnyOrder[events, default: 0] += 1 }
  }
}
