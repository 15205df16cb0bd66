import Control
import Conversations
import Dialing
import Directory
import Distribution
import Entries
import History
import Supervision
import Telephony

extension CallFlow {
  mutating func arrived(_ leg: LegID, _ invitation: Invitation, at now: Moment) -> [Effect] {
    guard legs[leg] == nil else { return [] }
    if let contact = invitation.contact {
      if contacts[contact] != nil { return cameBack(contact, as: leg, at: now) }
      if monitorLegs[MonitorID(rawValue: contact.rawValue)] != nil { return end(leg, status: 482) }
    }
    // Before the entry table: no row may stand between somebody in need and the way out.
    if closing.dials(isEmergency: true), let goingOut = goesOut(leg, invitation, onlyEmergency: true, at: now) {
      return goingOut
    }
    if let monitoring = monitorDialled(leg, invitation, at: now) { return monitoring }
    guard closing.takesCalls else {
      return [.log(LogLine(.info, "a call while stopping", ["leg": "\(leg)"]))]
        + turnedAway(leg, invitation, status: EndReason.shutdown.sipStatus, at: now)
    }
    guard !isOverloaded else {
      return [.log(LogLine(.info, "a call while overloaded", ["leg": "\(leg)"]))]
        + turnedAway(leg, invitation, status: Self.overloadedStatus, at: now)
    }
    let caller = settings.identification.caller(of: invitation, read: read)
    guard let entry = settings.entries.entry(called: invitation.called, caller: caller, read: read) else {
      if let goingOut = goesOut(leg, invitation, onlyEmergency: false, at: now) { return goingOut }
      return [
        .log(
          LogLine(
            .info, "no entry for the called number",
            ["called": LogLine.masked(invitation.called), "leg": "\(leg)"]))
      ] + end(leg, status: 404)
    }
    let id = newContact(at: now)
    var contact = Contact(
      id: id, isOutbound: false, caller: caller, called: invitation.called, startedAt: now, outside: leg)
    contact.keys = known.keys(of: caller)
    contacts[id] = contact
    legs[leg] = .caller(id)
    var effects = translate(
      books.opened(
        id, .inbound, caller: caller, called: invitation.called, entry: entry.called.text, at: now))
    let arrival = Notice.Body.contactArrived(caller: summary(caller), called: invitation.called, direction: "inbound")

    switch entry.target {
    case .queue(let queue):
      let decided = distributor.contactArrived(id, self.arrival(of: contact, for: queue, at: now), at: now)
      let stays = !decided.contains { $0.sendsAway(id) }
      effects.append(notice(arrival, contact, at: now))
      effects += enter(id, queue, stays: stays, at: now)
      effects += translate(cards.contactArrived(id, number: caller.number, at: now), at: now)
      return effects + translate(decided, at: now)
    case .agent(let agent):
      effects.append(notice(arrival, contact, at: now))
      effects += receive(id, .ringing)
      effects += translate(cards.contactArrived(id, number: caller.number, at: now), at: now)
      return effects + translate(distributor.contactArrived(id, for: .agent(agent), at: now), at: now)
    case .announcement(let file, let status):
      return effects + [notice(arrival, contact, at: now)] + announce(file, to: id, status: status, at: now)
    case .reject(let status):
      return effects + [notice(arrival, contact, at: now)] + close(id, .rejected, status: status, at: now)
    }
  }

  /// Nobody takes it now, though it has a row: nothing but its record is made, which the figures count as blocked.
  private mutating func turnedAway(_ leg: LegID, _ invitation: Invitation, status: Int, at now: Moment) -> [Effect] {
    let effects = end(leg, status: status)
    let caller = settings.identification.caller(of: invitation, read: read)
    guard let entry = settings.entries.entry(called: invitation.called, caller: caller, read: read) else {
      return effects
    }
    let id = newContact(at: now)
    return effects
      + translate(
        books.opened(id, .inbound, caller: caller, called: invitation.called, entry: entry.called.text, at: now))
      + translate(books.ended(id, .rejected, at: now))
  }

  /// What a phone of ours dials by itself goes out by the dial plan; nil for calls of others, and for what is no number.
  private mutating func goesOut(
    _ leg: LegID, _ invitation: Invitation, onlyEmergency: Bool, at now: Moment
  ) -> [Effect]? {
    guard case .phone(let phone) = invitation.origin, case .success(let dialled) = read(invitation.called),
      dialled.number.kind == .emergency || !onlyEmergency
    else { return nil }
    switch settings.dialPlan.route(dialled.number) {
    case .success(let trunk): return self.dialled(dialled, by: trunk, on: phone, leg, at: now)
    case .failure(let refusal):
      let line = LogLine(
        onlyEmergency ? .error : .info, "a phone may not dial this number",
        ["phone": phone.rawValue, "leg": "\(leg)", "why": refusal.explanation])
      let effects = [.log(line)] + end(leg, status: refusal.status)
      // A number that is not there is no attempt at anything.
      if refusal.status == 404 { return effects }
      return effects + refused(source: "phone \(phone.rawValue)", reason: refusal.explanation, at: now)
    }
  }

  /// A call of ours was sent back to us: refused as a loop (RFC 3261 §8.2.2.2), and whoever sent it back declined.
  private mutating func cameBack(_ contact: ContactID, as leg: LegID, at now: Moment) -> [Effect] {
    let effects =
      [.log(LogLine(.warning, "a call of ours came back", contact: contact, ["leg": "\(leg)"]))]
      + end(leg, status: 482)
    guard let known = contacts[contact], !known.isTalking else { return effects }
    let loop = LegEnd(status: 482, byPeer: true, wasAnswered: false)
    if known.numberSegment != nil || (known.forward != nil && known.rung.isEmpty) {
      return effects + translate(dialer.numberLegEnded(contact, loop, at: now), at: now)
    }
    // Where we have dialled more than one, nothing says which of them it was: the end of its own leg does.
    guard let agent = known.agent, known.rung == [agent] else { return effects }
    return effects + agentLegFailed(contact, agent, loop, at: now)
  }

  mutating func audioChanged(_ leg: LegID, _ state: AudioState, at now: Moment) -> [Effect] {
    guard let part = legs[leg], let contact = part.contact.flatMap({ contacts[$0] }) else { return [] }
    return [notice(.contactAudio(side: part.side, state: state.rawValue), contact, at: now)]
  }

  mutating func pressed(_ leg: LegID, _ digit: Character, at now: Moment) -> [Effect] {
    if case .supervisor(let monitor) = legs[leg] {
      return translate(monitors.keyPressed(monitor, digit, at: now), at: now)
    }
    guard let id = legs[leg]?.contact, let contact = contacts[id] else { return [] }
    return [notice(.contactDigit(String(digit)), contact, at: now)]
      + switchboard.partners(of: leg).map { .engine(.press(digit, on: $0)) }
  }
}
