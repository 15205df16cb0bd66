public import Telephony

/// Calls that go out. At a click: the agent's phone first, then the number, then the two joined. From a keypad: the phone
/// is there already; and so is a caller who is sent on to a number, whose leg takes the part of the agent's.
///
///     requested ─▶ ringing agent ──answered──▶ dialling number ──answered──▶ joined ──end──▶ over
///                    │ no answer, refusal,        ▲ │ no answer, busy, agent leaves,           ▲
///                    │ dialled by phone, sent on ─┘ │ cancelled                                │
///                    └─ cancelled ──────────────────┴────────────────── failed ────────────────┘
///
/// Every attempt ends with exactly one `failed` or `ended`, and by then each leg has been ended by its own side or by an
/// effect. Told too late, twice or of an unknown contact, it answers with nothing.
public struct Dialer: Sendable {
  /// What must be done, in this order.
  public enum Effect: Equatable, Sendable {
    case ringAgent(ContactID, AgentID)
    case dialNumber(ContactID, PhoneNumber, by: TrunkID)
    /// The number rings, and the phone that dialled it by itself, or the caller, is to be told so (180).
    case tellRinging(ContactID)
    /// The far end has sound of its own (183).
    case openEarlyMedia(ContactID)
    /// The agent is nil when nobody sits at the phone that dialled, and of a caller who was sent on.
    case join(ContactID, AgentID?)
    /// Ends the leg if it is there.
    case endAgentLeg(ContactID)
    case endNumberLeg(ContactID)
    /// The attempt is over before the two were joined: why, and at which stage.
    case failed(ContactID, AgentID?, EndReason, stage: Stage)
    /// The conversation is over.
    case ended(ContactID, AgentID?, EndReason)
    case startTimer(Timer, Duration)
    case cancelTimer(Timer)
  }

  /// How far an attempt had come.
  public enum Stage: String, Sendable, Codable { case ringingAgent = "ringing_agent", dialingNumber = "dialing_number" }

  /// Named by what it is about.
  public enum Timer: Hashable, Sendable {
    /// The agent's phone, or the number, has rung long enough.
    case ringing(ContactID)
  }

  /// How long the agent's own phone rings, and how long the number.
  public struct Settings: Sendable, Equatable {
    /// From the request to the agent's answer.
    public var agentRingTime: Duration = .seconds(20)
    /// From the agent's answer to that of the number. Emergency numbers ring until somebody answers or hangs up.
    public var numberRingTime: Duration = .seconds(60)
    /// 20 and 60 seconds.
    public init() {}
  }

  private enum State: Sendable {
    case ringingAgent(number: PhoneNumber, trunk: TrunkID, until: Moment)
    /// `until` is nil for a number that rings without a limit.
    case dialingNumber(until: Moment?, hasEarlyMedia: Bool)
    case joined
  }

  private struct Attempt: Sendable {
    var agent: AgentID?
    let origin: Origin
    var state: State
    /// Of a caller who is sent on: what number he shows, if any, and where he goes.
    var journey: Journey?
  }

  private struct Journey: Equatable, Sendable {
    var from: PhoneNumber?
    var to: PhoneNumber
  }

  /// Whose call it is.
  private enum Origin: Sendable {
    /// An agent's, who asked for it.
    case click
    /// A phone's: its own INVITE waits for an answer, and hears what the number's network says.
    case phone
    /// A caller's, who was sent on.
    case caller
  }

  private let settings: Settings
  private var attempts: [ContactID: Attempt] = [:]

  /// No attempt is under way.
  public init(settings: Settings) { self.settings = settings }

  /// An agent asked for a number, and the dial plan found the trunk.
  public mutating func dialRequested(
    _ contact: ContactID, by agent: AgentID, number: PhoneNumber, trunk: TrunkID, at now: Moment
  ) -> [Effect] {
    guard attempts[contact] == nil else { return [] }
    let until = now.advanced(by: settings.agentRingTime)
    attempts[contact] = Attempt(
      agent: agent, origin: .click, state: .ringingAgent(number: number, trunk: trunk, until: until))
    return [.ringAgent(contact, agent), .startTimer(.ringing(contact), settings.agentRingTime)]
  }

  /// A phone dialled a number by itself, and the dial plan found the trunk; `agent` is who sits there, if anybody.
  public mutating func phoneDialled(
    _ contact: ContactID, by agent: AgentID?, number: PhoneNumber, trunk: TrunkID, at now: Moment
  ) -> [Effect] {
    guard attempts[contact] == nil else { return [] }
    let until = limit(for: number, at: now)
    attempts[contact] = Attempt(
      agent: agent, origin: .phone, state: .dialingNumber(until: until, hasEarlyMedia: false))
    return dialling(contact, number, by: trunk, until: until)
  }

  /// A caller, who shows the number `caller` or none, is sent on to this number, and the dial plan found the trunk.
  public mutating func callerSentOn(
    _ contact: ContactID, from caller: PhoneNumber?, to number: PhoneNumber, trunk: TrunkID, at now: Moment
  ) -> [Effect] {
    guard attempts[contact] == nil else { return [] }
    let until = limit(for: number, at: now)
    attempts[contact] = Attempt(
      agent: nil, origin: .caller, state: .dialingNumber(until: until, hasEarlyMedia: false),
      journey: Journey(from: caller, to: number))
    return dialling(contact, number, by: trunk, until: until)
  }

  /// How many callers may be sent on to one number at one time who show the same number, …
  public static let mostFromOneNumber = 5
  /// … and how many who show none.
  public static let mostWithoutNumber = 10

  /// Whether so many callers who show this number, or none, are on their way to that one, or talk there, that one more
  /// seems to be one of them again: a number that leads back to us, by a network that keeps nothing of ours in its
  /// INVITE, sends us a new caller for each that we send it, and all of them show what we showed: `shown`, or where we show
  /// nothing whatever the network made of that. Who shows a number of his own is never one of them. Each stands as long as
  /// those behind it do, so counting what is up at one time is enough, however long each waits before it is sent on.
  public func seemsToGoInCircles(from caller: PhoneNumber?, to number: PhoneNumber, showing shown: String?) -> Bool {
    if let caller, let shown, shown != caller.national, shown != caller.e164 { return false }
    let journey = Journey(from: caller, to: number)
    let most = caller == nil ? Self.mostWithoutNumber : Self.mostFromOneNumber
    return attempts.values.count { $0.journey == journey } >= most
  }

  /// The agent took up her phone.
  public mutating func agentAnswered(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard case .ringingAgent(let number, let trunk, _) = attempts[contact]?.state else { return [] }
    let until = limit(for: number, at: now)
    attempts[contact]?.state = .dialingNumber(until: until, hasEarlyMedia: false)
    return [.cancelTimer(.ringing(contact))] + dialling(contact, number, by: trunk, until: until)
  }

  /// Nobody in need is given up: only the caller ends an emergency call that rings.
  private func limit(for number: PhoneNumber, at now: Moment) -> Moment? {
    number.kind == .emergency ? nil : now.advanced(by: settings.numberRingTime)
  }

  private func dialling(_ contact: ContactID, _ number: PhoneNumber, by trunk: TrunkID, until: Moment?) -> [Effect] {
    [.dialNumber(contact, number, by: trunk)]
      + (until == nil ? [] : [.startTimer(.ringing(contact), settings.numberRingTime)])
  }

  /// The agent's leg is over, or that of the caller who is sent on: refused, not to be reached, or hung up.
  public mutating func agentLegEnded(_ contact: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] {
    guard let attempt = attempts.removeValue(forKey: contact) else { return [] }
    switch attempt.state {
    case .ringingAgent:
      return [
        .cancelTimer(.ringing(contact)), .failed(contact, attempt.agent, end.reasonOfRefusal, stage: .ringingAgent),
      ]
    case .dialingNumber:
      return [
        .cancelTimer(.ringing(contact)), .endNumberLeg(contact),
        .failed(contact, attempt.agent, attempt.origin == .caller ? .abandoned : .cancelled, stage: .dialingNumber),
      ]
    case .joined:
      let reason = end.reason(hangingUp: attempt.origin == .caller ? .callerHungUp : .agentHungUp)
      return [.endNumberLeg(contact), .ended(contact, attempt.agent, reason)]
    }
  }

  /// The number rings (180) or has sound of its own (183).
  public mutating func numberProgressed(_ contact: ContactID, status: Int, at now: Moment) -> [Effect] {
    guard let attempt = attempts[contact], case .dialingNumber(let until, hasEarlyMedia: false) = attempt.state else {
      return []
    }
    guard status == 183 else { return attempt.origin == .click ? [] : [.tellRinging(contact)] }
    attempts[contact]?.state = .dialingNumber(until: until, hasEarlyMedia: true)
    return [.openEarlyMedia(contact)]
  }

  /// The far end took the call.
  public mutating func numberAnswered(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard let attempt = attempts[contact], case .dialingNumber = attempt.state else { return [] }
    attempts[contact]?.state = .joined
    return [.cancelTimer(.ringing(contact)), .join(contact, attempt.agent)]
  }

  /// The number's leg is over: refused, busy, not found, or hung up.
  public mutating func numberLegEnded(_ contact: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] {
    guard let attempt = attempts[contact] else { return [] }
    switch attempt.state {
    case .ringingAgent: return []
    case .dialingNumber:
      attempts[contact] = nil
      return [
        .cancelTimer(.ringing(contact)), .endAgentLeg(contact),
        .failed(contact, attempt.agent, end.reasonOfRefusal, stage: .dialingNumber),
      ]
    case .joined:
      attempts[contact] = nil
      let reason = end.reason(hangingUp: attempt.origin == .caller ? .agentHungUp : .callerHungUp)
      return [.endAgentLeg(contact), .ended(contact, attempt.agent, reason)]
    }
  }

  /// Somebody else is the number's party from now on.
  public mutating func agentReplaced(_ contact: ContactID, by agent: AgentID) {
    if case .joined = attempts[contact]?.state { attempts[contact]?.agent = agent }
  }

  /// A client took it back, or the daemon stops.
  public mutating func cancelled(_ contact: ContactID, reason: EndReason, at now: Moment) -> [Effect] {
    guard let attempt = attempts.removeValue(forKey: contact) else { return [] }
    return switch attempt.state {
    case .ringingAgent:
      [
        .cancelTimer(.ringing(contact)), .endAgentLeg(contact),
        .failed(contact, attempt.agent, reason, stage: .ringingAgent),
      ]
    case .dialingNumber:
      [
        .cancelTimer(.ringing(contact)), .endNumberLeg(contact), .endAgentLeg(contact),
        .failed(contact, attempt.agent, reason, stage: .dialingNumber),
      ]
    case .joined: [.endNumberLeg(contact), .endAgentLeg(contact), .ended(contact, attempt.agent, reason)]
    }
  }

  /// A ring time is over.
  ///
  /// The agent's and the number's ring time share one timer: one that fired in the moment when it was replaced comes too
  /// early for the state it meets, and is set again for what is left.
  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] {
    guard case .ringing(let contact) = timer, let attempt = attempts[contact] else { return [] }
    switch attempt.state {
    case .ringingAgent(_, _, let until):
      if now < until { return [.startTimer(timer, until.since(now))] }
    case .dialingNumber(let until, _):
      guard let until else { return [] }
      if now < until { return [.startTimer(timer, until.since(now))] }
    case .joined: return []
    }
    attempts[contact] = nil
    if case .ringingAgent = attempt.state {
      return [.endAgentLeg(contact), .failed(contact, attempt.agent, .noAnswer, stage: .ringingAgent)]
    }
    return [
      .endNumberLeg(contact), .endAgentLeg(contact),
      .failed(contact, attempt.agent, .noAnswer, stage: .dialingNumber),
    ]
  }

  /// Whether the contact is an attempt or conversation of this machine.
  public func knows(_ contact: ContactID) -> Bool { attempts[contact] != nil }
}
