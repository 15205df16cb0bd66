import Glibc
import Telephony

/// Random numbers that a seed repeats exactly.
struct Chance: Sendable {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Above 0, at most 1.
  mutating func share() -> Double { Double((random.next() >> 11) + 1) / Double(1 << 53) }

  mutating func exponential(mean: Double) -> Double { -mean * log(share()) }

  mutating func normal() -> Double { sqrt(-2 * log(share())) * cos(2 * .pi * share()) }
}

/// How long something lasts, in seconds.
public enum Spread: Sendable, Equatable {
  /// Always the same.
  case constant(Double)
  /// Memoryless: the textbook's.
  case exponential(mean: Double)
  /// As handling times are: many short, few very long. `variation` is the standard deviation over the mean.
  case lognormal(mean: Double, variation: Double)

  /// What it comes to on the average.
  public var mean: Double {
    switch self {
    case .constant(let mean), .exponential(let mean), .lognormal(let mean, _): mean
    }
  }

  /// Thirty years: a clock of nanoseconds holds the longest run and that, and no mean that may be asked for is near it.
  static let longest = 1e9

  func draw(_ chance: inout Chance) -> Double {
    switch self {
    case .constant(let seconds): return min(seconds, Self.longest)
    case .exponential(let mean): return min(chance.exponential(mean: mean), Self.longest)
    case .lognormal(let mean, let variation):
      let variance = log(1 + variation * variation)
      return min(mean * exp(sqrt(variance) * chance.normal() - variance / 2), Self.longest)
    }
  }
}
