import Distribution
import Glibc
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Whatever happens` {
  @Test(arguments: 0..<(isSanitized ? 40 : 200) as Range<UInt64>)
  func `nobody is offered two, nobody waits beside a free agent, everybody ends once, no timer is left`(seed: UInt64) {
    var run = RandomRun(seed: seed)
    run.run(steps: 400)
    run.expectNobodyLeft()
    // The run must have seen something.
    #expect(!run.desk.log.offers.isEmpty, "seed \(seed)")
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `the same seed gives the same effects`(seed: UInt64) {
    var one = RandomRun(seed: seed)
    var other = RandomRun(seed: seed)
    for _ in 0..<200 {
      one.step()
      other.step()
    }
    let difference = zip(one.desk.log, other.desk.log).first { $0 != $1 }
    #expect(difference == nil && one.desk.log.count == other.desk.log.count, "seed \(seed)")
  }

  /// Once as it is, and once with somebody who sets the machine's clock by an hour now and then.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `steps of the wall clock change no duration and no decision`(seed: UInt64) {
    var steady = RandomRun(seed: seed, stepsClock: false)
    var stepped = RandomRun(seed: seed)
    steady.run(steps: 300)
    stepped.run(steps: 300)
    let difference = zip(steady.desk.log, stepped.desk.log).first { $0.withoutWallTime != $1.withoutWallTime }
    #expect(difference == nil && steady.desk.log.count == stepped.desk.log.count, "seed \(seed)")
    #expect(steady.desk.clock.now.monotonicNanoseconds == stepped.desk.clock.now.monotonicNanoseconds)
  }
}

/// Short days, each of another office and with another course: as many as there is time for. A tenth in the ordinary tests
/// would be too long in a debug build, so `make test` and `make soak` run this suite in a build of its own.
@Suite struct `A great many schedules` {
  private static let isSoak = getenv("TSUNAGI_SOAK") != nil
  private static let together: UInt64 = 500
  /// A debug build is twenty times slower.
  private static let schedules: UInt64 = isSoak ? 1_000_000 : isOptimised ? 100_000 : 1_000
  private static var isOptimised: Bool {
    #if DEBUG
      false
    #else
      true
    #endif
  }

  @Test(arguments: 0..<schedules / together)
  func `none offers twice, loses a contact or miscounts one, lets a pair wait, or decides otherwise the second time`(
    part: UInt64
  ) {
    var offers = 0
    var pairs: [RandomRun.IndependentEvents: Int] = [:]
    for seed in part * Self.together..<(part + 1) * Self.together {
      // Far from those above, where every office is looked at for longer.
      var run = RandomRun(seed: seed &+ 0x1_0000_0000)
      run.run(steps: 30)
      run.expectNobodyLeft()
      offers += run.desk.log.offers.count
      pairs.merge(run.pairsInAnyOrder, uniquingKeysWith: +)
      guard seed % 10 == 0 else { continue }
      var again = RandomRun(seed: seed &+ 0x1_0000_0000)
      again.run(steps: 30)
      #expect(again.desk.log == run.desk.log, "seed \(run.seed)")
    }
    #expect(offers > Int(Self.together))
    #expect(!pairs.isEmpty)
    // Some are so rare that another part may have none of them.
    guard part == 0 else { return }
    for events in RandomRun.IndependentEvents.allCases { #expect(pairs[events, default: 0] > 0, "\(events)") }
  }
}

extension RandomRun {
  func expectNobodyLeft() {
    #expect(desk.clock.pending.isEmpty, "seed \(seed)")
    #expect(desk.distributor.queues.allSatisfy { $0.waiting.isEmpty }, "seed \(seed)")
    #expect(desk.distributor.agents.allSatisfy { $0.status == .loggedOut }, "seed \(seed)")
  }
}

extension Distributor.Effect {
  /// With what the wall clock showed taken out.
  fileprivate var withoutWallTime: Distributor.Effect {
    switch self {
    case .agentChanged(let old, let new, let reason, let actor):
      return .agentChanged(old: old.withoutWallTime, new: new.withoutWallTime, reason: reason, by: actor)
    case .decided(var decision):
      decision.at.wallMilliseconds = 0
      return .decided(decision)
    default: return self
    }
  }
}

extension AgentState {
  fileprivate var withoutWallTime: AgentState {
    var state = self
    state.statusSince.wallMilliseconds = 0
    state.activitySince.wallMilliseconds = 0
    state.readySince.wallMilliseconds = 0
    return state
  }
}
