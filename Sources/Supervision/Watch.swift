import Telephony

/// One monitor at work.
struct Watch: Sendable {
  var monitor: Monitor
  /// What she is to be as soon as she hears somebody.
  var wanted: MonitorMode
  /// The row that is being written, at most one at a time.
  var awaited: MonitorEntry?
  /// Where she may be, since the row of it is on the disk; used once.
  var written: Place?
  /// Where she is.
  var placed: Place?
  var takesOver = false
  var hasStarted = false
  private var entries = 0

  struct Place: Sendable, Equatable {
    var contact: ContactID
    var mode: MonitorMode
  }

  init(monitor: Monitor, wanted: MonitorMode) {
    self.monitor = monitor
    self.wanted = wanted
  }

  mutating func entry(
    _ action: MonitorEntry.Action, _ mode: MonitorMode, end: MonitorEnd? = nil, refused: MonitorRight? = nil,
    at now: Moment
  ) -> MonitorEntry {
    entries += 1
    return MonitorEntry(
      monitor: monitor.id, position: entries, action: action, supervisor: monitor.supervisor, phone: monitor.phone,
      agent: monitor.agent, contact: monitor.contact, mode: mode, end: end, refused: refused,
      user: monitor.user, at: now)
  }

  /// She hears it from now on; a row allows one use.
  mutating func enter(_ place: Place) {
    placed = place
    written = nil
    monitor.mode = place.mode
    monitor.stage = .present
  }

  /// She hears nobody, and begins anew, by listening, wherever she comes next.
  mutating func leave() {
    placed = nil
    written = nil
    takesOver = false
    wanted = .listen
    monitor.mode = .listen
    monitor.stage = .waiting
  }

  /// Whether she can be sent elsewhere on the leg that she has.
  func mayMove(by order: MonitorOrder) -> Bool {
    (monitor.stage == .waiting || monitor.stage == .present) && !takesOver && order.user != nil
      && order.phone == monitor.phone
  }

  /// A row that says so, and what others are told.
  mutating func denied(_ right: MonitorRight, _ refusal: MonitorRefusal, at now: Moment) -> [MonitorDesk.Effect] {
    [
      .note(entry(.refused, monitor.mode, refused: right, at: now)),
      .denied(
        MonitorDenial(
          monitor: monitor.id, supervisor: monitor.supervisor, phone: monitor.phone, agent: monitor.agent,
          contact: monitor.contact, right: right, refusal: refusal)),
    ]
  }
}
