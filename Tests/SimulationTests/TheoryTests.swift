import Distribution
import Simulation
import Staffing
import Telephony
import Testing

@Suite struct `The rules agree with theory` {
  struct Team: Sendable, CustomStringConvertible {
    let agents: Int
    let load: Double
    var patience: Double?

    /// Where waits hang together for long, more of them say as much as fewer elsewhere.
    var calls: Int { patience != nil || load < 0.7 ? 12_000 : load < 0.85 ? 18_000 : 36_000 }

    var description: String {
      "\(agents) agents at \(load) each, patience \(patience.map { "\($0)" } ?? "endless")"
    }
  }

  /// A figure, and what it is by theory.
  struct Comparison: Sendable, CustomStringConvertible {
    let team: Team
    let what: String
    let estimate: Estimate
    let theory: Double

    /// The plain 95 % interval. Of what is rarer than one call in thousands a run may see none, and its interval says nothing.
    var agrees: Bool { estimate.contains(theory) || abs(estimate.value - theory) < 0.001 }
    /// How many intervals it is off.
    var distance: Double { agrees ? 0 : abs(estimate.value - theory) / estimate.halfWidth }
    /// Ten calls in a hundred; of waits, which vary most, a second or three quarters of what was found.
    var isVague: Bool { estimate.halfWidth > (what == "mean wait" ? max(0.75 * estimate.value, 1) : 0.1) }
    var description: String { "\(team): \(what) \(estimate.value) ± \(estimate.halfWidth), theory \(theory)" }
  }

  /// Loads from light to heavy, teams from one to a floor.
  static let teams: [Team] =
    [1, 3, 10, 40].flatMap { agents in [0.5, 0.8, 0.9].map { Team(agents: agents, load: $0) } }
    + [1, 5, 20].flatMap { agents in [0.6, 0.95, 1.2].map { Team(agents: agents, load: $0, patience: 120) } }

  private static func compared(_ team: Team) throws -> [Comparison] {
    let handling = 180.0
    let arrivals = Double(team.agents) * team.load * 3600 / handling
    let theory = try #require(
      Load(arrivalsPerHour: arrivals, handlingSeconds: handling, patienceSeconds: team.patience)
    ).outlook(agents: team.agents, thresholdSeconds: 20)
    var scenario = Scenario.plain(
      agents: team.agents, arrivalsPerHour: arrivals, handling: .exponential(mean: handling),
      patience: team.patience.map { .exponential(mean: $0) })
    scenario.calls = team.calls
    scenario.uncounted = team.calls / 20
    var simulation = Simulation(scenario)
    let run = simulation.run()
    let outcome = run.total
    #expect(outcome.calls == scenario.calls - scenario.uncounted)
    #expect(outcome.answered + outcome.gaveUp + outcome.cutBySystem == outcome.calls)
    return [
      ("mean wait", outcome.meanWaitSeconds, theory.meanWaitSeconds ?? -1),
      ("waiting", outcome.probabilityOfWaiting, theory.probabilityOfWaiting),
      ("service level", outcome.serviceLevel, theory.serviceLevel),
      ("abandonment", outcome.abandonment, theory.abandonment), ("occupancy", run.occupancy, theory.occupancy),
    ].map { Comparison(team: team, what: $0, estimate: $1, theory: $2) }
  }

  /// One in twenty lies outside of a 95 % interval. Figures of one team move together, and so do teams whose callers the same
  /// seed makes: of a hundred and five twice that many may miss, and none by as much as the interval again.
  @Test func `waits, service level and abandonment lie within what chance allows`() async throws {
    let comparisons = try await withThrowingTaskGroup { group in
      for team in Self.teams { group.addTask { try Self.compared(team) } }
      return try await group.reduce(into: [Comparison]()) { $0 += $1 }
    }
    let misses = comparisons.filter { !$0.agrees }
    #expect(comparisons.count == 105 && misses.count <= 10, "\(misses)")
    #expect(misses.allSatisfy { $0.distance < 2 }, "\(misses)")
    #expect(!comparisons.contains { $0.isVague }, "\(comparisons.filter { $0.isVague })")
  }
}
