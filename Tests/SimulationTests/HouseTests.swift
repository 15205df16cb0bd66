import Distribution
import Simulation
import Staffing
import Telephony
import Testing

@Suite struct `A house of one's own` {
  private func agent(_ name: AgentID, _ memberships: [QueueID: Membership], _ skills: [SkillID: Int] = [:])
    -> AgentSettings
  {
    var agent = AgentSettings(id: name, memberships: memberships)
    agent.skills = skills
    return agent
  }

  private func queue(_ name: QueueID, _ change: (inout QueueSettings) -> Void = { _ in }) -> QueueSettings {
    var queue = QueueSettings(id: name)
    queue.wrapUp = .zero
    change(&queue)
    return queue
  }

  private func run(_ scenario: Scenario, calls: Int = 4000) -> Outcome {
    var scenario = scenario
    scenario.calls = calls
    scenario.uncounted = calls / 20
    var simulation = Simulation(scenario)
    return simulation.run()
  }

  @Test func `every call is counted once, in all and in its queue, whatever rules there are`() {
    var german = SkillStep(.skill("german", atLeast: 5))
    german.lasts = .seconds(20)
    let settings = DistributionSettings(
      queues: [
        queue("sales") {
          $0.steps = [german]
          $0.longestWait = .seconds(60)
          $0.overflow.afterLongestWait = .queue("support")
          $0.wrapUpMode = .untilDisposition
          $0.wrapUp = .seconds(10)
        },
        queue("support") {
          $0.strategy = .fewestCalls
          $0.longestWait = .seconds(300)
          $0.overflow.afterLongestWait = .number("0311112222")
        },
      ],
      agents: [
        agent("a", ["sales": 1, "support": 2], ["german": 9]), agent("b", ["sales": 1], ["german": 1]),
        agent("c", ["support": 1]), agent("d", ["support": 1, "sales": 2], ["german": 5]),
      ])
    var scenario = Scenario(
      settings: settings,
      streams: [
        .init(
          queue: "sales", arrivalsPerHour: 40, handling: .lognormal(mean: 120, variation: 0.8),
          patience: .exponential(mean: 300)),
        .init(queue: "support", arrivalsPerHour: 50, handling: .exponential(mean: 150)),
      ])
    scenario.ringSeconds = 3
    let outcome = run(scenario)
    let all = [outcome.total] + outcome.queues.map(\.service)
    for service in all {
      #expect(service.answered + service.gaveUp + service.cutBySystem + service.unserved == service.calls)
      #expect(service.answered > 0 && service.medianWaitSeconds.value >= 3)
    }
    #expect(outcome.total.calls == 3800 && outcome.queues.map(\.service.calls).reduce(0, +) == 3800)
    #expect(outcome.queues.map(\.queue) == ["sales", "support"])
    #expect(outcome.queues[0].service.gaveUp > 0 && outcome.total.unserved == 0)
    #expect((0.5...1).contains(outcome.occupancy.value) && outcome.occupancy.halfWidth < 0.1)
    #expect(run(scenario) == outcome)
    scenario.seed = 2
    #expect(run(scenario) != outcome)
  }

  @Test func `a better tier and a skill make a difference`() {
    func answer(_ skill: Int) -> Double {
      let settings = DistributionSettings(
        queues: [queue("q") { $0.steps = [SkillStep(.skill("german", atLeast: 5), lasts: .seconds(30))] }],
        agents: [agent("a", ["q": 1], ["german": skill]), agent("b", ["q": 1], ["german": 5])])
      let stream = Scenario.Stream(queue: "q", arrivalsPerHour: 10, handling: .exponential(mean: 180))
      return run(Scenario(settings: settings, streams: [stream])).total.meanWaitSeconds.value
    }
    #expect(answer(5) < answer(1))
  }

  @Test func `nobody is served by night, and whoever comes by day is`() {
    let settings = DistributionSettings(
      queues: [queue("q")], agents: [agent("a", ["q": 1]), agent("b", ["q": 1])])
    let stream = Scenario.Stream(
      queue: "q", arrivalsPerHour: 30, handling: .exponential(mean: 60), patience: .constant(600))
    var scenario = Scenario(settings: settings, streams: [stream])
    scenario.shifts = ["a": [.init(from: 9 * 3600, to: 17 * 3600)], "b": [.init(from: 22 * 3600, to: 6 * 3600)]]
    // Sixteen hours of the day are staffed.
    let always = run(scenario).total
    #expect(abs(Double(always.gaveUp) / Double(always.calls) - 1.0 / 3) < 0.12, "\(always)")
    scenario.open = .init(from: 9 * 3600, to: 16 * 3600)
    let open = run(scenario)
    #expect(Double(open.total.gaveUp) < 0.1 * Double(open.total.calls), "\(open.total)")
    // Four thousand calls at thirty an hour, seven hours a day.
    #expect(abs(open.simulatedSeconds / 86_400 - 3800 / 210.0) < 3, "\(open.simulatedSeconds)")
    #expect((0.2...1).contains(open.occupancy.value))
  }

  @Test func `whoever is still waiting when nobody comes any more was never served`() {
    let settings = DistributionSettings(queues: [queue("q"), queue("empty")], agents: [agent("a", ["q": 1])])
    let outcome = run(
      Scenario(
        settings: settings,
        streams: ["q", "empty"].map { .init(queue: $0, arrivalsPerHour: 10, handling: .constant(60)) }), calls: 2000)
    #expect(outcome.queues[1].service.unserved == outcome.queues[1].service.calls)
    #expect(outcome.queues[0].service.unserved == 0 && outcome.total.serviceLevel.value < 0.6)
  }

  /// A phone that rings longer than the queue lets it is missed each time, and does not send its agent home.
  @Test func `a phone that rings too long is missed, and the simulation ends all the same`() {
    let settings = DistributionSettings(
      queues: [queue("q") { $0.ringTime = .seconds(5) }], agents: [agent("a", ["q": 1])])
    let stream = Scenario.Stream(
      queue: "q", arrivalsPerHour: 30, handling: .exponential(mean: 30), patience: .constant(20))
    var scenario = Scenario(settings: settings, streams: [stream])
    scenario.ringSeconds = 8
    #expect(run(scenario, calls: 1000).total.answered == 0)
  }

  /// Who is offered the same call again hears it ring anew.
  @Test func `a phone that has rung out is answered no sooner for having rung before`() {
    let settings = DistributionSettings(
      queues: [
        queue("q") {
          $0.ringTime = .seconds(10)
          $0.retryDelay = .seconds(2)
          $0.missedOffersBeforeAway = 0
        }
      ], agents: [agent("a", ["q": 1])])
    let stream = Scenario.Stream(queue: "q", arrivalsPerHour: 30, handling: .constant(30), patience: .constant(60))
    var scenario = Scenario(settings: settings, streams: [stream])
    scenario.ringSeconds = 17
    #expect(run(scenario, calls: 1000).total.answered == 0)
  }

  @Test func `what counts by the day counts from when a day ends`() {
    let settings = DistributionSettings(
      queues: [queue("q") { $0.strategy = .fewestCalls }, queue("r")],
      agents: [agent("a", ["q": 1, "r": 1]), agent("b", ["q": 1])])
    func outcome(_ window: CounterWindow, dayEnds: Int = 0) -> Outcome {
      var scenario = Scenario(
        settings: settings,
        streams: ["q", "r"].map { .init(queue: $0, arrivalsPerHour: 10, handling: .exponential(mean: 180)) })
      scenario.settings.counterWindow = window
      scenario.dayEnds = dayEnds
      return run(scenario)
    }
    // Nobody logs out: what counts since the log-in is never forgotten.
    let forever = outcome(.shift)
    #expect(outcome(.day) != forever && outcome(.day, dayEnds: 12 * 3600) != outcome(.day))
    #expect(outcome(.shift, dayEnds: 12 * 3600) == forever)
  }

  @Test func `times longer than a clock can hold are as long as it holds`() {
    let settings = DistributionSettings(queues: [queue("q")], agents: [agent("a", ["q": 1])])
    for handling in [Spread.lognormal(mean: 1e7, variation: 10), .constant(1e30), .exponential(mean: 1e12)] {
      let stream = Scenario.Stream(
        queue: "q", arrivalsPerHour: 3600, handling: handling, patience: .lognormal(mean: 1e9, variation: 10))
      #expect(run(Scenario(settings: settings, streams: [stream]), calls: 1000).total.calls == 950)
    }
  }

  @Test func `what callers are told of their wait is true of half, and of nine in ten`() {
    var scenario = Scenario.plain(agents: 10, arrivalsPerHour: 190, handling: .exponential(mean: 180))
    scenario.judgesEstimates = true
    let judged = run(scenario, calls: 12_000).estimates
    #expect(judged.calls > 5_000)
    #expect(abs(judged.withinMedian - 0.5) < 0.1 && abs(judged.withinNinetieth - 0.9) < 0.08, "\(judged)")
  }
}
