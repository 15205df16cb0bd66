import Configuration
import Glibc

/// The configuration to begin with: everything on loopback, phones of our own registrar, sample customers.
enum SampleConfiguration {
  /// Writes `tsunagi.toml` (readable by its owner only, secrets made anew) and `customers.toml` into a folder. Files that
  /// are there already stay as they are.
  static func write(to folder: String) throws(StartFault) {
    try System.makeFolder(folder)
    let text = SampleFiles.configuration(folder: folder) { secret() }
    try write(text, to: folder + "/tsunagi.toml", mode: 0o600)
    try write(SampleFiles.customers, to: folder + "/customers.toml", mode: 0o640)
  }

  private static func write(_ text: String, to path: String, mode: mode_t) throws(StartFault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    if descriptor < 0, errno == EEXIST {
      print("\(path): is there already, left as it is")
      return
    }
    guard descriptor >= 0 else { throw StartFault("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw StartFault("\(path): \(String(cString: strerror(errno)))")
    }
    print("\(path): written")
  }

  /// Sixteen letters and digits that are not mistaken for each other: some 90 bits.
  private static func secret() -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    var random = SystemRandomNumberGenerator()
    return String((0..<16).map { _ in letters.randomElement(using: &random) ?? "x" })
  }
}
