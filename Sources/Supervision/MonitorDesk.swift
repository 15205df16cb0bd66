public import Telephony

/// Supervisors who listen, whisper, step in and take over: who may, where each of them is, and what is written of it.
///
/// Every way into a contact, and every mode that lets a supervisor say more, is a row that must be on the disk first: until
/// `audited` comes, nothing is placed; when the row cannot be written, the monitor ends. What takes away (a lesser mode, an
/// end) waits for no row. Each monitor hears a contact in `listen` before anything else. What the rules refuse is a row, too.
///
/// Each monitor that was not refused ends with exactly one `stopped`. Told too late, twice or of what is not there, it
/// answers with nothing.
public struct MonitorDesk: Sendable {
  /// What must be done, in this order.
  public enum Effect: Equatable, Sendable {
    /// Write the row; `audited` or `auditFailed` is told what came of it.
    case audit(MonitorEntry)
    /// Write the row; nothing waits for it.
    case note(MonitorEntry)
    /// Rings her phone; `phoneAnswered` or `phoneEnded` is told what came of it.
    case ringPhone(Monitor)
    /// Takes the call by which she asked for it.
    case answerPhone(Monitor)
    /// She hears this contact, in this mode, from now on.
    case place(MonitorID, in: ContactID, MonitorMode)
    /// She hears nobody from now on; her phone stays up.
    case withdraw(MonitorID)
    /// Ends her leg if it is there.
    case endPhone(MonitorID, MonitorEnd)
    /// She is the contact's party, and its agent is released; her leg is a party's from now on.
    case takeOver(Monitor, ContactID, agentHungUp: Bool)
    /// She hears somebody for the first time.
    case started(Monitor)
    /// After `started`: she hears something else, or in another mode, or nobody.
    case changed(Monitor)
    /// As `Monitor` was: its agent's clients know of it, and she is with another agent from now on.
    case left(Monitor)
    /// She hears another agent than the one with whom it started; that one's clients do not know of it yet.
    case met(Monitor)
    /// The last of each monitor: it is over, as it was then.
    case stopped(Monitor, MonitorEnd)
    /// She was refused something; whoever is on the line may hear that she was.
    case denied(MonitorDenial)
    /// `timerFired` in so long, unless it is cancelled; one of that name at most runs.
    case startTimer(Timer, Duration)
    /// Nothing where it does not run.
    case cancelTimer(Timer)
  }

  /// Named by what it is about.
  public enum Timer: Hashable, Sendable {
    /// The supervisor's phone has rung long enough.
    case ringing(MonitorID)
  }

  /// What the administrator decided.
  public struct Settings: Sendable, Equatable {
    /// Who may monitor whom, and how.
    public var rules = MonitorRules()
    /// What a supervisor dials before an agent's number, on a phone; nil: that is not to be had.
    public var code: MonitorCode? = .usual
    /// How long a supervisor's phone rings.
    public var ringTime: Duration = .seconds(20)
    /// How often an agent who is monitored hears a short tone, that nobody else hears: 1 to 60; nil: never.
    public var beepSeconds: Int?
    /// Where a supervisor is on a recording.
    public var recorded = SupervisorRecording.right
    /// Whose clients may know that somebody is monitored.
    public var visibility = Visibility.supervisors
    /// Everything, for 20 seconds, without a word to the agent.
    public init() {}

    /// Whether the code is more than any other number: somebody must have been given a right.
    public var allowsCode: Bool { code != nil && !rules.rows.isEmpty }
  }

  /// How many supervisors may be in one contact, or stay with one agent.
  public static let limit = 5

  struct Talk: Sendable {
    var agent: AgentID
    var queue: QueueID?
    /// When the agent turned to it last, by taking it up or back, in the order of all such turns.
    var turnedTo = 0
    /// By the agent's phone.
    var isHeld = false
  }

  let settings: Settings
  var watches: [MonitorID: Watch] = [:]
  var talks: [ContactID: Talk] = [:]
  /// How often an agent has turned to a conversation.
  private var turns = 0
  /// Who was logged in at a phone by a client that may speak for her.
  var vouched: [PhoneID: AgentID] = [:]

  /// Nobody talks, nobody listens.
  public init(settings: Settings) { self.settings = settings }

  /// All of them, the oldest first.
  public var monitors: [Monitor] { watches.values.map(\.monitor).sorted { $0.id < $1.id } }

  func watch(of supervisor: AgentID) -> Watch? { watches.values.first { $0.monitor.supervisor == supervisor } }

  /// What she may in this contact; nothing when nobody talks there.
  func rights(of supervisor: AgentID, in contact: ContactID) -> Set<MonitorRight> {
    talks[contact].map { settings.rules.rights(of: supervisor, with: $0.agent, in: $0.queue) } ?? []
  }

  /// The conversation that an agent is in: of several the one that she turned to last, of those that her phone does not
  /// hold; where it holds all, of all.
  func current(of agent: AgentID) -> ContactID? {
    talks.filter { $0.value.agent == agent }
      .max { ($0.value.isHeld ? 0 : 1, $0.value.turnedTo) < ($1.value.isHeld ? 0 : 1, $1.value.turnedTo) }?.key
  }

  /// Its agent has taken it up, or back.
  mutating func turned(to contact: ContactID) {
    turns += 1
    talks[contact]?.turnedTo = turns
  }
}
