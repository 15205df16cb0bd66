/// Cuts what arrives into lines. Holds at most one line that is not whole.
struct LineBuffer: Sendable {
  /// What was found.
  enum Found: Sendable, Equatable {
    /// Without its line feed, and not only white space.
    case line([UInt8])
    /// A line longer than the longest: told once, as soon as it is too long; its rest is thrown away.
    case tooLong
  }

  private let longest: Int
  private var partial: [UInt8] = []
  private var skipping = false

  init(longest: Int) { self.longest = longest }

  /// What the bytes complete.
  mutating func append(_ bytes: some Collection<UInt8>) -> [Found] {
    var found: [Found] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      take(rest[..<end], &found)
      finishLine(&found)
      rest = rest[rest.index(after: end)...]
    }
    take(rest, &found)
    return found
  }

  /// What the end of the stream completes: a last line without its line feed.
  mutating func end() -> [Found] {
    var found: [Found] = []
    finishLine(&found)
    return found
  }

  private mutating func take(_ bytes: some Collection<UInt8>, _ found: inout [Found]) {
    guard !skipping else { return }
    guard partial.count + bytes.count <= longest else {
      partial = []
      skipping = true
      found.append(.tooLong)
      return
    }
    partial.append(contentsOf: bytes)
  }

  private mutating func finishLine(_ found: inout [Found]) {
    if !partial.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { found.append(.line(partial)) }
    partial = []
    skipping = false
  }
}
