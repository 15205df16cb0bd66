public import Telephony

/// What is known of an agent's time.
struct Desk: Sendable {
  var stretch: Stretch?
  /// Nanoseconds of the stretch that are counted already.
  var counted = 0
  /// Contacts that she may wrap up, and where that counts.
  var handled: [ContactID: Work] = [:]

  struct Work: Sendable {
    let cells: [Cell]
    let isOutbound: Bool
  }
}

// What agents do.
extension FloorBook {
  /// From now on the agent does this; nil: she is not there. The rows that have changed come back: the stretch that ended,
  /// and the one that began.
  public mutating func agentBecame(_ agent: AgentID, _ engagement: Engagement?, at now: Moment) -> [Stretch] {
    roll(to: now)
    var desk = desks[agent] ?? Desk()
    guard desk.stretch?.engagement != engagement else { return [] }
    count(&desk, agent, at: now)
    var rows = pieces(&desk, at: now)
    if var old = desk.stretch {
      old.endedAt = max(now, old.startedAt)
      // One that begins at the same moment takes the place of the row.
      if engagement == nil || old.startedAt != now { rows.append(old) }
    }
    let new = engagement.map { Stretch(agent: agent, engagement: $0, startedAt: now) }
    if let new { rows.append(new) }
    desk.stretch = new
    desk.counted = 0
    if engagement?.occupation.isForContacts != true { desk.handled = [:] }
    desks[agent] = new == nil && desk.handled.isEmpty ? nil : desk
    return rows
  }

  /// A stretch that is a day old ends, and the same begins anew: so no row is longer than `Stretch.longest`, and whoever
  /// looks for those that reach into a time knows how far back. The rows that have changed come back.
  public mutating func renewed(at now: Moment) -> [Stretch] {
    var rows: [Stretch] = []
    for (agent, var desk) in desks.sorted(by: { $0.key < $1.key }) {
      guard let stretch = desk.stretch, now.since(stretch.startedAt) >= Stretch.renewal else { continue }
      count(&desk, agent, at: now)
      rows += pieces(&desk, at: now)
      if var last = desk.stretch {
        last.endedAt = now
        // By the clock as it is now: a step that it has made since then is made up for.
        let next = Stretch(agent: agent, engagement: last.engagement, startedAt: now)
        desk.stretch = next
        desk.counted = 0
        rows += last.startedAt == now ? [next] : [last, next]
      }
      desks[agent] = desk
    }
    return rows
  }

  /// Of a stretch that nobody has renewed for days all but the last of them, which remains; all of it is counted.
  private func pieces(_ desk: inout Desk, at now: Moment) -> [Stretch] {
    var rows: [Stretch] = []
    while var piece = desk.stretch, now.since(piece.startedAt) > Stretch.longest {
      let end = piece.startedAt.advanced(by: Stretch.renewal)
      desk.stretch?.startedAt = end
      piece.endedAt = end
      rows.append(piece)
    }
    return rows
  }

  /// The daemon ends: so does everybody's stretch.
  public mutating func closed(at now: Moment) -> [Stretch] {
    desks.keys.sorted().flatMap { agentBecame($0, nil, at: now) }
  }

  /// Counts what has passed until now of every stretch that lasts.
  mutating func reckonTime(at now: Moment) {
    for (agent, desk) in desks where desk.stretch != nil {
      var desk = desk
      count(&desk, agent, at: now)
      desks[agent] = desk
    }
  }

  private mutating func count(_ desk: inout Desk, _ agent: AgentID, at now: Moment) {
    guard let stretch = desk.stretch else { return }
    let until = stretch.nanoseconds(at: now)
    guard until > desk.counted else { return }
    let work = stretch.engagement.occupation == .acw ? stretch.engagement.contact.flatMap { desk.handled[$0] } : nil
    for part in stretch.parts(from: desk.counted, to: until) {
      var counts = Counts()
      counts.addTime(part.nanoseconds, of: stretch.engagement)
      add(counts, to: [.agent(agent), .all].map { Cell(quarter: part.quarter, subject: $0) })
      guard let work else { continue }
      let wrapUp: Counts = [work.isOutbound ? .outboundWrapUp : .wrapUp: part.nanoseconds]
      add(wrapUp, to: work.cells, happenedIn: part.quarter)
    }
    desk.counted = until
  }
}

extension Occupation {
  /// Whether it has to do with contacts, so that a wrap-up may come, or go on, after it; not all of that is work.
  fileprivate var isForContacts: Bool {
    switch self {
    case .idle, .away, .unreachable: false
    case .ringing, .talking, .holding, .acw, .outboundDialing, .outboundTalking, .supervising: true
    }
  }
}
