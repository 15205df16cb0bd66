import Distribution
import Telephony
import TelephonyTesting
import Testing

/// A day in a strange office: everything happens at any time, also what cannot.
struct RandomRun {
  let seed: UInt64
  var random: SeededRandom
  var desk: Desk
  var overseer: Overseer
  var count = 0
  /// How often two orders were compared, with a pair as the outcome.
  var pairsInAnyOrder: [IndependentEvents: Int] = [:]
  let agents: [AgentID]
  let phones: [PhoneID] = ["p1", "p2", "p3", "p4", "p5", "201", "202"]
  let queues: [QueueID] = ["gold", "open", "short"]
  let firstQueues: [QueueSettings]
  /// Whether somebody sets the machine's clock now and then, by an hour.
  let stepsClock: Bool

  init(seed: UInt64, stepsClock: Bool = true) {
    self.seed = seed
    self.stepsClock = stepsClock
    // With this offset no run of those that are made stands nearly still.
    random = SeededRandom(seed: seed &+ 0x1234_5679)
    var settings = DistributionSettings()
    settings.extensions = ["201", "202"]
    settings.aging = random.pick([0, 0, 1, 30])
    settings.seed = seed
    settings.counterWindow = random.pick([.shift, .day, .rolling(.seconds(120)), .rolling(.seconds(3_600))])
    settings.explains = !random.chance(3)
    settings.outboundResetsIdle = !random.chance(3)
    if random.chance(2) { settings.reasons["lunch"] = ReasonSettings(isPaid: false, longest: .seconds(30)) }
    for queue in queues {
      var queue = QueueSettings(id: queue)
      queue.strategy = random.chance(3) ? .longestIdle : random.pick(QueueStrategy.allCases)
      queue.ringTime = .seconds(random.pick([3, 10, 20]))
      queue.retryDelay = .seconds(random.pick([0, 2, 5, 30]))
      queue.wrapUp = .seconds(random.pick([0, 5, 15]))
      queue.missedOffersBeforeAway = random.pick([0, 1, 2, 3])
      queue.longestWait = random.pick([nil, .seconds(40), .seconds(300)])
      queue.weight = random.pick([0, 0, 1, 3])
      queue.ringMoreAfter = .seconds(random.pick([1, 4]))
      queue.steps = Self.steps(&random)
      queue.holdsLastStep = random.chance(3)
      queue.wrapUpMode = random.pick([.timed, .timed, .none, .optional, .untilDisposition])
      queue.wrapUpMayEndEarly = !random.chance(4)
      queue.longestLine = random.pick([nil, nil, 2])
      queue.joinNeeds = random.pick([nil, nil, nil, nil, nil, nil, .loggedIn, .ready, .reachable])
      queue.stayNeeds = random.pick([nil, nil, nil, nil, nil, nil, nil, .loggedIn, .ready, .reachable])
      queue.keepsPlace = random.pick([nil, .seconds(30)])
      queue.overflow.whenFull = Self.overflow(&random)
      queue.overflow.whenNobody = Self.overflow(&random)
      queue.overflow.afterLongestWait = Self.overflow(&random)
      settings.queues.append(queue)
    }
    firstQueues = settings.queues
    settings.direct.longestWait = random.pick([nil, .seconds(60)])
    if Self.isCalm(seed) {
      let strategies = QueueStrategy.allCases
      let strategy = strategies[Int(seed / 2) % strategies.count]
      for index in settings.queues.indices { Self.calm(&settings.queues[index], strategy) }
    }
    agents = (1...(Self.isCalm(seed) ? 6 : random.pick([2, 4, 6]))).map { AgentID(rawValue: "agent-\($0)") }
    for agent in agents {
      var memberships: [QueueID: Membership] = ["nowhere": 1]
      for queue in queues where !random.chance(3) { memberships[queue] = Self.membership(&random) }
      if Self.isCalm(seed) { memberships = memberships.mapValues(Self.calm) }
      var agent = AgentSettings(id: agent, memberships: memberships)
      agent.skills = Self.skills(&random)
      agent.capacity = random.pick([1, 1, 2, 3])
      settings.agents.append(agent)
    }
    desk = Desk(settings)
    desk.dialsAtOnce = false
    overseer = Overseer(desk, settings, seed: seed)
    overseer.diary.begins(at: desk.clock.now)
    if random.chance(4) { restore() }
    for (agent, phone) in zip(agents, phones) where !random.chance(4) {
      overseer.bound(phone, true)
      tell { $0.phoneBecameReachable(phone, at: $1) }
      tell { $0.agentLoggedIn(agent, phone: phone, at: $1) }
      tell { $0.statusSet(agent, to: .ready, by: .agent, at: $1) }
    }
  }

  /// Every other run is of an office where several agents are free at once most of the time, and all queues have one
  /// strategy: there it matters who of them is chosen.
  static func isCalm(_ seed: UInt64) -> Bool { seed % 2 == 0 }

  /// Many things happen, and then everybody goes home.
  mutating func run(steps: Int) {
    for _ in 0..<steps { step() }
    close()
  }

  /// Once, or twice in one instant.
  mutating func tell(_ input: (inout Distributor, Moment) -> [Distributor.Effect]) {
    hear(input)
    if random.chance(4) { expectNothing(of: input) }
  }

  /// What would be another input the second time.
  mutating func hear(_ input: (inout Distributor, Moment) -> [Distributor.Effect]) {
    overseer.heard(desk.tell(input), at: desk.clock.now)
  }

  mutating func step() {
    let agent = random.pick(agents)
    let phone = random.pick(phones)
    switch random.next() % 30 {
    case 0...3: if !Self.isCalm(seed) || overseer.open.count < 2 { arrive() } else { answerSome() }
    case 4: leave()
    case 5...8: answerSome()
    case 9: failSome()
    case 10: logIn(agent, phone)
    case 11...13: tell { [status = statusOfChoice()] in $0.statusSet(agent, to: status, by: .agent, at: $1) }
    case 14:
      tell { [actor = random.pick([Actor.supervisor, .system])] in
        $0.statusSet(agent, to: .notReady(reason: "meeting"), by: actor, at: $1)
      }
    case 15: bind(phone)
    case 16...17: hangUpSome()
    case 18: dial(agent)
    case 19: nonsense(agent)
    case 20, 21: hold(agent)
    case 22: supervise(agent)
    case 23: changeQueue()
    case 24: changeAgent(agent)
    case 25: if random.chance(2) { changePriority() } else if random.chance(2) { identify() } else { changeReasons() }
    case 26: dispose(agent)
    case 27: checkOrder()
    default: pass()
    }
    overseer.check(desk)
  }

  private mutating func logIn(_ agent: AgentID, _ phone: PhoneID) {
    // Mostly people who are not here yet, and are ready soon.
    if overseer.states[agent]?.status != .loggedOut, !random.chance(4) { return }
    tell { $0.agentLoggedIn(agent, phone: phone, at: $1) }
    if !random.chance(4) { tell { $0.statusSet(agent, to: .ready, by: .agent, at: $1) } }
  }

  private mutating func statusOfChoice() -> AgentStatus {
    random.chance(12) ? .loggedOut : random.chance(8) ? .notReady(reason: "lunch") : .ready
  }

  private mutating func arrive() {
    count += 1
    let contact = ContactID(rawValue: "call-\(random.next() % 10)-\(count)")
    var arrival = Arrival(
      for: random.chance(6) ? .agent(random.pick(agents)) : .queue(random.chance(40) ? "missing" : random.pick(queues)))
    arrival.priority = random.pick([0, 0, 0, 1, 5])
    if random.chance(4) { arrival.steps = Self.steps(&random) }
    if random.chance(3) {
      arrival.wish = Wish(
        for: random.chance(9) ? "stranger" : random.pick(agents), limit: .seconds(random.pick([0, 3, 20])),
        elsewhere: Overseer.elsewhere)
    }
    if random.chance(2) { arrival.caller = random.pick(["+8131", "+8132", "+8133"]) }
    overseer.arrived(contact, arrival, at: desk.clock.now)
    hear { [arrival] in $0.contactArrived(contact, arrival, at: $1) }
    if overseer.open[contact] != nil { expectNothing { [arrival] in $0.contactArrived(contact, arrival, at: $1) } }
  }

  private mutating func leave() {
    guard !overseer.open.isEmpty else { return }
    let contact = random.pick(overseer.open.keys.sorted())
    let now = desk.clock.now
    // One in three is ended by us.
    let isCutOff = contact.rawValue.utf8.reduce(0) { $0 + Int($1) }.isMultiple(of: 3)
    let effects = desk.tell { isCutOff ? $0.contactCutOff(contact, at: $1) : $0.contactLeft(contact, at: $1) }
    // What is about the contact comes first, then whatever her agent is given instead.
    let next = effects.firstIndex { if case .offer = $0 { true } else { false } } ?? effects.count
    overseer.keepPlace(of: contact, isCutOff: isCutOff, at: now)
    overseer.heard(Array(effects[..<next]), at: now)
    overseer.end(contact, at: now)
    overseer.heard(Array(effects[next...]), at: now)
    if random.chance(4) {
      expectNothing { isCutOff ? $0.contactCutOff(contact, at: $1) : $0.contactLeft(contact, at: $1) }
    }
  }

  private mutating func someOffer() -> (ContactID, AgentID)? {
    let offers = overseer.open.flatMap { contact, waiting in waiting.offers.keys.map { (contact, $0) } }
    return offers.isEmpty ? nil : random.pick(offers.sorted { $0 < $1 })
  }

  private mutating func answerSome() {
    guard let (contact, agent) = someOffer() else { return }
    overseer.dialled(contact, agent)
    tell { $0.offerDialled(contact, to: agent, at: $1) }
    if random.chance(4) { return }
    if !random.chance(4) {
      overseer.rang(contact, agent)
      tell { $0.offerRang(contact, at: agent, at: $1) }
    }
    if random.chance(2) { tell { $0.offerAnswered(contact, by: agent, at: $1) } }
  }

  private mutating func failSome() {
    guard let (contact, agent) = someOffer() else { return }
    let end = random.pick([
      Distributor.OfferEnd.noAnswer, .declined, .busy, .unreachable, .callerGone, .systemFailure,
    ])
    tell { $0.offerFailed(contact, by: agent, end, at: $1) }
  }

  private mutating func bind(_ phone: PhoneID) {
    let isBound = !random.chance(5)
    overseer.bound(phone, isBound)
    tell { isBound ? $0.phoneBecameReachable(phone, at: $1) : $0.phoneBecameUnreachable(phone, at: $1) }
  }

  /// Also one that an emergency call pushed aside, or one of several.
  private mutating func someTalk(of agent: AgentID) -> ContactID {
    let contacts = overseer.talks.filter { $0.value == agent }.keys.sorted()
    return contacts.isEmpty ? "nothing" : random.pick(contacts)
  }

  /// Or takes back.
  private mutating func hold(_ agent: AgentID) {
    let (contact, isHeld) = (someTalk(of: agent), random.chance(2))
    overseer.holds(contact, agent, isHeld, at: desk.clock.now)
    tell {
      isHeld
        ? $0.conversationHeld(contact, by: agent, at: $1) : $0.conversationRetrieved(contact, by: agent, at: $1)
    }
  }

  private mutating func hangUpSome() {
    guard !overseer.talks.isEmpty else { return }
    let contact = random.pick(overseer.talks.keys.sorted())
    guard let agent = overseer.talks[contact] else { return }
    overseer.end(contact, at: desk.clock.now)
    let state = overseer.states[agent]
    let failed = state?.activity == .outboundDialing && state?.contact == contact && random.chance(2)
    tell { failed ? $0.dialingFailed(contact, by: agent, at: $1) : $0.conversationEnded(contact, with: agent, at: $1) }
  }

  private mutating func dial(_ agent: AgentID) {
    if random.chance(10), desk.distributor.phoneForDialing(agent, isEmergency: true) != nil {
      count += 1
      let contact = ContactID(rawValue: "emergency-\(count)")
      overseer.stopsWriting(agent, hasTime: desk.clock.pending.contains(.wrapUp(agent)))
      overseer.dials(contact, agent, at: desk.clock.now)
      tell { $0.dialingBegan(contact, by: agent, overrides: true, at: $1) }
      #expect(overseer.states[agent]?.contact == contact, "seed \(seed)")
    } else if let contact = overseer.states[agent]?.contact, overseer.states[agent]?.activity == .outboundDialing {
      overseer.dialingAnswered(contact, at: desk.clock.now)
      tell { $0.dialingAnswered(contact, by: agent, at: $1) }
    } else if desk.distributor.phoneForDialing(agent) != nil {
      count += 1
      let contact = ContactID(rawValue: "dialled-\(count)")
      overseer.stopsWriting(agent, hasTime: desk.clock.pending.contains(.wrapUp(agent)))
      overseer.dials(contact, agent, at: desk.clock.now)
      tell { $0.dialingBegan(contact, by: agent, at: $1) }
    } else if random.chance(2) {
      hear { [more = Duration.seconds(random.pick([-1, 10, 10_000]))] in $0.wrapUpExtended(agent, by: more, at: $1) }
    } else {
      tell { $0.wrapUpFinished(agent, at: $1) }
    }
  }

  private mutating func supervise(_ agent: AgentID) {
    let state = overseer.states[agent]
    guard state?.activity == .supervising else {
      if !random.chance(4) { return }
      let may = desk.distributor.maySupervise(agent)
      if may { overseer.stopsWriting(agent, hasTime: desk.clock.pending.contains(.wrapUp(agent))) }
      tell { $0.supervisionBegan(by: agent, at: $1) }
      #expect(may == (overseer.states[agent]?.activity == .supervising), "seed \(seed)")
      return
    }
    let taken = overseer.talks.filter { $0.value != agent }.keys.sorted()
    guard random.chance(2), !taken.isEmpty else { return tell { $0.supervisionEnded(by: agent, at: $1) } }
    let contact = random.pick(taken)
    guard let former = overseer.talks[contact], overseer.states[former]?.activity != .outboundDialing else { return }
    overseer.released(contact, at: desk.clock.now)
    tell { $0.conversationEnded(contact, with: former, at: $1) }
    // On the phone where she is logged in, or on another one.
    let phone = random.chance(2) ? "elsewhere" : overseer.states[agent]?.phone ?? "elsewhere"
    overseer.takesOver(contact, agent, on: phone, at: desk.clock.now)
    tell { $0.contactTakenOver(contact, of: nil, by: agent, on: phone, at: $1) }
    #expect(overseer.states[agent]?.contact == contact, "seed \(seed)")
    tell { $0.supervisionEnded(by: agent, at: $1) }
  }

  private mutating func pass() {
    if random.chance(20) {
      let step = Duration.seconds(random.pick([-3_600, 3_600]))
      if stepsClock { desk.clock.stepWallClock(by: step) }
    }
    let end = desk.clock.now.advanced(by: .milliseconds(random.pick([0, 10, 1_000, 2_000, 5_000, 30_000])))
    while let timer = desk.clock.next(until: end) {
      fire(timer)
    }
  }

  private mutating func fire(_ timer: Distributor.Timer) {
    overseer.fired(timer, at: desk.clock.now)
    hear { $0.timerFired(timer, at: $1) }
    if random.chance(4) { expectNothing(of: timer) }
  }

  /// Everybody goes home: what still waits leaves, what still talks ends.
  mutating func close() {
    while !overseer.open.isEmpty { leave() }
    while !overseer.talks.isEmpty { hangUpSome() }
    for agent in agents { tell { $0.supervisionEnded(by: agent, at: $1) } }
    for agent in agents { tell { $0.agentLoggedOut(agent, by: .supervisor, at: $1) } }
    let end = desk.clock.now.advanced(by: .seconds(7_200))
    while let timer = desk.clock.next(until: end) {
      fire(timer)
    }
    overseer.check(desk)
  }
}
