import Distribution
import Telephony

/// The rules of distribution under virtual time: the same machine as at work, with callers and agents made by chance.
///
/// Every agent takes what she is offered after `ringSeconds`, talks for as long as the call lasts, and wraps up as her
/// queue says. Nothing waits for a real clock: a day takes seconds.
public struct Simulation: Sendable {
  private enum Entry: Sendable {
    /// The next call of this stream.
    case arrival(stream: Int)
    case patienceOver(ContactID)
    case answer(ContactID, AgentID)
    case hangUp(ContactID, AgentID)
    case timer(Distributor.Timer, Int)
  }

  fileprivate struct Call: Sendable {
    let number: Int
    let arrived: Moment
    let handling: Double
  }

  private let scenario: Scenario
  private var distributor: Distributor
  private var agenda = Agenda<Entry>()
  private var now: Moment
  private var chances: [Chance]
  private var waiting: [ContactID: Call] = [:]
  private var talking: [ContactID: Call] = [:]
  /// The latest setting of each timer; older lines of the agenda are void.
  private var timers: [Distributor.Timer: Int] = [:]
  private var settings = 0
  private var arrived = 0
  private var tally: Tally

  /// Everybody logged in and ready, nobody there yet.
  public init(_ scenario: Scenario) {
    self.scenario = scenario
    now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
    distributor = Distributor(settings: scenario.settings, at: now)
    chances = scenario.streams.indices.map { Chance(seed: scenario.seed &* 0x1000_0001 &+ UInt64($0)) }
    tally = Tally(
      agents: scenario.settings.agents.count, calls: scenario.calls - scenario.uncounted,
      threshold: scenario.thresholdSeconds)
  }

  /// Runs to the end of the last call. `progress` is told the share that is done, 0 to 1, a hundred times in all.
  public mutating func run(progress: (Double) -> Void = { _ in }) -> Outcome {
    for agent in scenario.settings.agents {
      let phone = PhoneID(rawValue: "phone-\(agent.id)")
      tell { $0.phoneBecameReachable(phone, at: $1) }
      tell { $0.agentLoggedIn(agent.id, phone: phone, at: $1) }
      tell { $0.statusSet(agent.id, to: .ready, by: .agent, at: $1) }
    }
    for stream in scenario.streams.indices { noteArrival(of: stream) }
    while let (due, entry) = agenda.next() {
      now = due
      handle(entry)
      if case .arrival = entry, arrived % max(1, scenario.calls / 100) == 0 {
        progress(Double(arrived) / Double(scenario.calls))
      }
    }
    return tally.outcome
  }

  private mutating func handle(_ entry: Entry) {
    switch entry {
    case .arrival(let stream): arrival(stream)
    case .patienceOver(let contact):
      guard let call = waiting.removeValue(forKey: contact) else { return }
      tally.gaveUp(call.counted(scenario), waited: now.since(call.arrived).seconds)
      tell { $0.contactLeft(contact, at: $1) }
    case .answer(let contact, let agent): tell { $0.offerAnswered(contact, by: agent, at: $1) }
    case .hangUp(let contact, let agent):
      talking[contact] = nil
      tell { $0.conversationEnded(contact, with: agent, at: $1) }
    case .timer(let timer, let setting):
      guard timers[timer] == setting else { return }
      timers[timer] = nil
      tell { $0.timerFired(timer, at: $1) }
    }
  }

  private mutating func noteArrival(of index: Int) {
    let mean = 3600 / scenario.streams[index].arrivalsPerHour
    agenda.note(.arrival(stream: index), at: now.advanced(by: .seconds(chances[index].exponential(mean: mean))))
  }

  private mutating func arrival(_ index: Int) {
    guard arrived < scenario.calls else { return }
    let stream = scenario.streams[index]
    // The chances of a call are drawn when it comes, so that other teams see the same calls.
    let handling = stream.handling.draw(&chances[index])
    let patience = stream.patience.map { $0.draw(&chances[index]) }
    let call = Call(number: arrived, arrived: now, handling: handling)
    let contact = ContactID(rawValue: "call-\(arrived)")
    arrived += 1
    if call.number == scenario.uncounted { tally.began(at: now) }
    if arrived < scenario.calls { noteArrival(of: index) } else { tally.ended(at: now) }
    waiting[contact] = call
    if let patience { agenda.note(.patienceOver(contact), at: now.advanced(by: .seconds(patience))) }
    tell { $0.contactArrived(contact, for: .queue(stream.queue), at: $1) }
  }

  private mutating func tell(_ input: (inout Distributor, Moment) -> [Distributor.Effect]) {
    for effect in input(&distributor, now) { carryOut(effect) }
  }

  private mutating func carryOut(_ effect: Distributor.Effect) {
    switch effect {
    case .offer(let contact, let agent, _):
      tell { $0.offerDialled(contact, to: agent, at: $1) }
      tell { $0.offerRang(contact, at: agent, at: $1) }
      agenda.note(.answer(contact, agent), at: now.advanced(by: .seconds(scenario.ringSeconds)))
    case .connect(let contact, let agent):
      guard let call = waiting.removeValue(forKey: contact) else { return }
      talking[contact] = call
      tally.answered(call.counted(scenario), waited: now.since(call.arrived).seconds)
      agenda.note(.hangUp(contact, agent), at: now.advanced(by: .seconds(call.handling)))
    case .giveUp(let contact, _):
      guard let call = waiting.removeValue(forKey: contact) else { return }
      tally.wasCut(call.counted(scenario), waited: now.since(call.arrived).seconds)
    case .agentChanged(let old, let new, _, _):
      tally.agentChanged(from: old.activity.isWork, to: new.activity.isWork, at: now)
    case .startTimer(let timer, let duration):
      settings += 1
      timers[timer] = settings
      agenda.note(.timer(timer, settings), at: now.advanced(by: duration))
    case .cancelTimer(let timer): timers[timer] = nil
    case .withdraw, .offerEnded, .displaced: break
    }
  }
}

extension Simulation.Call {
  /// Its place among those that count; nil for one of the beginning.
  fileprivate func counted(_ scenario: Scenario) -> Int? {
    number < scenario.uncounted ? nil : number - scenario.uncounted
  }
}

extension AgentActivity {
  /// Talking, holding and wrap-up: the numerator of occupancy.
  fileprivate var isWork: Bool {
    switch self {
    case .talking, .holding, .outboundTalking, .outboundDialing, .afterCallWork: true
    case .idle, .reserved, .ringing, .supervising, .unreachable: false
    }
  }
}

extension Duration {
  fileprivate var seconds: Double {
    let (whole, attoseconds) = components
    return Double(whole) + Double(attoseconds) * 1e-18
  }
}
