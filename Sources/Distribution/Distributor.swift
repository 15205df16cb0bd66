public import Telephony

/// Who takes which call: queues, agents, offers and wrap-up, as one deterministic machine.
///
/// ```
///            best pair                180/183             answered               ended
///   idle ─────────────▶ reserved ─────────────▶ ringing ───────────▶ talking ─────────▶ wrap-up ──▶ idle
///    ▲ ▲                    │                      │
///    │ └── caller gone ─────┴──────────────────────┤   the contact goes back to its old place in the line,
///    └──── missed, declined, busy, unreachable ────┘   and she is left out for it until the retry delay is over;
///                                                    after a fault of ours the contact itself pauses instead;
///                                                    nothing of that where another phone rang for it and was faster,
///                                                    or we took it away (`OfferEnd.isNobodysFault`)
/// ```
///
/// Waiting contacts and free agents are paired by one total order (`Pair`), so that after every input nobody waits
/// while an agent who may take him is free, or has room for him beside her calls (`AgentSettings.capacity`). An input that
/// comes late, twice or from nowhere yields `[]`. Every decision costs the logarithm of what waits and of who is free, or
/// with some strategies (`QueueStrategy.isStanding`), with delays (`Membership.delay`) and with skills a walk over who
/// waits in, or is free for, the queues concerned; never one over all agents.
public struct Distributor: Sendable {
  /// What must be done, in this order. The two that carry most are kept elsewhere, so that lists of the others are cheap to copy.
  public enum Effect: Equatable, Sendable {
    /// Show the contact to the agent and ring her phone; `offerDialled` is told when that begins to ring.
    case offer(ContactID, to: AgentID, at: PhoneID)
    /// Stop ringing; why the offer ended. Not sent when the phone itself ended it.
    case withdraw(ContactID, from: AgentID, OfferEnd)
    /// Her answer stands: join the two.
    case connect(ContactID, AgentID)
    /// Nobody will take it: end the contact.
    case giveUp(ContactID, EndReason)
    /// It leaves the queue for somewhere else. It waits there already when that is a queue or an agent; a number or an
    /// announcement is for whoever carries this out, and the contact is not known here any more.
    case overflow(ContactID, from: QueueID, to: OverflowTarget, OverflowReason)
    /// Why the next effect about this contact is as it is. Only when `DistributionSettings.explains`.
    indirect case decided(Decision)
    /// An offer has ended without an answer, whoever ended it: for history and counters.
    case offerEnded(ContactID, AgentID, OfferEnd)
    /// Something about the agent is different now.
    indirect case agentChanged(old: AgentState, new: AgentState, reason: String, by: Actor)
    /// Somebody logged in elsewhere as this agent, or as another agent at her phone: she is told.
    case displaced(AgentID, from: PhoneID)
    /// She has been away for longer than the reason allows; told once.
    case overstayed(AgentID, reason: String)
    case startTimer(Timer, Duration)
    case cancelTimer(Timer)
  }

  /// How an offer ended without an answer.
  public enum OfferEnd: String, Sendable, Codable, CaseIterable {
    /// Rang to the end of the ring time: a missed offer.
    case noAnswer = "no_answer"
    case declined
    case busy
    case unreachable
    /// The caller was faster: nobody's fault.
    case callerGone = "caller_gone"
    /// We took the contact away: it waited too long, its queue was removed, or it was ended by us. Nobody's fault.
    case withdrawn
    /// The caller became known before her phone was rung, and is for another agent: nobody's fault, and her turn is hers
    /// still, unless another contact has moved it on.
    case keptForAnother = "kept_for_another"
    /// The agent was taken out of it: logged out, displaced, set away by a supervisor.
    case agentGone = "agent_gone"
    /// Another phone that rang for the same contact was answered first: nobody's fault.
    case answeredElsewhere = "answered_elsewhere"
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
    /// Less is asked of agents for it.
    case nextStep(ContactID)
    /// It is kept for one agent no longer.
    case wish(ContactID)
    /// It has waited for as long as more agents want it to have.
    case delay(ContactID)
    /// One more phone may ring for it.
    case ringMore(ContactID)
    /// The place of a caller who hung up is kept no longer.
    case keptPlace(KeptPlace)
    /// She has been away for as long as the reason allows.
    case overstay(AgentID)
  }

  /// Where a contact waits.
  public enum Target: Sendable, Hashable {
    case queue(QueueID)
    /// One agent, without a queue; given up at once as `.unreachable` when she is not logged in.
    case agent(AgentID)
  }

  var settings: DistributionSettings
  /// When this machine began: ages are counted from here.
  let origin: Moment
  /// Every agent.
  var people: [AgentID: Agent] = [:]
  /// Every queue.
  var lines: [QueueID: Line] = [:]
  /// Phones of which anything is known: bindings, back-offs, who sits there.
  var phones: [PhoneID: Phone] = [:]
  /// Contacts that wait or are being offered.
  var contacts: [ContactID: Contact] = [:]
  /// Contacts in a conversation, or dialled by an agent.
  var engaged: Set<ContactID> = []
  /// Places of callers who hung up.
  var keptPlaces: [KeptPlace: Place] = [:]
  /// What handling a contact of any queue took.
  var handling = HandlingTime()
  /// The timers that are set, and when they are due.
  var deadlines: [Timer: Moment] = [:]
  /// Agents who were taken out and still do something.
  var leaving: Set<AgentID> = []
  var agentOrder: [AgentID] = []
  var queueOrder: [QueueID] = []

  /// Everybody logged out, nobody waiting. Of two queues or agents of one name the first counts; memberships in queues
  /// that do not exist are without effect until there is such a queue.
  public init(settings: DistributionSettings, at now: Moment) {
    self.settings = settings
    origin = now
    for queue in settings.queues where lines[queue.id] == nil { lines[queue.id] = Line(settings: queue) }
    for agent in settings.agents where people[agent.id] == nil {
      people[agent.id] = Agent(agent, window: settings.counterWindow, at: now)
      for queue in agent.memberships.keys { lines[queue]?.members.insert(agent.id) }
    }
    agentOrder = people.keys.sorted()
    queueOrder = lines.keys.sorted()
    for queue in queueOrder { noteDelays(in: queue) }
  }
}
