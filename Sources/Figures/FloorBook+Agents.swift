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
    var rows: [Stretch] = []
    if var old = desk.stretch {
      old.endedAt = max(now, old.startedAt)
      // One that begins at the same moment takes the place of the row.
      if engagement == nil || old.startedAt != now { rows.append(old) }
    }
    let new = engagement.map { Stretch(agent: agent, engagement: $0, startedAt: now) }
    if let new { rows.append(new) }
    desk.stretch = new
    desk.counted = 0
    if engagement?.occupation.isWork != true { desk.handled = [:] }
    desks[agent] = new == nil && desk.handled.isEmpty ? nil : desk
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
    for part in stretch.parts(from: desk.counted, to: until) {
      var counts = Counts()
      counts.addTime(part.nanoseconds, of: stretch.engagement)
      add(counts, to: [.agent(agent), .all].map { Cell(quarter: part.quarter, subject: $0) })
    }
    if stretch.engagement.occupation == .acw, let work = stretch.engagement.contact.flatMap({ desk.handled[$0] }) {
      add([work.isOutbound ? .outboundWrapUp : .wrapUp: until - desk.counted], to: work.cells)
    }
    desk.counted = until
  }
}

extension Occupation {
  /// After which a wrap-up may come.
  var isWork: Bool {
    switch self {
    case .idle, .away, .unreachable: false
    case .ringing, .talking, .holding, .acw, .outboundDialing, .outboundTalking, .supervising: true
    }
  }
}
