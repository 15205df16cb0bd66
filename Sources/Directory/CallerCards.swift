public import Telephony

/// Who is calling: sees to it that the card is on the screen before the phone rings, and that no phone waits long for it.
public struct CallerCards: Sendable {
  public enum Effect: Equatable, Sendable {
    /// Ask the source; `found` or `lookUpFailed` brings the answer.
    case lookUp(ContactID, PhoneNumber)
    /// Show this to the agent, now.
    case popUp(ContactID, AgentID, Card)
    /// The card that was missing has come: complete what is shown.
    case completePopUp(ContactID, AgentID, Card)
    /// The agent's phone may ring.
    case ring(ContactID, AgentID)
    case startTimer(Timer, Duration)
    case cancelTimer(Timer)
  }

  public enum Timer: Hashable, Sendable {
    /// The card is late: phones ring without it.
    case deadline(ContactID)
  }

  /// What is known of the caller at this moment.
  public enum Card: Sendable, Equatable {
    /// The source has not answered yet.
    case pending
    /// There is nobody with this number, or no number.
    case unknown
    case known([Customer])
    /// The source could not answer.
    case failed
  }

  /// `deadline` counts from the arrival of the contact.
  public init(deadline: Duration = .milliseconds(150)) {}

  public mutating func contactArrived(_ contact: ContactID, number: PhoneNumber?, at now: Moment) -> [Effect] { [] }
  public mutating func found(_ contact: ContactID, _ customers: [Customer], at now: Moment) -> [Effect] { [] }
  public mutating func lookUpFailed(_ contact: ContactID, at now: Moment) -> [Effect] { [] }
  /// The contact is offered to this agent: her pop-up and her phone are due.
  public mutating func offered(_ contact: ContactID, to agent: AgentID, at now: Moment) -> [Effect] { [] }
  public mutating func offerEnded(_ contact: ContactID, to agent: AgentID, at now: Moment) -> [Effect] { [] }
  public mutating func contactEnded(_ contact: ContactID, at now: Moment) -> [Effect] { [] }
  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] { [] }

  public func card(of contact: ContactID) -> Card { .unknown }
}
