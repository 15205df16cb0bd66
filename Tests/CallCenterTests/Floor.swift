import CallCenter
import Control
import Dialing
import Directory
import Distribution
import Entries
import Figures
import History
import Recordings
import Supervision
import Telephony
import TelephonyTesting

/// A whole call centre in one value: the flow, a manual clock, a directory, and a network that does what it is told and
/// judges the orders it gets.
struct Floor {
  var flow: CallFlow
  var clock = ManualClock<CallFlow.Timer>()
  /// Everything carried out so far.
  var effects: [CallFlow.Effect] = []
  /// Customers by canonical number; nil lets look-ups hang until `directoryAnswers`.
  var customers: [String: Customer]? = [:]
  var waitingLookUps: [(ContactID, PhoneNumber)] = []
  /// The network: legs that exist, and whether they are answered.
  var legs: [LegID: Bool] = [:]
  /// Told to end, and not ended yet.
  var ending: Set<LegID> = []
  /// Of those, the ones whose answer crossed the order.
  var lateAnswers: Set<LegID> = []
  /// Who is rung by which leg, and who is about to be.
  var rungBy: [LegID: AgentID] = [:]
  var nextRung: AgentID?
  var emergencies: Set<ContactID> = []
  var links: Set<AudioLink> = []
  var recordings: Set<RecordingID> = []
  /// Rows of the audit: those on the disk, and those that wait for it while `holdsAudit`.
  var audit: [MonitorEntry] = []
  var waitingAudit: [MonitorEntry] = []
  var holdsAudit = false
  var decisions: [KeptDecision] = []
  var floorChanges: [FloorChange] = []
  var supervisorLegs: [LegID: MonitorID] = [:]
  /// Phones that have dialled the code, and wait.
  var askingLegs: [LegID: PhoneID] = [:]
  var faults: [String] = []
  var records: [ContactID: ContactRecord] = [:]
  var dispositions: [ContactID: ContactDisposition] = [:]
  var recordingRows: [RecordingID: Recording] = [:]
  /// Rows of agents' time as they were written last, and the figures that were stored.
  var stretches: [[String]: Stretch] = [:]
  var kept: [Cell: Counts] = [:]
  var chronicle = Chronicle()
  private var incoming: UInt64 = 0

  static let administrator = Client(number: 1, role: .administrator, agent: nil, userID: 0, processID: 1)

  init(seed: UInt64 = 1, change: (inout CallFlowSettings) -> Void = { _ in }) {
    let settings = Self.settings(change: change)
    flow = CallFlow(settings: settings, read: Floor.read, seed: seed, at: clock.now)
    for phone in settings.phones.keys.sorted() { happens(.phoneReachable(phone)) }
  }

  /// Three agents, two queues, one number for each kind of entry.
  static func settings(change: (inout CallFlowSettings) -> Void = { _ in }) -> CallFlowSettings {
    var settings = CallFlowSettings(music: "/music.wav", ringback: "/ringback.wav", recordingsFolder: "/recordings")
    settings.distribution = DistributionSettings(
      queues: ["support", "sales"].map { QueueSettings(id: $0) },
      agents: [
        AgentSettings(id: "anna", memberships: ["support": 1]),
        AgentSettings(id: "boris", memberships: ["support": 1, "sales": 1]),
        AgentSettings(id: "chieko", memberships: ["support": 2, "sales": 1]),
      ])
    settings.queues = [
      "support": QueueProfile(name: "サポート"),
      "sales": QueueProfile(name: "営業", answer: .earlyMedia, recording: .onDemand),
    ]
    settings.agents = ["anna": AgentProfile(name: "Anna"), "boris": AgentProfile(name: "Boris")]
    settings.phones = ["desk-1": PhoneProfile(), "desk-2": PhoneProfile(display: .number), "desk-3": PhoneProfile()]
    settings.entries = EntryTable(
      entries: entries([
        ("8000", .queue("support")), ("8001", .queue("sales")), ("8002", .agent("anna")),
        ("8003", .announcement(file: "/closed.wav", status: 480)), ("8004", .reject(status: 603)),
      ]))
    settings.identification = CallerIdentification(trusted: ["pbx"])
    settings.dialPlan.trunk = "pbx"
    settings.dialPlan.emergencyTrunk = "pbx"
    settings.callerNumbers = ["pbx": "0312345678"]
    change(&settings)
    return settings
  }

  /// Rows for everybody who calls these numbers.
  static func entries(_ rows: [(called: String, target: Entry.Target)]) -> [Entry] {
    rows.compactMap { row in NumberPattern(row.called).map { Entry(called: $0, target: row.target) } }
  }

  /// Numbers as simply as will do here: digits with a leading zero are Japanese.
  static let read: NumberReader = { text in
    if text.hasPrefix("184") {
      return read(String(text.dropFirst(3))).map { DialledNumber(number: $0.number, presentation: .withhold) }
    }
    let digits = text.filter { $0.isNumber || $0 == "+" }
    guard !digits.isEmpty, digits.count == text.filter({ $0 != "-" }).count else { return .failure(.notANumber(text)) }
    if ["110", "118", "119"].contains(digits) {
      return .success(DialledNumber(number: PhoneNumber(canonical: "jp:\(digits)", display: digits, kind: .emergency)))
    }
    if digits.hasPrefix("0") {
      return .success(
        DialledNumber(
          number: PhoneNumber(
            canonical: "+81" + digits.dropFirst(), display: digits, kind: digits.hasPrefix("0990") ? .premium : .fixed))
      )
    }
    return .success(
      DialledNumber(
        number: PhoneNumber(
          canonical: digits.hasPrefix("+") ? digits : "ext:" + digits, display: digits,
          kind: digits.hasPrefix("+") ? .international : .extension)))
  }

  // MARK: What happens

  mutating func happens(_ event: CallEvent) {
    observe(event)
    carryOut(flow.handle(event, at: clock.now))
  }

  /// A caller rings in by the PBX; the leg.
  mutating func call(_ called: String = "8000", from number: String = "0311112222") -> LegID {
    incoming += 1
    let leg = LegID(rawValue: incoming)
    legs[leg] = false
    happens(
      .arrived(leg, Invitation(origin: .trunk("pbx"), called: called, from: NameAddress(user: number, host: "pbx"))))
    return leg
  }

  mutating func answers(_ leg: LegID) { happens(.answered(leg)) }
  mutating func hangsUp(_ leg: LegID) {
    happens(.ended(leg, LegEnd(status: 200, byPeer: true, wasAnswered: legs[leg] ?? false)))
  }
  mutating func refuses(_ leg: LegID, _ status: Int) {
    happens(.ended(leg, LegEnd(status: status, byPeer: true, wasAnswered: false)))
  }

  @discardableResult
  mutating func asks(_ request: Request, as client: Client = Floor.administrator) -> Result<
    ControlResult, ControlError
  >? {
    let decision = flow.requested(request, by: client, at: clock.now)
    carryOut(decision?.effects ?? [])
    return decision?.answer
  }

  /// Logs in and gets ready.
  mutating func works(_ agent: AgentID, at phone: PhoneID) {
    asks(.agentLogIn(agent, phone))
    asks(.agentSetStatus(agent, .ready))
  }

  mutating func passes(_ duration: Duration) {
    let end = clock.now.advanced(by: duration)
    while let timer = clock.next(until: end) { carryOut(flow.timerFired(timer, at: clock.now)) }
  }

  mutating func drains() { carryOut(flow.drainingBegan(seconds: 30, at: clock.now)) }

  /// A second goes by, and these are its figures.
  mutating func measures(_ figures: LoadFigures) {
    passes(.seconds(1))
    carryOut(flow.loadMeasured(figures, at: clock.now))
  }

  mutating func directoryAnswers() {
    let lookUps = waitingLookUps
    waitingLookUps = []
    for (contact, number) in lookUps {
      carryOut(flow.found(contact, [customers?[number.canonical]].compactMap { $0 }, at: clock.now))
    }
  }

  /// What waited is on the disk, or cannot be.
  mutating func auditIsWritten(_ isWritten: Bool = true) {
    let rows = waitingAudit
    waitingAudit = []
    for row in rows {
      if isWritten { audit.append(row) }
      carryOut(flow.audited(row, isWritten: isWritten, at: clock.now))
    }
  }

  // MARK: What is done

  mutating func replay(_ effects: [CallFlow.Effect]) { carryOut(effects) }

  private mutating func carryOut(_ effects: [CallFlow.Effect]) {
    var queue = effects[...]
    while let effect = queue.popFirst() {
      self.effects.append(effect)
      switch effect {
      case .startTimer(let timer, let duration): clock.start(timer, after: duration)
      case .cancelTimer(let timer): clock.cancel(timer)
      case .lookUp(let contact, let number):
        if let customers {
          queue += flow.found(contact, [customers[number.canonical]].compactMap { $0 }, at: clock.now)[...]
        } else {
          waitingLookUps.append((contact, number))
        }
      case .engine(let command): judge(command)
      case .saveContact(let record):
        chronicle.saw(record)
        records[record.id] = record
      case .notice(let notice):
        if case .contactOffered = notice.body { nextRung = notice.agent }
        if case .contactArrived(_, let called, "outbound") = notice.body, ["110", "119"].contains(called) {
          emergencies.formUnion([notice.contact].compactMap(\.self))
        }
        chronicle.saw(notice)
      case .audit(let row):
        if holdsAudit {
          waitingAudit.append(row)
        } else {
          audit.append(row)
          queue += flow.audited(row, isWritten: true, at: clock.now)
        }
      case .saveDisposition(let contact, let disposition): dispositions[contact] = disposition
      case .saveMonitorEntry(let row): audit.append(row)
      case .saveDecision(let kept): decisions.append(kept)
      case .saveFloor(let change): floorChanges.append(change)
      case .saveRecording(let recording): sees(recording)
      case .saveStretch(let row): stretches[[row.agent.rawValue, "\(row.startedAt)"]] = row
      case .saveFigures(let cells, _):
        for (cell, counts) in cells { kept[cell, default: Counts()].add(counts) }
      case .log: break
      }
    }
  }

  /// Marks are added and never changed, in the order in which things happened.
  private mutating func sees(_ recording: Recording) {
    let former = recordingRows.updateValue(recording, forKey: recording.id)?.marks ?? []
    if !recording.marks.starts(with: former) { faults.append("\(recording.id) lost a mark") }
    let length = (recording.endedAt ?? clock.now).since(recording.startedAt)
    let offsets = recording.marks.map(\.offset)
    if offsets != offsets.sorted() || offsets.contains(where: { $0 > length }) {
      faults.append("\(recording.id) has marks at \(offsets)")
    }
    for (supervisor, marks) in Dictionary(grouping: recording.marks, by: \.supervisor) {
      if zip(marks, marks.dropFirst()).contains(where: { $0.event == $1.event }) {
        faults.append("\(supervisor) did the same twice: \(marks.map(\.event))")
      }
    }
  }

  // MARK: What is seen

  /// Legs dialled and still there, in order.
  var dialled: [LegID] { legs.keys.filter(\.isOutgoing).sorted() }

  /// Types of notices from a mark on.
  func notices(from mark: Int = 0) -> [Notice] {
    effects.dropFirst(mark).compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
  }

  var mark: Int { effects.count }

  func agent(_ id: AgentID) -> AgentSummary? {
    var copy = flow
    guard
      case .success(.agents(let agents)) = copy.requested(.agentsList, by: Floor.administrator, at: clock.now)?.answer
    else { return nil }
    return agents.first { $0.agent == id }
  }

  var monitors: [MonitorSummary] {
    var copy = flow
    guard
      case .success(.monitors(let all)) = copy.requested(.monitorList, by: Floor.administrator, at: clock.now)?.answer
    else { return [] }
    return all
  }

  var calls: [CallSummary] {
    var copy = flow
    guard case .success(.calls(let calls)) = copy.requested(.callsList, by: Floor.administrator, at: clock.now)?.answer
    else { return [] }
    return calls
  }
}
