import Figures
import History
import Telephony

/// The ledger and the figures, which are told of the same things: one keeps the record, the other counts. Neither looks at
/// what the other makes of it.
struct Books: Sendable {
  private var ledger = Ledger()
  var figures: FloorBook
  /// What each queue promises from now on.
  var targets: [QueueID: ServiceTarget]

  init(targets: [QueueID: ServiceTarget], calendar: Calendar, at now: Moment) {
    self.targets = targets
    figures = FloorBook(calendar: calendar, at: now)
  }

  var current: [ContactRecord] { ledger.current }

  func record(_ contact: ContactID) -> ContactRecord? { ledger.record(contact) }

  mutating func opened(
    _ contact: ContactID, _ direction: ContactRecord.Direction, caller: Caller, called: String, entry: String = "",
    at now: Moment
  ) -> [Ledger.Effect] {
    figures.contactBegan(contact, isOutbound: direction == .outbound, entry: entry, at: now)
    return ledger.opened(contact, direction, caller: caller, called: called, entry: entry, at: now)
  }

  mutating func identified(_ contact: ContactID, customer: CustomerID, name: String, isCertain: Bool)
    -> [Ledger.Effect]
  {
    ledger.identified(contact, customer: customer, name: name, isCertain: isCertain)
  }

  mutating func segmentBegan(_ contact: ContactID, _ kind: Segment.Kind, name: SegmentID, at now: Moment)
    -> [Ledger.Effect]
  {
    switch kind {
    case .queue(let queue):
      let target = targets[queue] ?? ServiceTarget()
      figures.visitBegan(contact, name, of: queue, target, at: now)
      return ledger.segmentBegan(
        contact, kind, name: name, threshold: target.threshold, shortThreshold: target.short, at: now)
    case .agent(let agent, _): figures.agentBegan(contact, name, agent, at: now)
    case .announcement: figures.announcementBegan(contact, name, at: now)
    case .number: figures.numberBegan(contact, name, at: now)
    }
    return ledger.segmentBegan(contact, kind, name: name, at: now)
  }

  mutating func segmentAnswered(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Ledger.Effect] {
    figures.answered(contact, name, at: now)
    return ledger.segmentAnswered(contact, name: name, at: now)
  }

  mutating func segmentHeld(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Ledger.Effect] {
    figures.held(contact, name, at: now)
    return ledger.segmentHeld(contact, name: name, at: now)
  }

  mutating func segmentRetrieved(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Ledger.Effect] {
    figures.retrieved(contact, name, at: now)
    return ledger.segmentRetrieved(contact, name: name, at: now)
  }

  mutating func segmentEnded(_ contact: ContactID, name: SegmentID, _ reason: EndReason, at now: Moment)
    -> [Ledger.Effect]
  {
    figures.segmentEnded(contact, name, reason, at: now)
    return ledger.segmentEnded(contact, name: name, reason, at: now)
  }

  mutating func recorded(_ contact: ContactID, _ recording: RecordingID) -> [Ledger.Effect] {
    ledger.recorded(contact, recording)
  }

  mutating func ended(_ contact: ContactID, _ reason: EndReason, at now: Moment) -> [Ledger.Effect] {
    figures.contactEnded(contact, reason, at: now)
    return ledger.ended(contact, reason, at: now)
  }
}
