import Control
import Glibc
import Telephony

/// What the server's threads share; only ever touched with its lock held, and never for long.
struct ControlServerState {
  /// Once forward.
  enum Stage {
    case new, running, stopped
  }

  var stage = Stage.new
  var notices: NoticeLog
  var connections: [UInt64: Connection] = [:]
  /// For clients' numbers.
  var accepted: UInt64 = 0
  var thread: pthread_t?
  /// The end of the pipe that ends the loop's `poll`; nil when there is no loop.
  var waker: Int32?
  /// To be logged by the loop, outside of the lock.
  var remarks: [LogLine] = []

  init(notices: NoticeLog) { self.notices = notices }

  /// Lets the loop look at everything anew. A full pipe has woken it already.
  func wake() {
    guard let waker else { return }
    var byte: UInt8 = 1
    _ = write(waker, &byte, 1)
  }

  mutating func publish(_ notice: Notice, backlog settings: ControlSocketSettings) {
    let entry = notices.append(notice)
    var needsLoop = false
    for index in connections.values.indices {
      guard let subscription = connections.values[index].subscription, entry.isWanted(by: subscription) else {
        continue
      }
      let idle = connections.values[index].outbox.isEmpty
      if !connections.values[index].deliver(entry.line) {
        cut(index, resumeFrom: entry.seq, settings)
        needsLoop = true
      }
      let connection = connections.values[index]
      if idle != connection.outbox.isEmpty || connection.stage == .gone { needsLoop = true }
    }
    if needsLoop { wake() }
  }

  /// Hands a client the answer to a line of hers; `bytes` are those of that line.
  mutating func answered(
    _ number: UInt64, _ line: [UInt8]?, to bytes: Int, subscribing subscription: Subscription?,
    settings: ControlSocketSettings
  ) {
    guard let index = connections.index(forKey: number) else { return }
    let paused = !connections.values[index].wantsInput
    connections.values[index].pendingLines -= 1
    connections.values[index].pendingBytes -= bytes
    var whole = true
    if let line { whole = connections.values[index].answer([line]) }
    if let subscription, connections.values[index].stage == .open {
      whole = replay(subscription, to: index) && whole
    }
    if !whole { cut(index, resumeFrom: connections.values[index].subscription == nil ? nil : notices.next, settings) }
    let connection = connections.values[index]
    if paused || !connection.outbox.isEmpty || connection.stage != .open { wake() }
  }

  /// Where `notices` stand changes under the same lock, so nothing is left out or told twice.
  private mutating func replay(_ wanted: Subscription, to index: Dictionary<UInt64, Connection>.Index) -> Bool {
    guard connections.values[index].outbox.bytes <= connections.values[index].backlog else { return false }
    connections.values[index].subscription = wanted
    return connections.values[index].answer(notices.replay(wanted).entries.map(\.line))
  }

  private mutating func cut(
    _ index: Dictionary<UInt64, Connection>.Index, resumeFrom seq: UInt64?, _ settings: ControlSocketSettings
  ) {
    let client = connections.values[index].client
    remarks.append(LogLine(.warning, "client cut: it does not read", ["client": "\(client.number)"]))
    connections.values[index].cut(
      reason: "You read too slowly: more than \(settings.backlogBytes) bytes waited.", resumeFrom: seq,
      epoch: notices.epoch, until: .now + settings.graceForCut)
  }
}
