import Configuration
import Distribution
import Simulation
import Telephony

/// What `simulate` is asked.
struct SimulationWish: Sendable, Equatable {
  /// Where it is to take place.
  enum House: Sendable, Equatable {
    /// One queue, and agents who are all alike.
    case plain(Plain)
    /// Queues and agents of a configuration file.
    case configured(Configured)
  }

  /// The textbook's.
  struct Plain: Sendable, Equatable {
    var agents: Int
    var arrivalsPerHour: Double
    var handling: Spread
    var patienceSeconds: Double?
    var wrapUpSeconds: Double
  }

  /// One's own.
  struct Configured: Sendable, Equatable {
    var file: String
    var streams: [Scenario.Stream]
    /// By the agent's id; `*` is everybody who is not named.
    var shifts: [String: [Scenario.Hours]]
    var open: Scenario.Hours?
  }

  var house: House
  var ringSeconds: Double
  var thresholdSeconds: Double
  var calls: Int
  var seed: UInt64

  /// Callers who wait for ever, and more of them than can be served.
  var isOverloaded: Bool {
    guard case .plain(let plain) = house, plain.patienceSeconds == nil else { return false }
    let busy = plain.handling.mean + plain.wrapUpSeconds + ringSeconds
    return plain.arrivalsPerHour / 3600 * busy >= Double(plain.agents)
  }

  /// The house and who calls it.
  func scenario() throws(ClientError) -> Scenario {
    let scenario = try unboundedScenario()
    let open = scenario.open.map { Double($0.seconds) / 86_400 } ?? 1
    let perSecond = scenario.streams.map(\.arrivalsPerHour).reduce(0, +) / 3600 * open
    guard Double(calls) / perSecond <= Self.longestRun else {
      throw .file("\(calls) calls at that rate would take more than thirty years: ask for fewer, with --calls")
    }
    return scenario
  }

  /// Seconds: a clock of nanoseconds holds some more.
  private static let longestRun = 1e9

  private func unboundedScenario() throws(ClientError) -> Scenario {
    switch house {
    case .plain(let plain):
      return .plain(
        agents: plain.agents, arrivalsPerHour: plain.arrivalsPerHour, handling: plain.handling,
        patience: plain.patienceSeconds.map { .exponential(mean: $0) }, wrapUpSeconds: plain.wrapUpSeconds)
    case .configured(let configured): return try configured.scenario(ringSeconds: ringSeconds)
    }
  }
}

extension SimulationWish.Configured {
  fileprivate func scenario(ringSeconds: Double) throws(ClientError) -> Scenario {
    let configuration: DaemonConfiguration
    do {
      configuration = try DaemonConfiguration.load(path: file, read: Self.anyNumber, forReckoning: true).configuration
    } catch {
      throw .file(error.description)
    }
    let settings = configuration.distribution
    let queues = settings.queues.map(\.id.rawValue)
    for stream in streams where !queues.contains(stream.queue.rawValue) {
      throw .file("\(file) has no queue \"\(stream.queue)\"\(question(stream.queue.rawValue, among: queues))")
    }
    let called = settings.queues.filter { queue in streams.contains { $0.queue == queue.id } }
    if let shortest = called.min(by: { $0.ringTime < $1.ringTime }), .seconds(ringSeconds) >= shortest.ringTime {
      throw .file(
        "--ring-seconds: queue \"\(shortest.id)\" lets a phone ring for \(shortest.ringTime.milliseconds / 1000) s"
          + " (ring_seconds in \(file)): phones here are to answer before that")
    }
    let agents = settings.agents.map(\.id.rawValue)
    for agent in shifts.keys.sorted() where agent != "*" && !agents.contains(agent) {
      throw .file("\(file) has no agent \"\(agent)\"\(question(agent, among: agents))")
    }
    var scenario = Scenario(settings: settings, streams: streams)
    scenario.open = open
    scenario.dayEnds = configuration.dayEnds * 60
    for agent in agents {
      guard let hours = shifts[agent] ?? shifts["*"] else { continue }
      scenario.shifts[AgentID(rawValue: agent)] = hours
    }
    return scenario
  }

  /// Numbers make no difference here, and `tsunagid --check` looks at them: each is its digits, however it is written.
  private static let anyNumber: NumberReaderFactory = { _ in
    { text in
      let digits = text.filter { ("0"..."9").contains($0) || $0 == "+" }
      return .success(DialledNumber(number: PhoneNumber(canonical: digits, display: text, kind: .fixed)))
    }
  }
}
