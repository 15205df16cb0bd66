import Supervision
import Telephony

/// A desk of monitors whose rows are on the disk at once.
struct Booth {
  var desk: MonitorDesk
  let now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)

  init(_ change: (inout MonitorDesk.Settings) -> Void = { _ in }) {
    var settings = MonitorDesk.Settings()
    change(&settings)
    desk = MonitorDesk(settings: settings)
  }

  mutating func talks(
    _ contact: ContactID = "c", _ agent: AgentID = "anna", queue: QueueID? = "sales", isHeld: Bool = false
  ) -> [MonitorDesk.Effect] {
    write(desk.contactConnected(contact, with: agent, queue: queue, isHeld: isHeld, at: now))
  }

  mutating func ends(_ contact: ContactID) -> [MonitorDesk.Effect] { write(desk.contactEnded(contact, at: now)) }

  mutating func holds(_ contact: ContactID) -> [MonitorDesk.Effect] { write(desk.contactHeld(contact, at: now)) }

  mutating func retrieves(_ contact: ContactID) -> [MonitorDesk.Effect] {
    write(desk.contactRetrieved(contact, at: now))
  }

  mutating func ask(
    _ supervisor: AgentID = "boss", _ target: MonitorOrder.Target = .agent("anna"), mode: MonitorMode = .listen,
    follow: MonitorFollow? = nil, by user: UInt32? = 1000, as id: MonitorID = "m"
  ) -> MonitorDesk.Answer {
    var answer = desk.monitorAsked(
      MonitorOrder(supervisor: supervisor, phone: "desk-9", target: target, mode: mode, follow: follow, user: user),
      as: id, at: now)
    answer.effects = write(answer.effects)
    return answer
  }

  /// Asked for and answered; all that came of it.
  mutating func listens(
    _ supervisor: AgentID = "boss", _ target: MonitorOrder.Target = .agent("anna"), mode: MonitorMode = .listen,
    follow: MonitorFollow? = nil, by user: UInt32? = 1000, as id: MonitorID = "m"
  ) throws -> [MonitorDesk.Effect] {
    try ask(supervisor, target, mode: mode, follow: follow, by: user, as: id).get()
      + write(desk.phoneAnswered(id, at: now))
  }

  mutating func wants(_ mode: MonitorMode, _ supervisor: AgentID = "boss", by user: UInt32? = 1000)
    -> MonitorDesk.Answer
  {
    var answer = desk.modeAsked(mode, by: supervisor, user: user, at: now)
    answer.effects = write(answer.effects)
    return answer
  }

  mutating func presses(_ key: Character, _ id: MonitorID = "m") -> [MonitorDesk.Effect] {
    write(desk.keyPressed(id, key, at: now))
  }

  /// The rows that are asked for are written, one after the other, until none is.
  mutating func write(_ effects: [MonitorDesk.Effect]) -> [MonitorDesk.Effect] {
    var all = effects
    var index = 0
    while index < all.count {
      if case .audit(let entry) = all[index] { all += desk.audited(entry.monitor, entry.position, at: now) }
      index += 1
    }
    return all
  }
}

extension [MonitorDesk.Effect] {
  /// In which modes somebody was placed.
  var placed: [MonitorMode] { compactMap { if case .place(_, _, let mode) = $0 { mode } else { nil } } }
  /// What was refused.
  var denied: [MonitorRight] { compactMap { if case .denied(let denial) = $0 { denial.right } else { nil } } }
  /// The rows, whether somebody waits for them or not.
  var rows: [MonitorEntry] {
    compactMap {
      switch $0 {
      case .audit(let entry), .note(let entry): entry
      default: nil
      }
    }
  }
}
