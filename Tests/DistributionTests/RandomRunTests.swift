import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Whatever happens` {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func `nobody is offered two, nobody waits beside a free agent, everybody ends once, no timer is left`(seed: UInt64) {
    var run = RandomRun(seed: seed)
    for _ in 0..<400 { run.step() }
    run.close()
    #expect(run.desk.clock.pending.isEmpty, "seed \(seed)")
    #expect(run.desk.distributor.queues.allSatisfy { $0.waiting.isEmpty }, "seed \(seed)")
    #expect(run.desk.distributor.agents.allSatisfy { $0.status == .loggedOut }, "seed \(seed)")
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
}
