public import Telephony

/// Numbers notices, writes each as JSON once for all clients, and keeps the latest for clients that come back.
///
/// `seq` begins at 1 and has no gap within one `epoch`. Bounded by count and by bytes, whichever is reached first.
public struct NoticeLog: Sendable {
  /// One notice as it leaves.
  public struct Entry: Sendable, Equatable {
    /// Its number.
    public var seq: UInt64
    /// What it is about, for `Subscription.agent`.
    public var agent: AgentID?
    /// Who may know it.
    public var audience: Audience
    /// Its `type`, for `Subscription.types`.
    public var type: String
    /// JSON and a line feed; shared by all clients that still have to get it.
    public var line: [UInt8]

    /// The daemon's own: also for clients that ask for one agent only.
    private var concernsAll: Bool { agent == nil && type.hasPrefix("system.") }

    /// Whether a client that asked for this wants it.
    public func isWanted(by subscription: Subscription) -> Bool {
      switch audience {
      case .everybody: break
      case .supervisors(let agents): if !subscription.knows(agents) { return false }
      case .others(let agents): if subscription.knows(agents) { return false }
      case .bound(let agent): if subscription.boundTo != agent { return false }
      }
      if let wanted = subscription.agent, wanted != agent, !concernsAll { return false }
      if subscription.types.isEmpty { return true }
      return subscription.types.contains { type == $0 || type.hasPrefix($0 + ".") }
    }
  }

  /// Tells this run of the daemon from every other; below 2^53, so that JavaScript keeps every digit.
  public let epoch: UInt64
  /// The `seq` of the next notice.
  public private(set) var next: UInt64 = 1
  private let capacity: Int
  private let byteCapacity: Int
  /// Oldest first, from `first` on; what stands before is spent and removed now and then.
  private var entries: [Entry] = []
  private var first = 0
  private var bytes = 0

  /// Empty. Keeps at least the latest notice.
  public init(epoch: UInt64, keeping capacity: Int = 10_000, bytes byteCapacity: Int = 16 << 20) {
    self.epoch = epoch & (1 << 53 - 1)
    self.capacity = max(capacity, 1)
    self.byteCapacity = byteCapacity
  }

  /// The oldest `seq` that is still kept; equal to `next` when nothing is.
  public var oldest: UInt64 { next - UInt64(entries.count - first) }

  /// Numbers and keeps it.
  public mutating func append(_ notice: Notice) -> Entry {
    let line = JSONLine.bytes(NoticeLine(notice, seq: next, epoch: epoch))
    let entry = Entry(seq: next, agent: notice.agent, audience: notice.audience, type: notice.body.type, line: line)
    next += 1
    entries.append(entry)
    bytes += line.count
    while entries.count - first > capacity || (bytes > byteCapacity && entries.count - first > 1) {
      bytes -= entries[first].line.count
      entries[first].line = []
      first += 1
    }
    if first > entries.count / 2 + 64 {
      entries.removeFirst(first)
      first = 0
    }
    return entry
  }

  /// What a client that subscribes is told, and the kept notices that it wants, oldest first.
  ///
  /// Without `since` there are none. `since` of another epoch brings everything that is kept, and `missed`.
  public func replay(_ subscription: Subscription) -> (answer: Subscribed, entries: [Entry]) {
    guard let since = subscription.since else {
      return (Subscribed(epoch: epoch, next: next, missed: false), [])
    }
    let sameEpoch = subscription.epoch.map { $0 == epoch } ?? true
    let from = sameEpoch ? max(since, 1) : 1
    let missed = !sameEpoch || from < oldest || from > next
    let start = min(max(from, oldest), next)
    let kept = entries[(first + Int(start - oldest))...].filter { $0.isWanted(by: subscription) }
    return (Subscribed(epoch: epoch, next: kept.first?.seq ?? next, missed: missed), kept)
  }
}
