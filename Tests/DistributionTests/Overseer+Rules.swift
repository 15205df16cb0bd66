import Distribution
import Glibc
import Telephony
import TelephonyTesting
import Testing

// The rules, once more.
extension Overseer {
  func rules(_ target: Distributor.Target) -> QueueSettings {
    guard case .queue(let queue) = target else { return settings.direct }
    return settings.queues.first { $0.id == queue } ?? settings.direct
  }

  func queue(_ target: Distributor.Target) -> QueueSettings? {
    guard case .queue(let queue) = target else { return nil }
    return settings.queues.first { $0.id == queue }
  }

  func membership(_ agent: AgentID, _ queue: QueueID) -> Membership? {
    settings.agents.first { $0.id == agent }?.memberships[queue]
  }

  private func skills(_ agent: AgentID) -> [SkillID: Int] { settings.agents.first { $0.id == agent }?.skills ?? [:] }

  func level(_ agent: AgentID, for waiting: Waiting) -> Int? {
    if let wish = waiting.wish { return agent == wish ? .min : nil }
    switch waiting.target {
    case .agent(let only): return agent == only ? .min : nil
    case .queue(let queue):
      guard let membership = membership(agent, queue), !membership.isPaused, membership.delay <= waiting.waited else {
        return nil
      }
      return membership.level
    }
  }

  /// The same as if it were kept for nobody: how she stands when others may ring beside her.
  func queueLevel(_ agent: AgentID, for waiting: Waiting) -> Int? {
    guard case .queue(let queue) = waiting.target else { return nil }
    return membership(agent, queue)?.level
  }

  private func meets(_ requirement: SkillRequirement, _ skills: [SkillID: Int]) -> Bool {
    switch requirement {
    case .skill(let skill, let least): skills[skill].map { $0 >= least } ?? false
    case .all(let parts): parts.allSatisfy { meets($0, skills) }
    case .any(let parts): parts.contains { meets($0, skills) }
    }
  }

  private func quality(_ requirement: SkillRequirement, _ skills: [SkillID: Int]) -> Int {
    switch requirement {
    case .skill(let skill, _): skills[skill] ?? 0
    case .all(let parts): parts.map { quality($0, skills) }.min() ?? 0
    case .any(let parts): parts.filter { meets($0, skills) }.map { quality($0, skills) }.max() ?? 0
    }
  }

  /// Whether one more phone may ring for it, and this one.
  func fits(_ agent: AgentID, _ waiting: Waiting, level: Int) -> Bool {
    guard !waiting.isPausing, queue(waiting.target)?.isPaused != true else { return false }
    if level == .min { return waiting.offers.isEmpty }
    if let requirement = waiting.requirement, !meets(requirement, skills(agent)) { return false }
    switch rules(waiting.target).strategy {
    case .ringAll: return !waiting.offers.values.contains { $0.lexicographicallyPrecedes([load(agent), level]) }
    case .ringProgressively: return waiting.offers.count < waiting.phonesAtOnce
    default: return waiting.offers.isEmpty
    }
  }

  /// Every pair that could be made.
  func pairs(at now: Moment) -> [(ContactID, AgentID, Int)] {
    let free = states.keys.filter { isFree($0, at: now) }
    guard !free.isEmpty else { return [] }
    return open.flatMap { contact, waiting in
      free.compactMap { agent in
        guard let level = level(agent, for: waiting), !isLeftOut(agent, for: contact, at: now),
          fits(agent, waiting, level: level)
        else { return nil }
        return (contact, agent, level)
      }
    }
  }

  /// Effective priority at this moment: base, weight of the queue, and what the wait adds; in millionths.
  private func priority(_ waiting: Waiting, at now: Moment) -> Int {
    let base = min(max(waiting.priority, -1_000_000_000), 1_000_000_000) + rules(waiting.target).weight
    let microseconds = Int((now.monotonicNanoseconds - waiting.since.monotonicNanoseconds) / 1000)
    return base * 60_000_000 + settings.aging * microseconds
  }

  func stands(_ a: (key: ContactID, value: Waiting), before b: (key: ContactID, value: Waiting), at now: Moment) -> Bool
  {
    let (first, second) = (priority(a.value, at: now), priority(b.value, at: now))
    if first != second { return first > second }
    if a.value.since < b.value.since || b.value.since < a.value.since { return a.value.since < b.value.since }
    return a.key < b.key
  }

  /// Comes before by the one relation: who has fewer contacts, level, then whose turn it is among those who wait, then who
  /// is to take it.
  func precedes(_ a: (ContactID, AgentID, Int), _ b: (ContactID, AgentID, Int), at now: Moment) -> Bool {
    guard let x = open[a.0], let y = open[b.0] else { return false }
    if load(a.1) != load(b.1) { return load(a.1) < load(b.1) }
    if a.2 != b.2 { return a.2 < b.2 }
    if a.0 != b.0 { return stands((a.0, x), before: (b.0, y), at: now) }
    guard x.wish == nil, case .queue(let queue) = x.target, let anna = states[a.1], let berta = states[b.1] else {
      return a.1 < b.1
    }
    let (one, other) = (key(anna, x, a.0, queue, at: now), key(berta, x, a.0, queue, at: now))
    if one != other { return one.lexicographicallyPrecedes(other) }
    return a.1 < b.1
  }

  /// Numbers to be compared one after the other, as the table of strategies has them.
  private func key(_ state: AgentState, _ waiting: Waiting, _ contact: ContactID, _ queue: QueueID, at now: Moment)
    -> [Double]
  {
    let membership = membership(state.id, queue) ?? 1
    let (idle, position) = (Double(state.readySince.monotonicNanoseconds), Double(membership.position))
    let done = diary.sums(of: state, at: now)
    switch rules(waiting.target).strategy {
    case .longestIdle, .ringAll, .ringProgressively: return [idle, position]
    case .leastRecent:
      return [lastRelease[state.id].map { Double($0.monotonicNanoseconds) } ?? -.infinity, idle, position]
    case .fewestCalls: return [Double(done.calls), idle, position]
    case .leastTalkTime: return [Double(done.talk), idle, position]
    case .leastOccupied:
      return [done.busy + done.idle == 0 ? 0 : Double(done.busy) / Double(done.busy + done.idle), idle, position]
    case .linear: return [position]
    case .roundRobin:
      let turn = turns[queue]
      let isPast = turn.map {
        membership.position == $0.position ? state.id <= $0.agent : membership.position < $0.position
      }
      return [isPast == true ? 1 : 0, position]
    case .random: return [Double(draw(contact, state.id) >> 1)]
    case .weightedRandom:
      // The oldest form of the rule: the greatest of u^(1/weight).
      let u = Double(max(draw(contact, state.id), 1)) / 18_446_744_073_709_551_616
      return [-pow(u, 1 / Double(max(membership.weight, 1)))]
    case .skillFirst: return [-Double(waiting.requirement.map { quality($0, skills(state.id)) } ?? 0), idle, position]
    }
  }

  private func draw(_ contact: ContactID, _ agent: AgentID) -> UInt64 {
    var hash = 14_695_981_039_346_656_037 ^ settings.seed
    for byte in Array(contact.rawValue.utf8) + [255] + Array(agent.rawValue.utf8) + [255] {
      hash ^= UInt64(byte)
      hash = hash &* 1_099_511_628_211
    }
    // SplitMix64 adds its constant first.
    var random = SeededRandom(seed: hash &- 0x9E37_79B9_7F4A_7C15)
    return random.next()
  }

  // MARK: Joining and leaving

  mutating func enter(_ contact: ContactID, _ queue: QueueID, wish: Wish?, at now: Moment) {
    guard let rules = settings.queues.first(where: { $0.id == queue }) else { return }
    accounts[queue]?.offered += 1
    let length = open.count { $0.key != contact && $0.key != leaver && $0.value.target == .queue(queue) }
    open[contact]?.target = .queue(queue)
    open[contact]?.visited.insert(queue)
    if let longest = rules.longestLine, length >= longest { return divert(contact, .full, at: now) }
    if let needed = rules.joinNeeds, !isPresent(needed, queue) { return divert(contact, .nobody, at: now) }
    // A place is found only by whoever is let in.
    if let waiting = open[contact], let caller = waiting.caller,
      let since = kept.removeValue(forKey: KeptPlace(queue: queue, caller: caller))
    {
      open[contact]?.since = min(since, waiting.since)
    }
    open[contact]?.joined = now
    open[contact]?.waited = .zero
    open[contact]?.phonesAtOnce = 1
    open[contact]?.hasRung = false
    open[contact]?.isPausing = false
    open[contact]?.wish = nil
    if let wish, wish.limit > .zero, let waiting = open[contact], stands(wish.agent, waiting) {
      open[contact]?.wish = wish.agent
    }
    beginSteps(contact)
    settle()
  }

  /// What must be said of a contact that cannot be where it is, and where it is then.
  mutating func divert(_ contact: ContactID, _ reason: OverflowReason, at now: Moment) {
    guard let waiting = open[contact] else { return }
    guard let queue = queue(waiting.target) else { return due.append(.giveUp(contact, .waitedTooLong)) }
    let (target, end): (OverflowTarget?, EndReason) =
      switch reason {
      case .full: (queue.overflow.whenFull, .busy)
      case .nobody, .removed: (queue.overflow.whenNobody, .unreachable)
      case .waitedTooLong: (queue.overflow.afterLongestWait, .waitedTooLong)
      }
    switch target {
    case .queue(let next)? where settings.queues.contains { $0.id == next } && !waiting.visited.contains(next):
      due.append(.overflow(contact, from: queue.id, to: .queue(next), reason))
      enter(contact, next, wish: wish(of: waiting, in: next, at: now), at: now)
    case .agent(let agent)? where isHere(agent):
      due.append(.overflow(contact, from: queue.id, to: .agent(agent), reason))
      open[contact]?.target = .agent(agent)
      open[contact]?.isPausing = false
      open[contact]?.wish = nil
      open[contact]?.steps = []
    case .number?, .announcement?:
      due.append(.overflow(contact, from: queue.id, to: target ?? .number(""), reason))
    case .queue?, .agent?, nil: due.append(.giveUp(contact, end))
    }
  }

  func isPresent(_ kind: Presence, _ queue: QueueID) -> Bool {
    settings.agents.contains { agent in
      guard let membership = agent.memberships[queue], let state = states[agent.id] else { return false }
      if kind == .loggedIn { return state.status != .loggedOut }
      guard state.status == .ready, !membership.isPaused else { return false }
      switch kind {
      case .loggedIn, .ready: return true
      case .reachable: return state.phone.map(isReachable) ?? false
      case .free: return couldTake(agent.id) && membership.delay == .zero
      }
    }
  }

  func isDeserted(_ queue: QueueSettings) -> Bool { queue.stayNeeds.map { !isPresent($0, queue.id) } ?? false }

  // MARK: Steps and wishes

  mutating func beginSteps(_ contact: ContactID) {
    guard let waiting = open[contact] else { return }
    let steps = waiting.ownSteps ?? rules(waiting.target).steps
    open[contact]?.steps = steps
    open[contact]?.step = 0
    skip(contact)
  }

  /// Steps that nobody logged in could meet do not count.
  mutating func skip(_ contact: ContactID) {
    while let waiting = open[contact], let requirement = waiting.requirement, case .queue(let queue) = waiting.target {
      if rules(waiting.target).holdsLastStep, waiting.step == waiting.steps.count - 1 { return }
      let isMeetable = settings.agents.contains { agent in
        agent.memberships[queue]?.isPaused == false && isHere(agent.id) && meets(requirement, agent.skills)
      }
      if isMeetable { return }
      open[contact]?.step += 1
    }
  }

  /// Whatever follows at once from what agents do.
  mutating func settle() {
    for (contact, waiting) in open {
      skip(contact)
      if let wish = waiting.wish, waiting.offers.isEmpty, !stands(wish, waiting) { endWish(contact) }
    }
  }

  /// Nobody waits for her again.
  mutating func endWish(_ contact: ContactID) {
    if let waiting = open[contact], waiting.lastAgent?.agent == waiting.wish { open[contact]?.lastAgent = nil }
    open[contact]?.wish = nil
  }

  /// Where everybody who is kept for somebody may go on to, and for how long he is kept there.
  static let elsewhere: [QueueID: Duration] = ["open": .seconds(5), "short": .seconds(30)]

  private func wish(of waiting: Waiting, in queue: QueueID, at now: Moment) -> Wish? {
    guard let last = waiting.lastAgent, let limit = last.elsewhere[queue] else { return nil }
    let passed = now.monotonicNanoseconds - waiting.joined.monotonicNanoseconds
    return Wish(for: last.agent, limit: waiting.wish == nil ? limit : limit - .nanoseconds(passed))
  }

  func stands(_ wish: AgentID, _ waiting: Waiting) -> Bool {
    guard let state = states[wish], case .queue(let queue) = waiting.target else { return false }
    return state.status == .ready && (state.pendingStatus == nil || state.pendingStatus == .ready)
      && (state.phone.map(isReachable) ?? false) && membership(wish, queue)?.isPaused == false
  }

  /// Of whom a newcomer gets her share, where what was done before counts at all.
  func colleagues(of agent: AgentID) -> [AgentID] {
    let queues = Set(settings.agents.first { $0.id == agent }?.memberships.keys.map { $0 } ?? [])
      .intersection(settings.queues.map(\.id))
    let counting: Set<QueueStrategy> = [.fewestCalls, .leastTalkTime, .leastOccupied]
    guard settings.queues.contains(where: { queues.contains($0.id) && counting.contains($0.strategy) }) else {
      return []
    }
    return settings.agents.filter { $0.id != agent && !queues.isDisjoint(with: $0.memberships.keys) }.map(\.id)
      .filter(isHere)
  }
}
