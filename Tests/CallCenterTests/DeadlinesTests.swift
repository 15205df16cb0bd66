import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Timers that are due` {
  @Test(arguments: 0..<50) func `timers come up as a plain list of them would`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var deadlines = CallCenter.Deadlines<Int>()
    var plain: [(timer: Int, due: Moment, order: Int)] = []
    var now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
    for step in 0..<600 {
      let timer = Int.random(in: 0..<40, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let due = now.advanced(by: .milliseconds(Int.random(in: 0..<50, using: &random)))
        deadlines.set(timer, due: due)
        plain.removeAll { $0.timer == timer }
        plain.append((timer, due, step))
      case 2:
        deadlines.cancel(timer)
        plain.removeAll { $0.timer == timer }
      default:
        now = now.advanced(by: .milliseconds(Int.random(in: 0..<20, using: &random)))
        let first = plain.filter { $0.due <= now }.min { ($0.due, $0.order) < ($1.due, $1.order) }
        #expect(deadlines.take(at: now) == first?.timer)
        plain.removeAll { $0.timer == first?.timer }
      }
      #expect(deadlines.next() == plain.map(\.due).min())
      #expect(deadlines.timers == Set(plain.map(\.timer)))
    }
  }
}
