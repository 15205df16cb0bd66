public import Control
import Conversations
public import Dialing
public import Directory
public import Distribution
import Entries
public import Figures
public import History
import Overload
public import Recordings
public import Supervision
public import Telephony

/// Routes what happened to the feature that cares, and gathers what must be done.
///
/// It holds no rule of its own. A line longer than "tell X, translate the answer" belongs in X. What it keeps is the index
/// by which legs are found: which leg belongs to which contact, and in which part.
public struct CallFlow: Sendable {
  /// What must be done, in this order.
  public enum Effect: Equatable, Sendable {
    case engine(EngineCommand)
    case notice(Notice)
    /// Ask the directory; `found` or `lookUpFailed` brings the answer.
    case lookUp(ContactID, PhoneNumber)
    case saveContact(ContactRecord)
    /// Write what the contact came to, in the place of what was said before.
    case saveDisposition(ContactID, ContactDisposition)
    case saveRecording(Recording)
    case saveStretch(Stretch)
    /// Add to what is stored.
    case saveFigures([Cell: Counts], at: Moment)
    /// Add the row; `audited` tells what came of it.
    case audit(MonitorEntry)
    /// Add the row, as soon as it can be.
    case saveMonitorEntry(MonitorEntry)
    /// Add the row, as soon as it can be.
    case saveDecision(KeptDecision)
    /// Keep it over a restart.
    case saveFloor(FloorChange)
    case startTimer(Timer, Duration)
    case cancelTimer(Timer)
    case log(LogLine)
  }

  /// One order to the telephone side.
  public enum EngineCommand: Equatable, Sendable {
    case ring(LegID)
    case openEarlyMedia(LegID)
    case answer(LegID)
    case press(Character, on: LegID)
    case end(LegID, status: Int, answeredElsewhere: Bool)
    case dial(LegID, to: Destination, showing: PresentedCaller, contact: ContactID)
    case link(AudioLink)
    case unlink(AudioLink)
    case play(String, to: LegID)
    case startRecording(RecordingID, file: String)
    case startRecordingBeside(RecordingID, file: String, other: RecordingID, after: Duration)
    case stopRecording(RecordingID)
    case refuseNewCalls(status: Int, retryAfter: ClosedRange<Int>)
    case takeNewCalls
  }

  /// The timers of all features.
  public enum Timer: Hashable, Sendable {
    case distribution(Distributor.Timer)
    case dialing(Dialer.Timer)
    case directory(CallerCards.Timer)
    case supervision(MonitorDesk.Timer)
    /// A day of work may be over.
    case day
  }

  var settings: CallFlowSettings
  /// Reasons that were taken away while the daemon ran, as they were last: somebody may be away by one still.
  var formerReasons: [String: ReasonSettings] = [:]
  let read: NumberReader
  var days: WorkingDays
  var closing = Closing.open
  var names: IdentifierSource
  var legsDialled: UInt64 = 0
  var distributor: Distributor
  var known: KnownCallers
  var switchboard: Switchboard
  var dialer: Dialer
  var recorder = Recorder()
  var monitors: MonitorDesk
  var cards: CallerCards
  var overload: OverloadWatch
  var books: Books
  var decisions: DecisionLog
  var contacts: [ContactID: Contact] = [:]
  var legs: [LegID: LegPart] = [:]
  var recordings: [RecordingID: Recording] = [:]
  /// What is still to be done of what the desk of monitors said; nil: it has said nothing.
  var monitorEffects: ArraySlice<MonitorDesk.Effect>?
  /// Of supervisors, until they become a contact's party.
  var monitorLegs: [MonitorID: LegID] = [:]
  /// Of these, the ones whose phones hold us.
  var holdingMonitorLegs: Set<LegID> = []

  /// Everybody logged out, no calls. `seed` makes the names; a run with the same seed and inputs is the same run.
  public init(settings: CallFlowSettings, read: @escaping NumberReader, seed: UInt64, at now: Moment) {
    self.settings = settings
    self.read = read
    days = WorkingDays(calendar: settings.calendar, at: now)
    names = IdentifierSource(seed: seed)
    distributor = Distributor(settings: settings.distribution, at: now)
    known = KnownCallers(settings: settings.callers)
    decisions = DecisionLog(age: settings.keepsDecisions)
    dialer = Dialer(settings: settings.dialing)
    switchboard = Switchboard(
      settings: .init(beeps: settings.supervision.beepSeconds != nil, recorded: settings.supervision.recorded))
    monitors = MonitorDesk(settings: settings.supervision)
    overload = OverloadWatch(settings: settings.overload)
    cards = CallerCards(deadline: settings.directoryDeadline)
    books = Books(targets: settings.queues.mapValues(\.target), calendar: settings.calendar, at: now)
  }

  /// What happened on the telephone side.
  public mutating func handle(_ event: CallEvent, at now: Moment) -> [Effect] {
    switch event {
    case .arrived(let leg, let invitation): arrived(leg, invitation, at: now)
    case .progressed(let leg, let status): progressed(leg, status: status, at: now)
    case .answered(let leg): answered(leg, at: now)
    case .held(let leg): held(leg, at: now)
    case .retrieved(let leg): retrieved(leg, at: now)
    case .pressed(let leg, let digit): pressed(leg, digit, at: now)
    case .audioChanged(let leg, let state): audioChanged(leg, state, at: now)
    case .announcementFinished(let leg): announcementFinished(leg, at: now)
    case .ended(let leg, let end): ended(leg, end, at: now)
    case .phoneReachable(let phone):
      [.notice(Notice(at: now, body: .phoneReachable(phone)))]
        + translate(distributor.phoneBecameReachable(phone, at: now), at: now)
    case .phoneRegistered(let phone): translate(distributor.phoneBecameReachable(phone, at: now), at: now)
    case .phoneUnreachable(let phone):
      [.notice(Notice(at: now, body: .phoneUnreachable(phone)))]
        + translate(distributor.phoneBecameUnreachable(phone, at: now), at: now)
    case .recordingFailed(let recording, let reason): recordingFailed(recording, reason: reason, at: now)
    }
  }

  /// A timer that was asked for is due.
  public mutating func timerFired(_ timer: Timer, at now: Moment) -> [Effect] {
    switch timer {
    case .distribution(let timer): translate(distributor.timerFired(timer, at: now), at: now)
    case .dialing(let timer): translate(dialer.timerFired(timer, at: now), at: now)
    case .directory(let timer): translate(cards.timerFired(timer, at: now), at: now)
    case .supervision(let timer): translate(monitors.timerFired(timer, at: now), at: now)
    case .day: dayPassed(at: now)
    }
  }

  /// The directory's answer.
  public mutating func found(_ contact: ContactID, _ customers: [Customer], at now: Moment) -> [Effect] {
    var effects: [Effect] = []
    if let customer = customers.first {
      let keys = contacts[contact].map { known.keys(of: $0.caller, customers: customers.map(\.id)) }
      effects += translate(
        books.identified(
          contact, customer: customer.id, name: customer.name, isCertain: keys?.customer != nil))
    }
    return effects + identified(contact, customers, at: now)
      + translate(cards.found(contact, customers, at: now), at: now)
  }

  /// The directory could not answer.
  public mutating func lookUpFailed(_ contact: ContactID, at now: Moment) -> [Effect] {
    translate(cards.lookUpFailed(contact, at: now), at: now)
  }

  /// Somebody was turned away before a call existed.
  public func refused(source: String, reason: String, at now: Moment) -> [Effect] {
    [.notice(Notice(at: now, body: .refused(source: source, reason: reason)))]
  }

  /// No calls are left: the daemon may stop.
  public var isIdle: Bool { contacts.isEmpty }

  /// The daemon is about to stop: from now on nobody is let in, and only emergency calls are dialled. It takes so many
  /// seconds at most.
  public mutating func drainingBegan(seconds: Int, at now: Moment) -> [Effect] {
    closing = max(closing, .draining)
    return [
      .engine(.refuseNewCalls(status: EndReason.shutdown.sipStatus, retryAfter: seconds...seconds)),
      .notice(Notice(at: now, body: .draining)),
    ]
  }

  /// The drain time is over: everything still up ends, and nothing begins any more.
  public mutating func stopped(at now: Moment) -> [Effect] {
    closing = .ending
    // Those who wait first, so that no agent who becomes free is rung for one of them.
    let order = contacts.values.sorted { (a, b) in
      (a.agents.isEmpty ? 0 : 1, a.id) < (b.agents.isEmpty ? 0 : 1, b.id)
    }
    return translate(monitors.stopped(at: now), at: now)
      + order.flatMap { hangUp($0.id, reason: .shutdown, at: now) }
  }

  // MARK: Names

  mutating func newContact(at now: Moment) -> ContactID { ContactID(rawValue: names.next(at: now)) }
  mutating func newSegment(at now: Moment) -> SegmentID { SegmentID(rawValue: names.next(at: now)) }
  mutating func newRecording(at now: Moment) -> RecordingID { RecordingID(rawValue: names.next(at: now)) }
  mutating func newLeg(_ part: LegPart) -> LegID {
    legsDialled += 1
    let leg = LegID.outgoing(legsDialled)
    legs[leg] = part
    return leg
  }

  func notice(_ body: Notice.Body, _ contact: Contact, at now: Moment) -> Effect {
    notice(body, contact, contact.agent, at: now)
  }

  /// About one agent's part in it.
  func notice(_ body: Notice.Body, _ contact: Contact, _ agent: AgentID?, at now: Moment) -> Effect {
    .notice(Notice(at: now, contact: contact.id, agent: agent, queue: contact.queue?.id, body: body))
  }
}
