public import Telephony

/// One queue's rules.
public struct QueueSettings: Sendable, Equatable {
  /// By which targets and memberships name it.
  public var id: QueueID
  /// Whom a contact is offered to first.
  public var strategy = QueueStrategy.longestIdle
  /// Points added to the priority of every contact in it: how it stands against other queues of the same agents.
  public var weight = 0
  /// How long one agent's phone rings.
  public var ringTime: Duration = .seconds(20)
  /// How often one more phone rings, with `ringProgressively`.
  public var ringMoreAfter: Duration = .seconds(10)
  /// How long an agent is left out after an offer to her failed, for the same contact and, after a missed one, for all;
  /// never less than `shortestRetryDelay`.
  public var retryDelay: Duration = .seconds(5)
  /// Time for notes after a call; zero for none.
  public var wrapUp: Duration = .seconds(15)
  /// What may end a wrap-up, and whether there is one.
  public var wrapUpMode = WrapUpMode.timed
  /// Whether an agent may end her wrap-up before its time, by saying so or by a change of her status.
  public var wrapUpMayEndEarly = true
  /// Missed offers in a row after which the agent is away with reason `no-answer`; 0 never.
  public var missedOffersBeforeAway = 2
  /// The longest wait, after which the contact is given up or goes where `overflow` says; nil waits for ever.
  public var longestWait: Duration?
  /// How many may be in it, those who are being offered too; nil: any number.
  public var longestLine: Int?
  /// Nobody may join while no agent of it is at least this; nil: always open.
  public var joinNeeds: Presence?
  /// Whoever is not being offered leaves as soon as no agent of it is at least this; nil: they wait.
  public var stayNeeds: Presence?
  /// Where those go who may not join or stay.
  public var overflow = Overflow()
  /// How long the place of a caller who hangs up is kept for his next call; nil: not at all.
  public var keepsPlace: Duration?
  /// What agents must be able to do, of contacts that bring no wishes of their own; each step until its time is over.
  public var steps: [SkillStep] = []
  /// After the time of the last step it stays in force, instead of any agent of the queue being offered the contact.
  public var holdsLastStep = false
  /// Nobody of it is offered to anybody, and everybody keeps his place.
  public var isPaused = false

  /// What counts as the retry delay where a shorter one is set: without a pause, a phone that refuses at once would be rung
  /// again at once, for ever.
  public static let shortestRetryDelay: Duration = .seconds(1)

  /// The rest is as above until it is set.
  public init(id: QueueID) { self.id = id }
}

/// In which order the agents of a queue are tried for a contact. On all, a lower level of membership goes first. What the
/// strategy leaves open is decided by who is the longest idle (but with `linear` and `roundRobin`), then by position, and
/// last by name.
public enum QueueStrategy: String, Sendable, Codable, CaseIterable {
  /// Who has been ready and idle for longest.
  case longestIdle = "longest_idle"
  /// Whose last call ended first; whoever had none goes before them.
  case leastRecent = "least_recent"
  /// Who answered the fewest calls in the window.
  case fewestCalls = "fewest_calls"
  /// Who talked least in the window, hold included.
  case leastTalkTime = "least_talk_time"
  /// Whose share of talk, hold and wrap-up in the time that she was busy or idle is the least.
  case leastOccupied = "least_occupied"
  /// In turn by position; the turn moves with the offer, answered or not.
  case roundRobin = "round_robin"
  /// By position, always from the top.
  case linear
  /// By chance, each alike.
  case random
  /// By chance, each by her weight.
  case weightedRandom = "weighted_random"
  /// Who is best at what the contact asks for, then the longest idle.
  case skillFirst = "skill_first"
  /// All of the best level at once; the first answer counts.
  case ringAll = "ring_all"
  /// The longest idle first, and one phone more each time that `QueueSettings.ringMoreAfter` has passed.
  case ringProgressively = "ring_progressively"
}

/// What ends a wrap-up.
public enum WrapUpMode: String, Sendable, Codable, CaseIterable {
  /// There is none.
  case none
  /// There is one when the agent asks for it during the call (`wrapUpRequested`).
  case optional
  /// Its time.
  case timed
  /// The contact's disposition, set in the call or after it, however long that takes.
  case untilDisposition = "until_disposition"
}

/// How far at least one agent of a queue must be there; each includes those before it.
public enum Presence: String, Sendable, Codable, CaseIterable {
  /// Logged in, whatever she does.
  case loggedIn = "logged_in"
  /// And ready, also while she is busy; not paused in the queue.
  case ready
  /// And her phone can be reached.
  case reachable
  /// And can be offered a contact now.
  case free
}

/// Where contacts go which a queue does not take or keep; nil: they are given up.
public struct Overflow: Sendable, Hashable {
  /// It is as long as it may be; else given up as `.busy`.
  public var whenFull: OverflowTarget?
  /// Nobody is there to join or stay for; else given up as `.unreachable`.
  public var whenNobody: OverflowTarget?
  /// They waited too long; else given up as `.waitedTooLong`.
  public var afterLongestWait: OverflowTarget?

  /// Given up in every case.
  public init() {}
}

/// Where a contact goes instead.
public enum OverflowTarget: Sendable, Hashable {
  /// Which must be another one; a contact that has been there is given up instead of going in circles.
  case queue(QueueID)
  case agent(AgentID)
  /// Dialled by whoever carries out the effects.
  case number(String)
  /// Played by whoever carries out the effects.
  case announcement(String)
}

/// Why a contact goes elsewhere.
public enum OverflowReason: String, Sendable, Codable, CaseIterable {
  /// The queue is as long as it may be.
  case full
  /// Nobody is there to join or stay for.
  case nobody
  /// It waited too long.
  case waitedTooLong = "waited_too_long"
  /// The queue was taken away.
  case removed
}
