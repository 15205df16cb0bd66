public import Telephony

/// Who takes which call: queues, agents, offers and wrap-up, as one deterministic machine.
public struct Distributor: Sendable {
  /// What must be done, in this order.
  public enum Effect: Equatable, Sendable {
    /// Show the contact to the agent and ring her phone.
    case offer(ContactID, to: AgentID, at: PhoneID)
    /// Stop ringing; why the offer ended. Not sent when the phone itself ended it.
    case withdraw(ContactID, from: AgentID, OfferEnd)
    /// Her answer stands: join the two.
    case connect(ContactID, AgentID)
    /// Nobody will take it: end the contact.
    case giveUp(ContactID, EndReason)
    /// An offer has ended without an answer, whoever ended it: for history and counters.
    case offerEnded(ContactID, AgentID, OfferEnd)
    /// Something about the agent is different now.
    case agentChanged(old: AgentState, new: AgentState, reason: String, by: Actor)
    /// Somebody logged in elsewhere as this agent, or as another agent at her phone: she is told.
    case displaced(AgentID, from: PhoneID)
    case startTimer(Timer, Duration)
    case cancelTimer(Timer)
  }

  /// How an offer ended without an answer.
  public enum OfferEnd: String, Sendable, Codable {
    /// Rang to the end of the ring time: a missed offer.
    case noAnswer = "no_answer"
    case declined
    case busy
    case unreachable
    /// The caller was faster, or the contact ended otherwise: nobody's fault.
    case callerGone = "caller_gone"
    /// The agent was taken out of it: logged out, displaced, set away by a supervisor.
    case agentGone = "agent_gone"
  }

  /// Named by what they are about, so that cancelling needs no token.
  public enum Timer: Hashable, Sendable {
    /// The ring time of her present offer.
    case ringing(AgentID)
    /// No 180 or 183 yet.
    case alerting(AgentID)
    /// She may be offered this again, or anything.
    case retry(AgentID)
    case wrapUp(AgentID)
    case longestWait(ContactID)
    case backOff(PhoneID)
  }

  /// Where a contact waits.
  public enum Target: Sendable, Hashable {
    case queue(QueueID)
    /// One agent, without a queue; given up at once as `.unreachable` when she is not logged in.
    case agent(AgentID)
  }

  /// Everybody logged out, nobody waiting.
  public init(settings: DistributionSettings, at now: Moment) {}

  // MARK: Agents

  public mutating func agentLoggedIn(_ agent: AgentID, phone: PhoneID, at now: Moment) -> [Effect] { [] }
  /// Takes effect after the present work.
  public mutating func agentLoggedOut(_ agent: AgentID, by actor: Actor, at now: Moment) -> [Effect] { [] }
  /// Ready or away; takes effect after the present work. Nothing happens for somebody logged out.
  public mutating func statusSet(_ agent: AgentID, to status: AgentStatus, by actor: Actor, at now: Moment) -> [Effect]
  { [] }
  /// The agent ends her wrap-up.
  public mutating func wrapUpFinished(_ agent: AgentID, at now: Moment) -> [Effect] { [] }
  public mutating func wrapUpExtended(_ agent: AgentID, by more: Duration, at now: Moment) -> [Effect] { [] }
  public mutating func phoneBecameReachable(_ phone: PhoneID, at now: Moment) -> [Effect] { [] }
  public mutating func phoneBecameUnreachable(_ phone: PhoneID, at now: Moment) -> [Effect] { [] }

  // MARK: Contacts

  public mutating func contactArrived(_ contact: ContactID, for target: Target, priority: Int = 0, at now: Moment)
    -> [Effect]
  { [] }
  /// The contact ended before an agent's conversation: hung up, or ended by us.
  public mutating func contactLeft(_ contact: ContactID, at now: Moment) -> [Effect] { [] }
  /// 180 or 183 came from the agent's phone.
  public mutating func offerRang(_ contact: ContactID, at agent: AgentID, at now: Moment) -> [Effect] { [] }
  public mutating func offerAnswered(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] { [] }
  /// The phone ended the offer by itself.
  public mutating func offerFailed(_ contact: ContactID, by agent: AgentID, _ end: OfferEnd, at now: Moment) -> [Effect]
  { [] }

  // MARK: Conversations

  public mutating func conversationHeld(by agent: AgentID, at now: Moment) -> [Effect] { [] }
  public mutating func conversationRetrieved(by agent: AgentID, at now: Moment) -> [Effect] { [] }
  /// Wrap-up begins.
  public mutating func conversationEnded(_ contact: ContactID, with agent: AgentID, at now: Moment) -> [Effect] { [] }

  /// Whether she may dial now, and where: logged in, reachable, and idle or wrapping up.
  public func phoneForDialing(_ agent: AgentID) -> PhoneID? { nil }
  /// Her own dialling began: no offers for her until it ends (`conversationEnded`, or `dialingFailed`).
  public mutating func dialingBegan(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] { [] }
  public mutating func dialingAnswered(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] { [] }
  /// Nobody was reached: back to what she did before, without a wrap-up of its own.
  public mutating func dialingFailed(_ contact: ContactID, by agent: AgentID, at now: Moment) -> [Effect] { [] }

  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] { [] }

  // MARK: What can be seen

  /// All agents of the settings, by id.
  public var agents: [AgentState] { [] }
  public func agent(_ id: AgentID) -> AgentState? { nil }
  /// All queues of the settings, by id.
  public var queues: [QueueState] { [] }
}

/// One queue as it stands.
public struct QueueState: Sendable, Equatable {
  public var id: QueueID
  /// In the order in which they would be served.
  public var waiting: [ContactID]
  /// Of those, being offered at this moment.
  public var ringing: Int
  public var longestWaitingSince: Moment?
  public var agentsLoggedIn: Int
  /// Ready, idle and reachable.
  public var agentsFree: Int
}
