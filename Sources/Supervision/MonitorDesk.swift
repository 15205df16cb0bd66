public import Telephony

/// Supervisors who listen, whisper, step in and take over: who may, where each of them is, and what is written of it.
///
/// Every way into a contact, and every mode that lets a supervisor say more, is a row that must be on the disk first: until
/// `audited` comes, nothing is placed; when the row cannot be written, the monitor ends. What takes away (a lesser mode, an
/// end) waits for no row. Each monitor hears a contact in `listen` before anything else.
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
    case ringPhone(Monitor)
    /// She hears this contact, in this mode, from now on.
    case place(MonitorID, in: ContactID, MonitorMode)
    /// She hears nobody from now on; her phone stays up.
    case withdraw(MonitorID)
    /// Ends her leg if it is there.
    case endPhone(MonitorID)
    /// She is the contact's party, and its agent is released; her leg is a party's from now on.
    case takeOver(Monitor, ContactID, agentHungUp: Bool)
    /// She hears somebody for the first time.
    case started(Monitor)
    case changed(Monitor)
    case stopped(Monitor, MonitorEnd)
    case startTimer(Timer, Duration)
    case cancelTimer(Timer)
  }

  /// Named by what it is about.
  public enum Timer: Hashable, Sendable {
    /// The supervisor's phone has rung long enough.
    case ringing(MonitorID)
  }

  /// What the administrator decided.
  public struct Settings: Sendable, Equatable {
    /// Whose contacts may be monitored; nil: all, also those without a queue.
    public var queues: Set<QueueID>?
    /// How long a supervisor's phone rings.
    public var ringTime: Duration = .seconds(20)
    /// Whether the clients of an agent are told that she is monitored.
    public var notifiesAgent = false
    /// How often an agent who is monitored hears a short tone, that nobody else hears: 1 to 60; nil: never.
    public var beepSeconds: Int?
    /// Where a supervisor is on a recording.
    public var recorded = SupervisorRecording.right
    /// Everything, for 20 seconds, without a word to the agent.
    public init() {}
  }

  /// How many supervisors may be in one contact, or stay with one agent.
  public static let limit = 5

  struct Talk: Sendable {
    var agent: AgentID
    var queue: QueueID?
    var since: Moment
  }

  let settings: Settings
  var watches: [MonitorID: Watch] = [:]
  var talks: [ContactID: Talk] = [:]

  /// Nobody talks, nobody listens.
  public init(settings: Settings) { self.settings = settings }

  /// All of them, the oldest first.
  public var monitors: [Monitor] { watches.values.map(\.monitor).sorted { $0.id < $1.id } }

  // MARK: What clients ask

  /// Somebody is to listen. `id` is its name from now on.
  public mutating func monitorAsked(_ order: MonitorOrder, as id: MonitorID, at now: Moment)
    -> Result<[Effect], MonitorRefusal>
  {
    guard watch(of: order.supervisor) == nil, watches[id] == nil else {
      return .failure(.alreadyMonitors(order.supervisor))
    }
    let place: (agent: AgentID, contact: ContactID?, follow: MonitorFollow)
    switch order.target {
    case .agent(let agent):
      place = (agent, current(of: agent), order.follow ?? .agent)
      if place.follow == .contact, place.contact == nil { return .failure(.hasNoCall(agent)) }
    case .contact(let contact):
      guard let talk = talks[contact] else { return .failure(.nobodyTalks(contact)) }
      place = (talk.agent, contact, order.follow ?? .contact)
      guard isOpen(contact) else { return .failure(.queueIsClosed) }
    }
    guard place.agent != order.supervisor else { return .failure(.herself(order.supervisor)) }
    if place.follow == .contact, let contact = place.contact, !isOpen(contact) { return .failure(.queueIsClosed) }
    let rivals = watches.values.count {
      ($0.monitor.contact != nil && $0.monitor.contact == place.contact)
        || ($0.monitor.follow == .agent && place.follow == .agent && $0.monitor.agent == place.agent)
    }
    guard rivals < Self.limit else { return .failure(.tooMany(limit: Self.limit)) }
    let monitor = Monitor(
      id: id, supervisor: order.supervisor, phone: order.phone, follow: place.follow, user: order.user, since: now,
      agent: place.agent, contact: place.contact)
    var watch = Watch(monitor: monitor, wanted: order.mode)
    let entry = watch.entry(.asked, .listen, at: now)
    watch.awaited = entry
    watches[id] = watch
    return .success([.audit(entry)])
  }

  /// Another mode, now or as soon as she hears somebody.
  public mutating func modeAsked(_ mode: MonitorMode, by supervisor: AgentID, at now: Moment)
    -> Result<[Effect], MonitorRefusal>
  {
    guard let id = watch(of: supervisor)?.monitor.id else { return .failure(.monitorsNobody(supervisor)) }
    watches[id]?.wanted = mode
    return .success(settle(id, at: now))
  }

  /// She is to be the contact's party in the agent's place, as soon as that is written.
  public mutating func takeOverAsked(by supervisor: AgentID, at now: Moment) -> Result<[Effect], MonitorRefusal> {
    guard let watch = watch(of: supervisor) else { return .failure(.monitorsNobody(supervisor)) }
    guard watch.placed != nil else { return .failure(.hearsNobody(supervisor)) }
    watches[watch.monitor.id]?.takesOver = true
    return .success(settle(watch.monitor.id, at: now))
  }

  /// Enough.
  public mutating func stopAsked(by supervisor: AgentID, at now: Moment) -> Result<[Effect], MonitorRefusal> {
    guard let watch = watch(of: supervisor) else { return .failure(.monitorsNobody(supervisor)) }
    return .success(finish(watch.monitor.id, .stopped, at: now))
  }

  /// The daemon stops: everybody goes.
  public mutating func stopped(at now: Moment) -> [Effect] {
    monitors.flatMap { finish($0.id, .shutdown, at: now) }
  }

  func watch(of supervisor: AgentID) -> Watch? { watches.values.first { $0.monitor.supervisor == supervisor } }

  func isOpen(_ contact: ContactID) -> Bool {
    guard let queues = settings.queues else { return true }
    return talks[contact]?.queue.map(queues.contains) ?? false
  }

  /// The conversation that an agent began last.
  func current(of agent: AgentID) -> ContactID? {
    talks.filter { $0.value.agent == agent }.max { a, b in
      (a.value.since.monotonicNanoseconds, a.key) < (b.value.since.monotonicNanoseconds, b.key)
    }?.key
  }
}
