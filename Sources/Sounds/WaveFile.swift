#if canImport(Glibc)
  import Glibc
#endif

/// A WAV file of 16-bit samples, one channel: what PJSIP's players and every other program read.
public struct WaveFile: Sendable, Equatable {
  /// Samples a second.
  public var rate: Int
  /// One channel.
  public var samples: [Int16]

  /// Puts it together.
  public init(rate: Int = Tone.rate, samples: [Int16]) {
    self.rate = rate
    self.samples = samples
  }

  /// The whole file, header and samples.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(44 + samples.count * 2)
    func text(_ text: String) { out += Array(text.utf8) }
    func number(_ value: Int, bytes: Int) { for index in 0..<bytes { out.append(UInt8(value >> (8 * index) & 0xFF)) } }
    text("RIFF")
    number(36 + samples.count * 2, bytes: 4)
    text("WAVEfmt ")
    number(16, bytes: 4)
    number(1, bytes: 2)
    number(1, bytes: 2)
    number(rate, bytes: 4)
    number(rate * 2, bytes: 4)
    number(2, bytes: 2)
    number(16, bytes: 2)
    text("data")
    number(samples.count * 2, bytes: 4)
    for sample in samples { number(Int(UInt16(bitPattern: sample)), bytes: 2) }
    return out
  }

  /// Writes the file anew, beside its place and then into it, so that nobody ever reads half of it.
  public func write(to path: String) throws(WaveFault) {
    let beside = path + ".new"
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw WaveFault(path: path, code: errno) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw WaveFault(path: path, code: errno) }
      rest = rest.dropFirst(count)
    }
    guard rename(beside, path) == 0 else { throw WaveFault(path: path, code: errno) }
  }
}

/// A sound could not be written.
public struct WaveFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// errno.
  public var code: Int32
  /// The path, and what the system said.
  public var description: String { "\(path): \(String(cString: strerror(code)))" }
}
