#if canImport(Glibc)
  import Glibc
#endif

/// The sine of so many whole turns.
func sine(_ turns: Double) -> Double { sin(2 * .pi * turns) }
/// e to the power of x.
func exponential(_ x: Double) -> Double { exp(x) }
