import CSndfile
import Glibc

/// A recording as any program that knows libsndfile reads it.
struct StereoFile {
  let left: [Int16]
  let right: [Int16]
  let sampleRate: Int

  /// Nil when libsndfile cannot read it, or when it is no 16-bit stereo WAV.
  init?(_ path: String) {
    var info = SF_INFO()
    guard let file = sf_open(path, Int32(SFM_READ), &info) else { return nil }
    defer { sf_close(file) }
    guard info.channels == 2, info.format == Int32(SF_FORMAT_WAV) | Int32(SF_FORMAT_PCM_16) else { return nil }
    var samples = [Int16](repeating: 0, count: Int(info.frames) * 2)
    guard sf_readf_short(file, &samples, info.frames) == info.frames else { return nil }
    left = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
    right = stride(from: 1, to: samples.count, by: 2).map { samples[$0] }
    sampleRate = Int(info.samplerate)
  }

  /// How much of the power of these samples lies at one frequency: 1 for a pure tone, 0 for none (Goertzel).
  static func share(of frequency: Double, in samples: ArraySlice<Int16>, sampleRate: Double = 8000) -> Double {
    let factor = 2 * cos(2 * Double.pi * frequency / sampleRate)
    var (previous, beforeThat, total) = (0.0, 0.0, 0.0)
    for sample in samples {
      let value = Double(sample)
      (previous, beforeThat) = (value + factor * previous - beforeThat, previous)
      total += value * value
    }
    guard total > 0 else { return 0 }
    let power = previous * previous + beforeThat * beforeThat - factor * previous * beforeThat
    return power * 2 / (total * Double(samples.count))
  }
}

/// A tone whose phase follows the position, so that a shifted sample is a wrong sample.
func tone(_ frequency: Double, at position: Int, count: Int, sampleRate: Double = 8000) -> [Int16] {
  (position..<position + count).map { Int16(8000 * sin(2 * Double.pi * frequency * Double($0) / sampleRate)) }
}
