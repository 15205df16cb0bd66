import Telephony

/// Chance that can be repeated: the same seed gives the same run.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var random: SplitMix64

  /// Tests take the seed as their argument, so that a failure prints it.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// The next 64 bits.
  public mutating func next() -> UInt64 { random.next() }

  /// True once in `n` times.
  public mutating func chance(_ n: UInt64) -> Bool { next() % n == 0 }

  /// One of them, which must be some.
  public mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(next() % UInt64(elements.count))]
  }
}
