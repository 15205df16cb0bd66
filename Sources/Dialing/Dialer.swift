public import Telephony

/// Click-to-dial: the agent's phone first, then the number, then the two joined.
///
///     requested ─▶ ringing agent ──answered──▶ dialling number ──answered──▶ joined ──end──▶ over
public struct Dialer: Sendable {
  /// What must be done, in this order.
  public enum Effect: Equatable, Sendable {
    case ringAgent(ContactID, AgentID)
    case dialNumber(ContactID, PhoneNumber, by: TrunkID)
    /// The far end has sound of its own (183).
    case openEarlyMedia(ContactID)
    case join(ContactID, AgentID)
    /// Ends the leg if it is there.
    case endAgentLeg(ContactID)
    case endNumberLeg(ContactID)
    /// The attempt is over before the two were joined: why, and at which stage.
    case failed(ContactID, AgentID, EndReason, stage: Stage)
    /// The conversation is over.
    case ended(ContactID, AgentID, EndReason)
    case startTimer(Timer, Duration)
    case cancelTimer(Timer)
  }

  /// How far an attempt had come.
  public enum Stage: String, Sendable, Codable { case ringingAgent = "ringing_agent", dialingNumber = "dialing_number" }

  public enum Timer: Hashable, Sendable {
    /// The agent's phone, or the number, has rung long enough.
    case ringing(ContactID)
  }

  /// How long the agent's own phone rings, and how long the number.
  public struct Settings: Sendable, Equatable {
    public var agentRingTime: Duration = .seconds(20)
    public var numberRingTime: Duration = .seconds(60)
    public init() {}
  }

  public init(settings: Settings) {}

  public mutating func dialRequested(
    _ contact: ContactID, by agent: AgentID, number: PhoneNumber, trunk: TrunkID, at now: Moment
  ) -> [Effect] { [] }
  public mutating func agentAnswered(_ contact: ContactID, at now: Moment) -> [Effect] { [] }
  public mutating func agentLegEnded(_ contact: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] { [] }
  public mutating func numberProgressed(_ contact: ContactID, status: Int, at now: Moment) -> [Effect] { [] }
  public mutating func numberAnswered(_ contact: ContactID, at now: Moment) -> [Effect] { [] }
  public mutating func numberLegEnded(_ contact: ContactID, _ end: LegEnd, at now: Moment) -> [Effect] { [] }
  /// A client took it back, or the daemon stops.
  public mutating func cancelled(_ contact: ContactID, reason: EndReason, at now: Moment) -> [Effect] { [] }
  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] { [] }

  /// Whether the contact is an attempt or conversation of this machine.
  public func knows(_ contact: ContactID) -> Bool { false }
}
