internal import Dispatch
internal import Synchronization

/// One connection and the serial queue that owns it. Jobs run in the order in which they came.
///
/// Writing jobs that wait at the same time share one transaction, and thus one sync of the disk; each is told of its
/// success only after the commit, and one that fails takes none of the others with it.
final class Lane: Sendable {
  /// Carries out its work and hands back what to say when it is committed, and when it is not.
  struct Job: Sendable {
    let work: @Sendable (Connection) throws(StorageError) -> @Sendable () -> Void
    let failed: @Sendable (StorageError) -> Void
  }

  private let queue: DispatchQueue
  private let isReadOnly: Bool
  /// `isScheduled` while a drain is on the queue or running: at most one is.
  private let waiting = Mutex((jobs: [Job](), isScheduled: false, isClosed: false))
  /// Touched on `queue` only, except before the lane is shared.
  nonisolated(unsafe) private var connection: Connection?

  init(_ connection: sending Connection, label: String, isReadOnly: Bool) {
    self.connection = connection
    self.isReadOnly = isReadOnly
    queue = DispatchQueue(label: label)
  }

  /// What `body` returns, after the commit.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(StorageError) -> Result
  ) async throws(StorageError) -> Result {
    let outcome: Swift.Result<Result, StorageError> = await withCheckedContinuation { continuation in
      enqueue(
        Job(
          work: { connection throws(StorageError) in
            let result = try body(connection)
            return { continuation.resume(returning: .success(result)) }
          }, failed: { continuation.resume(returning: .failure($0)) }))
    }
    return try outcome.get()
  }

  /// Lets what waits be finished, then closes. Later jobs fail with `closed`. Twice is as once.
  func close() async {
    waiting.withLock { $0.isClosed = true }
    await withCheckedContinuation { continuation in
      queue.async {
        self.drain()
        self.connection = nil
        continuation.resume()
      }
    }
  }

  private func enqueue(_ job: Job) {
    let (isClosed, mustSchedule) = waiting.withLock { waiting in
      guard !waiting.isClosed else { return (true, false) }
      waiting.jobs.append(job)
      defer { waiting.isScheduled = true }
      return (false, !waiting.isScheduled)
    }
    if isClosed { job.failed(.closed) }
    if mustSchedule { queue.async { self.drain() } }
  }

  /// On the queue: all that waits, then what has come meanwhile.
  private func drain() {
    while true {
      let jobs = waiting.withLock { waiting in
        defer { waiting.jobs = [] }
        if waiting.jobs.isEmpty { waiting.isScheduled = false }
        return waiting.jobs
      }
      if jobs.isEmpty { return }
      var rest = jobs[...]
      while !rest.isEmpty { transact(&rest) }
    }
  }

  /// One transaction with as many of the jobs as it can hold: all, unless SQLite gives it up in the middle.
  private func transact(_ jobs: inout ArraySlice<Job>) {
    guard let connection else {
      while let job = jobs.popFirst() { job.failed(.closed) }
      return
    }
    var done: [(said: @Sendable () -> Void, job: Job)] = []
    do {
      try connection.execute(isReadOnly ? "BEGIN" : "BEGIN IMMEDIATE")
    } catch {
      while let job = jobs.popFirst() { job.failed(error) }
      return
    }
    while let job = jobs.popFirst() {
      do {
        try connection.execute("SAVEPOINT job")
        let said = try job.work(connection)
        try connection.execute("RELEASE job")
        done.append((said, job))
      } catch let failure {
        job.failed(failure)
        // After a full disk or the like SQLite has taken back the whole transaction, and there is no job to undo.
        do { try connection.execute("ROLLBACK TO job; RELEASE job") } catch {
          if connection.isInTransaction { try? connection.execute("ROLLBACK") }
          for (_, job) in done { job.failed(failure) }
          return
        }
      }
    }
    do {
      try connection.execute("COMMIT")
      for (said, _) in done { said() }
    } catch {
      if connection.isInTransaction { try? connection.execute("ROLLBACK") }
      for (_, job) in done { job.failed(error) }
    }
  }
}
