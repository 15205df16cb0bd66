public import Telephony

// Her own dialling.
extension Distributor {
  /// Whether she may dial now, and where: logged in, reachable, and idle or wrapping up.
  ///
  /// For an emergency call it is enough that she is logged in: neither what she does, nor a call that is being offered to
  /// her, nor what is known of her phone keeps it from being rung.
  public func phoneForDialing(_ agent: AgentID, isEmergency: Bool = false) -> PhoneID? {
    guard let person = people[agent], let phone = person.phone else { return nil }
    if isEmergency { return phone }
    guard person.isPhoneReachable else { return nil }
    switch person.work {
    case .none, .wrapUp: return phone
    case .offered, .talking, .dialing, .supervising: return nil
    }
  }

  /// Whoever sits at a phone that dials by itself; nil when nobody is logged in there.
  public func agentDialing(from phone: PhoneID) -> AgentID? { phones[phone]?.agent }

  /// Her own dialling began: no offers for her until it ends (`conversationEnded`, or `dialingFailed`). It interrupts a
  /// wrap-up. With `overrides` (an emergency call, or one that her phone makes by itself) it also takes the place of an
  /// offer, which is withdrawn without blame, and of a conversation or dialling, which goes on beside it until it ends.
  public mutating func dialingBegan(
    _ contact: ContactID, by agent: AgentID, overrides: Bool = false, at now: Moment
  ) -> [Effect] {
    guard let person = people[agent], person.phone != nil, contacts[contact] == nil, !engaged.contains(contact)
    else { return [] }
    var turn = Turn(at: now)
    var aside = person.aside
    switch person.work {
    case .none: break
    case .wrapUp: interruptWrapUp(agent, &turn)
    case .offered(let offer):
      guard overrides else { return [] }
      endOffer(
        of: offer.contact, to: agent, .agentGone, .withdrawn, reason: "dials", by: .agent, &turn,
        becoming: .dialing(contact))
    case .talking, .dialing, .supervising:
      guard overrides else { return [] }
      aside.append(person.work)
    }
    engaged.insert(contact)
    let keepsPlace = !settings.outboundResetsIdle && person.isFree
    change(agent, "dials", by: .agent, &turn) {
      $0.aside = aside
      $0.work = .dialing(contact)
      $0.keepsPlace = keepsPlace
    }
    return conclude(&turn)
  }

  /// The far end answered. Her wrap-up after it is at least what was left of the one that she interrupted.
  public mutating func dialingAnswered(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard case .dialing? = people[agent]?.work(on: contact) else { return [] }
    var turn = Turn(at: now)
    change(agent, "answered", by: .system, &turn) {
      let conversation = Agent.Conversation(contact: contact, phone: nil, queue: nil, isOutbound: true, turnedTo: now)
      $0.replaceWork(on: contact, with: .talking(conversation))
    }
    return conclude(&turn)
  }

  /// Nobody was reached: back to what she did before, without a wrap-up of its own.
  public mutating func dialingFailed(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] {
    guard case .dialing? = people[agent]?.work(on: contact) else { return [] }
    var turn = Turn(at: now)
    endCall(contact, agent, owing: nil, "dialing-failed", &turn)
    return conclude(&turn)
  }
}
