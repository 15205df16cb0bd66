import Glibc

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
    var lengths: [Float] = []
  }

  static let batches = 20
  private var batch = [Batch](repeating: Batch(), count: batches)
  private let calls: Int
  private let threshold: Double
  private var cut = 0
  private var unserved = 0

  init(calls: Int, threshold: Double) {
    self.calls = calls
    self.threshold = threshold
  }

  mutating func answered(_ call: Int, waited: Double) {
    let isInTime = waited <= threshold
    count(call, waited) {
      $0.answered += 1
      $0.answerTime += waited
      $0.inTime += isInTime ? 1 : 0
    }
  }

  mutating func gaveUp(_ call: Int, waited: Double) { count(call, waited) { $0.gaveUp += 1 } }

  /// A rule ended its wait.
  mutating func wasCut(_ call: Int, waited: Double) {
    cut += 1
    count(call, waited) { _ in }
  }

  /// Nobody ever took it.
  mutating func wasLeft(_ call: Int, waited: Double) {
    unserved += 1
    count(call, waited) { _ in }
  }

  /// In which part of the run a call falls.
  static func part(of call: Int, of calls: Int) -> Int { min(batches - 1, call * batches / max(1, calls)) }

  private mutating func count(_ call: Int, _ waited: Double, _ body: (inout Batch) -> Void) {
    let index = Self.part(of: call, of: calls)
    batch[index].calls += 1
    batch[index].waited += waited > 0 ? 1 : 0
    batch[index].waits += waited
    batch[index].lengths.append(Float(waited))
    body(&batch[index])
  }

  var service: Service {
    let all = batch.flatMap(\.lengths).sorted()
    let parts = batch.map { $0.lengths.sorted() }
    func quantile(_ share: Double) -> Estimate {
      let values = parts.filter { !$0.isEmpty }.map { (Self.quantile(share, of: $0), 1.0) }
      return Estimate(value: Self.quantile(share, of: all), halfWidth: Self.estimate(values).halfWidth)
    }
    return Service(
      calls: all.count, answered: Int(batch.reduce(0) { $0 + $1.answered }),
      gaveUp: Int(batch.reduce(0) { $0 + $1.gaveUp }), cutBySystem: cut, unserved: unserved,
      meanWaitSeconds: estimate { ($0.waits, $0.calls) },
      meanAnswerSeconds: estimate { ($0.answerTime, $0.answered) },
      medianWaitSeconds: quantile(0.5), p90WaitSeconds: quantile(0.9), p99WaitSeconds: quantile(0.99),
      probabilityOfWaiting: estimate { ($0.waited, $0.calls) }, serviceLevel: estimate { ($0.inTime, $0.calls) },
      abandonment: estimate { ($0.gaveUp, $0.calls) })
  }

  private static func quantile(_ share: Double, of sorted: [Float]) -> Double {
    sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
  }

  private func estimate(_ part: (Batch) -> (sum: Double, count: Double)) -> Estimate { Self.estimate(batch.map(part)) }

  /// The mean over all, and how far off it may be.
  static func estimate(_ parts: [(sum: Double, count: Double)]) -> Estimate {
    let parts = parts.filter { $0.count > 0 }
    let count = parts.reduce(0) { $0 + $1.count }
    guard count > 0 else { return Estimate(value: 0, halfWidth: 0) }
    let mean = parts.reduce(0) { $0 + $1.sum } / count
    guard parts.count > 1 else { return Estimate(value: mean, halfWidth: .infinity) }
    let spread = parts.reduce(0) { $0 + ($1.sum / $1.count - mean) * ($1.sum / $1.count - mean) }
    let deviation = sqrt(spread / Double(parts.count - 1))
    return Estimate(value: mean, halfWidth: Self.student(parts.count - 1) * deviation / sqrt(Double(parts.count)))
  }

  /// Student's t, 95 %, two-sided: by Cornish and Fisher's expansion, within 1 % from 3 degrees of freedom on.
  private static func student(_ degrees: Int) -> Double {
    if degrees == 1 { return 12.706 }
    if degrees == 2 { return 4.303 }
    let (z, n) = (1.959_964, Double(degrees))
    let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z)
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
      + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
  }
}
