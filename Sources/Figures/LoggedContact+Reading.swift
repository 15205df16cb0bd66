import Telephony

// What a record says, for the fold.
extension LoggedContact {
  /// A visit to a queue.
  struct Visit {
    let segment: Segment
    let queue: QueueID
    let target: ServiceTarget

    var outcome: LoggedWait.Outcome? { segment.endedAt == nil ? nil : segment.endReason.map(LoggedWait.outcome) }

    var hasFlownOut: Bool { if case .flownOut? = outcome { true } else { false } }

    var wait: LoggedWait {
      guard let ended = segment.endedAt, let outcome else { return LoggedWait(target, segment.startedAt) }
      return LoggedWait(target, segment.startedAt, end: (ended, outcome))
    }
  }

  /// An agent's part, by its place among the segments.
  struct Handling {
    let position: Int
    let segment: Segment
    let agent: AgentID
    let visit: SegmentID?

    var held: Int { max(0, segment.held.nanoseconds) }

    var talk: Int {
      guard let answered = segment.answeredAt, let ended = segment.endedAt else { return 0 }
      return max(0, answered.nanoseconds(to: ended) - held)
    }

    func wasAnswered(before stretch: Stretch) -> Bool {
      guard agent == stretch.agent, let answered = segment.answeredAt else { return false }
      return answered <= stretch.startedAt
    }

    /// Of her offer, as soon as it has come to something; whoever took over was offered nothing.
    func offerCounts(isTaken: Bool) -> Counts {
      if let answered = segment.answeredAt {
        let ring = segment.startedAt.nanoseconds(to: answered)
        return isTaken ? [.offers: 1, .offersAnswered: 1, .ringTime: ring] : Counts()
      }
      guard let ended = segment.endedAt, let reason = segment.endReason else { return Counts() }
      return [
        .offers: 1, Item("offers_ended:\(reason.rawValue)"): 1, .ringTime: segment.startedAt.nanoseconds(to: ended),
      ]
    }
  }

  /// Of what these agents did for one contact: handled once, whoever talked.
  static func handlingCounts(_ handlings: [Handling], _ takers: Set<Int>) -> Counts {
    let answered = handlings.filter { $0.segment.answeredAt != nil }
    guard !answered.isEmpty else { return Counts() }
    let hold = answered.reduce(0) { $0 + $1.held }
    return [
      .handled: 1, .talk: answered.reduce(0) { $0 + $1.talk }, .hold: hold, .held: hold > 0 ? 1 : 0,
      .takenOver: answered.count { !takers.contains($0.position) },
    ]
  }

  var visits: [Visit] {
    segments.compactMap { segment in
      guard case .visit(let queue, let target) = segment.kind else { return nil }
      return Visit(segment: segment, queue: queue, target: target)
    }
  }

  var handlings: [Handling] {
    segments.enumerated().compactMap { position, segment in
      guard case .agent(let agent, let visit) = segment.kind else { return nil }
      return Handling(position: position, segment: segment, agent: agent, visit: visit)
    }
  }

  /// The handlings in which somebody talked, in the order of the answers.
  var answers: [Handling] {
    handlings.compactMap { handling in handling.segment.answeredAt.map { (handling, $0) } }
      .sorted { ($0.1, $0.0.position) < ($1.1, $1.0.position) }.map(\.0)
  }

  /// Who took an offer, by the places of their handlings: of each visit whoever answered first, and without a visit whoever
  /// answered first of all. Whoever answered later took over.
  var takers: Set<Int> {
    var seen: Set<SegmentID> = []
    return Set(
      answers.enumerated().filter { index, handling in
        handling.visit.map { seen.insert($0).inserted } ?? (index == 0)
      }.map(\.element.position))
  }

  /// How long it waited in all, from the first queue's door, and to what end; nil without a queue. An agent's answer ends
  /// it, or that it was sent on to a number or an announcement, or its own end: who left a queue for an agent, and is still
  /// without an answer by then, has left that wait as any other.
  var wait: LoggedWait? {
    let visits = visits
    guard let first = visits.first, let last = visits.last else { return nil }
    let start = first.segment.startedAt
    let answer = answers.first?.segment.answeredAt
    if let answer, sentOnAt.map({ answer <= $0 }) ?? true {
      return LoggedWait(first.target, start, end: (answer, .answered))
    }
    guard endedAt != nil || sentOnAt != nil, let ended = last.segment.endedAt, let outcome = last.outcome else {
      return LoggedWait(first.target, start)
    }
    guard let end = endOfWaitBeyondQueues else { return LoggedWait(first.target, start, end: (ended, outcome)) }
    return LoggedWait(first.target, start, end: (end.at, end.outcome ?? outcome))
  }

  /// Its own end, if it had left its last queue, and neither for a number nor for an announcement: it waited for an agent
  /// until then. Without an outcome when we ended it: then it is that of its last visit.
  private var endOfWaitBeyondQueues: (at: Moment, outcome: LoggedWait.Outcome?)? {
    guard let endedAt, let endReason, visits.last?.hasFlownOut == true, sentOnAt == nil else { return nil }
    let outcome = LoggedWait.outcome(endReason)
    if case .flownOut = outcome { return (endedAt, nil) }
    return (endedAt, outcome)
  }

  /// When we ended it, with nobody sought after its last queue: for that queue, and for the whole. Nil when it was not so.
  var cutBySystemAt: (queue: Moment, whole: Moment)? {
    guard endedAt != nil, let last = visits.last, last.hasFlownOut, !goesOnAfterQueues, let left = last.segment.endedAt
    else { return nil }
    guard let end = endOfWaitBeyondQueues else { return (left, left) }
    return end.outcome == nil ? (left, end.at) : nil
  }

  /// When it left its queues for a number or an announcement.
  private var sentOnAt: Moment? {
    guard let last = segments.lastIndex(where: { $0.isVisit }), visits.last?.hasFlownOut == true else { return nil }
    return segments[last...].first { $0.kind == .number || $0.kind == .announcement }?.startedAt
  }

  /// When the far end answered one that went out.
  var connectedAt: Moment? { segments.lazy.filter { $0.kind == .number }.compactMap(\.answeredAt).first }

  /// Somebody was sought for it after its last visit.
  var goesOnAfterQueues: Bool {
    guard let last = segments.lastIndex(where: { $0.isVisit }) else { return false }
    return segments[last...].contains { segment in
      switch segment.kind {
      case .number, .agent(_, visit: nil): true
      case .agent, .visit, .announcement: false
      }
    }
  }

  /// Of one that never came to a queue.
  func countsWithoutQueue(_ reason: EndReason) -> Counts {
    if !answers.isEmpty { return [.direct: 1, .directAnswered: 1] }
    if reason == .rejected { return [.blocked: 1] }
    let isAnnounced = handlings.isEmpty && segments.contains { $0.kind == .announcement }
    return isAnnounced ? [.announced: 1] : [.direct: 1]
  }
}

extension LoggedContact.Segment {
  fileprivate var isVisit: Bool { if case .visit = kind { true } else { false } }
}
