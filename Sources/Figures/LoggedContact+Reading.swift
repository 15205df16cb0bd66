import Telephony

// What a record says, for the fold.
extension LoggedContact {
  /// A visit to a queue.
  struct Visit {
    let segment: Segment
    let cell: Cell
    let target: ServiceTarget

    var disposition: Disposition? {
      guard let ended = segment.endedAt, let reason = segment.endReason else { return nil }
      return Disposition(reason, after: ended.after(segment.startedAt), short: target.short)
    }

    var counts: Counts {
      var counts = Counts()
      counts.addBeginning(target)
      if let disposition, let ended = segment.endedAt {
        counts.addEnd(disposition, after: ended.after(segment.startedAt), target)
      }
      return counts
    }
  }

  /// An agent's part, by its place among the segments.
  struct Handling {
    let position: Int
    let segment: Segment
    let agent: AgentID
    let visit: SegmentID?

    var cell: Cell { Cell(at: segment.startedAt.wallMilliseconds, .agent(agent)) }

    /// Of her offer, or of her taking over, and of the talk when that is over.
    func counts(isTaken: Bool) -> Counts {
      var counts = Counts()
      if let answered = segment.answeredAt {
        if isTaken {
          counts.add([.offers: 1, .offersAnswered: 1])
          counts.add(answered.after(segment.startedAt).nanoseconds, to: .ringTime)
        } else {
          counts.count(.takenOver)
        }
        if let ended = segment.endedAt {
          let hold = segment.held.nanoseconds
          counts.add(hold, to: .hold)
          counts.add(max(0, ended.since(answered).nanoseconds - hold), to: .talk)
        }
      } else if let ended = segment.endedAt {
        counts.count(.offers)
        if let reason = segment.endReason { counts.count(.offersEnded(reason.rawValue)) }
        counts.add(ended.after(segment.startedAt).nanoseconds, to: .ringTime)
      }
      return counts
    }
  }

  var visits: [Visit] {
    segments.compactMap { segment in
      guard case .visit(let queue, let target) = segment.kind else { return nil }
      return Visit(segment: segment, cell: Cell(at: segment.startedAt.wallMilliseconds, .queue(queue)), target: target)
    }
  }

  var handlings: [Handling] {
    segments.enumerated().compactMap { position, segment in
      guard case .agent(let agent, let visit) = segment.kind else { return nil }
      return Handling(position: position, segment: segment, agent: agent, visit: visit)
    }
  }

  /// Where it counts as a whole.
  var homes: [Cell] {
    let wall = startedAt.wallMilliseconds
    return [Cell(at: wall, .all)] + (isOutbound ? [] : [Cell(at: wall, .entry(entry))])
  }

  /// Of one that went out: also whoever dialled it.
  var outboundCells: [Cell] {
    homes + (handlings.first.map { [Cell(at: startedAt.wallMilliseconds, .agent($0.agent))] } ?? [])
  }

  /// Nil cells for somebody who had no part in it.
  func cellsOfWrapUp(by agent: AgentID) -> [Cell] {
    handlings.contains { $0.agent == agent } ? outboundCells : []
  }

  /// When the far end answered one that went out.
  var connectedAt: Moment? { segments.lazy.filter { $0.kind == .number }.compactMap(\.answeredAt).first }

  /// Somebody was sought for it after its last visit.
  var goesOnAfterQueues: Bool {
    guard let last = segments.lastIndex(where: { if case .visit = $0.kind { true } else { false } }) else {
      return false
    }
    return segments[last...].contains { segment in
      switch segment.kind {
      case .number, .agent(_, visit: nil): true
      case .agent, .visit, .announcement: false
      }
    }
  }

  /// It heard an announcement, and no agent was sought.
  var isAnnouncementOnly: Bool { segments.contains { $0.kind == .announcement } && handlings.isEmpty }
}

extension Moment {
  /// The time since an earlier moment, and none when the rows have it the other way.
  func after(_ earlier: Moment) -> Duration { max(.zero, since(earlier)) }
}
