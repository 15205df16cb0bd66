import Glibc

extension ChildProcess {
  /// Whether these bytes stand anywhere in what it can write to: its heap, its stacks, its data.
  public func holds(_ bytes: [UInt8]) throws -> Bool {
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
        if count > 0, memmem(buffer, count, bytes, bytes.count) != nil { return true }
      }
    }
    return false
  }
}
