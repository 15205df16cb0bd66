import Distribution
import Telephony
import TelephonyTesting
import Testing

/// Watches a distributor from outside, from what it is told and what it says, and holds it to what must always be true.
///
/// It knows the rules a second time, in the slowest and plainest way: every agent and every contact looked at each time.
struct Overseer {
  let settings: DistributionSettings
  let seed: UInt64

  struct Waiting {
    let target: Distributor.Target
    let priority: Int
    let since: Moment
    var offeredTo: AgentID?
    var isPausing = false
    var isDialled = false
  }

  /// Not answered, not ended.
  private(set) var open: [ContactID: Waiting] = [:]
  private(set) var talks: [ContactID: AgentID] = [:]
  private(set) var ended: Set<ContactID> = []
  private(set) var states: [AgentID: AgentState] = [:]
  private var bound: Set<PhoneID> = []
  private var inBackOff: Set<PhoneID> = []
  /// Until when an agent is left out for a contact, and for all.
  private var leftOut: [AgentID: [ContactID: Moment]] = [:]
  private var paused: [AgentID: Moment] = [:]
  private var steps = 0

  init(_ desk: Desk, _ settings: DistributionSettings, seed: UInt64) {
    self.settings = settings
    self.seed = seed
    for state in desk.distributor.agents { states[state.id] = state }
  }

  // MARK: What the distributor was told

  mutating func arrived(_ contact: ContactID, for target: Distributor.Target, priority: Int, at now: Moment) {
    open[contact] = Waiting(target: target, priority: priority, since: now)
  }

  mutating func bound(_ phone: PhoneID, _ isBound: Bool) {
    if isBound {
      bound.insert(phone)
      inBackOff.remove(phone)
    } else {
      bound.remove(phone)
    }
  }

  /// A contact ended by itself: hung up while waiting, or after its conversation.
  mutating func end(_ contact: ContactID) {
    #expect(ended.insert(contact).inserted, "\(contact) ended twice, seed \(seed)")
    open[contact] = nil
    talks[contact] = nil
    for agent in leftOut.keys { leftOut[agent]?[contact] = nil }
  }

  // MARK: What it said

  mutating func heard(_ effects: [Distributor.Effect], at now: Moment) {
    var withdrawn: Set<ContactID> = []
    for effect in effects {
      switch effect {
      case .offer(let contact, let agent, let phone):
        #expect(open[contact] != nil && open[contact]?.offeredTo == nil, "\(effect), seed \(seed)")
        #expect(open[contact]?.isPausing == false, "\(effect), seed \(seed)")
        #expect(!open.values.contains { $0.offeredTo == agent }, "two offers: \(effect), seed \(seed)")
        #expect(states[agent]?.phone == phone, "\(effect), seed \(seed)")
        checkBest(contact, agent, at: now)
        open[contact]?.offeredTo = agent
        open[contact]?.isDialled = false
      case .withdraw(let contact, let agent, _):
        #expect(open[contact]?.offeredTo == agent, "\(effect), seed \(seed)")
        withdrawn.insert(contact)
      case .offerEnded(let contact, let agent, let end):
        #expect(open[contact]?.offeredTo == agent, "\(effect), seed \(seed)")
        open[contact]?.offeredTo = nil
        note(end, contact, agent, at: now)
      case .connect(let contact, let agent):
        #expect(open[contact]?.offeredTo == agent && withdrawn.isEmpty, "\(effect), seed \(seed)")
        open[contact] = nil
        talks[contact] = agent
        for agent in leftOut.keys { leftOut[agent]?[contact] = nil }
      case .giveUp(let contact, _):
        #expect(open[contact]?.offeredTo == nil, "given up while ringing: \(effect), seed \(seed)")
        end(contact)
      case .agentChanged(let old, let new, _, _):
        #expect(states[new.id] == old && old != new, "gap in \(effect), seed \(seed)")
        states[new.id] = new
      case .startTimer(.backOff(let phone), _): inBackOff.insert(phone)
      case .startTimer, .cancelTimer, .displaced: break
      }
    }
  }

  mutating func fired(_ timer: Distributor.Timer) {
    switch timer {
    case .backOff(let phone): inBackOff.remove(phone)
    case .offerAgain(let contact): open[contact]?.isPausing = false
    default: break
    }
  }

  private mutating func note(_ end: Distributor.OfferEnd, _ contact: ContactID, _ agent: AgentID, at now: Moment) {
    guard end != .callerGone, let target = open[contact]?.target else { return }
    if end == .systemFailure { open[contact]?.isPausing = true }
    guard end != .systemFailure else { return }
    let until = now.advanced(by: max(rules(target).retryDelay, .seconds(1)))
    leftOut[agent, default: [:]][contact] = until
    if end == .noAnswer || end == .busy { paused[agent] = until }
  }

  // MARK: The rules, once more

  func rules(_ target: Distributor.Target) -> QueueSettings {
    guard case .queue(let queue) = target else { return settings.direct }
    return settings.queues.first { $0.id == queue } ?? settings.direct
  }

  private func isReachable(_ phone: PhoneID) -> Bool {
    (bound.contains(phone) || settings.extensions.contains(phone)) && !inBackOff.contains(phone)
  }

  /// Whether a delay may still run: one that ends in this instant may be over or not.
  private func mayRun(_ until: Moment?, at now: Moment) -> Bool { until.map { $0 >= now } ?? false }

  private func isFree(_ agent: AgentID, at now: Moment) -> Bool {
    guard let state = states[agent] else { return false }
    return state.status == .ready && state.activity == .idle && !mayRun(paused[agent], at: now)
  }

  private func level(_ agent: AgentID, for target: Distributor.Target) -> Int? {
    switch target {
    case .agent(let only): agent == only ? .min : nil
    case .queue(let queue): settings.agents.first { $0.id == agent }?.memberships[queue]
    }
  }

  /// Comes before by the one relation: level, priority, wait, name, idle time, name.
  private func precedes(
    _ a: (ContactID, AgentID, Int), _ b: (ContactID, AgentID, Int)
  ) -> Bool {
    guard let x = open[a.0], let y = open[b.0], let anna = states[a.1], let berta = states[b.1] else { return false }
    if a.2 != b.2 { return a.2 < b.2 }
    if x.priority != y.priority { return x.priority > y.priority }
    if x.since < y.since || y.since < x.since { return x.since < y.since }
    if a.0 != b.0 { return a.0 < b.0 }
    if anna.readySince < berta.readySince || berta.readySince < anna.readySince {
      return anna.readySince < berta.readySince
    }
    return a.1 < b.1
  }

  /// Every pair that could be made.
  private func pairs(at now: Moment) -> [(ContactID, AgentID, Int)] {
    let free = states.keys.filter { isFree($0, at: now) }
    guard !free.isEmpty else { return [] }
    return open.filter { $0.value.offeredTo == nil && !$0.value.isPausing }.flatMap { contact, waiting in
      free.compactMap { agent in
        guard let level = level(agent, for: waiting.target), !mayRun(leftOut[agent]?[contact], at: now) else {
          return nil
        }
        return (contact, agent, level)
      }
    }
  }

  private func checkBest(_ contact: ContactID, _ agent: AgentID, at now: Moment) {
    guard let target = open[contact]?.target, let level = level(agent, for: target) else {
      Issue.record("\(agent) does not serve \(contact), seed \(seed)")
      return
    }
    let state = states[agent]
    #expect(state?.status == .ready && state?.activity == .idle, "\(contact)→\(agent), seed \(seed)")
    for (until, what) in [(leftOut[agent]?[contact], "left out"), (paused[agent], "paused")] {
      if let until { #expect(until <= now, "\(agent) is \(what), seed \(seed)") }
    }
    let better = pairs(at: now).first { precedes($0, (contact, agent, level)) }
    #expect(better == nil, "\(contact)→\(agent), seed \(seed)")
  }

  // MARK: What must be true after every step

  mutating func check(_ desk: Desk) {
    steps += 1
    let now = desk.clock.now
    #expect(desk.distributor.agents == settings.agents.map(\.id).sorted().compactMap { states[$0] }, "seed \(seed)")
    #expect(pairs(at: now).isEmpty, "somebody waits while a matching agent is free, seed \(seed)")
    #expect(desk.clock.pending == timers(at: now, in: desk), "seed \(seed)")
    checkAgents()
    // One queue each time: they are slow to look at.
    let queues = desk.distributor.queues
    if !queues.isEmpty { check(queues[steps % queues.count], at: now) }
  }

  /// Somebody who is not logged in may supervise, and take over.
  private static let withoutLogIn: Set<AgentActivity> = [.idle, .supervising, .talking, .holding]

  private func checkAgents() {
    let phones = states.values.compactMap(\.phone)
    #expect(Set(phones).count == phones.count, "two agents at one phone, seed \(seed)")
    for state in states.values {
      let offered = open.first { $0.value.offeredTo == state.id }?.key
      switch state.activity {
      case .reserved, .ringing: #expect(offered == state.contact && offered != nil, "seed \(seed)")
      case .talking, .holding, .outboundTalking, .outboundDialing:
        #expect(offered == nil && state.contact.map { talks[$0] } == state.id, "seed \(seed)")
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
    let expected = mine.sorted { a, b in
      if a.value.priority != b.value.priority { return a.value.priority > b.value.priority }
      if a.value.since < b.value.since || b.value.since < a.value.since { return a.value.since < b.value.since }
      return a.key < b.key
    }
    #expect(queue.waiting == expected.map(\.key), "seed \(seed)")
    #expect(queue.ringing == mine.values.count { $0.offeredTo != nil }, "seed \(seed)")
    // Of several who came in one instant of the monotonic clock, the wall clocks may differ.
    let longest = mine.values.map(\.since).min()?.monotonicNanoseconds
    #expect(queue.longestWaitingSince?.monotonicNanoseconds == longest, "seed \(seed)")
    let members = settings.agents.filter { $0.memberships[queue.id] != nil }.compactMap { states[$0.id] }
    #expect(queue.agentsLoggedIn == members.count { $0.status != .loggedOut }, "seed \(seed)")
    #expect(queue.agentsFree >= members.count { isFree($0.id, at: now) }, "seed \(seed)")
    #expect(queue.agentsFree <= members.count { $0.status == .ready && $0.activity == .idle }, "seed \(seed)")
  }

  /// The timers that must be set, no more and no fewer.
  private func timers(at now: Moment, in desk: Desk) -> Set<Distributor.Timer> {
    var timers: Set<Distributor.Timer> = []
    for state in states.values {
      let isDialled = open.values.contains { $0.offeredTo == state.id && $0.isDialled }
      if state.activity == .reserved, isDialled { timers.insert(.alerting(state.id)) }
      if isDialled { timers.insert(.ringing(state.id)) }
      if state.activity == .afterCallWork { timers.insert(.wrapUp(state.id)) }
      let delays = [paused[state.id]].compactMap(\.self) + (leftOut[state.id] ?? [:]).values
      if delays.contains(where: { $0 > now }) { timers.insert(.retry(state.id)) }
      // One that is due in this instant may have fired or not.
      if delays.contains(now), desk.clock.pending.contains(.retry(state.id)) { timers.insert(.retry(state.id)) }
    }
    for (contact, waiting) in open where rules(waiting.target).longestWait != nil {
      timers.insert(.longestWait(contact))
    }
    for (contact, waiting) in open where waiting.isPausing { timers.insert(.offerAgain(contact)) }
    for phone in inBackOff { timers.insert(.backOff(phone)) }
    return timers
  }

  /// Her phone was dialled.
  mutating func dialled(_ contact: ContactID) { open[contact]?.isDialled = true }

  /// An agent's own call began.
  mutating func dials(_ contact: ContactID, _ agent: AgentID) { talks[contact] = agent }
}
