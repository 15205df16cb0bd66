import Figures
import History
import Telephony

extension LoggedContact {
  /// As its record tells it. A visit of which no threshold was written has the usual ones.
  init(_ record: ContactRecord) {
    self.init(
      id: record.id, isOutbound: record.direction == .outbound, entry: record.entry, startedAt: record.startedAt,
      endedAt: record.endedAt, endReason: record.endReason,
      segments: record.segments.map { segment in
        let kind: LoggedContact.Segment.Kind
        switch segment.kind {
        case .queue(let queue):
          var target = ServiceTarget()
          target.threshold = segment.threshold ?? target.threshold
          target.short = segment.shortThreshold ?? target.short
          kind = .visit(queue, target)
        case .agent(let agent, _): kind = .agent(agent, visit: segment.visit)
        case .number: kind = .number
        case .announcement: kind = .announcement
        }
        return LoggedContact.Segment(
          id: segment.id, kind: kind, startedAt: segment.startedAt, answeredAt: segment.answeredAt,
          endedAt: segment.endedAt, endReason: segment.endReason, held: segment.held)
      })
  }
}
