import Glibc

/// A file that somebody names on the command line.
enum TextFile {
  /// All of it, or what is wrong with it; `-` is standard input.
  static func read(_ path: String, longest: Int) throws(ClientError) -> String {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file("\(path): \(String(cString: strerror(errno)))") }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file("\(path): \(String(cString: strerror(errno)))") }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= longest else { throw .file("\(path): longer than \(longest) bytes: import it in parts") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .file("\(path): not UTF-8: save it as CSV in UTF-8")
    }
    return text
  }
}
