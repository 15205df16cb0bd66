public import Telephony

// Who may join a queue, who must leave it, and where they go.
extension Distributor {
  /// A contact that waits nowhere yet comes to a queue: it joins, where a place was kept for its caller at that place, or
  /// goes where that queue says.
  mutating func enter(_ id: ContactID, _ queue: QueueID, wish: Wish?, _ turn: inout Turn) {
    guard lines[queue] != nil else { return giveUp(id, .notFound, &turn) }
    contacts[id]?.target = .queue(queue)
    contacts[id]?.visited.insert(queue)
    if let reason = refusal(by: queue) {
      divert(id, reason, &turn)
    } else {
      if let contact = contacts[id], let kept = returningPlace(of: contact.caller, in: queue, &turn) {
        let enqueued = min(contact.place.enqueued, kept.enqueued)
        contacts[id]?.place = Place(score: 0, enqueued: enqueued, contact: id)
      }
      join(id, queue, wish: wish, &turn)
    }
  }

  /// Why nobody may join it now; nil: anybody may.
  func refusal(by queue: QueueID) -> OverflowReason? {
    guard let line = lines[queue] else { return nil }
    if let longest = line.settings.longestLine, line.places.count >= longest { return .full }
    if let needed = line.settings.joinNeeds, !line.isPresent(needed) { return .nobody }
    return nil
  }

  /// It cannot wait, or go on waiting, where it is. It must not be on offer.
  mutating func divert(_ id: ContactID, _ reason: OverflowReason, _ turn: inout Turn) {
    guard let contact = contacts[id] else { return }
    let target = destination(of: contact, reason)
    note(.diverted(reason), about: id, to: target.map { .target($0) } ?? .end, &turn)
    guard let queue = contact.queue, let target else { return giveUp(id, reason.endReason, &turn) }
    turn.effects.append(.overflow(id, from: queue, to: target, reason))
    switch target {
    case .queue(let next):
      leaveTarget(id, &turn)
      enter(id, next, wish: wish(of: contact, in: next, at: turn.now), &turn)
    case .agent(let agent):
      leaveTarget(id, &turn)
      waitAlone(id, for: agent, &turn)
    case .number, .announcement: forget(id, &turn)
    }
  }

  /// Where its queue sends it; nil where that says nothing, or nobody could take it there.
  private func destination(of contact: Contact, _ reason: OverflowReason) -> OverflowTarget? {
    guard let queue = contact.queue else { return nil }
    let overflow = rules(of: queue).overflow
    let target: OverflowTarget? =
      switch reason {
      case .full: overflow.whenFull
      case .nobody, .removed: overflow.whenNobody
      case .waitedTooLong: overflow.afterLongestWait
      }
    switch target {
    case .queue(let next)? where lines[next] == nil || contact.visited.contains(next): return nil
    case .agent(let agent)? where people[agent]?.isLoggedIn != true: return nil
    default: return target
    }
  }

  /// Whoever is not being offered leaves the queues for which nobody is left.
  mutating func leaveDeserted(_ turn: inout Turn) {
    while !turn.leftQueues.isEmpty {
      let queues = turn.leftQueues.sorted()
      turn.leftQueues = []
      for queue in queues {
        guard let line = lines[queue], let needed = line.settings.stayNeeds, !line.isPresent(needed) else { continue }
        for place in line.places where contacts[place.contact]?.offers.isEmpty == true {
          divert(place.contact, .nobody, &turn)
        }
      }
    }
  }
}

extension OverflowReason {
  /// Of a contact that nothing else is done with.
  public var endReason: EndReason {
    switch self {
    case .full: .busy
    case .nobody, .removed: .unreachable
    case .waitedTooLong: .waitedTooLong
    }
  }
}
