import Glibc
import Telephony

/// Counts calls as they come to an end, in batches by the order of their arrival.
///
/// Neighbouring calls wait alike, so single calls say too much about the certainty of a mean; the means of long batches
/// are nearly independent of each other (batch means, A. Law).
struct Tally: Sendable {
  private struct Batch: Sendable {
    var calls = 0.0
    var waited = 0.0
    var waits = 0.0
    var inTime = 0.0
    var gaveUp = 0.0
    var answered = 0.0
    var answerTime = 0.0
  }

  static let batches = 20
  private var batch = [Batch](repeating: Batch(), count: batches)
  private let agents: Int
  private let calls: Int
  private let threshold: Double
  private var waits: [Float] = []
  private var cut = 0
  private var window: (from: Moment?, to: Moment?)
  private var atWork = 0
  private var lastChange: Moment?
  private var workSeconds = 0.0

  init(agents: Int, calls: Int, threshold: Double) {
    self.agents = agents
    self.calls = calls
    self.threshold = threshold
    waits.reserveCapacity(max(0, calls))
  }

  mutating func began(at now: Moment) {
    window.from = now
    lastChange = now
  }

  mutating func ended(at now: Moment) {
    account(until: now)
    window.to = now
  }

  mutating func agentChanged(from old: Bool, to new: Bool, at now: Moment) {
    guard old != new else { return }
    account(until: now)
    atWork += new ? 1 : -1
  }

  private mutating func account(until now: Moment) {
    guard let since = lastChange, window.to == nil else { return }
    workSeconds += Double(atWork) * Double(now.monotonicNanoseconds - since.monotonicNanoseconds) * 1e-9
    lastChange = now
  }

  mutating func answered(_ call: Int?, waited: Double) {
    let isInTime = waited <= threshold
    count(call, waited) {
      $0.answered += 1
      $0.answerTime += waited
      $0.inTime += isInTime ? 1 : 0
    }
  }

  mutating func gaveUp(_ call: Int?, waited: Double) { count(call, waited) { $0.gaveUp += 1 } }

  /// A rule ended its wait.
  mutating func wasCut(_ call: Int?, waited: Double) {
    if call != nil { cut += 1 }
    count(call, waited) { _ in }
  }

  private mutating func count(_ call: Int?, _ waited: Double, _ body: (inout Batch) -> Void) {
    guard let call, calls > 0 else { return }
    waits.append(Float(waited))
    let index = min(Self.batches - 1, call * Self.batches / calls)
    batch[index].calls += 1
    batch[index].waited += waited > 0 ? 1 : 0
    batch[index].waits += waited
    body(&batch[index])
  }

  var outcome: Outcome {
    let sorted = waits.sorted()
    func quantile(_ share: Double) -> Double {
      sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
    }
    let seconds =
      if let from = window.from, let to = window.to { to.since(from) / .seconds(1) } else { 0.0 }
    return Outcome(
      calls: waits.count, answered: Int(batch.reduce(0) { $0 + $1.answered }),
      gaveUp: Int(batch.reduce(0) { $0 + $1.gaveUp }), cutBySystem: cut,
      meanWaitSeconds: estimate { ($0.waits, $0.calls) },
      meanAnswerSeconds: estimate { ($0.answerTime, $0.answered) },
      medianWaitSeconds: quantile(0.5), p90WaitSeconds: quantile(0.9), p99WaitSeconds: quantile(0.99),
      probabilityOfWaiting: estimate { ($0.waited, $0.calls) }, serviceLevel: estimate { ($0.inTime, $0.calls) },
      abandonment: estimate { ($0.gaveUp, $0.calls) },
      occupancy: seconds > 0 && agents > 0 ? workSeconds / (seconds * Double(agents)) : 0, simulatedSeconds: seconds)
  }

  /// The mean over all, and how far off it may be.
  private func estimate(_ part: (Batch) -> (sum: Double, count: Double)) -> Estimate {
    let parts = batch.map(part).filter { $0.count > 0 }
    let count = parts.reduce(0) { $0 + $1.count }
    guard count > 0 else { return Estimate(value: 0, halfWidth: 0) }
    let mean = parts.reduce(0) { $0 + $1.sum } / count
    guard parts.count > 1 else { return Estimate(value: mean, halfWidth: .infinity) }
    let spread = parts.reduce(0) { $0 + ($1.sum / $1.count - mean) * ($1.sum / $1.count - mean) }
    let deviation = sqrt(spread / Double(parts.count - 1))
    // Student's t for 19 degrees of freedom, 95 %.
    return Estimate(value: mean, halfWidth: 2.093 * deviation / sqrt(Double(parts.count)))
  }
}
