import Glibc

/// The header of a WAV file, as far as it tells whether the engine can play it.
enum WAVHeader {
  /// Nil when the file can be played: PCM of 16 bits or G.711, one channel, 8000 to 48000 samples a second. Else what is
  /// wrong with it, to follow its name.
  static func objection(to path: String) -> String? {
    let outcome = DiskFile.withOpen(path) { descriptor, status in
      .success(check(descriptor, size: Int(status.st_size)))
    }
    switch outcome {
    case .success(let objection): return objection
    case .failure(let objection): return objection.explanation
    }
  }

  private static func check(_ file: Int32, size: Int) -> String? {
    guard let riff = bytes(file, at: 0, count: 12), riff[0..<4] == [0x52, 0x49, 0x46, 0x46],
      riff[8..<12] == [0x57, 0x41, 0x56, 0x45]
    else { return "is no WAV file" }
    var offset = 12
    var hasFormat = false
    // Real files have a handful of chunks.
    for _ in 0..<64 {
      guard let head = bytes(file, at: offset, count: 8) else { break }
      let length = number(head[4..<8])
      if head[0..<4] == [0x66, 0x6D, 0x74, 0x20] {
        guard let format = bytes(file, at: offset + 8, count: 16), length >= 16 else { return "has a broken header" }
        let extended = length >= 40 ? bytes(file, at: offset + 8 + 24, count: 2) : nil
        if let objection = check(format, extended: extended) { return objection }
        hasFormat = true
      } else if head[0..<4] == [0x64, 0x61, 0x74, 0x61] {
        guard hasFormat else { return "has a broken header" }
        return length > 0 && offset + 8 < size ? nil : "has no sound in it"
      }
      offset += 8 + length + length % 2
    }
    return "has a broken header"
  }

  private static func check(_ format: [UInt8], extended: [UInt8]?) -> String? {
    var code = number(format[0..<2])
    // WAVE_FORMAT_EXTENSIBLE: the real one stands further behind.
    if code == 0xFFFE, let extended { code = number(extended[0..<2]) }
    let channels = number(format[2..<4])
    let rate = number(format[4..<8])
    let bits = number(format[14..<16])
    guard (code == 1 && bits == 16) || ((code == 6 || code == 7) && bits == 8) else {
      return "is neither PCM of 16 bits nor G.711 (format \(code), \(bits) bits)"
    }
    guard channels == 1 else { return "has \(channels) channels: one is wanted" }
    guard (8000...48000).contains(rate) else { return "has \(rate) samples a second: 8000 to 48000 are wanted" }
    return nil
  }

  private static func bytes(_ file: Int32, at offset: Int, count: Int) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    return pread(file, &buffer, count, off_t(offset)) == count ? buffer : nil
  }

  /// Little-endian.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
