import Staffing
import Testing

@Suite struct `The textbook's teams` {
  private func load(_ perHour: Double, _ handling: Double, _ patience: Double? = nil) throws -> Load {
    try #require(Load(arrivalsPerHour: perHour, handlingSeconds: handling, patienceSeconds: patience))
  }

  private func near(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
    a.map { abs($0 - b) <= tolerance * max(1, abs(b)) } ?? false
  }

  @Test func `what is no load is none`() {
    for bad in [0, -1, .nan, .infinity] as [Double] {
      #expect(Load(arrivalsPerHour: bad, handlingSeconds: 60) == nil)
      #expect(Load(arrivalsPerHour: 60, handlingSeconds: bad) == nil)
      #expect(Load(arrivalsPerHour: 60, handlingSeconds: 60, patienceSeconds: bad) == nil)
    }
  }

  @Test func `one agent is the M-M-1 queue`() throws {
    // ρ = 0.5: C = ρ, W = ρ/(μ − λ).
    let outlook = try load(30, 60).outlook(agents: 1, thresholdSeconds: 0)
    #expect(near(outlook.probabilityOfWaiting, 0.5))
    #expect(near(outlook.meanWaitSeconds, 60))
    #expect(near(outlook.serviceLevel, 0.5))
    #expect(near(outlook.occupancy, 0.5))
    #expect(outlook.abandonment == 0)
  }

  @Test func `Erlang C by its own sum`() throws {
    for (erlangs, agents) in [(0.1, 1), (3, 5), (9.5, 10), (80, 90), (150, 151)] as [(Double, Int)] {
      var (term, sum) = (1.0, 1.0)
      for index in 1..<max(2, agents) where index < agents {
        term *= erlangs / Double(index)
        sum += term
      }
      let last = term * erlangs / Double(agents) * Double(agents) / (Double(agents) - erlangs)
      let outlook = try load(erlangs * 20, 180).outlook(agents: agents, thresholdSeconds: 20)
      #expect(near(outlook.probabilityOfWaiting, last / (sum + last), 1e-9), "\(erlangs) \(agents)")
    }
  }

  @Test func `a load that is too much grows without end, and patience ends it`() throws {
    #expect(try load(600, 60).outlook(agents: 10, thresholdSeconds: 20).meanWaitSeconds == nil)
    let outlook = try load(1200, 60, 60).outlook(agents: 10, thresholdSeconds: 20)
    #expect(near(outlook.abandonment, 0.5, 0.02))
    #expect(outlook.occupancy > 0.98 && outlook.occupancy <= 1)
  }

  /// States up to a long queue, balanced one by one; for the service level each place in the queue by its own
  /// differential equation, in small steps.
  private func plainly(_ load: Load, _ agents: Int, patience: Double, threshold: Double)
    -> (waiting: Double, wait: Double, level: Double)
  {
    let (arrivals, served, left) = (load.arrivalsPerSecond, 1 / load.handlingSeconds, 1 / patience)
    let most = agents + 400
    var weights = [1.0]
    for state in 1...most {
      let out = Double(min(state, agents)) * served + Double(max(0, state - agents)) * left
      weights.append(weights[state - 1] * arrivals / out)
    }
    let total = weights.reduce(0, +)
    let shares = weights.map { $0 / total }
    let queue = shares.enumerated().reduce(0) { $0 + Double(max(0, $1.offset - agents)) * $1.element }
    // ahead[k]: I stand behind k others and wait still.
    var ahead = Array(shares[agents...])
    var answered = shares[..<agents].reduce(0, +)
    let step = 0.002
    for _ in 0..<Int(threshold / step) {
      var next = ahead
      for place in ahead.indices {
        let before = Double(agents) * served + Double(place) * left
        next[place] -= ahead[place] * (before + left) * step
        if place + 1 < ahead.count { next[place] += ahead[place + 1] * (before + left) * step }
      }
      answered += ahead[0] * Double(agents) * served * step
      ahead = next
    }
    return (shares[agents...].reduce(0, +), queue / arrivals, answered)
  }

  @Test(arguments: [
    (100.0, 180.0, 60.0, 4), (100, 180, 60, 6), (240, 150, 300, 11), (60, 240, 30, 2), (400, 90, 90, 8),
  ])
  func `Erlang A by the balance of every state`(perHour: Double, handling: Double, patience: Double, agents: Int) throws
  {
    let load = try load(perHour, handling, patience)
    let outlook = load.outlook(agents: agents, thresholdSeconds: 20)
    let plain = plainly(load, agents, patience: patience, threshold: 20)
    #expect(near(outlook.probabilityOfWaiting, plain.waiting, 1e-9))
    #expect(near(outlook.meanWaitSeconds, plain.wait, 1e-9))
    #expect(near(outlook.abandonment, plain.wait / patience, 1e-9))
    #expect(near(outlook.serviceLevel, plain.level, 1e-4))
  }

  @Test func `whoever is not served has given up, and with endless patience A is C`() throws {
    let impatient = try load(500, 200, 45)
    let all = impatient.outlook(agents: 25, thresholdSeconds: 1e9)
    #expect(near(all.serviceLevel, 1 - all.abandonment, 1e-6))
    let (patient, endless) = (try load(500, 200, 1e9), try load(500, 200))
    let (a, c) = (
      patient.outlook(agents: 30, thresholdSeconds: 20), endless.outlook(agents: 30, thresholdSeconds: 20)
    )
    #expect(near(a.probabilityOfWaiting, c.probabilityOfWaiting, 1e-4))
    #expect(near(a.meanWaitSeconds, c.meanWaitSeconds ?? -1, 1e-4))
    #expect(near(a.serviceLevel, c.serviceLevel, 1e-4))
  }

  @Test(arguments: [(1e5, 600.0, 3600.0, 10), (1.0, 10, 10, 500), (36000, 300, 100_000, 2000), (1e6, 1000, 1e6, 1)])
  func `extremes stay numbers`(perHour: Double, handling: Double, patience: Double, agents: Int) throws {
    let outlook = try load(perHour, handling, patience).outlook(agents: agents, thresholdSeconds: 20)
    for share in [outlook.probabilityOfWaiting, outlook.abandonment, outlook.occupancy, outlook.serviceLevel] {
      #expect(share >= 0 && share <= 1 + 1e-9, "\(outlook)")
    }
    #expect(try #require(outlook.meanWaitSeconds).isFinite)
  }

  @Test(arguments: [nil, 60.0, 600])
  func `the fewest agents that suffice, and one less does not`(patience: Double?) throws {
    for perHour in [1, 10, 77, 300, 2000] as [Double] {
      let load = try load(perHour, 210, patience)
      let needed = try #require(load.agents(forServiceLevel: 0.8, thresholdSeconds: 20))
      #expect(needed.serviceLevel >= 0.8)
      let fewer = load.outlook(agents: needed.agents - 1, thresholdSeconds: 20)
      #expect(fewer.serviceLevel < 0.8 || fewer.meanWaitSeconds == nil)
    }
    #expect(try load(1e9, 1000).agents(forServiceLevel: 0.8, thresholdSeconds: 20) == nil)
  }

  @Test func `the example of the schoolbooks`() throws {
    // 240 calls an hour of 240 s: 16 erlang; 80 % within 20 s takes 20 agents.
    let needed = try #require(try load(240, 240).agents(forServiceLevel: 0.8, thresholdSeconds: 20))
    #expect(needed.agents == 20)
    #expect(near(needed.serviceLevel, 0.8165, 1e-4))
  }
}
