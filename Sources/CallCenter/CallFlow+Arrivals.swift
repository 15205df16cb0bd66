import Control
import Conversations
import Directory
import Distribution
import Entries
import History
import Telephony

extension CallFlow {
  mutating func arrived(_ leg: LegID, _ invitation: Invitation, at now: Moment) -> [Effect] {
    if let contact = invitation.contact, contacts[contact] != nil { return cameBack(contact, as: leg, at: now) }
    let caller = settings.identification.caller(of: invitation, read: read)
    guard let target = settings.entries.target(called: invitation.called, caller: caller, read: read) else {
      return [
        .log(LogLine(.info, "no entry for the called number", ["called": invitation.called, "leg": "\(leg)"])),
        .engine(.end(leg, status: 404, answeredElsewhere: false)),
      ]
    }
    let id = newContact(at: now)
    var contact = Contact(
      id: id, isOutbound: false, caller: caller, called: invitation.called, startedAt: now, outside: leg)
    legs[leg] = .caller(id)
    var effects = translate(ledger.opened(id, .inbound, caller: caller, called: invitation.called, at: now))
    let arrival = Notice.Body.contactArrived(caller: summary(caller), called: invitation.called, direction: "inbound")

    switch target {
    case .queue(let queue):
      let segment = newSegment(at: now)
      let profile = settings.queues[queue]
      contact.queue = (queue, segment)
      contacts[id] = contact
      effects += [notice(arrival, contact, at: now), notice(.contactQueued, contact, at: now)]
      effects += translate(ledger.segmentBegan(id, .queue(queue), name: segment, at: now))
      effects += translate(cards.contactArrived(id, number: caller.number, at: now), at: now)
      effects.append(.engine(profile?.answer == .earlyMedia ? .openEarlyMedia(leg) : .answer(leg)))
      effects += translate(
        switchboard.partyWaits(leg, in: id, side: .outside, hearing: profile?.music ?? settings.music))
      if let greeting = profile?.greeting { effects.append(.engine(.play(greeting, to: leg))) }
      return effects + translate(distributor.contactArrived(id, for: .queue(queue), at: now), at: now)
    case .agent(let agent):
      contacts[id] = contact
      effects += [notice(arrival, contact, at: now), .engine(.ring(leg))]
      effects += translate(cards.contactArrived(id, number: caller.number, at: now), at: now)
      return effects + translate(distributor.contactArrived(id, for: .agent(agent), at: now), at: now)
    case .announcement(let file, let status):
      let segment = newSegment(at: now)
      contact.announcement = (segment, status)
      contacts[id] = contact
      effects.append(notice(arrival, contact, at: now))
      effects += translate(ledger.segmentBegan(id, .announcement(file), name: segment, at: now))
      return effects + [.engine(.openEarlyMedia(leg)), .engine(.play(file, to: leg))]
    case .reject(let status):
      contact.ending = .rejected
      contacts[id] = contact
      effects += [notice(arrival, contact, at: now), .engine(.end(leg, status: status, answeredElsewhere: false))]
      return effects + close(id, .rejected, at: now)
    }
  }

  /// A call of ours was sent back to us: refused as a loop (RFC 3261 §8.2.2.2), and whoever sent it back declined.
  private mutating func cameBack(_ contact: ContactID, as leg: LegID, at now: Moment) -> [Effect] {
    [
      .log(LogLine(.warning, "a call of ours came back", contact: contact, ["leg": "\(leg)"])),
      .engine(.end(leg, status: 482, answeredElsewhere: false)),
    ] + agentLegFailed(contact, LegEnd(status: 482, byPeer: true, wasAnswered: false), at: now)
  }

  mutating func announcementFinished(_ leg: LegID, at now: Moment) -> [Effect] {
    guard case .caller(let id) = legs[leg], let announcement = contacts[id]?.announcement else { return [] }
    contacts[id]?.ending = .announced
    return translate(ledger.segmentEnded(id, name: announcement.segment, .announced, at: now)) + [
      .engine(.end(leg, status: announcement.status, answeredElsewhere: false))
    ]
  }

  mutating func pressed(_ leg: LegID, _ digit: Character, at now: Moment) -> [Effect] {
    guard let id = legs[leg]?.contact, let contact = contacts[id] else { return [] }
    return [notice(.contactDigit(String(digit)), contact, at: now)]
  }
}

extension LegPart {
  /// The contact that it belongs to.
  var contact: ContactID {
    switch self {
    case .caller(let contact), .agent(let contact, _), .number(let contact): contact
    }
  }
}
