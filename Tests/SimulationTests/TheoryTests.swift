import Distribution
import Simulation
import Staffing
import Telephony
import Testing

@Suite struct `The rules agree with theory` {
  struct Team: CustomTestStringConvertible, Sendable {
    let agents: Int
    let load: Double
    var patience: Double?

    var testDescription: String {
      "\(agents) agents at \(load) each, patience \(patience.map { "\($0)" } ?? "endless")"
    }
  }

  /// Loads from light to heavy, teams from one to a floor.
  static let teams: [Team] =
    [1, 3, 10, 40].flatMap { agents in [0.5, 0.8, 0.9].map { Team(agents: agents, load: $0) } }
    + [1, 5, 20].flatMap { agents in [0.6, 0.95, 1.2].map { Team(agents: agents, load: $0, patience: 120) } }

  @Test(arguments: teams)
  func `waits, service level and abandonment lie within what chance allows`(team: Team) throws {
    let handling = 180.0
    let arrivals = Double(team.agents) * team.load * 3600 / handling
    let theory = try #require(
      Load(arrivalsPerHour: arrivals, handlingSeconds: handling, patienceSeconds: team.patience)
    ).outlook(agents: team.agents, thresholdSeconds: 20)
    var scenario = Scenario.plain(
      agents: team.agents, arrivalsPerHour: arrivals, handling: .exponential(mean: handling),
      patience: team.patience.map { .exponential(mean: $0) })
    scenario.calls = 14_000
    scenario.uncounted = 2000
    var simulation = Simulation(scenario)
    let run = simulation.run()
    let outcome = run.total
    // One in twenty lies outside of a 95 % interval, so it is doubled; of what is rarer than one call in thousands, a run
    // of so many may see none.
    func agrees(_ estimate: Estimate, _ value: Double, _ what: String, rarest: Double = 0.001) {
      #expect(abs(estimate.value - value) <= 2 * estimate.halfWidth + rarest, "\(what): \(estimate), theory \(value)")
      #expect(estimate.halfWidth < max(0.3 * value, 0.5) || team.load > 0.6, "\(what) is too vague: \(estimate)")
    }
    agrees(outcome.meanWaitSeconds, theory.meanWaitSeconds ?? -1, "mean wait")
    agrees(outcome.probabilityOfWaiting, theory.probabilityOfWaiting, "waiting")
    agrees(outcome.serviceLevel, theory.serviceLevel, "service level")
    agrees(outcome.abandonment, theory.abandonment, "abandonment")
    agrees(run.occupancy, theory.occupancy, "occupancy", rarest: 0.01)
    #expect(outcome.calls == scenario.calls - scenario.uncounted)
    #expect(outcome.answered + outcome.gaveUp + outcome.cutBySystem == outcome.calls)
  }
}
