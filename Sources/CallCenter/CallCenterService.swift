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
    public var engine: any CallEngine
    public var notices: any NoticeSink
    public var customers: any CustomerSource
    public var history: any HistoryStore
    public var recordings: any RecordingStore
    public var now: @Sendable () -> Moment
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
  private let lane: AsyncStream<CallFlow.Effect>
  private let outbox: AsyncStream<CallFlow.Effect>.Continuation
  let rows: AsyncStream<Row>
  let written: AsyncStream<Row>.Continuation
  var timers: [CallFlow.Timer: Task<Void, Never>] = [:]
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []

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

  /// Works until `events` ends and all that was decided is carried out and written down.
  public func run(_ events: AsyncStream<CallEvent>) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.write() }
      group.addTask {
        for await event in events { await self.happened(event) }
        await self.finish()
      }
      for await effect in lane { await carryOut(effect, in: &group) }
      written.finish()
    }
  }

  /// No call, or none left after `stopCalls`: returns at once or as soon as it is so.
  public func untilIdle() async {
    guard !flow.isIdle else { return }
    await withCheckedContinuation { idleWaiters.append($0) }
  }

  /// Ends all that is still up.
  public func stopCalls() { decide { $0.stopped(at: $1) } }

  /// Somebody was turned away at the door.
  public func refused(source: String, reason: String) { decide { $0.refused(source: source, reason: reason, at: $1) } }

  /// The directory's answer, and a timer's call, come back by these.
  func found(_ contact: ContactID, _ customers: [Customer]) { decide { $0.found(contact, customers, at: $1) } }
  func lookUpFailed(_ contact: ContactID) { decide { $0.lookUpFailed(contact, at: $1) } }
  func due(_ timer: CallFlow.Timer) {
    timers[timer] = nil
    decide { $0.timerFired(timer, at: $1) }
  }
  func happened(_ event: CallEvent) { decide { $0.handle(event, at: $1) } }

  func decide(_ decision: (inout CallFlow, Moment) -> [CallFlow.Effect]) {
    let effects = decision(&flow, outside.now())
    for effect in effects { outbox.yield(effect) }
    if flow.isIdle, !idleWaiters.isEmpty {
      for waiter in idleWaiters { waiter.resume() }
      idleWaiters = []
    }
  }

  private func finish() {
    for timer in timers.values { timer.cancel() }
    timers = [:]
    outbox.finish()
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }
}
