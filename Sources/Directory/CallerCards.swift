public import Telephony

/// Who is calling: sees to it that the card is on the screen before the phone rings, and that no phone waits long for it.
///
///     arrived ──▶ pending ──found / failed──▶ settled        offer while pending: waits for the card or the deadline
///                    └──deadline──▶ late ──found / failed──▶ settled      offer while late or settled: rings at once
///
/// Every offer gets exactly one `popUp` and then exactly one `ring`, unless it ends while it waits. Told twice, too late
/// or of a contact that is not there, it answers with nothing.
public struct CallerCards: Sendable {
  /// What must be done, in this order.
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

  /// Named by what it is about.
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

  private struct Offer: Sendable {
    let agent: AgentID
    /// Whether her pop-up is on the screen and her phone rings.
    var isShown: Bool
  }

  private struct Arrival: Sendable {
    var card: Card
    /// When phones ring without the card.
    let deadline: Moment
    var isTimerSet: Bool
    /// In the order in which they were made.
    var offers: [Offer] = []
  }

  private let deadline: Duration
  private var arrivals: [ContactID: Arrival] = [:]

  /// `deadline` counts from the arrival of the contact; zero rings without waiting.
  public init(deadline: Duration = .milliseconds(150)) { self.deadline = deadline }

  /// A contact has come; without a number there is nobody to look up, and its card is `unknown` at once.
  public mutating func contactArrived(_ contact: ContactID, number: PhoneNumber?, at now: Moment) -> [Effect] {
    guard arrivals[contact] == nil else { return [] }
    guard let number else {
      arrivals[contact] = Arrival(card: .unknown, deadline: now, isTimerSet: false)
      return []
    }
    let waits = deadline > .zero
    arrivals[contact] = Arrival(card: .pending, deadline: now.advanced(by: deadline), isTimerSet: waits)
    return [.lookUp(contact, number)] + (waits ? [.startTimer(.deadline(contact), deadline)] : [])
  }

  /// The source answered: everybody with this number, or nobody.
  public mutating func found(_ contact: ContactID, _ customers: [Customer], at now: Moment) -> [Effect] {
    settle(contact, customers.isEmpty ? .unknown : .known(customers))
  }

  /// The source could not answer: phones ring all the same.
  public mutating func lookUpFailed(_ contact: ContactID, at now: Moment) -> [Effect] { settle(contact, .failed) }

  /// The contact is offered to this agent: her pop-up and her phone are due.
  public mutating func offered(_ contact: ContactID, to agent: AgentID, at now: Moment) -> [Effect] {
    guard var arrival = arrivals[contact], !arrival.offers.contains(where: { $0.agent == agent }) else { return [] }
    let isDue = arrival.card != .pending || now >= arrival.deadline
    arrival.offers.append(Offer(agent: agent, isShown: isDue))
    arrivals[contact] = arrival
    return isDue ? [.popUp(contact, agent, arrival.card), .ring(contact, agent)] : []
  }

  /// The offer came to nothing: a card that comes later is not for this agent any more. For an offer that was taken this
  /// is not told, so that the pop-up is still completed during the conversation.
  public mutating func offerEnded(_ contact: ContactID, to agent: AgentID, at now: Moment) -> [Effect] {
    arrivals[contact]?.offers.removeAll { $0.agent == agent }
    return []
  }

  /// The contact is over, and its card forgotten.
  public mutating func contactEnded(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard let arrival = arrivals.removeValue(forKey: contact) else { return [] }
    return arrival.isTimerSet ? [.cancelTimer(.deadline(contact))] : []
  }

  /// The deadline has come: whoever waits is rung without the card.
  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] {
    guard case .deadline(let contact) = timer, arrivals[contact]?.isTimerSet == true else { return [] }
    arrivals[contact]?.isTimerSet = false
    return show(contact)
  }

  /// What is known of the caller; `unknown` also for a contact that is not there.
  public func card(of contact: ContactID) -> Card { arrivals[contact]?.card ?? .unknown }

  /// The source's first answer counts. Who was rung without it is told first what is missing on the screen.
  private mutating func settle(_ contact: ContactID, _ card: Card) -> [Effect] {
    guard let arrival = arrivals[contact], arrival.card == .pending else { return [] }
    arrivals[contact]?.card = card
    arrivals[contact]?.isTimerSet = false
    let cancel: [Effect] = arrival.isTimerSet ? [.cancelTimer(.deadline(contact))] : []
    let complete = arrival.offers.filter(\.isShown).map { Effect.completePopUp(contact, $0.agent, card) }
    return cancel + complete + show(contact)
  }

  /// Pop-up, then ring, for every offer that has waited.
  private mutating func show(_ contact: ContactID) -> [Effect] {
    guard var arrival = arrivals[contact] else { return [] }
    var effects: [Effect] = []
    for index in arrival.offers.indices where !arrival.offers[index].isShown {
      arrival.offers[index].isShown = true
      let agent = arrival.offers[index].agent
      effects += [.popUp(contact, agent, arrival.card), .ring(contact, agent)]
    }
    arrivals[contact] = arrival
    return effects
  }
}
