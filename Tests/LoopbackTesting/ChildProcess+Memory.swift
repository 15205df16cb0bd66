import Glibc

extension ChildProcess {
  /// Where these bytes stand in what it can write to (its heap, its stacks, its data), as the kernel names that; nil:
  /// nowhere.
  public func place(of bytes: [UInt8]) throws -> String? {
    let memory = open("/proc/\(pid)/mem", O_RDONLY | O_CLOEXEC)
    guard memory >= 0 else { throw Fault("the memory of \(name): \(String(cString: strerror(errno)))") }
    defer { close(memory) }
    let step = 1 << 20
    var buffer = [UInt8](repeating: 0, count: step + bytes.count)
    for line in try readText("/proc/\(pid)/maps").split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2)
      let ends = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
      guard words.count > 1, words[1].hasPrefix("rw"), ends.count == 2 else { continue }
      // What lies across the end of one step is found by the next.
      for start in stride(from: ends[0], to: ends[1], by: step) {
        let count = pread(memory, &buffer, min(buffer.count, ends[1] - start), start)
        if buffer.holds(bytes, within: count) {
          return "\(line), in the \(start - ends[0])"
        }
      }
    }
    return nil
  }
}

extension [UInt8] {
  /// Whether the first so many of these hold them.
  fileprivate func holds(_ bytes: [UInt8], within count: Int) -> Bool {
    guard let first = bytes.first else { return true }
    return withUnsafeBytes { all in
      guard let base = all.baseAddress else { return false }
      var at = 0
      while at + bytes.count <= count, let found = memchr(base + at, Int32(first), count - at - bytes.count + 1) {
        at = found - UnsafeMutableRawPointer(mutating: base)
        if memcmp(base + at, bytes, bytes.count) == 0 { return true }
        at += 1
      }
      return false
    }
  }
}
