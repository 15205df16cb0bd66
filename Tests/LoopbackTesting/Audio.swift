#if canImport(Glibc)
  import Glibc
#endif

/// Sound as the tests judge it: by its content.
public struct Sound: Sendable {
  /// Samples a second.
  public var rate: Int
  /// One array of samples per channel.
  public var channels: [[Int16]]

  /// Puts it together.
  public init(rate: Int, channels: [[Int16]]) {
    self.rate = rate
    self.channels = channels
  }

  /// Reads a WAV file of 16-bit samples; a file whose header is behind its data is read as far as the data goes, as every
  /// player does.
  public init(wave path: String) throws {
    let bytes = try readBytes(path)
    func number(_ at: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    guard bytes.count >= 44, bytes[0..<4].elementsEqual("RIFF".utf8) else { throw Fault("\(path) is no WAV file") }
    var at = 12
    var count = 1
    var rate = 8000
    while at + 8 <= bytes.count {
      let length = number(at + 4, 4)
      if bytes[at..<(at + 4)].elementsEqual("fmt ".utf8) {
        count = number(at + 10, 2)
        rate = number(at + 12, 4)
      } else if bytes[at..<(at + 4)].elementsEqual("data".utf8) {
        let end = min(bytes.count, at + 8 + length)
        let frames = (end - at - 8) / (2 * count)
        self.rate = rate
        channels = (0..<count).map { channel in
          (0..<frames).map { Int16(truncatingIfNeeded: number(at + 8 + ($0 * count + channel) * 2, 2)) }
        }
        return
      }
      at += 8 + length + length % 2
    }
    throw Fault("\(path) has no data")
  }

  /// What a program has written that says how much it is only when it closes the file: waits until then.
  public static func closed(wave path: String) async throws -> Sound {
    try await fact("\(path) says how long it is") {
      let sound = try Sound(wave: path)
      return sound.seconds > 0 ? sound : nil
    }
  }

  /// Its length.
  public var seconds: Double { Double(channels.first?.count ?? 0) / Double(rate) }

  /// The level of one frequency in one channel from `start` for `length` seconds, in dB below full scale (a full-scale
  /// sine is 0); −120 for silence. Goertzel's algorithm.
  public func level(of frequency: Double, channel: Int = 0, from start: Double = 0, for length: Double? = nil) -> Double
  {
    let samples = channels[channel]
    let first = min(samples.count, Int(start * Double(rate)))
    let last = min(samples.count, length.map { first + Int($0 * Double(rate)) } ?? samples.count)
    guard last > first else { return -120 }
    let coefficient = 2 * cos(2 * .pi * frequency / Double(rate))
    var (one, two) = (0.0, 0.0)
    for sample in samples[first..<last] { (one, two) = (Double(sample) / 32768 + coefficient * one - two, one) }
    let power = one * one + two * two - coefficient * one * two
    let amplitude = 2 * max(0, power).squareRoot() / Double(last - first)
    return amplitude > 0 ? max(-120, 20 * log10(amplitude)) : -120
  }

  /// The level in that piece of 100 ms where it is highest, two of which lie over each moment: what is there for an instant
  /// only. −120 where there is no such piece.
  public func highestLevel(
    of frequency: Double, channel: Int = 0, from start: Double = 0, for length: Double? = nil
  ) -> Double {
    let end = length.map { min(start + $0, seconds) } ?? seconds
    return stride(from: start, through: end - 0.1, by: 0.05).map {
      level(of: frequency, channel: channel, from: $0, for: 0.1)
    }.max() ?? -120
  }

  /// When the frequency is first there, in steps of 50 ms; nil when never.
  public func onset(of frequency: Double, channel: Int = 0, above threshold: Double = -25) -> Double? {
    stride(from: 0, to: seconds, by: 0.05).first {
      level(of: frequency, channel: channel, from: $0, for: 0.05) > threshold
    }
  }

  /// When it was last there.
  public func offset(of frequency: Double, channel: Int = 0, above threshold: Double = -25) -> Double? {
    stride(from: 0, to: seconds, by: 0.05).reversed().first {
      level(of: frequency, channel: channel, from: $0, for: 0.05) > threshold
    }.map { $0 + 0.05 }
  }
}

/// Writes a WAV file of one channel, 8,000 samples of 16 bits a second: a tone at -10 dB.
public func writeWave(tone: Double, seconds: Double, to path: String) throws {
  var bytes: [UInt8] = []
  func number(_ value: Int, _ count: Int) {
    for index in 0..<count { bytes.append(UInt8(value >> (8 * index) & 0xFF)) }
  }
  let count = Int(seconds * 8000)
  bytes += "RIFF".utf8
  number(36 + 2 * count, 4)
  bytes += "WAVEfmt ".utf8
  for (value, size) in [(16, 4), (1, 2), (1, 2), (8000, 4), (16000, 4), (2, 2), (16, 2)] { number(value, size) }
  bytes += "data".utf8
  number(2 * count, 4)
  for index in 0..<count {
    number(Int(UInt16(bitPattern: Int16(sin(2 * .pi * tone * Double(index) / 8000) * 10362))), 2)
  }
  try writeBytes(bytes, to: path)
}

/// G.711 µ-law (ITU-T G.711), for the RTP endpoint of the tests.
enum MuLaw {
  static func encode(_ sample: Int16) -> UInt8 {
    let sign: UInt8 = sample < 0 ? 0x80 : 0
    let magnitude = min(32635, Int(sample.magnitude)) + 132
    var exponent = 7
    while exponent > 0, magnitude & (1 << (exponent + 7)) == 0 { exponent -= 1 }
    let mantissa = UInt8(magnitude >> (exponent + 3) & 0x0F)
    return ~(sign | UInt8(exponent << 4) | mantissa)
  }

  static func decode(_ byte: UInt8) -> Int16 {
    let value = ~byte
    let exponent = Int(value >> 4 & 7)
    let magnitude = (Int(value & 0x0F) << 3 + 132) << exponent - 132
    return Int16(value & 0x80 != 0 ? -magnitude : magnitude)
  }
}
