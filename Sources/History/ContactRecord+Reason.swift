import Telephony

extension ContactRecord {
  /// What it was about, as far as its course tells: `queue:` and the queue in which an agent answered it last, or else the
  /// one that it came to last; `entry:` and its entry point when it came to none. Two contacts are about the same when they
  /// have the same. What their agents said (`disposition`) says it better, where they did.
  public var reason: String {
    let visits = segments.compactMap { segment -> (id: SegmentID, queue: QueueID)? in
      if case .queue(let queue) = segment.kind { (segment.id, queue) } else { nil }
    }
    let answers = segments.compactMap { segment -> (at: Moment, visit: SegmentID)? in
      guard case .agent = segment.kind, let answered = segment.answeredAt, let visit = segment.visit else { return nil }
      return (answered, visit)
    }
    let last = answers.max { $0.at < $1.at }
    let visit = visits.first { $0.id == last?.visit } ?? visits.last
    return visit.map { "queue:\($0.queue.rawValue)" } ?? "entry:\(entry)"
  }
}
