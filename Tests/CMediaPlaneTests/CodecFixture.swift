import CMediaPlane
import Glibc

/// A codec by name, so that tests print it.
enum Coding: UInt32, CaseIterable, CustomStringConvertible {
  case pcmu, pcma, g722, opus

  var kind: codec_kind { codec_kind(rawValue) }
  var description: String { ["PCMU", "PCMA", "G.722", "Opus"][Int(rawValue)] }
}

/// A codec at a rate: what most tests are run with.
struct Setting: CustomStringConvertible {
  let coding: Coding
  let rate: Int

  var description: String { "\(coding) at \(rate) Hz" }
  /// Samples in 20 ms.
  var frame: Int { rate / 50 }
  /// Samples from what goes in to what comes out.
  var delay: Int {
    switch (coding, rate) {
    case (.pcmu, 16000), (.pcma, 16000): 128
    case (.g722, 16000): 22
    case (.opus, _): rate * 13 / 2000
    default: 0
    }
  }

  static let all = Coding.allCases.flatMap { coding in
    [8000, 16000].map { Setting(coding: coding, rate: $0) }
  }
}

/// An open codec; closed when nobody keeps it.
final class OpenCodec {
  let setting: Setting
  let pointer: OpaquePointer?

  init(_ setting: Setting) {
    self.setting = setting
    pointer = codec_open(setting.coding.kind, UInt32(setting.rate))
  }

  deinit { codec_close(pointer) }

  func encode(_ samples: ArraySlice<Int16>) -> [UInt8] {
    var payload = [UInt8](repeating: 0, count: Int(CODEC_LONGEST_FRAME))
    let count = codec_encode(pointer, Array(samples), &payload, payload.count)
    return Array(payload.prefix(count))
  }

  /// Nil where it wrote behind what it was given, or behind what it says it wrote.
  func decode(_ payload: [UInt8], capacity: Int = 1920) -> [Int16]? {
    var samples = [Int16](repeating: 0x5A5A, count: capacity + 8)
    let count = codec_decode(pointer, payload, payload.count, &samples, capacity)
    guard count <= capacity, samples[count...].allSatisfy({ $0 == 0x5A5A }) else { return nil }
    return Array(samples.prefix(count))
  }

  /// Nil where it wrote behind what it was asked for.
  func conceal(_ count: Int) -> [Int16]? {
    var samples = [Int16](repeating: 0x5A5A, count: count + 8)
    codec_conceal(pointer, &samples, count)
    guard samples[count...].allSatisfy({ $0 == 0x5A5A }) else { return nil }
    return Array(samples.prefix(count))
  }

  /// There and back; of what is lost, what is made up.
  func carry(_ samples: [Int16], losing lost: Set<Int> = []) -> [Int16] {
    (0..<samples.count / setting.frame).flatMap { index -> [Int16] in
      let payload = encode(samples[index * setting.frame..<(index + 1) * setting.frame])
      return (lost.contains(index) ? conceal(setting.frame) : decode(payload)) ?? []
    }
  }
}

/// Sines of these frequencies, together as loud as the amplitude at most.
func sines(_ frequencies: [Double], rate: Int, count: Int, amplitude: Double = 8000) -> [Int16] {
  (0..<count).map { index in
    let sum = frequencies.reduce(0) { $0 + sin(2 * .pi * $1 * Double(index) / Double(rate)) }
    return Int16((amplitude * sum / Double(frequencies.count)).rounded())
  }
}

/// What a stretch of sound holds of one frequency, and besides.
struct Spectrum {
  /// The amplitude at the frequency.
  let amplitude: Double
  /// How far that is above all the rest.
  let purity: Double

  /// A whole number of periods should fit.
  init(of samples: ArraySlice<Int16>, at frequency: Double, rate: Int) {
    var real = 0.0
    var imaginary = 0.0
    var power = 0.0
    for (index, sample) in samples.enumerated() {
      let angle = 2 * Double.pi * frequency * Double(index) / Double(rate)
      real += Double(sample) * cos(angle)
      imaginary += Double(sample) * sin(angle)
      power += Double(sample) * Double(sample)
    }
    let count = Double(samples.count)
    amplitude = 2 * (real * real + imaginary * imaginary).squareRoot() / count
    let tone = amplitude * amplitude / 2
    purity = 10 * log10(max(tone, 1e-9) / max(power / count - tone, 1e-9))
  }

  /// In dB above an amplitude.
  func level(over reference: Double) -> Double { 20 * log10(max(amplitude, 1e-9) / reference) }
}

/// The root of the mean square.
func loudness(_ samples: some Collection<Int16>) -> Double {
  (samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(samples.count, 1))).squareRoot()
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
