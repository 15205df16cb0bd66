import Telephony

/// What is known of a contact while it lasts.
struct Course: Sendable {
  let isOutbound: Bool
  let startedAt: Moment
  /// Where it counts as a whole.
  let homes: [Cell]
  var visits: [Visit] = []
  var parts: [SegmentID: Part] = [:]
  /// Its place among the dispositions is known.
  var isDecided = false
  /// By the first agent.
  var answeredAt: Moment?
  /// Of its handlings that are over; it counts when the contact is.
  var handled = Counts()
  /// When the last of them was.
  var handledUntil: Moment?
  /// It heard an announcement; an agent was sought for it without a queue.
  var wasAnnounced = false
  var hadAgent = false
  /// Somebody was sought for it after its last visit.
  var goesOn = false
  /// It was sent from its last queue to a number or an announcement.
  var isSentOn = false
  /// Of one that goes out: who dialled, and when the far end answered.
  var dialler: AgentID?
  var connectedAt: Moment?
  /// How long it was held, of one that goes out.
  var held = Duration.zero

  struct Visit: Sendable {
    let segment: SegmentID
    let cell: Cell
    let startedAt: Moment
    let target: ServiceTarget
    var endedAt: Moment?
    var disposition: Disposition?
    var isHandled = false
    /// Of its handlings that are over; it counts when the contact is.
    var handled = Counts()
    /// When the last of them was.
    var handledUntil: Moment?
  }

  /// A segment that lasts.
  enum Part: Sendable {
    case visit
    case agent(Handling)
    case number
    case announcement
    case over
  }

  struct Handling: Sendable {
    let agent: AgentID
    /// The visit that it is part of, by its place.
    let visit: Int?
    let startedAt: Moment
    var answeredAt: Moment?
    /// Somebody had answered before.
    var isTakeover = false
    var heldSince: Moment?
    var held = Duration.zero
  }
}

extension Course {
  var isAnswered: Bool { answeredAt != nil }

  /// Where one that goes out is counted.
  var diallingCells: [Cell] {
    homes + (dialler.map { [Cell(at: startedAt.wallMilliseconds, .agent($0))] } ?? [])
  }

  func countsWithoutQueue(_ reason: EndReason) -> Counts {
    if isAnswered { return [.direct: 1, .directAnswered: 1] }
    if reason == .rejected { return [.blocked: 1] }
    return wasAnnounced && !hadAgent ? [.announced: 1] : [.direct: 1]
  }
}

extension Course.Handling {
  mutating func retrieve(at now: Moment) {
    guard let since = heldSince else { return }
    held += max(.zero, now.since(since))
    heldSince = nil
  }
}
