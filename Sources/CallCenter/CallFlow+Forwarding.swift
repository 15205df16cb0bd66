import Control
import Conversations
import Dialing
import Distribution
import History
import Telephony

/// A number of the public network that takes a caller in an agent's place.
extension CallFlow {
  /// The caller is sent on to a number of the configuration, by the dial plan.
  mutating func forward(_ id: ContactID, to text: String, at now: Moment) -> [Effect] {
    guard let contact = contacts[id] else { return [] }
    let caller = contact.caller.number
    switch way(to: text, from: caller) {
    case .success(let way):
      let segment = newSegment(at: now)
      contacts[id]?.forward = .init(segment: segment)
      contacts[id]?.isPrivate = way.dialled.isWithheld
      return translate(
        dialer.callerSentOn(id, from: caller, to: way.dialled.number, trunk: way.trunk, at: now), at: now)
    case .failure(let obstacle):
      let line = LogLine(
        .error, "callers cannot be sent on to this number", contact: id,
        ["number": LogLine.masked(text), "why": obstacle.explanation])
      return [.log(line)] + close(id, .rejected, status: EndReason.unreachable.sipStatus, at: now)
    }
  }

  private struct Obstacle: Error { var explanation: String }

  private func way(
    to text: String, from caller: PhoneNumber?
  ) -> Result<(dialled: DialledNumber, trunk: TrunkID), Obstacle> {
    switch read(text) {
    case .failure(let fault): return .failure(Obstacle(explanation: fault.explanation))
    case .success(let dialled):
      switch settings.dialPlan.routeOnward(dialled.number) {
      case .failure(let refusal): return .failure(Obstacle(explanation: refusal.explanation))
      case .success(let trunk)
      where dialer.seemsToGoInCircles(from: caller, to: dialled.number, showing: settings.callerNumbers[trunk]):
        return .failure(
          Obstacle(explanation: "so many of the same caller are on their way there that it seems to lead back to us"))
      case .success(let trunk): return .success((dialled, trunk))
      }
    }
  }

  /// What the dialler says of a caller who is sent on; nil: it speaks of another contact, or of a timer.
  mutating func forwarded(_ effect: Dialer.Effect, at now: Moment) -> [Effect]? {
    guard let id = effect.contact, let forward = contacts[id]?.forward else { return nil }
    switch effect {
    case .dialNumber(_, let number, let trunk): return dialForward(id, number, by: trunk, forward.segment, at: now)
    case .tellRinging: return receive(id, .ringing)
    case .openEarlyMedia:
      let effects = receive(id, .early)
      return effects
        + (forward.leg.map { translate(switchboard.earlyMediaOpened($0, in: id, side: .agent)) } ?? [])
    case .join: return joinForward(id, at: now)
    case .endNumberLeg:
      contacts[id]?.forward?.leg = nil
      return forward.leg.map { end($0, status: 487) } ?? []
    case .failed(_, _, let reason, _), .ended(_, _, let reason): return close(id, reason, at: now)
    // The caller's own leg ends with the contact, which follows.
    case .endAgentLeg, .ringAgent, .startTimer, .cancelTimer: return []
    }
  }

  private mutating func dialForward(
    _ id: ContactID, _ number: PhoneNumber, by trunk: TrunkID, _ segment: SegmentID, at now: Moment
  ) -> [Effect] {
    let leg = newLeg(.forward(id))
    contacts[id]?.forward?.leg = leg
    guard let contact = contacts[id], let outside = contact.outside else { return [] }
    // Who is only told that it rings hears his own network's tone.
    let tone = contact.reception >= .early ? settings.ringback : nil
    let shown = PresentedCaller(
      number: settings.callerNumbers[trunk] ?? "anonymous", isPrivate: contact.isPrivate)
    return translate(books.segmentBegan(id, .number(number), name: segment, at: now))
      + receive(id, .ringing)
      + translate(switchboard.partyWaits(outside, in: id, side: .outside, hearing: tone))
      + [
        notice(.contactDialing(number: number.display), contact, at: now),
        .engine(.dial(leg, to: .trunk(trunk, number), showing: shown, contact: id)),
      ]
  }

  private mutating func joinForward(_ id: ContactID, at now: Moment) -> [Effect] {
    contacts[id]?.forward?.isTalking = true
    guard let contact = contacts[id], let forward = contact.forward, let leg = forward.leg,
      let outside = contact.outside
    else { return [] }
    return receive(id, .answered) + translate(books.segmentAnswered(id, name: forward.segment, at: now))
      + translate(switchboard.partyJoined(outside, in: id, side: .outside, holdMusic: nil))
      + translate(switchboard.partyJoined(leg, in: id, side: .agent, holdMusic: music(of: contact)))
      + [notice(.contactConnected, contact, at: now)]
      + conversationBegan(id, nil, contact.cameBy, at: now) + heldBefore(id, at: now)
  }
}

extension Dialer.Effect {
  /// Whom it is about; nil for timers.
  fileprivate var contact: ContactID? {
    switch self {
    case .ringAgent(let contact, _), .dialNumber(let contact, _, _), .tellRinging(let contact),
      .openEarlyMedia(let contact), .join(let contact, _), .endAgentLeg(let contact), .endNumberLeg(let contact),
      .failed(let contact, _, _, _), .ended(let contact, _, _):
      contact
    case .startTimer, .cancelTimer: nil
    }
  }
}
