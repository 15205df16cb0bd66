import Distribution
import Telephony
import TelephonyTesting

// Rules by chance, and changes of them while everything runs.
extension RandomRun {
  static func steps(_ random: inout SeededRandom) -> [SkillStep] {
    guard random.chance(2) else { return [] }
    return (0..<random.pick([1, 2, 3])).map { _ in
      SkillStep(requirement(&random, depth: 2), lasts: random.pick([nil, .seconds(2), .seconds(10), .seconds(10)]))
    }
  }

  private static func requirement(_ random: inout SeededRandom, depth: Int) -> SkillRequirement {
    switch depth == 0 ? 0 : random.next() % 4 {
    case 0, 1: .skill(random.pick(["german", "english", "billing"]), atLeast: random.pick([0, 1, 5]))
    case 2: .all((0..<random.pick([0, 2])).map { _ in requirement(&random, depth: depth - 1) })
    default: .any((0..<random.pick([0, 2, 3])).map { _ in requirement(&random, depth: depth - 1) })
    }
  }

  static func skills(_ random: inout SeededRandom) -> [SkillID: Int] {
    var skills: [SkillID: Int] = [:]
    for skill in ["german", "english", "billing"] as [SkillID] where !random.chance(3) {
      skills[skill] = random.pick([-1, 0, 1, 5, 9])
    }
    return skills
  }

  static func membership(_ random: inout SeededRandom) -> Membership {
    var membership = Membership(level: random.pick([1, 1, 2, 3]))
    membership.position = random.pick([0, 0, 1, 2, 3])
    membership.weight = random.pick([1, 1, 4])
    membership.isPaused = random.chance(8)
    if random.chance(5) { membership.delay = .seconds(random.pick([2, 10])) }
    return membership
  }

  static func calm(_ queue: inout QueueSettings, _ strategy: QueueStrategy) {
    queue.strategy = strategy
    queue.wrapUpMode = .timed
    queue.wrapUp = min(queue.wrapUp, .seconds(5))
    queue.missedOffersBeforeAway = 0
    (queue.joinNeeds, queue.stayNeeds, queue.longestLine) = (nil, nil, nil)
    queue.holdsLastStep = false
  }

  static func calm(_ membership: Membership) -> Membership {
    var membership = membership
    membership.level = 1
    membership.isPaused = false
    membership.delay = .zero
    return membership
  }

  static func overflow(_ random: inout SeededRandom) -> OverflowTarget? {
    random.pick([
      nil, nil, .queue("gold"), .queue("open"), .queue("short"), .queue("missing"), .agent("agent-1"), .number("+8130"),
      .announcement("closed"),
    ])
  }

  mutating func changeQueue() {
    // Calm offices keep theirs, but for pauses.
    let kind = Self.isCalm(seed) ? 0 : random.next() % 9
    if kind == 8 { return removeOrAddQueue() }
    guard !overseer.settings.queues.isEmpty else { return }
    var queue = random.pick(overseer.settings.queues)
    switch kind {
    case 0, 1: queue.isPaused.toggle()
    case 2: queue.strategy = random.pick(QueueStrategy.allCases)
    case 3: queue.weight = random.pick([0, 1, 3])
    case 4: queue.steps = Self.steps(&random)
    case 5: queue.longestWait = random.pick([nil, .seconds(40), .seconds(300)])
    case 6: queue.stayNeeds = random.pick([nil, nil, nil, nil, .loggedIn, .ready])
    default: queue.longestLine = random.pick([nil, nil, 2])
    }
    if queue.isPaused, !random.chance(4) { queue.isPaused = false }
    overseer.changed(queue)
    tellChange { [queue] in $0.queueSet(queue, at: $1) }
  }

  /// One that is not there comes back as it was at first; else one goes, if there is another.
  private mutating func removeOrAddQueue() {
    let id = random.pick(queues)
    if let former = firstQueues.first(where: { $0.id == id }),
      !overseer.settings.queues.contains(where: { $0.id == id })
    {
      overseer.changed(former)
      return tellChange { $0.queueSet(former, at: $1) }
    }
    guard random.chance(3), overseer.settings.queues.count > 1 else { return }
    overseer.removed(id, at: desk.clock.now)
    tellChange { $0.queueRemoved(id, at: $1) }
  }

  private mutating func removeOrAddAgent(_ id: AgentID) {
    if let agent = overseer.settings.agents.first(where: { $0.id == id }) {
      guard !overseer.leaving.contains(id) else {
        overseer.changed(agent, at: desk.clock.now)
        return tellChange { $0.agentSet(agent, at: $1) }
      }
      guard random.chance(3) else { return }
      overseer.removed(id, at: desk.clock.now)
      return tellChange { $0.agentRemoved(id, at: $1) }
    }
    var agent = AgentSettings(id: id, memberships: [:])
    for queue in queues where !random.chance(3) { agent.memberships[queue] = Self.membership(&random) }
    agent.skills = Self.skills(&random)
    agent.capacity = random.pick([1, 2])
    let now = desk.clock.now
    let all = random.chance(2) ? wanted(with: agent) : nil
    let effects = desk.tell { [agent] distributor, now in
      guard let all else { return distributor.agentSet(agent, at: now) }
      return distributor.settingsChanged(queues: all.queues, agents: all.agents, at: now)
    }
    overseer.added(agent, desk.distributor.agent(id), at: now)
    overseer.heard(effects, at: now)
  }

  mutating func changeAgent(_ id: AgentID) {
    if random.chance(4), !Self.isCalm(seed) { return removeOrAddAgent(id) }
    guard var agent = overseer.settings.agents.first(where: { $0.id == id }) else { return }
    let queue = random.pick(queues)
    switch random.next() % 6 {
    case 0: agent.skills = Self.skills(&random)
    case 5: agent.capacity = random.pick([1, 2, 3])
    case 1: agent.memberships[queue] = random.chance(3) ? nil : Self.membership(&random)
    case 2:
      overseer.diary.dayBegan(overseer.states, at: desk.clock.now)
      return tell { $0.dayBegan(at: $1) }
    default:
      guard let isPaused = agent.memberships[queue]?.isPaused else { return }
      agent.memberships[queue]?.isPaused = !isPaused
    }
    overseer.changed(agent, at: desk.clock.now)
    tellChange { [agent] in $0.agentSet(agent, at: $1) }
  }

  /// By itself, or as whoever reads all settings anew has it: the overseer knows them already.
  private mutating func tellChange(_ input: (inout Distributor, Moment) -> [Distributor.Effect]) {
    guard random.chance(2) else { return tell(input) }
    let all = wanted()
    tell { $0.settingsChanged(queues: all.queues, agents: all.agents, at: $1) }
  }

  /// In any order; whoever only finishes her work is none of them.
  private mutating func wanted(with newcomer: AgentSettings? = nil) -> (
    queues: [QueueSettings], agents: [AgentSettings]
  ) {
    let agents = overseer.settings.agents.filter { !overseer.leaving.contains($0.id) } + [newcomer].compactMap(\.self)
    return (overseer.settings.queues.shuffled(using: &random), agents.shuffled(using: &random))
  }

  /// Why agents may be away, and for how long.
  mutating func changeReasons() {
    var reasons: [String: ReasonSettings] = [:]
    for reason in ["lunch", "meeting", "restart"] where !random.chance(3) {
      reasons[reason] = ReasonSettings(
        isPaid: random.chance(2), longest: random.pick([nil, .seconds(5), .seconds(30)]))
    }
    overseer.changed(reasons)
    tell { [reasons] in $0.reasonsChanged(to: reasons, at: $1) }
  }

  mutating func changePriority() {
    guard !overseer.open.isEmpty else { return }
    let contact = random.pick(overseer.open.keys.sorted())
    let priority = random.pick([0, 1, 2, 9])
    overseer.open[contact]?.priority = priority
    overseer.open[contact]?.isPrioritySet = true
    tell { $0.priorityChanged(contact, to: priority, at: $1) }
  }

  /// The directory says who it is.
  mutating func identify() {
    guard !overseer.open.isEmpty else { return }
    let contact = random.pick(overseer.open.keys.sorted())
    let wish: AgentID? = random.chance(3) ? random.pick(agents) : nil
    // Whether a delay that ends in this instant is over is not known here.
    guard wish.flatMap({ overseer.leftOut[$0]?[contact] }) == nil else { return }
    let caller: CallerKey? = random.pick([nil, "+8131", "+8132", "+8133", "+8133"])
    let priority = random.pick([0, 1, 2, 9])
    overseer.identified(contact, as: caller, wish: wish, priority: priority)
    tell {
      $0.callerIdentified(
        contact, as: caller,
        wish: wish.map { Wish(for: $0, limit: .seconds(86_400), elsewhere: Overseer.elsewhere) }, priority: priority,
        at: $1)
    }
  }

  mutating func dispose(_ agent: AgentID) {
    if random.chance(3) {
      overseer.requestsWrapUp(agent)
      return tell { $0.wrapUpRequested(agent, at: $1) }
    }
    let owed = overseer.owed[agent]?.awaited.min()
    guard let contact = random.chance(2) ? owed : overseer.states[agent]?.contact else { return }
    overseer.disposed(contact, by: agent)
    tell { $0.dispositionSet(contact, for: agent, at: $1) }
  }
}
