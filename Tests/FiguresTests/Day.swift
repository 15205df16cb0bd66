import Figures
import Telephony
import TelephonyTesting

/// A day at a floor, told to a book hour by hour.
struct Day {
  var book: FloorBook
  var now: Moment
  private var names = 0

  /// Begins at 2026-11-22 09:00 UTC.
  init(calendar: Calendar = Calendar { _ in 0 }) {
    now = Moment(monotonicNanoseconds: 1_000_000_000_000, wallMilliseconds: Day.morning)
    book = FloorBook(calendar: calendar, at: now)
  }

  static let morning: Int64 = RFC3339.milliseconds("2026-11-22T09:00:00Z") ?? 0

  mutating func passes(_ duration: Duration) { now = now.advanced(by: duration) }
  mutating func passes(_ seconds: Int) { passes(.seconds(seconds)) }

  private mutating func name() -> String {
    names += 1
    return "\(names)"
  }

  /// Somebody calls a queue.
  mutating func calls(_ queue: QueueID = "sales", _ target: ServiceTarget = ServiceTarget()) -> (ContactID, SegmentID) {
    let contact = ContactID(rawValue: "c" + name())
    book.contactBegan(contact, isOutbound: false, entry: "8000", at: now)
    let segment = SegmentID(rawValue: "v" + name())
    book.visitBegan(contact, segment, of: queue, target, at: now)
    return (contact, segment)
  }

  mutating func isOffered(_ contact: ContactID, to agent: AgentID = "anna") -> SegmentID {
    let segment = SegmentID(rawValue: "o" + name())
    book.agentBegan(contact, segment, agent, at: now)
    return segment
  }

  mutating func answers(_ call: (ContactID, SegmentID), _ offer: SegmentID) {
    book.segmentEnded(call.0, call.1, .answered, at: now)
    book.answered(call.0, offer, at: now)
  }

  /// A whole call: waits, is answered, talks.
  mutating func call(_ queue: QueueID = "sales", waits: Int, talks: Int, agent: AgentID = "anna") {
    let call = calls(queue)
    let offer = isOffered(call.0, to: agent)
    passes(waits)
    answers(call, offer)
    passes(talks)
    book.contactEnded(call.0, .callerHungUp, at: now)
  }

  /// A whole call: waits, and leaves.
  mutating func abandons(_ queue: QueueID = "sales", after seconds: Int) {
    let (contact, _) = calls(queue)
    passes(seconds)
    book.contactEnded(contact, .abandoned, at: now)
  }

  mutating func cells() -> [Cell: Counts] { book.taken(at: now) }

  /// All of one subject.
  mutating func counts(_ subject: Subject) -> Counts { book.live(at: now)[subject] ?? Counts() }

  mutating func value(_ figure: String, of subject: Subject = .queue("sales")) -> String? {
    Definition.named(figure)?.value(of: counts(subject))?.text
  }
}

extension Counts {
  /// Every visit has ended in one way, or waits.
  var isBalanced: Bool {
    let ended =
      self[.answered] + self[.abandoned] + self[.shortAbandoned] + sum(of: "flow_out") + self[.callback]
      + self[.voicemail] + self[.failed]
    return self[.offered] == ended + self[.waiting]
  }
}
