internal import Glibc

/// A recording on the disk, as far as its header tells how long it is.
public enum RecordedFile {
  /// The playing time of a WAV file by its bare name: what its header says, and no more than the file holds. Nil when there
  /// is no such file, or it is no WAV file. Links are not followed.
  public static func length(of name: String, in folder: String) -> Duration? {
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0) else { return nil }
    // Not to wait for the other end of a pipe.
    let file = open("\(folder)/\(name)", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return length(of: file, size: Int(status.st_size))
  }

  private static func length(of file: Int32, size: Int) -> Duration? {
    guard let riff = bytes(file, at: 0, count: 12), riff.prefix(4).elementsEqual("RIFF".utf8),
      riff.suffix(4).elementsEqual("WAVE".utf8)
    else { return nil }
    var (offset, bytesPerSecond) = (12, 0)
    // What we write has two chunks.
    for _ in 0..<16 {
      guard let head = bytes(file, at: offset, count: 8) else { return nil }
      let length = number(head[4..<8])
      if head.prefix(4).elementsEqual("fmt ".utf8) {
        guard length >= 16, let format = bytes(file, at: offset + 8, count: 16) else { return nil }
        bytesPerSecond = number(format[8..<12])
      } else if head.prefix(4).elementsEqual("data".utf8) {
        // One channel of G.711 has that many.
        guard bytesPerSecond >= 8000 else { return nil }
        return .milliseconds(min(length, max(0, size - offset - 8)) * 1000 / bytesPerSecond)
      }
      offset += 8 + length + length % 2
    }
    return nil
  }

  private static func bytes(_ file: Int32, at offset: Int, count: Int) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    return pread(file, &buffer, count, off_t(offset)) == count ? buffer : nil
  }

  /// Little-endian.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
}
