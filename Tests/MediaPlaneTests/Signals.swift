import CSndfile
import Glibc
import TelephonyTesting

/// A sine. Frequencies that are primes have no products where another one lies.
func tone(_ frequency: Double, amplitude: Double = 8000) -> (Int) -> Int16 {
  { Int16((amplitude * sin(2 * .pi * frequency * Double($0) / 8000)).rounded()) }
}

/// A sine that is silent for the last 200 ms of each 400, and rises and falls within 20 ms.
func words(_ frequency: Double, amplitude: Double = 8000) -> (Int) -> Int16 {
  { position in
    let at = position % 3200
    let edge = Double(min(at, max(1600 - at, 0), 160)) / 160
    let weight = (1 - cos(.pi * edge)) / 2
    return Int16((weight * amplitude * sin(2 * .pi * frequency * Double(position) / 8000)).rounded())
  }
}

/// Noise of which no stretch is like another for 16 seconds, the same for the same seed: a sample by its position.
func noise(seed: UInt64 = 1, amplitude: Int = 6000) -> (Int) -> Int16 {
  var chance = SeededRandom(seed: seed)
  let samples = (0..<128_000).map { _ in Int16(Int(chance.next() % UInt64(2 * amplitude)) - amplitude) }
  return { samples[$0 % samples.count] }
}

/// The amplitude of one frequency, in dB over that of the tones that phones say, looked at through a Hann window.
func level(of frequency: Double, in samples: ArraySlice<Int16>, over reference: Double = 8000) -> Double {
  var (real, imaginary) = (0.0, 0.0)
  for (index, sample) in samples.enumerated() {
    let weight = 1 - cos(2 * Double.pi * Double(index) / Double(samples.count))
    let angle = 2 * Double.pi * frequency * Double(index) / 8000
    real += weight * Double(sample) * cos(angle)
    imaginary += weight * Double(sample) * sin(angle)
  }
  let amplitude = 2 * (real * real + imaginary * imaginary).squareRoot() / Double(max(samples.count, 1))
  return 20 * log10(max(amplitude, 1e-6) / reference)
}

/// The same for a voice that is there: the median of pieces of 50 ms, so that neither a clock that is caught up with nor the
/// seam where a packet came too late counts.
func usualLevel(of frequency: Double, in samples: ArraySlice<Int16>) -> Double {
  let pieces = stride(from: samples.startIndex, to: samples.endIndex - 399, by: 400).map {
    level(of: frequency, in: samples[$0..<$0 + 400])
  }
  return pieces.isEmpty ? -.infinity : pieces.sorted()[pieces.count / 2]
}

/// The same for a voice that is not there: the most of all pieces of 100 ms, four of which lie over each moment, so that
/// what is heard for a few milliseconds only is found wherever it is.
func mostLevel(of frequency: Double, in samples: ArraySlice<Int16>) -> Double {
  let pieces = stride(from: samples.startIndex, to: samples.endIndex - 799, by: 200).map {
    level(of: frequency, in: samples[$0..<$0 + 800])
  }
  return pieces.max() ?? .infinity
}

/// The same for a voice that is not there all the time, too low for that: the least of some halves of a second.
func lastingLevel(of frequency: Double, in samples: ArraySlice<Int16>) -> Double {
  let pieces = stride(from: samples.startIndex, to: samples.endIndex - 3999, by: 1000).map {
    level(of: frequency, in: samples[$0..<$0 + 4000])
  }
  return pieces.min() ?? .infinity
}

/// The biggest difference between neighbours.
func biggestStep(_ samples: some Sequence<Int16>) -> Int {
  var last: Int16?
  var biggest = 0
  for sample in samples {
    if let last { biggest = max(biggest, abs(Int(sample) - Int(last))) }
    last = sample
  }
  return biggest
}

extension Array {
  /// Of samples at 8000 Hz.
  func seconds(_ range: ClosedRange<Double>) -> ArraySlice<Element> {
    let from = Swift.min(Int(range.lowerBound * 8000), count)
    return self[from..<Swift.min(Int(range.upperBound * 8000), count)]
  }
}

/// By how many samples `b` says later what `a` says in a stretch, and how alike they are then, at most 1.
func lag(of b: [Int16], behind a: [Int16], at: Int, count: Int, within limit: Int) -> (samples: Int, likeness: Double) {
  guard at >= limit, at + count + limit <= min(a.count, b.count) else { return (.max, 0) }
  var best = (samples: 0, likeness: -1.0)
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      for lag in -limit...limit {
        var (product, first, second) = (0, 1, 1)
        // Every third says enough.
        var index = 0
        while index < count {
          let (x, y) = (Int(a[at + index]), Int(b[at + index + lag]))
          product &+= x &* y
          first &+= x &* x
          second &+= y &* y
          index += 3
        }
        let likeness = Double(product) / (Double(first) * Double(second)).squareRoot()
        if likeness > best.likeness { best = (lag, likeness) }
      }
    }
  }
  return best
}

/// How many milliseconds of `said` are nowhere in `heard`: in pieces of 5 ms, each looked for exactly, but for what coding
/// makes of it.
func missingMilliseconds(of said: ArraySlice<Int16>, in heard: ArraySlice<Int16>) -> Int {
  let piece = 40
  var missing = 0
  said.withUnsafeBufferPointer { said in
    heard.withUnsafeBufferPointer { heard in
      var expected = 0
      for start in stride(from: 0, to: said.count - piece, by: piece) {
        func isThere(_ at: Int) -> Bool {
          guard at >= 0, at + piece <= heard.count else { return false }
          for index in 0..<piece {
            let (x, y) = (Int(said[start + index]), Int(heard[at + index]))
            if abs(x - y) > 40 + abs(x) / 16 { return false }
          }
          return true
        }
        if isThere(expected) {
          expected += piece
        } else if let at = (0..<max(heard.count - piece, 0)).first(where: isThere) {
          expected = at + piece
        } else {
          missing += 5
          expected += piece
        }
      }
    }
  }
  return missing
}

/// A recording as any program that knows libsndfile reads it.
struct StereoFile {
  let left: [Int16]
  let right: [Int16]
  /// The file holds what its header says, and nothing behind it.
  let isWhole: Bool

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
    var status = stat()
    stat(path, &status)
    isWhole = Int(status.st_size) == 44 + samples.count * 2
  }

  /// In seconds.
  var length: Double { Double(left.count) / 8000 }
}

/// One of one channel.
struct MonoFile {
  let samples: [Int16]

  /// Nil when libsndfile cannot read it, or when it has more channels.
  init?(_ path: String) {
    var info = SF_INFO()
    guard let file = sf_open(path, Int32(SFM_READ), &info) else { return nil }
    defer { sf_close(file) }
    guard info.channels == 1 else { return nil }
    var samples = [Int16](repeating: 0, count: Int(info.frames))
    guard sf_readf_short(file, &samples, info.frames) == info.frames else { return nil }
    self.samples = samples
  }
}
