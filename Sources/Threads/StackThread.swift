import Glibc

/// One thread that the SIP stack knows by name, as the executor of actors.
///
/// A dispatch queue would not do, as the stack must have met every thread that calls it. Actors that share one
/// `StackThread` call each other without a change of thread: what the flow decides reaches the stack at once. Jobs run one at a time in the
/// order in which they were enqueued. The thread ends when its owner lets go of it, after the jobs at hand: an actor
/// keeps its `StackThread`, and a job keeps its actor, so none is lost.
public final class StackThread: SerialExecutor {
  private let lane: Lane

  /// Starts the thread.
  public init() {
    lane = Lane()
    lane.owner = self
    lane.begin()
  }

  deinit { lane.finish() }

  /// Runs the job on the thread, after those enqueued before.
  public func enqueue(_ job: consuming ExecutorJob) { lane.append(UnownedJob(job)) }

  /// Stops the program when called elsewhere: a fault of our own, that no peer can bring about.
  public func checkIsolated() { precondition(lane.isCurrent, "not on the stack's thread") }

  /// The same for code that asks.
  public func isIsolatingCurrentContext() -> Bool? { lane.isCurrent }
}

/// What thread and executor share, so that either may go first.
///
/// Unchecked: `jobs` and `isFinished` are guarded by `mutex`; `owner` and `thread` are written before the thread can
/// read them, or any job can be enqueued.
private final class Lane: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [UnownedJob] = []
  private var isFinished = false
  private var thread = pthread_t()
  weak var owner: StackThread?

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }

  func begin() {
    let own = Unmanaged.passRetained(self).toOpaque()
    pthread_mutex_lock(mutex)
    let code = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Lane>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      }, own)
    // At start-up, with nothing to fall back on.
    precondition(code == 0, "no thread for the SIP stack: error \(code)")
    pthread_detach(thread)
    pthread_mutex_unlock(mutex)
  }

  func append(_ job: UnownedJob) {
    pthread_mutex_lock(mutex)
    jobs.append(job)
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  func finish() {
    pthread_mutex_lock(mutex)
    isFinished = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  private func run() {
    var batch: [UnownedJob] = []
    while true {
      pthread_mutex_lock(mutex)
      while jobs.isEmpty && !isFinished { pthread_cond_wait(condition, mutex) }
      swap(&batch, &jobs)
      pthread_mutex_unlock(mutex)
      // Held for the batch: the last job may be what kept the executor alive.
      guard !batch.isEmpty, let executor = owner else { return }
      for job in batch { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
      batch.removeAll(keepingCapacity: true)
    }
  }
}
