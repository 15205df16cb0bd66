import Telephony

/// Time for notes after a call, that is to come or under way.
struct WrapUp: Sendable {
  /// Of all that it is after, the one as which its time counts.
  private(set) var contact: ContactID
  private(set) var queue: QueueID?
  /// Since when that is so; nil: since it goes on.
  private(set) var standsSince: Moment?
  /// Time allowed in all, extensions included.
  var allowed: Duration
  /// What is left when it is interrupted, or has not begun.
  var remaining: Duration
  /// How much of that stays when all dispositions are there: what is demanded after contacts that wait for none.
  private(set) var unconditional: Duration
  var mayEndEarly: Bool
  /// All contacts that it is after, each with the queue that it came by: of several calls at a time it is after each.
  private(set) var covered: [ContactID: QueueID?]
  /// Of these, those that came in.
  private var inbound: Set<ContactID>
  /// Of these, those whose dispositions must come before it ends, however long that takes.
  var awaited: Set<ContactID> = []

  /// What follows a conversation by a queue's rules; nil: nothing.
  init?(after conversation: Agent.Conversation, _ rules: QueueSettings) {
    contact = conversation.contact
    queue = conversation.isOutbound ? nil : conversation.queue
    covered = [contact: conversation.queue]
    inbound = conversation.isOutbound ? [] : [contact]
    allowed = rules.wrapUp
    mayEndEarly = rules.wrapUpMayEndEarly
    switch rules.wrapUpMode {
    case .none: return nil
    case .optional: if !conversation.wantsWrapUp { return nil }
    case .timed: break
    case .untilDisposition:
      if !conversation.hasDisposition { awaited = [contact] }
    }
    remaining = allowed
    unconditional = awaited.isEmpty ? allowed : .zero
    if isOver { return nil }
  }

  /// Nothing is left of it.
  var isOver: Bool { remaining <= .zero && awaited.isEmpty }

  /// Both at once.
  func joined(with other: WrapUp) -> WrapUp {
    var longer = other.remaining > remaining ? other : self
    longer.awaited = awaited.union(other.awaited)
    longer.covered = covered.merging(other.covered) { one, _ in one }
    longer.inbound = inbound.union(other.inbound)
    longer.unconditional = max(unconditional, other.unconditional)
    longer.mayEndEarly = mayEndEarly && other.mayEndEarly
    return longer
  }

  /// Its time is over: what is written from now on is about a contact whose disposition is missing, however short that one's
  /// own time was.
  mutating func stands(at now: Moment) {
    guard !awaited.contains(contact), let next = awaited.min() else { return }
    contact = next
    queue = inbound.contains(next) ? covered[next] ?? nil : nil
    standsSince = now
  }

  /// Something else comes first.
  mutating func isInterrupted() { standsSince = nil }

  /// So much of its time is left.
  mutating func run(down left: Duration) {
    unconditional = max(.zero, unconditional - (remaining - left))
    remaining = left
  }

  /// Its agent has more time.
  mutating func extend(by more: Duration) {
    allowed += more
    remaining += more
    if unconditional > .zero { unconditional += more }
  }

  /// A disposition is there; true when it is the last one that was missing.
  mutating func hasDisposition(of contact: ContactID) -> Bool {
    awaited.remove(contact) != nil && awaited.isEmpty
  }

  /// What was missing is there before it begins: its time is for notes only, and stays.
  mutating func keepTime() { unconditional = remaining }

  /// Whether the agent may end it now by herself.
  func mayEnd(ends: Moment?) -> Bool { awaited.isEmpty && (mayEndEarly || ends == nil) }
}
