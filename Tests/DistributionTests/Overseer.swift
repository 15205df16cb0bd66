import Distribution
import Telephony
import TelephonyTesting
import Testing

/// Watches a distributor from outside, from what it is told and what it says, and holds it to what must always be true.
///
/// It knows the rules a second time, in the slowest and plainest way: every agent and every contact looked at each time.
struct Overseer {
  var settings: DistributionSettings
  let seed: UInt64
  /// Whether dispositions may hold a wrap-up, also one of a queue that has gone.
  let holds: Bool

  struct Waiting {
    var target: Distributor.Target
    var priority: Int
    var isPrioritySet = false
    var since: Moment
    var caller: CallerKey?
    var ownSteps: [SkillStep]?
    var steps: [SkillStep] = []
    var step = 0
    var wish: AgentID?
    /// For whom it is to be kept where it is sent on to.
    var lastAgent: Wish?
    /// When it came to its queue, and for how long it has waited there by its timer.
    var joined: Moment
    var waited: Duration = .zero
    /// How many contacts she had then, and her level.
    var offers: [AgentID: [Int]] = [:]
    var dialled: Set<AgentID> = []
    var rang: Set<AgentID> = []
    var phonesAtOnce = 1
    var hasRung = false
    var isPausing = false
    var visited: Set<QueueID> = []

    var requirement: SkillRequirement? { step < steps.count ? steps[step].requirement : nil }
  }

  /// Where a queue that goes round stands.
  struct Turn: Equatable {
    let position: Int
    let agent: AgentID
  }

  /// Not answered, not ended.
  var open: [ContactID: Waiting] = [:]
  private(set) var talks: [ContactID: AgentID] = [:]
  /// The same, with what matters for another one beside it.
  var calls: [ContactID: Call] = [:]
  var callsBegun = 0
  /// Wrap-ups that come when an agent's other calls are over.
  var owed: [AgentID: Notes] = [:]
  /// Those that have begun.
  var writing: [AgentID: Notes] = [:]
  /// Whose end counts as the end of a call.
  private var conversations: Set<ContactID> = []
  private(set) var ended: Set<ContactID> = []
  var states: [AgentID: AgentState] = [:]
  private(set) var arrivals = 0
  private(set) var answers = 0
  private(set) var departures = 0
  var bound: Set<PhoneID> = []
  var inBackOff: Set<PhoneID> = []
  /// Until when an agent is left out for a contact, and for all.
  var leftOut: [AgentID: [ContactID: Moment]] = [:]
  var paused: [AgentID: Moment] = [:]
  var kept: [KeptPlace: Moment] = [:]
  var overstayed: Set<AgentID> = []
  /// Who was offered a contact of the queue last.
  var turns: [QueueID: Turn] = [:]
  /// Where the turn went with an offer, and where it had stood.
  private var turnsTaken: [ContactID: [AgentID: (taken: Turn, before: Turn?)]] = [:]
  /// Reserved agents who must be given up, for the one who should have the contact.
  private var unwanted: [ContactID: Set<AgentID>] = [:]
  /// Contacts that we take away from phones.
  var takenAway: Set<ContactID> = []
  var lastRelease: [AgentID: Moment] = [:]
  var diary: Diary
  /// What it must say about contacts that cannot stay, in this order.
  var due: [Distributor.Effect] = []
  /// Who has waited for as long as he may, and leaves now.
  private var timeIsUp: ContactID?
  var steps = 0
  var accounts: [QueueID: Account] = [:]
  /// Taken out, and not gone yet.
  var leaving: Set<AgentID> = []
  /// Who hangs up now, and is in no line any more.
  private(set) var leaver: ContactID?

  init(_ desk: Desk, _ settings: DistributionSettings, seed: UInt64) {
    self.settings = settings
    self.seed = seed
    diary = Diary(window: settings.counterWindow)
    for state in desk.distributor.agents { states[state.id] = state }
    for queue in settings.queues { accounts[queue.id] = Account() }
    holds = settings.queues.contains { $0.wrapUpMode == .untilDisposition }
  }

  // MARK: What the distributor was told

  mutating func arrived(_ contact: ContactID, _ arrival: Arrival, at now: Moment) {
    arrivals += 1
    var waiting = Waiting(target: arrival.target, priority: arrival.priority, since: now, joined: now)
    waiting.ownSteps = arrival.steps
    waiting.caller = arrival.caller
    waiting.lastAgent = arrival.wish
    open[contact] = waiting
    switch arrival.target {
    case .queue(let queue): enter(contact, queue, wish: arrival.wish, at: now)
    case .agent(let agent): if !isHere(agent) { due.append(.giveUp(contact, .unreachable)) }
    }
  }

  /// Who called is known now; the time for which he may be kept is not over. Whoever was only reserved for him, and is not
  /// the one he is kept for, is given up.
  mutating func identified(_ contact: ContactID, as caller: CallerKey?, wish: AgentID?, priority: Int) {
    guard var waiting = open[contact] else { return }
    if case .queue(let queue) = waiting.target, let caller, caller != waiting.caller {
      let since = kept.removeValue(forKey: KeptPlace(queue: queue, caller: caller))
      waiting.since = since.map { min($0, waiting.since) } ?? waiting.since
    }
    waiting.caller = caller
    if !waiting.isPrioritySet { waiting.priority = priority }
    if waiting.dialled.isDisjoint(with: waiting.offers.keys), case .queue = waiting.target, wish != waiting.wish {
      let standing = wish.flatMap { leftOut[$0]?[contact] == nil && stands($0, waiting) ? $0 : nil }
      if standing != waiting.wish {
        unwanted[contact] = standing.map { Set(waiting.offers.keys).subtracting([$0]) }
      }
      waiting.wish = standing
    }
    waiting.lastAgent = wish.map { Wish(for: $0, limit: .zero, elsewhere: Self.elsewhere) }
    open[contact] = waiting
  }

  mutating func bound(_ phone: PhoneID, _ isBound: Bool) {
    if isBound {
      bound.insert(phone)
      inBackOff.remove(phone)
    } else {
      bound.remove(phone)
    }
    settle()
  }

  /// A contact ended by itself: hung up while waiting, or after its conversation.
  mutating func end(_ contact: ContactID, at now: Moment) {
    #expect(ended.insert(contact).inserted, "\(contact) ended twice, seed \(seed)")
    if open[contact] != nil { departures += 1 }
    open[contact] = nil
    if leaver == contact { leaver = nil }
    released(contact, at: now)
    talks[contact] = nil
    for agent in leftOut.keys { leftOut[agent]?[contact] = nil }
  }

  /// An agent's conversation is over.
  mutating func released(_ contact: ContactID, at now: Moment) {
    if let agent = talks[contact], conversations.contains(contact) { lastRelease[agent] = now }
    callEnds(contact)
  }

  /// The place of somebody who hangs up now.
  mutating func keepPlace(of contact: ContactID, isCutOff: Bool, at now: Moment) {
    visitEnds(contact, \.left)
    leaver = contact
    if isCutOff { takenAway.insert(contact) }
    guard !isCutOff, let waiting = open[contact], case .queue(let queue) = waiting.target, let caller = waiting.caller,
      rules(waiting.target).keepsPlace != nil
    else { return }
    kept[KeptPlace(queue: queue, caller: caller)] = waiting.since
  }

  mutating func fired(_ timer: Distributor.Timer, at now: Moment) {
    switch timer {
    case .backOff(let phone): inBackOff.remove(phone)
    case .offerAgain(let contact): open[contact]?.isPausing = false
    case .nextStep(let contact):
      open[contact]?.step += 1
      skip(contact)
    case .wish(let contact): endWish(contact)
    case .ringMore(let contact): open[contact]?.phonesAtOnce += 1
    case .delay(let contact): hasWaited(contact, until: now)
    case .keptPlace(let place): kept[place] = nil
    case .longestWait(let contact):
      timeIsUp = contact
      takenAway.insert(contact)
    case .overstay(let agent): overstayed.insert(agent)
    default: break
    }
  }

  // MARK: What it said

  mutating func heard(_ effects: [Distributor.Effect], at now: Moment) {
    settle()
    for effect in effects {
      hear(effect, at: now)
      settle()
    }
    #expect(due.isEmpty && timeIsUp == nil, "it did not say \(due), seed \(seed)")
    let left = unwanted.filter { !$0.value.isEmpty }
    #expect(left.isEmpty, "reserved for another's caller, seed \(seed)")
    unwanted = [:]
    takenAway = []
    due = []
    timeIsUp = nil
    forgetLeaving()
  }

  private mutating func hear(_ effect: Distributor.Effect, at now: Moment) {
    switch effect {
    case .offer(let contact, let agent, let phone):
      #expect(open[contact] != nil && open[contact]?.offers[agent] == nil, "\(effect), seed \(seed)")
      #expect(!open.values.contains { $0.offers[agent] != nil }, "two offers: \(effect), seed \(seed)")
      #expect(states[agent]?.phone == phone, "\(effect), seed \(seed)")
      checkBest(contact, agent, at: now)
      let level = open[contact].flatMap { queueLevel(agent, for: $0) } ?? Int.min
      let load = load(agent)
      open[contact]?.offers[agent] = [load, level]
      open[contact]?.rang.remove(agent)
      open[contact]?.hasRung = true
      open[contact]?.dialled.remove(agent)
      if let waiting = open[contact], waiting.wish == nil, case .queue(let queue) = waiting.target {
        let turn = Turn(position: membership(agent, queue)?.position ?? 0, agent: agent)
        turnsTaken[contact, default: [:]][agent] = (turn, turns[queue])
        turns[queue] = turn
      } else {
        turnsTaken[contact]?[agent] = nil
      }
    case .withdraw(let contact, let agent, _):
      #expect(open[contact]?.offers[agent] != nil || talks[contact] != nil, "\(effect), seed \(seed)")
    case .offerEnded(let contact, let agent, let end): ended(contact, agent, end, at: now)
    case .connect(let contact, let agent):
      #expect(open[contact]?.offers[agent] != nil, "\(effect), seed \(seed)")
      #expect(talks[contact] == nil, "joined twice: \(effect), seed \(seed)")
      visitEnds(contact, \.answered)
      callBegins(
        contact, agent, queue: open[contact].flatMap { queue($0.target)?.id }, phone: states[agent]?.phone, at: now)
      open[contact]?.offers[agent] = nil
      losers[contact] = Set(open[contact]?.offers.keys.map { $0 } ?? [])
      open[contact] = nil
      talks[contact] = agent
      conversations.insert(contact)
      answers += 1
      diary.answered(agent, at: now)
      for agent in leftOut.keys { leftOut[agent]?[contact] = nil }
    case .giveUp(let contact, let reason):
      expectDeparture(effect, contact, at: now)
      #expect(open[contact]?.offers.isEmpty != false, "given up while ringing: \(effect), seed \(seed)")
      if let waiting = open[contact], case .agent(let agent) = waiting.target, reason == .unreachable {
        #expect(!isHere(agent), "\(effect), seed \(seed)")
      }
      if reason != .notFound { visitEnds(contact, \.givenUp) }
      end(contact, at: now)
    case .overflow(let contact, let queue, let target, _):
      expectDeparture(effect, contact, at: now)
      accounts[queue]?.wentElsewhere += 1
      switch target {
      case .number, .announcement: end(contact, at: now)
      case .queue, .agent: break
      }
    case .agentChanged(let old, let new, _, _):
      #expect(states[new.id] == old && old != new, "gap in \(effect), seed \(seed)")
      diary.changed(old, until: now)
      states[new.id] = new
      if [.idle, .unreachable, .afterCallWork].contains(new.activity) { beginsWriting(new.id) }
      if old.status != new.status { overstayed.remove(new.id) }
      if old.status == .loggedOut, new.status != .loggedOut {
        diary.loggedIn(new.id, among: colleagues(of: new.id), states, at: now)
      }
    case .overstayed(let agent, let reason):
      #expect(states[agent]?.status == .notReady(reason: reason), "\(effect), seed \(seed)")
      let due = settings.reasons[reason]?.longest.flatMap { states[agent]?.statusSince.advanced(by: $0) }
      #expect(due.map { $0 <= now } == true, "\(effect), seed \(seed)")
    case .startTimer(.backOff(let phone), _): inBackOff.insert(phone)
    case .decided(let decision):
      #expect(toOffer.isEmpty, "said to ring and does not: \(toOffer), seed \(seed)")
      lastDecision = decision
      toOffer = decision.offered[...]
    case .startTimer, .cancelTimer, .displaced: break
    }
  }

  /// Whose phones must still stop, after another one was answered.
  var losers: [ContactID: Set<AgentID>] = [:]
  private(set) var lastDecision: Decision?
  /// Whom it names, and who has not been offered it yet.
  var toOffer: ArraySlice<AgentID> = []

  /// Contacts leave queues for a reason only.
  private mutating func expectDeparture(_ effect: Distributor.Effect, _ contact: ContactID, at now: Moment) {
    if timeIsUp == contact {
      divert(contact, .waitedTooLong, at: now)
      timeIsUp = nil
    } else if due.isEmpty, let queue = open[contact].flatMap({ self.queue($0.target) }), isDeserted(queue) {
      divert(contact, .nobody, at: now)
    }
    guard !due.isEmpty else {
      if case .giveUp(_, .notFound) = effect { return }
      guard case .agent? = open[contact]?.target else {
        Issue.record("left for no reason: \(effect), seed \(seed)")
        return
      }
      return
    }
    let expected = due.removeFirst()
    #expect(expected == effect, "seed \(seed)")
  }

  private mutating func ended(_ contact: ContactID, _ agent: AgentID, _ end: Distributor.OfferEnd, at now: Moment) {
    if load(agent) == 0 { beginsWriting(agent) }
    if talks[contact] != nil {
      let rang = losers[contact]?.remove(agent) != nil
      #expect(end == .answeredElsewhere && rang, "\(contact)→\(agent), seed \(seed)")
      return
    }
    #expect(open[contact]?.offers[agent] != nil && end != .answeredElsewhere, "\(contact)→\(agent), seed \(seed)")
    let isBeside = open[contact]?.offers.removeValue(forKey: agent)?.first != 0
    #expect(!isBeside || end != .busy, "\(contact)→\(agent), seed \(seed)")
    guard let target = open[contact]?.target else { return }
    switch end {
    case .callerGone, .withdrawn:
      #expect((end == .withdrawn) == takenAway.contains(contact), "\(contact)→\(agent) \(end), seed \(seed)")
      return
    case .keptForAnother:
      #expect(unwanted[contact]?.remove(agent) != nil, "\(contact)→\(agent), seed \(seed)")
      if case .queue(let queue) = target, let turn = turnsTaken[contact]?[agent], turns[queue] == turn.taken {
        turns[queue] = turn.before
      }
      if open[contact]?.offers.isEmpty == true {
        open[contact]?.phonesAtOnce = 1
        open[contact]?.hasRung = false
      }
      return
    case .systemFailure:
      open[contact]?.isPausing = true
      return
    case .noAnswer, .declined, .busy, .unreachable, .agentGone, .answeredElsewhere: break
    }
    let until = now.advanced(by: max(rules(target).retryDelay, .seconds(1)))
    leftOut[agent, default: [:]][contact] = until
    if open[contact]?.lastAgent?.agent == agent { open[contact]?.lastAgent = nil }
    if open[contact]?.wish == agent { open[contact]?.wish = nil }
    if end == .noAnswer || end == .busy || isBeside && (end == .declined || end == .unreachable) {
      paused[agent] = until
    }
  }

  // MARK: Agents

  func isReachable(_ phone: PhoneID) -> Bool {
    (bound.contains(phone) || settings.extensions.contains(phone)) && !inBackOff.contains(phone)
  }

  func isHere(_ agent: AgentID) -> Bool { states[agent].map { $0.status != .loggedOut } ?? false }

  /// Whether a delay may still run: one that ends in this instant may be over or not.
  private func mayRun(_ until: Moment?, at now: Moment) -> Bool { until.map { $0 >= now } ?? false }

  func isFree(_ agent: AgentID, at now: Moment) -> Bool {
    couldTake(agent) && !mayRun(paused[agent], at: now)
  }

  func isLeftOut(_ agent: AgentID, for contact: ContactID, at now: Moment) -> Bool {
    mayRun(leftOut[agent]?[contact], at: now)
  }

  /// Her phone was dialled.
  mutating func dialled(_ contact: ContactID, _ agent: AgentID) { open[contact]?.dialled.insert(agent) }

  /// Her phone rings.
  mutating func rang(_ contact: ContactID, _ agent: AgentID) { open[contact]?.rang.insert(agent) }

  /// An agent's own call began.
  mutating func dials(_ contact: ContactID, _ agent: AgentID, at now: Moment) {
    talks[contact] = agent
    callBegins(contact, agent, queue: nil, phone: nil, isOutbound: true, at: now)
  }

  /// It is a conversation now.
  mutating func dialingAnswered(_ contact: ContactID, at now: Moment) {
    calls[contact]?.isTalking = true
    calls[contact]?.turnedTo = now
    if settings.outboundResetsIdle { conversations.insert(contact) }
  }

  /// An agent took over another one's caller.
  mutating func takesOver(_ contact: ContactID, _ agent: AgentID, on phone: PhoneID, at now: Moment) {
    talks[contact] = agent
    conversations.insert(contact)
    callBegins(contact, agent, queue: nil, phone: phone, isTakenOver: true, at: now)
  }
}
