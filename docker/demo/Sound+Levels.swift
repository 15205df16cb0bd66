import Glibc
import LoopbackTesting

extension Sound {
  /// The usual level of a tone: the median of its tenths of a second, so that the skip by which a jitter buffer catches up
  /// does not count. Tones that are multiples of 10 Hz do not disturb each other.
  func usualLevel(of tone: Double, channel: Int = 0) -> Double {
    let levels = (0..<Int(seconds * 10)).map { level(of: tone, channel: channel, from: Double($0) / 10, for: 0.1) }
    return levels.isEmpty ? -120 : levels.sorted()[levels.count / 2]
  }

  /// The level of a tone where it is loudest for so many seconds.
  func loudestLevel(of tone: Double, seconds: Double) -> Double {
    let starts = stride(from: 0.0, through: max(0, self.seconds - seconds), by: seconds / 2)
    return starts.map { level(of: tone, from: $0, for: seconds) }.max() ?? -120
  }

  /// The level of everything in the first channel, in dB below full scale; −120 for silence.
  func level() -> Double {
    let samples = channels.first ?? []
    guard !samples.isEmpty else { return -120 }
    let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count) / (32768 * 32768)
    // A full-scale sine is 0 dB, and its power one half.
    return power > 0 ? max(-120, 10 * log10(2 * power)) : -120
  }

  /// The middle third, where nobody comes or goes.
  var middle: Sound {
    let count = channels.first?.count ?? 0
    return Sound(rate: rate, channels: channels.map { Array($0[(count / 3)..<(count * 2 / 3)]) })
  }
}
