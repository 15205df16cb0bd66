import Glibc

/// What the kernel says of the process that runs the tests.
enum OwnProcess {
  /// What this process has open, as the kernel calls it.
  static func files() -> [String] {
    guard let listing = opendir("/proc/self/fd") else { return [] }
    defer { closedir(listing) }
    var found: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var target = [UInt8](repeating: 0, count: 4096)
      let count = readlink("/proc/self/fd/\(name)", &target, target.count)
      if count > 0 { found.append(String(decoding: target[..<count], as: UTF8.self)) }
    }
    return found
  }

  /// Its memory, but for what was freed and not given back yet.
  static func residentKilobytes() -> Int {
    // Glibc's module leaves it out.
    if let trim = dlsym(nil, "malloc_trim") {
      _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
    }
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 4096)
    let count = fread(&text, 1, text.count, file)
    // Not what is mapped of files, which comes and goes with what others do on this machine.
    let line = String(decoding: text[..<count], as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
  }
}
