import Distribution
import Glibc
import Simulation
import Telephony

/// What the rules of distribution cost by themselves, without telephones.
enum Deciding {
  static func measure(_ floor: Double) {
    // First: what others have let go of would be taken again, and not be seen.
    memory(floor)
    // Every agent serves ten queues, and ten callers wait in each.
    for agents in [20, 200, 2000, 20_000] {
      let scene = Scene(agents: agents, queues: max(1, agents / 10), membershipsEach: 10, waiting: agents)
      decisions(scene, "\(agents)_agents", floor)
    }
    // Nothing is shared out among queues here: all stand in one line.
    for agents in [200, 2000, 20_000] {
      let scene = Scene(agents: agents, queues: 1, membershipsEach: 1, waiting: agents)
      decisions(scene, "one_queue_\(agents)_agents", floor)
    }
    simulation(floor)
  }

  private static func decisions(_ scene: consuming Scene, _ name: String, _ floor: Double) {
    say("distribution: \(name.replacing("_", with: " "))")
    var times: [Double] = []
    for _ in 0..<500 { scene.happens { _ in } }
    while times.count < 10_000 { scene.happens { times.append($0) } }
    report("decision_p50_ms_\(name)", times.quantile(0.5), "ms", floor)
    report("decision_p99_ms_\(name)", times.quantile(0.99), "ms", floor)
  }

  /// Of the rules' own state.
  private static func memory(_ floor: Double) {
    say("distribution: memory")
    let count = 20_000
    let figures = ProcessFigures(pid: getpid())
    let before = figures.residentKilobytes
    var scene = Scene(agents: count, queues: count / 10, membershipsEach: 10, waiting: 0)
    let staffed = figures.residentKilobytes
    // Until nearly all talk: whoever comes from then on waits.
    scene.arrive(2 * count)
    let (busy, waitedBefore) = (figures.residentKilobytes, scene.waitingCount)
    scene.arrive(count)
    let full = figures.residentKilobytes
    report("rules_kb_per_agent", (staffed - before) / Double(count), "kB", floor)
    report("rules_kb_per_waiting_contact", (full - busy) / Double(scene.waitingCount - waitedBefore), "kB", floor)
    withExtendedLifetime(scene) {}
  }

  private static func simulation(_ floor: Double) {
    say("distribution: simulated calls")
    var scenario = Scenario.plain(agents: 40, arrivalsPerHour: 720, handling: .exponential(mean: 180))
    var simulation = Simulation(scenario)
    let before = processorSeconds()
    let outcome = simulation.run()
    report("simulated_calls_per_second", Double(outcome.total.calls) / (processorSeconds() - before), "1/s", floor)
    scenario = .plain(agents: 10, arrivalsPerHour: 190, handling: .exponential(mean: 180))
    scenario.judgesEstimates = true
    simulation = Simulation(scenario)
    let judged = simulation.run().estimates
    report("estimated_wait_within_p50", judged.withinMedian, "1", floor)
    report("estimated_wait_within_p90", judged.withinNinetieth, "1", floor)
  }

  /// Of this thread.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A floor on which everybody talks and as many callers wait, at a hundred events a second of a clock of its own.
struct Scene {
  private var distributor: Distributor
  private var now = Moment(monotonicNanoseconds: 1_000_000_000_000, wallMilliseconds: 1_790_000_000_000)
  private var talks: [(contact: ContactID, agent: AgentID)] = []
  private var waiting: [ContactID] = []
  var waitingCount: Int { waiting.count }
  private let queues: [QueueID]
  private var random = SystemRandomNumberGenerator()
  private var count = 0

  init(agents count: Int, queues queueCount: Int, membershipsEach: Int, waiting: Int) {
    let queues = (0..<queueCount).map { QueueID(rawValue: "queue-\($0)") }
    self.queues = queues
    let agents = (0..<count).map { number in
      var memberships: [QueueID: Membership] = [:]
      for index in 0..<membershipsEach { memberships[queues[(number + index * 7919) % queueCount]] = 1 }
      return AgentSettings(id: AgentID(rawValue: "agent-\(number)"), memberships: memberships)
    }
    distributor = Distributor(
      settings: DistributionSettings(queues: queues.map { QueueSettings(id: $0) }, agents: agents), at: now)
    for agent in agents {
      let phone = PhoneID(rawValue: "phone-\(agent.id)")
      tell { $0.phoneBecameReachable(phone, at: $1) }
      tell { $0.agentLoggedIn(agent.id, phone: phone, at: $1) }
      tell { $0.statusSet(agent.id, to: .ready, by: .agent, at: $1) }
    }
    guard waiting > 0 else { return }
    arrive(count + waiting)
  }

  mutating func arrive(_ count: Int) { for _ in 0..<count { arrive { _ in } } }

  /// One call ends and its agent takes the next; one more caller comes; now and then one leaves. The milliseconds that each
  /// event took are told.
  mutating func happens(_ took: (Double) -> Void) {
    arrive(took)
    if Int.random(in: 0..<10, using: &random) == 0, let index = waiting.indices.randomElement(using: &random) {
      let contact = waiting[index]
      waiting.swapAt(index, waiting.count - 1)
      waiting.removeLast()
      tell(took) { $0.contactLeft(contact, at: $1) }
      return
    }
    guard let index = talks.indices.randomElement(using: &random) else { return }
    talks.swapAt(index, talks.count - 1)
    let (contact, agent) = talks.removeLast()
    tell(took) { $0.conversationEnded(contact, with: agent, at: $1) }
    tell(took) { $0.wrapUpFinished(agent, at: $1) }
  }

  private mutating func arrive(_ took: (Double) -> Void) {
    count += 1
    let contact = ContactID(rawValue: "contact-\(count)")
    waiting.append(contact)
    let queue = queues[Int.random(in: queues.indices, using: &random)]
    tell(took) { $0.contactArrived(contact, for: .queue(queue), at: $1) }
  }

  private mutating func tell(
    _ took: (Double) -> Void = { _ in }, _ input: (inout Distributor, Moment) -> [Distributor.Effect]
  ) {
    now = now.advanced(by: .milliseconds(10))
    let start = monotonic()
    let effects = input(&distributor, now)
    took(Double(monotonic() - start) / 1e6)
    for case .offer(let contact, let agent, _) in effects {
      _ = distributor.offerDialled(contact, to: agent, at: now)
      _ = distributor.offerRang(contact, at: agent, at: now)
      let start = monotonic()
      _ = distributor.offerAnswered(contact, by: agent, at: now)
      took(Double(monotonic() - start) / 1e6)
      if let index = waiting.lastIndex(of: contact) {
        waiting.swapAt(index, waiting.count - 1)
        waiting.removeLast()
      }
      talks.append((contact, agent))
    }
  }

  private func monotonic() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
