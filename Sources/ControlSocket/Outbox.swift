/// Lines that wait until a client reads, oldest first. The lines of notices are shared by all clients, not copied.
struct Outbox: Sendable {
  private var lines: [[UInt8]] = []
  private var first = 0
  /// Bytes of the first line that are already sent.
  private var sent = 0
  /// What is still to be sent.
  private(set) var bytes = 0

  var isEmpty: Bool { bytes == 0 }

  /// Adds a line of which the first `sent` bytes are on their way already; only an empty outbox takes such a one.
  mutating func append(_ line: [UInt8], alreadySent: Int = 0) {
    if isEmpty {
      lines.removeAll(keepingCapacity: lines.capacity <= 1024)
      first = 0
      sent = alreadySent
    }
    lines.append(line)
    bytes += line.count - alreadySent
  }

  /// Hands the bytes to `write`, line by line, until it takes no more: it says how many it took.
  mutating func drain(_ write: (UnsafeRawBufferPointer) -> Int) {
    while bytes > 0 {
      let line = lines[first]
      let taken = line.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
      guard taken > 0 else { return }
      bytes -= taken
      sent += taken
      guard sent == line.count else { continue }
      lines[first] = []
      first += 1
      sent = 0
      if first > 1024, first > lines.count / 2 {
        lines.removeFirst(first)
        first = 0
      }
    }
  }
}
