import Control
import Directory
import Distribution
import Figures
import History
import Recordings
import Supervision
import Telephony
import TelephonyTesting
import Threads

@testable import CallCenter

/// The service at work in real time, against a scripted network and stores that are as slow or broken as a test wants.
final class Office: Sendable {
  let engine = ScriptedEngine()
  let notices: Notices
  let store = MemoryStore()
  let lines = Lines()
  let service: CallCenterService
  private let working = Guarded<Task<Void, Never>?>(nil)

  /// Its times are too long to end while a busy machine runs the test, unless `change` sets them.
  init(change: (inout CallFlowSettings) -> Void = { _ in }) {
    let settings = Floor.settings { settings in
      settings.directoryDeadline = .seconds(600)
      settings.distribution.alertingLimit = .seconds(600)
      for index in settings.distribution.queues.indices {
        settings.distribution.queues[index].ringTime = .seconds(600)
        settings.distribution.queues[index].wrapUp = .seconds(600)
      }
      change(&settings)
    }
    let engine = engine
    notices = Notices(ordersSoFar: { engine.orders })
    let clock = ContinuousClock()
    let start = clock.now
    let lines = lines
    service = CallCenterService(
      flow: CallFlow(
        settings: settings, read: Floor.read, seed: 1,
        at: Moment(monotonicNanoseconds: 0, wallMilliseconds: 1_790_000_000_000)),
      surroundings: .init(
        engine: engine, notices: notices, customers: store, history: store, recordings: store,
        figures: store, shifts: store, monitors: store, decisions: store, floor: store,
        now: {
          Moment(monotonicNanoseconds: 0, wallMilliseconds: 1_790_000_000_000)
            .advanced(by: clock.now - start)
        }, log: { lines.add($0) }), executor: StackThread())
  }

  /// Opens: `run` works from now on.
  func opens() {
    let (service, events) = (service, engine.events)
    working.withLock { $0 = Task { await service.run(events) } }
    for phone in ["desk-1", "desk-2", "desk-3"] as [PhoneID] { engine.happens(.phoneReachable(phone)) }
  }

  /// The network ends; returns when `run` has.
  func closes() async {
    engine.stop()
    await working.withLock { $0 }?.value
  }

  @discardableResult
  func asks(_ request: Request, as client: Client = Floor.administrator) async -> Result<ControlResult, ControlError> {
    await service.handle(request, from: client)
  }

  func works(_ agent: AgentID, at phone: PhoneID) async {
    await notices.next { $0.body == .phoneReachable(phone) }
    await asks(.agentLogIn(agent, phone))
    await asks(.agentSetStatus(agent, .ready))
  }

  func calls(_ leg: UInt64, from number: String = "0311112222", called: String = "8000") {
    engine.happens(
      .arrived(
        LegID(rawValue: leg),
        Invitation(origin: .trunk("pbx"), called: called, from: NameAddress(user: number, host: "pbx"))))
  }

  /// Anna takes a call, is hung up on, and ends her wrap-up.
  func serves(_ leg: UInt64) async {
    calls(leg)
    let (phone, _) = await nextDial()
    engine.happens(.answered(phone))
    engine.happens(.ended(phone, LegEnd(status: 200, byPeer: true, wasAnswered: true)))
    await notices.next {
      if case .agentChanged(let agent, _, _) = $0.body { agent.activity == "acw" } else { false }
    }
    while case .failure = await asks(.agentFinish("anna")) { await Task.yield() }
  }

  /// The next dialling of a phone: the leg and the phone.
  func nextDial() async -> (leg: LegID, destination: Destination) {
    let order = await engine.next { if case .dial = $0 { true } else { false } }
    guard case .dial(let leg, let destination, _) = order else { return (LegID(rawValue: 0), .phone("")) }
    return (leg, destination)
  }
}

/// Log lines as they came.
final class Lines: Sendable {
  private let lines = Guarded<[LogLine]>([])
  func add(_ line: LogLine) { lines.withLock { $0.append(line) } }
  var all: [LogLine] { lines.withLock { $0 } }
}

/// Keeps notices, and what the network had been told when each came.
final class Notices: NoticeSink {
  struct Entry: Sendable {
    let notice: Notice
    let orders: [ScriptedEngine.Order]
  }
  private struct State {
    var entries: [Entry] = []
    var waiters: [(matches: @Sendable (Notice) -> Bool, resume: @Sendable () -> Void)] = []
  }
  private let state = Guarded(State())
  private let ordersSoFar: @Sendable () -> [ScriptedEngine.Order]

  init(ordersSoFar: @escaping @Sendable () -> [ScriptedEngine.Order]) { self.ordersSoFar = ordersSoFar }

  func publish(_ notice: Notice) {
    let orders = ordersSoFar()
    let resumed = state.withLock { state in
      state.entries.append(Entry(notice: notice, orders: orders))
      let resumed = state.waiters.filter { $0.matches(notice) }
      state.waiters.removeAll { $0.matches(notice) }
      return resumed
    }
    for waiter in resumed { waiter.resume() }
  }

  var all: [Entry] { state.withLock { $0.entries } }

  /// Waits until so many contacts have ended since the opening.
  func nextEnd(of count: Int) async {
    while all.count(where: { $0.notice.body.type == "contact.ended" }) < count { await Task.yield() }
  }

  /// Waits until such a notice has come, now or before.
  func next(_ matches: @escaping @Sendable (Notice) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.entries.contains(where: { matches($0.notice) }) { return true }
        state.waiters.append((matches, { continuation.resume() }))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}

/// Stores in memory. `holds` lets the named part hang until it is released or cancelled, `breaks` lets it fail.
final class MemoryStore: CustomerSource, HistoryStore, RecordingStore, MonitorStore, DecisionStore, FloorStore,
  FigureStore, ShiftStore
{
  struct Broken: Error {}
  private struct State {
    var customers: [String: Customer] = [:]
    var records: [ContactRecord] = []
    var dispositions: [ContactID: ContactDisposition] = [:]
    var recordings: [Recording] = []
    var monitors: [MonitorEntry] = []
    var stretches: [Stretch] = []
    var isClosed = false
    var areReadingsHanging = false
    var readingsBegun = 0
    var cells: [Cell: Counts] = [:]
    var shifts: [KeptShift] = []
    var decisions: [KeptDecision] = []
    var oldestDecision: Int64?
    var floor: [FloorChange] = []
    var hangingNumbers: Set<String> = []
    var isHanging = false
    var isBroken = false
    var lastQuery: HistoryQuery?
    var gates: [AsyncStream<Void>.Continuation] = []
  }
  private let state = Guarded(State())

  func knows(_ customer: Customer, by number: String) { state.withLock { $0.customers[number] = customer } }
  func hangs(for number: String) { state.withLock { _ = $0.hangingNumbers.insert(number) } }
  func hangs() { state.withLock { $0.isHanging = true } }
  func breaks() { state.withLock { $0.isBroken = true } }
  /// Whether somebody waits for what hangs.
  var isWaitedFor: Bool { state.withLock { !$0.gates.isEmpty } }
  func releases(andHangsAgain: Bool = false) {
    let gates = state.withLock { state in
      state.isHanging = andHangsAgain
      state.areReadingsHanging = false
      state.hangingNumbers = []
      defer { state.gates = [] }
      return state.gates
    }
    for gate in gates { gate.finish() }
  }

  /// Every state of every record, in the order in which they were written.
  var written: [ContactRecord] { state.withLock { $0.records } }
  var writtenRecordings: [Recording] { state.withLock { $0.recordings } }

  /// What the history was asked for last.
  var lastQuery: HistoryQuery? { state.withLock { $0.lastQuery } }

  private func hang(if isHanging: @Sendable () -> Bool) async throws {
    guard isHanging() else { return }
    let (gate, continuation) = AsyncStream<Void>.makeStream()
    state.withLock { $0.gates.append(continuation) }
    for await _ in gate {}
    try Task.checkCancellation()
  }

  func customers(with number: PhoneNumber) async throws -> [Customer] {
    try await hang { state.withLock { $0.hangingNumbers.contains(number.canonical) } }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    return state.withLock { [$0.customers[number.canonical]].compactMap { $0 } }
  }

  func save(_ record: ContactRecord) async throws {
    try await hang { state.withLock { $0.isHanging } }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    state.withLock { $0.records.append(record) }
  }

  func save(_ disposition: ContactDisposition, of contact: ContactID) async throws {
    try await hang { state.withLock { $0.isHanging } }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    state.withLock { $0.dispositions[contact] = disposition }
  }

  /// The audit, in the order in which it was written.
  var audit: [MonitorEntry] { state.withLock { $0.monitors } }

  func save(_ entry: MonitorEntry) async throws {
    try await hang { state.withLock { $0.isHanging } }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    state.withLock { $0.monitors.append(entry) }
  }

  /// Every change of the floor, in the order in which it was written.
  var floorChanges: [FloorChange] { state.withLock { $0.floor } }

  func save(_ change: FloorChange) async throws {
    try await hang { state.withLock { $0.isHanging } }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    state.withLock { $0.floor.append(change) }
  }

  func floor() async throws -> FloorState { FloorState() }

  /// Before which decisions go.
  var oldestDecision: Int64? { state.withLock { $0.oldestDecision } }

  /// Every decision, in the order in which it was written.
  var writtenDecisions: [KeptDecision] { state.withLock { $0.decisions } }

  func save(_ kept: KeptDecision, forgetting oldest: Int64) async throws {
    try await hang { state.withLock { $0.isHanging } }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    state.withLock { state in
      state.decisions.append(kept)
      state.oldestDecision = oldest
    }
  }

  func decisions(about contact: ContactID, since oldest: Int64, most: Int) async throws -> [KeptDecision] {
    if state.withLock({ $0.isBroken }) { throw Broken() }
    return state.withLock { $0.decisions }.filter {
      $0.decision.contact == contact && $0.decision.at.wallMilliseconds >= oldest
    }.suffix(most)
  }

  func save(_ recording: Recording) async throws {
    if state.withLock({ $0.isBroken }) { throw Broken() }
    state.withLock { $0.recordings.append(recording) }
  }

  func records(_ query: HistoryQuery) async throws -> [ContactRecord] {
    state.withLock { $0.lastQuery = query }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    let all = written
    let ids = Set(all.map(\.id))
    let dispositions = state.withLock { $0.dispositions }
    return ids.sorted(by: >).compactMap { id in all.last { $0.id == id } }
      .filter { query.contact == nil || $0.id == query.contact }
      .map { record in
        var record = record
        record.disposition = dispositions[record.id]
        return record
      }
  }
  func closeInterrupted() async throws -> [ContactID] { [] }

  func save(_ stretch: Stretch) async throws {
    try await hang { state.withLock { $0.isHanging } }
    state.withLock { state in
      state.stretches.removeAll { $0.agent == stretch.agent && $0.startedAt == stretch.startedAt }
      state.stretches.append(stretch)
    }
  }
  func add(_ cells: [Cell: Counts], at now: Moment, forgetting oldest: Int64) async throws {
    try await hang { state.withLock { $0.isHanging } }
    if state.withLock({ $0.isBroken }) { throw Broken() }
    state.withLock { state in
      state.isClosed = false
      for (cell, counts) in cells { state.cells[cell, default: Counts()].add(counts) }
    }
  }
  func closed(at now: Moment) async throws { state.withLock { $0.isClosed = true } }
  /// Whether the figures were told that everything is written.
  var areFiguresClosed: Bool { state.withLock { $0.isClosed } }

  /// The figures that were written.
  var kept: [Cell: Counts] { state.withLock { $0.cells } }

  /// Readings that begin from now on last until they are released.
  func readingsHang() { state.withLock { $0.areReadingsHanging = true } }
  /// How many readings have begun.
  var readingsBegun: Int { state.withLock { $0.readingsBegun } }
  func reading<Answer: Sendable>(
    begun: @escaping @Sendable () -> Void, _ read: @escaping @Sendable (any StoredFigures) throws -> Answer
  ) async throws -> Answer {
    let all = written
    let snapshot = state.withLock { state in
      state.readingsBegun += 1
      return Snapshot(
        kept: state.cells, records: Set(all.map(\.id)).compactMap { id in all.last { $0.id == id } },
        dispositions: state.dispositions, rows: state.stretches, plan: state.shifts.map(\.shift))
    }
    begun()
    try await hang { state.withLock { $0.areReadingsHanging } }
    return try read(snapshot)
  }

  private struct Snapshot: StoredFigures {
    var kept: [Cell: Counts]
    var records: [ContactRecord]
    var dispositions: [ContactID: ContactDisposition]
    var rows: [Stretch]
    var plan: [Shift]

    func cells(in range: Range<Int64>) -> [Cell: Counts] { kept.filter { range.contains($0.key.quarter) } }
    func unreadable(in range: Range<Int64>) -> [UnreadableFigures] { [] }
    func contacts(touching range: Range<Int64>) -> [LoggedContact] { records.map { LoggedContact($0) } }
    func stretches(touching range: Range<Int64>) -> [Stretch] { rows }
    func shifts(on days: ClosedRange<LocalDay>) -> [Shift] { plan.filter { days.contains($0.day) } }

    func followedContacts(
      touching range: Range<Int64>, within window: Int64, reasons: Set<String>
    ) -> [FollowedContact] {
      func isAboutTheSame(_ one: ContactRecord, _ other: ContactRecord) -> Bool {
        let said = [one, other].compactMap { dispositions[$0.id]?.code }.filter(reasons.contains)
        return said.count == 2 ? said[0] == said[1] : one.firstPlace == other.firstPlace
      }
      let calls = records.filter { $0.direction == .inbound && $0.isCustomerCertain }
      return calls.filter { $0.answeredAt != nil && $0.endedAt != nil }.map { first in
        let began = first.startedAt.wallMilliseconds
        let next = calls.filter { call in
          let later = call.startedAt.wallMilliseconds
          return call.customer == first.customer && (began, first.id) < (later, call.id) && later - began <= window
        }
        return FollowedContact(
          LoggedContact(first), isFollowed: next.contains { $0.endedAt != nil && isAboutTheSame($0, first) },
          mayBeFollowed: next.contains { $0.endedAt == nil })
      }
    }
  }

  /// Whose shifts are kept.
  var plannedAgents: [AgentID] { state.withLock { $0.shifts.map(\.shift.agent) } }
  func carryOut(_ change: ShiftChange, user: UInt32, at wall: Int64) async throws -> Result<
    [ShiftChange.Place], ShiftFaults
  > {
    try state.withLock { state in
      if state.isBroken { throw Broken() }
      let planned = state.shifts.map(\.shift)
      let faults = change.faults(beside: planned)
      guard faults.isEmpty else { return .failure(ShiftFaults(faults)) }
      let different = change.differences(from: planned)
      state.shifts.removeAll { different.contains(.init(agent: $0.shift.agent, day: $0.shift.day)) }
      for place in different {
        state.shifts += (change.plans[place] ?? []).map { KeptShift(shift: $0, user: user, changedAt: wall) }
      }
      return .success(different)
    }
  }
  func shifts(on days: ClosedRange<LocalDay>, of agent: AgentID?, atMost most: Int) async throws -> [KeptShift] {
    if state.withLock({ $0.isBroken }) { throw Broken() }
    return Array(
      state.withLock { $0.shifts }.filter { days.contains($0.shift.day) && agent ?? $0.shift.agent == $0.shift.agent }
        .prefix(most))
  }
  func markInterrupted(length: @escaping @Sendable (String) -> Duration?) async throws -> [RecordingID] { [] }
  func recordings(of contact: ContactID) async throws -> [Recording] {
    writtenRecordings.filter { $0.contact == contact && $0.endedAt != nil }
  }
}
