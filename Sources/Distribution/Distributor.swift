public import Telephony

/// Who takes which call: queues, agents, offers and wrap-up, as one deterministic machine.
///
/// ```
///            best pair                180/183             answered               ended
///   idle ─────────────▶ reserved ─────────────▶ ringing ───────────▶ talking ─────────▶ wrap-up ──▶ idle
///    ▲ ▲                    │                      │
///    │ └── caller gone ─────┴──────────────────────┤   the contact goes back to its old place in the line,
///    └──── missed, declined, busy, unreachable ────┘   and she is left out for it until the retry delay is over;
///                                                    after a fault of ours the contact itself pauses instead
/// ```
///
/// Waiting contacts and free agents are paired by one total order (`Pair`), so that after every input nobody waits
/// while an agent who may take him is free. An input that comes late, twice or from nowhere yields `[]`. Every decision
/// costs the logarithm of what waits and of who is free, not a walk over all agents.
public struct Distributor: Sendable {
  /// What must be done, in this order.
  public enum Effect: Equatable, Sendable {
    /// Show the contact to the agent and ring her phone; `offerDialled` is told when that begins to ring.
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
    /// We could not ring her phone, for want of something of ours: neither hers nor the phone's fault. The contact waits for
    /// the retry delay, and so does not try one agent after the other meanwhile.
    case systemFailure = "system_failure"
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
    /// The contact may be offered again, to anybody.
    case offerAgain(ContactID)
    case backOff(PhoneID)
  }

  /// Where a contact waits.
  public enum Target: Sendable, Hashable {
    case queue(QueueID)
    /// One agent, without a queue; given up at once as `.unreachable` when she is not logged in.
    case agent(AgentID)
  }

  let settings: DistributionSettings
  /// Every agent of the settings.
  var people: [AgentID: Agent]
  /// Every queue of the settings.
  var lines: [QueueID: Line]
  /// Phones of which anything is known: bindings, back-offs, who sits there.
  var phones: [PhoneID: Phone] = [:]
  /// Contacts that wait or are being offered.
  var contacts: [ContactID: Contact] = [:]
  /// Contacts in a conversation, or dialled by an agent.
  var engaged: Set<ContactID> = []
  /// The timers that are set, and when they are due.
  var deadlines: [Timer: Moment] = [:]
  let agentOrder: [AgentID]
  let queueOrder: [QueueID]

  /// Everybody logged out, nobody waiting. Of two queues or agents of one name the first counts; memberships in queues
  /// that do not exist are left out.
  public init(settings: DistributionSettings, at now: Moment) {
    self.settings = settings
    let lines = Dictionary(settings.queues.map { ($0.id, Line(settings: $0)) }, uniquingKeysWith: { first, _ in first })
    let people = settings.agents.map { agent in
      let memberships = agent.memberships.filter { lines[$0.key] != nil }
        .map { Membership(queue: $0.key, level: $0.value) }
        .sorted { ($0.level, $0.queue) < ($1.level, $1.queue) }
      return (agent.id, Agent(id: agent.id, memberships: memberships, at: now))
    }
    self.lines = lines
    self.people = Dictionary(people, uniquingKeysWith: { first, _ in first })
    agentOrder = self.people.keys.sorted()
    queueOrder = lines.keys.sorted()
  }
}
