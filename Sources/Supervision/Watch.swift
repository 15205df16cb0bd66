import Telephony

/// One monitor at work.
struct Watch: Sendable {
  var monitor: Monitor
  /// What she is to be as soon as she hears somebody, and who asked for it.
  private(set) var wanted: MonitorMode
  private(set) var wantedBy: UInt32?
  /// The row that is being written, at most one at a time.
  var awaited: MonitorEntry?
  /// Where she is.
  private(set) var placed: Place?
  /// Where the last row says that she is, or is to be as soon as it is written; nil: nowhere.
  private(set) var said: Place?
  /// She is to be the contact's party, and who asked for it.
  private(set) var takesOver = false
  private(set) var takesOverBy: UInt32?
  private(set) var hasStarted = false
  private var entries = 0
  /// When a key on her phone was last refused, and written so.
  private var refusedKeys: [MonitorRight: Moment] = [:]

  /// So long a key that is refused again, and again, makes no other row.
  private static let burst: Duration = .seconds(10)

  /// What one row is about: another contact, agent or mode needs another row.
  struct Place: Sendable, Equatable {
    var contact: ContactID
    var agent: AgentID
    var mode: MonitorMode
  }

  init(monitor: Monitor, wanted: MonitorMode) {
    self.monitor = monitor
    self.wanted = wanted
    wantedBy = monitor.user
  }

  /// A row; `user` asked for what it says.
  mutating func entry(
    _ action: MonitorEntry.Action, _ mode: MonitorMode, end: MonitorEnd? = nil, refused: MonitorRight? = nil,
    by user: UInt32?, at now: Moment
  ) -> MonitorEntry {
    entries += 1
    switch action {
    case .placed, .tookOver:
      said = monitor.contact.map { Place(contact: $0, agent: monitor.agent, mode: mode) }
    case .asked, .left, .ended: said = nil
    case .refused: break
    }
    return MonitorEntry(
      monitor: monitor.id, position: entries, action: action, supervisor: monitor.supervisor, phone: monitor.phone,
      agent: monitor.agent, contact: monitor.contact, mode: mode, end: end, refused: refused, user: user, at: now)
  }

  /// Where she is to be next: everywhere she listens first.
  var next: Place? {
    monitor.contact.map { Place(contact: $0, agent: monitor.agent, mode: placed == nil ? .listen : wanted) }
  }

  /// Who asked for that.
  var nextBy: UInt32? { placed == nil ? monitor.user : wantedBy }

  mutating func want(_ mode: MonitorMode, by user: UInt32?) {
    wanted = mode
    wantedBy = user
  }

  mutating func wantTakeOver(by user: UInt32?) {
    guard !takesOver else { return }
    takesOver = true
    takesOverBy = user
  }

  mutating func dropTakeOver() { takesOver = false }

  /// She hears it from now on.
  mutating func enter(_ place: Place) {
    placed = place
    monitor.mode = place.mode
    monitor.stage = .present
  }

  /// She hears nobody, and begins anew, by listening, wherever she comes next.
  mutating func leave() {
    placed = nil
    takesOver = false
    want(.listen, by: monitor.user)
    monitor.mode = .listen
    monitor.stage = .waiting
  }

  /// She hears somebody: what others are told of it.
  mutating func announced() -> [MonitorDesk.Effect] {
    defer {
      hasStarted = true
      monitor.told = monitor.agent
    }
    guard hasStarted else { return [.started(monitor)] }
    return [.changed(monitor)] + (monitor.told == monitor.agent ? [] : [.met(monitor)])
  }

  /// She is with another agent than before.
  mutating func parted(from former: Monitor) -> [MonitorDesk.Effect] {
    guard monitor.agent != former.agent, former.told == former.agent else { return [] }
    monitor.told = nil
    return [.left(former)]
  }

  /// The row that came to nothing is followed by what is the case.
  mutating func notedAsIs(at now: Moment) -> [MonitorDesk.Effect] {
    placed.map { [.note(entry(.placed, $0.mode, by: monitor.user, at: now))] } ?? []
  }

  /// The last row says that she hears somebody, and she does not, nor is to by that row: one that says so.
  mutating func notedAsLeft(at now: Moment) -> [MonitorDesk.Effect] {
    guard placed == nil, let said, awaited == nil || said != next else { return [] }
    var row = entry(.left, .listen, by: monitor.user, at: now)
    (row.agent, row.contact) = (said.agent, said.contact)
    return [.note(row)]
  }

  /// Whether she can be sent elsewhere on the leg that she has.
  func mayMove(by order: MonitorOrder) -> Bool {
    (monitor.stage == .waiting || monitor.stage == .present) && !takesOver && order.user != nil
      && order.phone == monitor.phone
  }

  /// Whether a key that is refused is more than what was written of one just before.
  mutating func isNews(_ right: MonitorRight, at now: Moment) -> Bool {
    if let last = refusedKeys[right], now.since(last) < Self.burst { return false }
    refusedKeys[right] = now
    return true
  }

  /// A row that says so, and what others are told.
  mutating func denied(
    _ right: MonitorRight, _ refusal: MonitorRefusal, by user: UInt32?, at now: Moment
  ) -> [MonitorDesk.Effect] {
    [
      .note(entry(.refused, monitor.mode, refused: right, by: user, at: now)),
      .denied(
        MonitorDenial(
          monitor: monitor.id, supervisor: monitor.supervisor, phone: monitor.phone, agent: monitor.agent,
          contact: monitor.contact, right: right, refusal: refusal)),
    ]
  }
}
