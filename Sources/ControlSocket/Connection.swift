import Control
import Glibc

/// One client's connection. Kept in the server's state: only touched with its lock held, except where the loop's thread
/// reads from the descriptor, which nobody but that thread closes.
struct Connection {
  /// How far it is.
  enum Stage: Equatable {
    case open
    /// Too much waited for it: what waits may still be read until then.
    case cut(until: ContinuousClock.Instant)
    /// Broken or left.
    case gone
  }

  let client: Client
  let descriptor: Int32
  /// Where its lines go; its task takes them one by one.
  let lines: AsyncStream<LineBuffer.Found>.Continuation
  var stage = Stage.open
  var outbox = Outbox()
  /// How much may wait of what it did not ask for.
  let backlog: Int
  /// How much may wait besides: a replay, or a long answer, that is on its way.
  var askedFor = 0
  var subscription: Subscription?
  /// Lines and their bytes that were read and are not yet answered.
  var pendingLines = 0
  var pendingBytes = 0
  /// The client will send no more.
  var inputEnded = false

  /// A client that sends without waiting is read no further than this.
  var wantsInput: Bool { !inputEnded && stage == .open && pendingLines < 64 && pendingBytes < JSONRPC.longestLine }

  /// Whether nothing more will come of it.
  func isOver(at now: ContinuousClock.Instant) -> Bool {
    switch stage {
    case .gone: true
    case .cut(let deadline): outbox.isEmpty || now >= deadline
    case .open: inputEnded && pendingLines == 0 && outbox.isEmpty && subscription == nil
    }
  }

  /// Sends a line, or lets it wait behind others. False when that would be too much: nothing of it is sent then.
  mutating func deliver(_ line: [UInt8]) -> Bool {
    guard stage == .open else { return true }
    guard outbox.isEmpty else {
      guard outbox.bytes + line.count <= backlog + askedFor else { return false }
      outbox.append(line)
      return true
    }
    let taken = line.withUnsafeBytes { write($0) }
    if taken < line.count, stage == .open { outbox.append(line, alreadySent: taken) }
    return true
  }

  /// The same for what it has asked for, which may be of any length, if not too much waits already.
  mutating func answer(_ lines: [[UInt8]]) -> Bool {
    guard outbox.bytes <= backlog else { return lines.allSatisfy { deliver($0) } }
    askedFor = outbox.bytes + lines.reduce(0) { $0 + $1.count }
    return lines.allSatisfy { deliver($0) }
  }

  /// Sends what waits, as far as the kernel takes it.
  mutating func flush() {
    var box = outbox
    outbox = Outbox()
    box.drain { write($0) }
    outbox = box
    if outbox.isEmpty { askedFor = 0 }
  }

  /// Says why and from where to go on, and lets nothing follow.
  mutating func cut(reason: String, resumeFrom seq: UInt64?, epoch: UInt64, until deadline: ContinuousClock.Instant) {
    guard stage == .open else { return }
    outbox.append(JSONRPC.cut(reason: reason, resumeFrom: seq, epoch: epoch))
    stage = .cut(until: deadline)
    subscription = nil
  }

  /// Bytes that the kernel took; 0 when it takes none now, or the client has left.
  private mutating func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    while true {
      let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
      if count >= 0 { return count }
      if errno == EINTR { continue }
      if errno != EAGAIN, errno != EWOULDBLOCK { stage = .gone }
      return 0
    }
  }
}
