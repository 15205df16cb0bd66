public import Control
public import Directory
public import Distribution
public import Figures
public import History
public import Recordings
public import Supervision
internal import Synchronization
public import Telephony

/// Carries out what `CallFlow` decides, in the order decided, and brings back what comes of it.
///
/// It has no state that decides but the flow: what else it keeps is on its way, effects on the lane, timers that are set,
/// rows and figures that are to be written, readings that are under way. Decisions are synchronous; effects leave on one
/// lane; slow work (look-ups, rows in the database) leaves as a child task and comes back as an event. When `run` returns,
/// nothing of it is left running.
public actor CallCenterService {
  /// The outside world, as this program knows it.
  public struct Surroundings: Sendable {
    /// The telephone side.
    public var engine: any CallEngine
    /// Where clients are told.
    public var notices: any NoticeSink
    /// Where callers are looked up; may be slow, and is cancelled when `run` ends.
    public var customers: any CustomerSource
    /// Where records are written; may be slow.
    public var history: any HistoryStore
    /// Where the rows of recordings are written; may be slow.
    public var recordings: any RecordingStore
    /// Where figures and agents' time are written and found; may be slow.
    public var figures: any FigureStore
    /// Where the plan of shifts is written and found; may be slow.
    public var shifts: any ShiftStore
    /// Where the audit of supervision is written; may be slow, and a supervisor hears nothing before it has.
    public var monitors: any MonitorStore
    /// Where decisions are written, and read when they are no longer held; may be slow.
    public var decisions: any DecisionStore
    /// Where is kept who is logged in; may be slow.
    public var floor: any FloorStore
    /// The one clock.
    public var now: @Sendable () -> Moment
    /// Where lines go.
    public var log: Log
    /// Lines below this level are not even made.
    public var logLevel: LogLine.Level

    /// All of it.
    public init(
      engine: any CallEngine, notices: any NoticeSink, customers: any CustomerSource, history: any HistoryStore,
      recordings: any RecordingStore, figures: any FigureStore, shifts: any ShiftStore,
      monitors: any MonitorStore,
      decisions: any DecisionStore, floor: any FloorStore,
      now: @escaping @Sendable () -> Moment,
      log: @escaping Log,
      logLevel: LogLine.Level = .debug
    ) {
      self.engine = engine
      self.notices = notices
      self.customers = customers
      self.history = history
      self.recordings = recordings
      self.figures = figures
      self.shifts = shifts
      self.monitors = monitors
      self.decisions = decisions
      self.floor = floor
      self.now = now
      self.log = log
      self.logLevel = logLevel
    }
  }

  private nonisolated let executor: any SerialExecutor
  /// The one that it was given: shared with the engine, orders to it need no change of thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  var flow: CallFlow
  let outside: Surroundings
  private var lane: [Step] = []
  /// Whoever carries out sleeps here while the lane is empty.
  private var carrier: CheckedContinuation<Void, Never>?
  /// What is to be written down, each record once, as it is now.
  var unwritten = UnwrittenRows()
  /// Decisions that are to be written too, the latest.
  var unwrittenDecisions = UnwrittenDecisions()
  /// Figures that could not be written: they go with the next.
  var owedFigures: [Cell: Counts] = [:]
  /// What is to be written before that, and read from then.
  var sealed: [UnwrittenRows] = []
  /// One element whenever `unwritten` is no longer empty.
  let unwrittenRows: AsyncStream<Void>
  let rowsWait: AsyncStream<Void>.Continuation
  /// Timers that are set, and the task that sleeps until `wakes` for the earliest of them.
  var deadlines = Deadlines<CallFlow.Timer>()
  var sleeper: Task<Void, Never>?
  var wakes: Moment?
  private var idleWaiters: [AsyncStream<Void>.Continuation] = []
  private(set) var isOver = false
  /// Readings that last are to end.
  nonisolated let isReadingOver = Atomic(false)
  /// Ends when the last reading that was asked for has, and how many there are.
  private var lastReading: Task<Void, Never>?
  private(set) var readings = 0
  /// Nothing on the lane is carried out any more.
  private var isClosed = false

  /// What travels on the lane.
  private enum Step: Sendable {
    case effect(CallFlow.Effect)
    /// Everything before is carried out: ends the stream for which somebody waits.
    case reached(AsyncStream<Void>.Continuation)
    /// Everything before is carried out: to be read from the stores when it is written, and before anything later is.
    case read(UnwrittenRows.Reading)
  }

  /// Nothing runs before `run`.
  public init(flow: CallFlow, surroundings: Surroundings, executor: any SerialExecutor) {
    self.executor = executor
    self.flow = flow
    outside = surroundings
    (unwrittenRows, rowsWait) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Works until `events` ends and all that was decided is carried out and written down. Called once, and ended by the
  /// end of `events` rather than by cancelling it, which would leave rows unwritten.
  ///
  /// Look-ups and timers that are under way at the end are cancelled; a store that hangs holds it up.
  public func run<Events: AsyncSequence & Sendable>(_ events: Events) async
  where Events.Element == CallEvent, Events.Failure == Never {
    async let writing: Void = writeRows()
    await withDiscardingTaskGroup { group in
      group.addTask { await self.hear(events) }
      while true {
        // Whatever is decided meanwhile goes behind the present batch.
        let batch = lane
        lane = []
        for step in batch {
          switch step {
          case .effect(let effect): await carryOut(effect, in: &group)
          case .reached(let waiter): waiter.finish()
          case .read(let reading): seal(for: reading)
          }
        }
        if lane.isEmpty {
          if isOver { break }
          await withCheckedContinuation { carrier = $0 }
        }
      }
      isClosed = true
      group.cancelAll()
    }
    sleeper?.cancel()
    await sleeper?.value
    for effect in flow.figuresClosed(at: outside.now()) { writeFigures(effect) }
    rowsWait.finish()
    await writing
    await figuresWritten()
  }

  /// Here, so that an event needs no thread but this one on its way from the stack to its effects.
  private func hear<Events: AsyncSequence & Sendable>(_ events: Events) async
  where Events.Element == CallEvent, Events.Failure == Never {
    for await event in events { happened(event) }
    finish()
  }

  /// Returns as soon as there is no call, and what was decided until then is carried out; also when `run` is over, or
  /// whoever waits is cancelled.
  public func untilIdle() async {
    let (reached, waiter) = AsyncStream<Void>.makeStream()
    idleWaiters.append(waiter)
    releaseWhenIdle()
    for await _ in reached {}
  }

  /// The same, but for no longer than until one of these returns: then all that still wait are cancelled, and must end by
  /// that. An order that hangs is left hanging.
  public func untilIdle(or ends: (@Sendable () async -> Void)...) async {
    await withTaskGroup { group in
      group.addTask { await self.untilIdle() }
      for end in ends { group.addTask { await end() } }
      await group.next()
      group.cancelAll()
    }
  }

  /// Takes on nothing new but emergency calls, tells those whom it turns away that it takes so many seconds, and all
  /// clients.
  public func drain(seconds: Int) { decide { $0.drainingBegan(seconds: seconds, at: $1) } }

  /// The telephone side said how much it has to do.
  public func loadMeasured(_ figures: LoadFigures) { decide { $0.loadMeasured(figures, at: $1) } }

  /// Ends all that is still up, and takes on nothing new; `untilIdle` says when that is done.
  public func stopCalls() { decide { $0.stopped(at: $1) } }

  /// The floor is as it was before a restart, and agents have done this. To be told before `run` hears of anything.
  public func restored(_ floor: FloorState, _ past: PastWork) { decide { $0.restored(floor, past, at: $1) } }

  /// Queues and agents are these from now on, and whoever waits is served by that; `differences` are told to clients.
  public func settingsChanged(to new: CallFlowSettings, _ differences: [SettingDifference], by user: UInt32) {
    decide { $0.settingsChanged(to: new, differences, by: user, at: $1) }
  }

  /// Somebody was turned away at the door.
  public func refused(source: String, reason: String) { decide { $0.refused(source: source, reason: reason, at: $1) } }

  /// The directory's answer comes back by these.
  func found(_ contact: ContactID, _ customers: [Customer]) { decide { $0.found(contact, customers, at: $1) } }
  func audited(_ entry: MonitorEntry, isWritten: Bool) { decide { $0.audited(entry, isWritten: isWritten, at: $1) } }
  func lookUpFailed(_ contact: ContactID) { decide { $0.lookUpFailed(contact, at: $1) } }
  func happened(_ event: CallEvent) { decide { $0.handle(event, at: $1) } }

  func decide(_ decision: (inout CallFlow, Moment) -> [CallFlow.Effect]) {
    let now = outside.now()
    let effects = decision(&flow, now) + flow.figuresDue(at: now)
    for effect in effects { put(.effect(effect)) }
    releaseWhenIdle()
  }

  /// So many wait to read from the stores, at most.
  private static let mostReadings = 16

  /// What `read` makes of the stored figures when all that has happened until now is written, and nothing that comes later;
  /// `withRecords`: what they were counted from too. One after the other, apart from this thread. It is told that moment,
  /// and who waits in it.
  func whenWritten<Answer: Sendable>(
    withRecords: Bool,
    _ read: @escaping @Sendable (any StoredFigures, _ now: Moment, _ standing: [Cell: Counts]) throws -> Answer
  ) async throws -> Answer {
    guard readings < Self.mostReadings else {
      throw ControlError(.wrongState, "\(readings) reports are being made already: ask again later")
    }
    readings += 1
    defer { readings -= 1 }
    let before = lastReading
    let task = Task {
      await before?.value
      return try await self.readNow(withRecords, read)
    }
    lastReading = Task { _ = try? await task.value }
    return try await task.value
  }

  private func readNow<Answer: Sendable>(
    _ withRecords: Bool,
    _ read: @escaping @Sendable (any StoredFigures, Moment, [Cell: Counts]) throws -> Answer
  ) async throws -> Answer {
    guard !isClosed else { throw CancellationError() }
    let now = outside.now()
    let (answers, answer) = AsyncStream<Result<Answer, any Error>>.makeStream()
    for effect in flow.figuresTaken(withRecords: withRecords, at: now) { put(.effect(effect)) }
    let (store, standing) = (outside.figures, flow.standing(at: now))
    put(
      .read { begun in
        do {
          answer.yield(.success(try await store.reading(begun: begun) { try read($0, now, standing) }))
        } catch {
          answer.yield(.failure(error))
        }
        answer.finish()
      })
    for await result in answers { return try result.get() }
    throw CancellationError()
  }

  private func releaseWhenIdle() {
    guard flow.isIdle || isOver else { return }
    for waiter in idleWaiters {
      if isClosed { waiter.finish() } else { put(.reached(waiter)) }
    }
    idleWaiters = []
  }

  private func finish() {
    isOver = true
    isReadingOver.store(true, ordering: .relaxed)
    releaseWhenIdle()
    wakeCarrier()
  }

  private func put(_ step: Step) {
    lane.append(step)
    wakeCarrier()
  }

  private func wakeCarrier() {
    carrier?.resume()
    carrier = nil
  }
}
