public import Control
public import Directory
public import History
public import Recordings
public import Telephony

/// Carries out what `CallFlow` decides, in the order decided, and brings back what comes of it.
///
/// It has no state but the flow. Decisions are synchronous; effects leave on one lane; slow work (look-ups, rows in the
/// database) leaves as a child task and comes back as an event. When `run` returns, nothing of it is left running.
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
    /// The one clock.
    public var now: @Sendable () -> Moment
    /// Where lines go.
    public var log: Log

    /// All of it.
    public init(
      engine: any CallEngine, notices: any NoticeSink, customers: any CustomerSource, history: any HistoryStore,
      recordings: any RecordingStore, now: @escaping @Sendable () -> Moment, log: @escaping Log
    ) {
      self.engine = engine
      self.notices = notices
      self.customers = customers
      self.history = history
      self.recordings = recordings
      self.now = now
      self.log = log
    }
  }

  var flow: CallFlow
  let outside: Surroundings
  private let lane: AsyncStream<Step>
  private let outbox: AsyncStream<Step>.Continuation
  let rows: AsyncStream<Row>
  let written: AsyncStream<Row>.Continuation
  /// Those that are set; each sleeps, and answers whether it slept to its end.
  var timers: [CallFlow.Timer: Task<Bool, Never>] = [:]
  private var idleWaiters: [AsyncStream<Void>.Continuation] = []
  private var isOver = false

  /// What travels on the lane.
  private enum Step: Sendable {
    case effect(CallFlow.Effect)
    /// Everything before is carried out: ends the stream for which somebody waits.
    case reached(AsyncStream<Void>.Continuation)
  }

  /// What is to be written down; in order, so that a later state of a record never loses to an earlier one.
  enum Row: Sendable {
    case contact(ContactRecord)
    case recording(Recording)
  }

  /// Nothing runs before `run`.
  public init(flow: CallFlow, surroundings: Surroundings) {
    self.flow = flow
    outside = surroundings
    (lane, outbox) = AsyncStream.makeStream()
    (rows, written) = AsyncStream.makeStream()
  }

  /// Works until `events` ends and all that was decided is carried out and written down. Called once, and ended by the
  /// end of `events` rather than by cancelling it, which would leave rows unwritten.
  ///
  /// Look-ups and timers that are under way at the end are cancelled; a store that hangs holds it up.
  public func run(_ events: AsyncStream<CallEvent>) async {
    async let writing: Void = write()
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await event in events { await self.happened(event) }
        await self.finish()
      }
      for await step in lane {
        switch step {
        case .effect(let effect): await carryOut(effect, in: &group)
        case .reached(let waiter): waiter.finish()
        }
      }
      group.cancelAll()
    }
    timers = [:]
    written.finish()
    await writing
  }

  /// Returns as soon as there is no call, and what was decided until then is carried out; also when `run` is over, or
  /// whoever waits is cancelled.
  public func untilIdle() async {
    let (reached, waiter) = AsyncStream<Void>.makeStream()
    idleWaiters.append(waiter)
    releaseWhenIdle()
    for await _ in reached {}
  }

  /// Ends all that is still up; `untilIdle` says when that is done.
  public func stopCalls() { decide { $0.stopped(at: $1) } }

  /// Somebody was turned away at the door.
  public func refused(source: String, reason: String) { decide { $0.refused(source: source, reason: reason, at: $1) } }

  /// The directory's answer, and a timer's call, come back by these.
  func found(_ contact: ContactID, _ customers: [Customer]) { decide { $0.found(contact, customers, at: $1) } }
  func lookUpFailed(_ contact: ContactID) { decide { $0.lookUpFailed(contact, at: $1) } }
  func due(_ timer: CallFlow.Timer, _ sleep: Task<Bool, Never>) {
    // Cancelled or set anew while it came here.
    guard timers[timer] == sleep else { return }
    timers[timer] = nil
    decide { $0.timerFired(timer, at: $1) }
  }
  func happened(_ event: CallEvent) { decide { $0.handle(event, at: $1) } }

  func decide(_ decision: (inout CallFlow, Moment) -> [CallFlow.Effect]) {
    let effects = decision(&flow, outside.now())
    for effect in effects { outbox.yield(.effect(effect)) }
    releaseWhenIdle()
  }

  private func releaseWhenIdle() {
    guard flow.isIdle || isOver else { return }
    for waiter in idleWaiters {
      if case .terminated = outbox.yield(.reached(waiter)) { waiter.finish() }
    }
    idleWaiters = []
  }

  private func finish() {
    isOver = true
    releaseWhenIdle()
    outbox.finish()
  }
}
