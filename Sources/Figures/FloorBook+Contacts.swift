public import Telephony

// What happens to contacts.
extension FloorBook {
  /// A contact began; `entry` is the row of the entry table by which a caller came in.
  public mutating func contactBegan(_ contact: ContactID, isOutbound: Bool, entry: String, at now: Moment) {
    guard courses[contact] == nil else { return }
    roll(to: now)
    let wall = now.wallMilliseconds
    let homes = [Cell(at: wall, .all)] + (isOutbound ? [] : [Cell(at: wall, .entry(entry))])
    courses[contact] = Course(isOutbound: isOutbound, startedAt: now, homes: homes)
    add([isOutbound ? .attempts : .arrived: 1], to: homes)
  }

  /// It came to a queue.
  public mutating func visitBegan(
    _ contact: ContactID, _ segment: SegmentID, of queue: QueueID, _ target: ServiceTarget, at now: Moment
  ) {
    guard var course = courses[contact], course.parts[segment] == nil else { return }
    let cell = Cell(at: now.wallMilliseconds, .queue(queue))
    var counts = Counts()
    counts.addBeginning(target)
    add(counts, to: [cell])
    if course.visits.isEmpty, !course.isOutbound { add(counts, to: course.homes, happenedAt: now) }
    course.parts[segment] = .visit
    course.visits.append(.init(segment: segment, cell: cell, startedAt: now, target: target))
    course.goesOn = false
    course.isSentOn = false
    courses[contact] = course
  }

  /// It was offered to an agent; or she dials it, or takes it over.
  public mutating func agentBegan(_ contact: ContactID, _ segment: SegmentID, _ agent: AgentID, at now: Moment) {
    guard var course = courses[contact], course.parts[segment] == nil else { return }
    let visit = course.visits.indices.last.flatMap { index in
      course.visits[index].endedAt == nil || course.visits[index].disposition == .answered ? index : nil
    }
    course.parts[segment] = .agent(.init(agent: agent, visit: visit, startedAt: now))
    course.hadAgent = true
    if visit == nil { course.goesOn = true }
    if course.isOutbound {
      if course.dialler == nil {
        course.dialler = agent
        add([.attempts: 1], to: [Cell(at: course.startedAt.wallMilliseconds, .agent(agent))])
      }
      desks[agent, default: Desk()].handled[contact] = .init(cells: course.diallingCells, isOutbound: true)
    }
    courses[contact] = course
  }

  /// A number was dialled for it.
  public mutating func numberBegan(_ contact: ContactID, _ segment: SegmentID, at now: Moment) {
    guard var course = courses[contact], course.parts[segment] == nil else { return }
    course.parts[segment] = .number
    course.goesOn = true
    leaveQueues(&course)
    courses[contact] = course
  }

  /// An announcement was begun.
  public mutating func announcementBegan(_ contact: ContactID, _ segment: SegmentID, at now: Moment) {
    guard var course = courses[contact], course.parts[segment] == nil else { return }
    course.parts[segment] = .announcement
    course.wasAnnounced = true
    leaveQueues(&course)
    courses[contact] = course
  }

  /// Whoever is sent on from a queue to a number or an announcement waits no more.
  private mutating func leaveQueues(_ course: inout Course) {
    guard let last = course.visits.last, let disposition = last.disposition, disposition.isFlowOut,
      let ended = last.endedAt
    else { return }
    course.isSentOn = true
    decide(&course, disposition, at: ended)
  }

  /// The contact came to this, unless that is decided.
  private mutating func decide(_ course: inout Course, _ disposition: Disposition, at ended: Moment) {
    guard !course.isOutbound, !course.isDecided, let first = course.visits.first else { return }
    course.isDecided = true
    let wait = max(.zero, ended.since(first.startedAt))
    addEnd(disposition.forContact(after: wait, short: first.target.short), of: first, to: course.homes, at: ended)
  }

  /// A wait that began with this visit is over.
  private mutating func addEnd(
    _ disposition: Disposition, of visit: Course.Visit, to cells: [Cell], at ended: Moment
  ) {
    let wait = max(.zero, ended.since(visit.startedAt))
    var (counts, passing) = (Counts(), Counts())
    counts.addEnd(disposition, after: wait, visit.target)
    passing.addPassing(after: wait, visit.target)
    add(counts, to: cells, happenedAt: ended)
    add(passing, to: cells, happenedIn: visit.target.passing(since: visit.startedAt))
  }

  /// The agent, or the number, answered.
  public mutating func answered(_ contact: ContactID, _ segment: SegmentID, at now: Moment) {
    guard var course = courses[contact] else { return }
    switch course.parts[segment] {
    case .number? where course.isOutbound && course.connectedAt == nil:
      course.connectedAt = now
      add([.connected: 1], to: course.diallingCells, happenedAt: now)
    case .agent(var handling)? where handling.answeredAt == nil:
      handling.answeredAt = now
      course.parts[segment] = .agent(handling)
      if !course.isOutbound { taken(handling, contact, segment, &course, at: now) }
    case .number?, .agent?, .visit?, .announcement?, .over?, nil: return
    }
    courses[contact] = course
  }

  private mutating func taken(
    _ handling: Course.Handling, _ contact: ContactID, _ segment: SegmentID, _ course: inout Course, at now: Moment
  ) {
    let own = Cell(at: handling.startedAt.wallMilliseconds, .agent(handling.agent))
    let visit = handling.visit.map { course.visits[$0] }
    let cells = [own] + (visit.map { [$0.cell] } ?? []) + course.homes
    desks[handling.agent, default: Desk()].handled[contact] = .init(cells: cells, isOutbound: false)
    let isFirst = visit.map { !$0.isHandled } ?? !course.isAnswered
    if isFirst {
      let ring = now.since(handling.startedAt).nanoseconds
      add([.offers: 1, .offersAnswered: 1, .ringTime: max(0, ring)], to: cells, happenedAt: now)
    } else {
      var handling = handling
      handling.isTakeover = true
      course.parts[segment] = .agent(handling)
    }
    if let index = handling.visit { course.visits[index].isHandled = true }
    course.answeredAt = course.answeredAt ?? now
    guard !course.isDecided, let first = course.visits.first else { return }
    course.isDecided = true
    addEnd(.answered, of: first, to: course.homes, at: now)
  }

  /// The agent's phone holds the caller.
  public mutating func held(_ contact: ContactID, _ segment: SegmentID, at now: Moment) {
    guard case .agent(var handling) = courses[contact]?.parts[segment], handling.answeredAt != nil,
      handling.heldSince == nil
    else { return }
    handling.heldSince = now
    courses[contact]?.parts[segment] = .agent(handling)
  }

  /// It took the caller back.
  public mutating func retrieved(_ contact: ContactID, _ segment: SegmentID, at now: Moment) {
    guard case .agent(var handling) = courses[contact]?.parts[segment] else { return }
    handling.retrieve(at: now)
    courses[contact]?.parts[segment] = .agent(handling)
  }

  /// A segment is over.
  public mutating func segmentEnded(
    _ contact: ContactID, _ segment: SegmentID, _ reason: EndReason, at now: Moment
  ) {
    guard var course = courses[contact], let part = course.parts[segment] else { return }
    end(part, segment, reason, &course, at: now)
    courses[contact] = course
  }

  private mutating func end(
    _ part: Course.Part, _ segment: SegmentID, _ reason: EndReason, _ course: inout Course, at now: Moment
  ) {
    switch part {
    case .over: return
    case .number, .announcement: break
    case .visit:
      guard let index = course.visits.firstIndex(where: { $0.segment == segment }) else { return }
      let visit = course.visits[index]
      let wait = max(.zero, now.since(visit.startedAt))
      let disposition = Disposition(reason, after: wait, short: visit.target.short)
      course.visits[index].endedAt = now
      course.visits[index].disposition = disposition
      addEnd(disposition, of: visit, to: [visit.cell], at: now)
    case .agent(var handling):
      handling.retrieve(at: now)
      if course.isOutbound { course.held += handling.held } else { end(handling, reason, &course, at: now) }
    }
    course.parts[segment] = .over
  }

  private mutating func end(
    _ handling: Course.Handling, _ reason: EndReason, _ course: inout Course, at now: Moment
  ) {
    let own = Cell(at: handling.startedAt.wallMilliseconds, .agent(handling.agent))
    let visit = handling.visit.map { course.visits[$0] }
    let cells = [own] + (visit.map { [$0.cell] } ?? []) + course.homes
    guard let answered = handling.answeredAt else {
      let ring = now.since(handling.startedAt).nanoseconds
      return add(
        [.offers: 1, .offersEnded(reason.rawValue): 1, .ringTime: max(0, ring)], to: cells, happenedAt: now)
    }
    let hold = handling.held.nanoseconds
    let counts: Counts = [
      .talk: max(0, now.since(answered).nanoseconds - hold), .hold: hold, .takenOver: handling.isTakeover ? 1 : 0,
    ]
    add(counts.handledOnce, to: [own], happenedAt: now)
    if let index = handling.visit {
      course.visits[index].handled.add(counts)
      course.visits[index].handledUntil = now
    }
    course.handled.add(counts)
    course.handledUntil = now
  }

  /// It is over, and so are its segments.
  public mutating func contactEnded(_ contact: ContactID, _ reason: EndReason, at now: Moment) {
    guard var course = courses.removeValue(forKey: contact) else { return }
    for (segment, part) in course.parts { end(part, segment, reason, &course, at: now) }
    if course.isOutbound { return endDialling(course, reason, at: now) }
    if course.isAnswered { add(course.handled.handledOnce, to: course.homes, happenedAt: course.handledUntil ?? now) }
    for visit in course.visits where visit.isHandled {
      add(visit.handled.handledOnce, to: [visit.cell], happenedAt: visit.handledUntil ?? now)
    }
    guard let last = course.visits.last else {
      return add(course.countsWithoutQueue(reason), to: course.homes, happenedAt: course.answeredAt ?? now)
    }
    guard let disposition = last.disposition, let left = last.endedAt else { return }
    // Who was sent from his queue to an agent alone, or nowhere, waited on until now.
    let waitedOn = disposition.isFlowOut && !course.isSentOn
    let (ofEnd, ended) = (Disposition(reason, after: .zero, short: .zero), waitedOn ? now : left)
    let isLost = waitedOn && !ofEnd.isFlowOut
    if disposition.isFlowOut, !course.goesOn, !isLost {
      add([.cutBySystem: 1], to: [last.cell], happenedAt: left)
      if !course.isAnswered { add([.cutBySystem: 1], to: course.homes, happenedAt: ended) }
    }
    decide(&course, isLost ? ofEnd : disposition, at: ended)
  }

  private mutating func endDialling(_ course: Course, _ reason: EndReason, at now: Moment) {
    guard let connected = course.connectedAt else {
      return add([.attemptsEnded(reason.rawValue): 1], to: course.diallingCells, happenedAt: now)
    }
    let hold = course.held.nanoseconds
    let talk = max(0, now.since(connected).nanoseconds - hold)
    add(
      [.outboundHandled: 1, .outboundTalk: talk, .outboundHold: hold], to: course.diallingCells, happenedAt: now)
  }
}

extension Counts {
  /// With what was talked and held: handled once, and held if it was at all.
  fileprivate var handledOnce: Counts {
    var counts = self
    counts.add([.handled: 1, .held: self[.hold] > 0 ? 1 : 0])
    return counts
  }
}

extension Disposition {
  /// Of the contact whose last visit ended so: short is reckoned from its first visit.
  func forContact(after wait: Duration, short: Duration) -> Disposition {
    switch self {
    case .abandoned, .shortAbandoned: wait < short ? .shortAbandoned : .abandoned
    case .answered, .flowOut, .callback, .voicemail, .failed: self
    }
  }
}
