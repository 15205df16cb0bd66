import Control
import Conversations
import Distribution
import History
import Telephony

/// Queues that are entered, and that send a contact elsewhere.
extension CallFlow {
  /// A queue does not take it, or does not keep it. `stays`: it does not go on from there at once.
  mutating func overflowed(
    _ id: ContactID, from queue: QueueID, to target: OverflowTarget, _ reason: OverflowReason, stays: Bool,
    at now: Moment
  ) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    var effects: [Effect] = []
    if let visit = contact.queue {
      effects += translate(books.segmentEnded(id, name: visit.segment, reason.endReason, at: now))
    }
    effects.append(
      notice(.contactOverflowed(kind: target.kind, to: target.name, reason: reason.rawValue), contact, at: now))
    contacts[id]?.queue = nil
    // What he was still to hear of that queue is not for him any more.
    contacts[id]?.sounds = Array(contact.sounds.prefix(1))
    switch target {
    case .queue(let next): return effects + enter(id, next, stays: stays, at: now)
    // He goes on hearing what he hears.
    case .agent: return effects + receive(id, .ringing)
    case .announcement(let file):
      return effects + announce(file, to: id, status: reason.endReason.sipStatus, at: now)
    case .number(let number): return effects + forward(id, to: number, at: now)
    }
  }

  /// It waits in this queue from now on, and the caller hears so if it `stays`.
  mutating func enter(_ id: ContactID, _ queue: QueueID, stays: Bool, at now: Moment) -> [Effect] {
    let segment = newSegment(at: now)
    contacts[id]?.queue = (queue, segment)
    guard let contact = contacts[id], let leg = contact.outside else { return [] }
    let effects =
      [notice(.contactQueued, contact, at: now)]
      + translate(books.segmentBegan(id, .queue(queue), name: segment, at: now))
    guard stays else { return effects }
    let profile = settings.queues[queue]
    return effects + receive(id, profile?.answer == .earlyMedia ? .early : .answered)
      + translate(switchboard.partyWaits(leg, in: id, side: .outside, hearing: music(of: contact)))
      + (profile?.greeting.map { play($0, to: id) } ?? [])
  }

  /// What is played to a caller who waits, or is held: that of his queue, also where it has sent him on.
  func music(of contact: Contact) -> String {
    contact.cameBy.flatMap { settings.queues[$0]?.music } ?? settings.music
  }

  /// The caller's network is told this, if it was not told as much.
  mutating func receive(_ id: ContactID, _ reception: Contact.Reception) -> [Effect] {
    guard let contact = contacts[id], let leg = contact.outside, contact.reception < reception else { return [] }
    contacts[id]?.reception = reception
    switch reception {
    case .none: return []
    case .ringing: return [.engine(.ring(leg))]
    case .early: return [.engine(.openEarlyMedia(leg))]
    case .answered: return [.engine(.answer(leg))]
    }
  }

  // MARK: Announcements

  /// He hears this to its end, and then his call ends; `status` is for a caller who was not answered.
  mutating func announce(_ file: String, to id: ContactID, status: Int, at now: Moment) -> [Effect] {
    let segment = newSegment(at: now)
    contacts[id]?.announcement = (segment, status)
    guard let leg = contacts[id]?.outside else { return [] }
    return translate(books.segmentBegan(id, .announcement(file), name: segment, at: now))
      + receive(id, .early) + translate(switchboard.partyLeft(leg)) + play(file, to: id)
  }

  /// After what he hears already: a greeting is not talked over.
  private mutating func play(_ file: String, to id: ContactID) -> [Effect] {
    guard let leg = contacts[id]?.outside else { return [] }
    contacts[id]?.sounds.append(file)
    return contacts[id]?.sounds.count == 1 ? [.engine(.play(file, to: leg))] : []
  }

  /// Of what is played to a caller, one file has come to its end.
  mutating func announcementFinished(_ leg: LegID, at now: Moment) -> [Effect] {
    guard case .caller(let id) = legs[leg], let contact = contacts[id], !contact.sounds.isEmpty else { return [] }
    contacts[id]?.sounds.removeFirst()
    // Whoever talks by now is greeted no more.
    let next = contact.isTalking ? nil : contact.sounds.dropFirst().first
    if let next { return [.engine(.play(next, to: leg))] }
    guard let announcement = contact.announcement else { return [] }
    return close(id, .announced, status: announcement.status, at: now)
  }
}

extension Distributor.Effect {
  /// Whether this contact does not stay where it has just come.
  func sendsAway(_ contact: ContactID) -> Bool {
    switch self {
    case .overflow(contact, _, _, _), .giveUp(contact, _): true
    default: false
    }
  }
}
