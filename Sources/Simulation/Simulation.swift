import Distribution
import Telephony

/// The rules of distribution under virtual time: the same machine as at work, with callers and agents made by chance.
///
/// Every agent takes what she is offered after `ringSeconds`, talks for as long as the call lasts (of several that a
/// capacity gives her at once each lasts as long as alone), and wraps up as her queue says; a disposition that is wanted
/// she sets when the time for it is over. Nothing waits for a real clock: a day takes seconds.
public struct Simulation: Sendable {
  enum Entry: Sendable {
    /// The next call of this stream.
    case arrival(stream: Int)
    case patienceOver(ContactID)
    /// The offer with this number is taken; void when that one is over.
    case answer(ContactID, AgentID, Int)
    case hangUp(ContactID, AgentID)
    case disposition(ContactID, AgentID)
    case timer(Distributor.Timer, Int)
    case shift(AgentID, Scenario.Hours, begins: Bool)
    case day
  }

  struct Call: Sendable {
    let number: Int
    let stream: Int
    let arrived: Moment
    let handling: Double
    var estimate: (median: Duration, ninetieth: Duration)?
  }

  /// How long those are still served who wait when the last call has come: whoever is left then has nobody to come.
  private static let longestEnd = Duration.seconds(7 * 86_400)

  let scenario: Scenario
  private var distributor: Distributor
  private var agenda = Agenda<Entry>()
  private var now: Moment
  private var chances: [Chance]
  /// Of each stream, seconds of open time until its next call.
  private var clocks: [Double]
  private var waiting: [ContactID: Call] = [:]
  private var talking = 0
  /// The latest setting of each timer; older lines of the agenda are void.
  private var timers: [Distributor.Timer: Int] = [:]
  /// The number of the latest offer to each agent.
  private var offers: [AgentID: Int] = [:]
  private var settings = 0
  private var arrived = 0
  private var endsAt: Moment?
  private var tallies: [Tally]
  private var total: Tally
  private var timesheet = Timesheet()
  /// What the rules said, in order; not all of it is carried out yet while `isCarryingOut`.
  private var lane: [Distributor.Effect] = []
  private var isCarryingOut = false
  private var judged = (calls: 0, median: 0, ninetieth: 0)

  /// Everybody logged in and ready whose shift it is at midnight, nobody there yet.
  public init(_ scenario: Scenario) {
    self.scenario = scenario
    now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
    var rules = scenario.settings
    rules.explains = false
    distributor = Distributor(settings: rules, at: now)
    chances = scenario.streams.indices.map { Chance(seed: scenario.seed &* 0x1000_0001 &+ UInt64($0)) }
    clocks = scenario.streams.map { _ in 0 }
    total = Tally(calls: scenario.counted, threshold: scenario.thresholdSeconds)
    tallies = scenario.streams.map { _ in Tally(calls: scenario.counted, threshold: scenario.thresholdSeconds) }
  }

  /// Runs to the end of the last call. `progress` is told the share that is done, 0 to 1, a hundred times in all.
  public mutating func run(progress: (Double) -> Void = { _ in }) -> Outcome {
    if scenario.settings.counterWindow == .day { agenda.note(.day, at: now.advanced(by: .seconds(scenario.dayEnds))) }
    for agent in scenario.settings.agents { noteShifts(of: agent.id) }
    for stream in scenario.streams.indices { noteArrival(of: stream) }
    while let (due, entry) = agenda.next(), !isOver(at: due) {
      now = due
      handle(entry)
      if case .arrival = entry, arrived % max(1, scenario.calls / 100) == 0 {
        progress(Double(arrived) / Double(scenario.calls))
      }
    }
    for call in waiting.values.sorted(by: { $0.number < $1.number }) { count(call) { $0.wasLeft($1, waited: $2) } }
    return outcome
  }

  /// All calls have come and gone, or will never go.
  private func isOver(at due: Moment) -> Bool {
    guard let endsAt else { return false }
    return waiting.isEmpty && talking == 0 || due > endsAt
  }

  private mutating func handle(_ entry: Entry) {
    switch entry {
    case .arrival(let stream): arrival(stream)
    case .patienceOver(let contact):
      guard let call = waiting.removeValue(forKey: contact) else { return }
      count(call) { $0.gaveUp($1, waited: $2) }
      tell { $0.contactLeft(contact, at: $1) }
    case .answer(let contact, let agent, let offer):
      guard offers[agent] == offer else { return }
      tell { $0.offerAnswered(contact, by: agent, at: $1) }
    case .hangUp(let contact, let agent):
      talking -= 1
      tell { $0.conversationEnded(contact, with: agent, at: $1) }
    case .disposition(let contact, let agent): tell { $0.dispositionSet(contact, for: agent, at: $1) }
    case .timer(let timer, let setting):
      guard timers[timer] == setting else { return }
      timers[timer] = nil
      tell { $0.timerFired(timer, at: $1) }
    case .day:
      agenda.note(entry, at: now.advanced(by: .seconds(Scenario.Hours.day)))
      tell { $0.dayBegan(at: $1) }
    case .shift(let agent, let hours, let begins):
      agenda.note(entry, at: now.advanced(by: .seconds(Scenario.Hours.day)))
      if begins { logIn(agent) } else if !isAtWork(agent, besides: hours) { logOut(agent) }
    }
  }

  // MARK: Agents

  private mutating func noteShifts(of agent: AgentID) {
    guard let shifts = scenario.shifts[agent] else { return logIn(agent) }
    if shifts.contains(where: { $0.contains(0) }) { logIn(agent) }
    for hours in shifts where hours.from != hours.to {
      agenda.note(.shift(agent, hours, begins: true), at: now.advanced(by: .seconds(hours.from)))
      agenda.note(.shift(agent, hours, begins: false), at: now.advanced(by: .seconds(hours.to)))
    }
  }

  /// Whether another shift of hers lasts at this time of day.
  private func isAtWork(_ agent: AgentID, besides over: Scenario.Hours) -> Bool {
    let second = Int(now.monotonicNanoseconds / 1_000_000_000) % Scenario.Hours.day
    return scenario.shifts[agent]?.contains { $0 != over && $0.contains(second) } ?? false
  }

  private mutating func logIn(_ agent: AgentID) {
    let phone = PhoneID(rawValue: "phone-\(agent)")
    tell { $0.phoneBecameReachable(phone, at: $1) }
    tell { $0.agentLoggedIn(agent, phone: phone, at: $1) }
    tell { $0.statusSet(agent, to: .ready, by: .agent, at: $1) }
  }

  private mutating func logOut(_ agent: AgentID) {
    // She takes the call that rings.
    if let contact = distributor.agent(agent)?.offered {
      tell { $0.offerAnswered(contact, by: agent, at: $1) }
    }
    tell { $0.agentLoggedOut(agent, by: .agent, at: $1) }
  }

  // MARK: Calls

  private mutating func noteArrival(of index: Int) {
    let mean = 3600 / scenario.streams[index].arrivalsPerHour
    clocks[index] += chances[index].exponential(mean: mean)
    agenda.note(.arrival(stream: index), at: scenario.moment(afterOpenSeconds: clocks[index]))
  }

  private mutating func arrival(_ index: Int) {
    guard arrived < scenario.calls else { return }
    let stream = scenario.streams[index]
    // The chances of a call are drawn when it comes, so that other teams see the same calls.
    let handling = stream.handling.draw(&chances[index])
    let patience = stream.patience.map { $0.draw(&chances[index]) }
    let contact = ContactID(rawValue: "call-\(arrived)")
    account()
    var call = Call(number: arrived, stream: index, arrived: now, handling: handling)
    if call.number == scenario.uncounted { timesheet.began(at: now) }
    arrived += 1
    if arrived < scenario.calls {
      noteArrival(of: index)
    } else {
      timesheet.ended()
      endsAt = now.advanced(by: Self.longestEnd)
    }
    if let patience { agenda.note(.patienceOver(contact), at: now.advanced(by: .seconds(patience))) }
    if scenario.judgesEstimates,
      case .known(let median, let ninetieth) = distributor.estimatedWait(in: stream.queue, at: now),
      ninetieth > .zero
    {
      call.estimate = (median, ninetieth)
    }
    waiting[contact] = call
    tell { $0.contactArrived(contact, for: .queue(stream.queue), at: $1) }
  }

  /// It has come to an end, or to an agent: where it counts, in all and in its queue.
  private mutating func count(_ call: Call, _ body: (inout Tally, Int, Double) -> Void) {
    guard call.number >= scenario.uncounted else { return }
    let waited = now.since(call.arrived).seconds
    body(&total, call.number - scenario.uncounted, waited)
    body(&tallies[call.stream], call.number - scenario.uncounted, waited)
  }

  private mutating func judge(_ call: Call) {
    guard let estimate = call.estimate, call.number >= scenario.uncounted else { return }
    let waited = now.since(call.arrived)
    judged.calls += 1
    if waited <= estimate.median { judged.median += 1 }
    if waited <= estimate.ninetieth { judged.ninetieth += 1 }
  }

  // MARK: What the rules say

  /// What is told while effects are carried out has its own carried out after those, as at work: in the order of decision.
  private mutating func tell(_ input: (inout Distributor, Moment) -> [Distributor.Effect]) {
    lane += input(&distributor, now)
    guard !isCarryingOut else { return }
    isCarryingOut = true
    var next = 0
    while next < lane.count {
      carryOut(lane[next])
      next += 1
    }
    lane.removeAll(keepingCapacity: true)
    isCarryingOut = false
  }

  private mutating func carryOut(_ effect: Distributor.Effect) {
    switch effect {
    case .offer(let contact, let agent, _):
      tell { $0.offerDialled(contact, to: agent, at: $1) }
      tell { $0.offerRang(contact, at: agent, at: $1) }
      settings += 1
      offers[agent] = settings
      agenda.note(.answer(contact, agent, settings), at: now.advanced(by: .seconds(scenario.ringSeconds)))
    case .connect(let contact, let agent):
      guard let call = waiting.removeValue(forKey: contact) else { return }
      talking += 1
      count(call) { $0.answered($1, waited: $2) }
      judge(call)
      let end = now.advanced(by: .seconds(call.handling))
      agenda.note(.hangUp(contact, agent), at: end)
      if let wrapUp = scenario.dispositionTime(of: call) {
        agenda.note(.disposition(contact, agent), at: end.advanced(by: wrapUp))
      }
    case .giveUp(let contact, _), .overflow(let contact, from: _, to: .number, _),
      .overflow(let contact, from: _, to: .announcement, _):
      guard let call = waiting.removeValue(forKey: contact) else { return }
      count(call) { $0.wasCut($1, waited: $2) }
    case .agentChanged(let old, let new, _, let actor):
      account()
      timesheet.changed(
        working: (new.isWorking ? 1 : 0) - (old.isWorking ? 1 : 0),
        there: (new.isThere ? 1 : 0) - (old.isThere ? 1 : 0))
      // Whom a rule sends away, for a phone that rings too long, is back at once.
      if case .notReady = new.status, actor == .system {
        tell { $0.statusSet(new.id, to: .ready, by: .agent, at: $1) }
      }
    case .startTimer(let timer, let duration):
      settings += 1
      timers[timer] = settings
      agenda.note(.timer(timer, settings), at: now.advanced(by: duration))
    case .cancelTimer(let timer): timers[timer] = nil
    // To another queue or agent: it goes on waiting there.
    case .overflow, .withdraw, .offerEnded, .displaced, .decided, .overstayed: break
    }
  }

  private mutating func account() {
    timesheet.account(until: now, part: Tally.part(of: arrived - scenario.uncounted, of: scenario.counted))
  }

  private var outcome: Outcome {
    func share(_ count: Int) -> Double { judged.calls == 0 ? 0 : Double(count) / Double(judged.calls) }
    return Outcome(
      total: total.service,
      queues: zip(scenario.streams, tallies).map { ($0.queue, $1.service) },
      occupancy: timesheet.occupancy, simulatedSeconds: timesheet.seconds,
      estimates: EstimateQuality(
        calls: judged.calls, withinMedian: share(judged.median), withinNinetieth: share(judged.ninetieth)))
  }
}

extension Scenario {
  var counted: Int { calls - uncounted }

  /// When open time has gone on for so long.
  func moment(afterOpenSeconds seconds: Double) -> Moment {
    let start = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
    guard let open else { return start.advanced(by: .seconds(seconds)) }
    let days = (seconds / Double(open.seconds)).rounded(.down)
    return start.advanced(
      by: .seconds(days * Double(Hours.day) + Double(open.from) + seconds - days * Double(open.seconds)))
  }

  /// How long after a call its agent says what came of it, where her wrap-up waits for that.
  func dispositionTime(of call: Simulation.Call) -> Duration? {
    let queue = settings.queues.first { $0.id == streams[call.stream].queue }
    guard let queue, queue.wrapUpMode == .untilDisposition else { return nil }
    return queue.wrapUp
  }
}

extension Scenario.Hours {
  func contains(_ second: Int) -> Bool {
    from < to ? (from..<to).contains(second) : second >= from || second < to
  }
}

extension AgentState {
  /// Talking, holding and wrap-up: the numerator of occupancy.
  fileprivate var isWorking: Bool {
    switch activity {
    case .talking, .holding, .outboundTalking, .outboundDialing, .afterCallWork: true
    case .idle, .reserved, .ringing, .supervising, .unreachable: false
    }
  }

  /// At work, or ready for it; ringing is neither.
  fileprivate var isThere: Bool { isWorking || (status == .ready && activity == .idle) }
}

extension Duration {
  fileprivate var seconds: Double {
    let (whole, attoseconds) = components
    return Double(whole) + Double(attoseconds) * 1e-18
  }
}
