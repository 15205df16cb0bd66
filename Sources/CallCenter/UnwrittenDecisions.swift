import Distribution

/// Decisions that wait to be written, in their order: so many at most, of which the oldest go first.
struct UnwrittenDecisions: Sendable {
  /// Some ten megabytes of the largest.
  static let most = 2000

  private var waiting: [KeptDecision] = []
  /// Which of them is the oldest, once so many have come that each takes the place of one.
  private var oldest = 0
  private var lost = 0

  /// True when it is the first for which another one had to go since all were taken.
  mutating func add(_ kept: KeptDecision) -> Bool {
    guard waiting.count == Self.most else {
      waiting.append(kept)
      return false
    }
    waiting[oldest] = kept
    oldest = (oldest + 1) % Self.most
    lost += 1
    return lost == 1
  }

  /// All that wait, and how many have gone since the last time.
  mutating func take() -> (decisions: [KeptDecision], lost: Int) {
    let all = (Array(waiting[oldest...] + waiting[..<oldest]), lost)
    self = UnwrittenDecisions()
    return all
  }
}
