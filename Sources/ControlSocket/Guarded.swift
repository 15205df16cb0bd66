import Glibc

/// A value that one thread at a time can reach.
///
/// Not `Synchronization.Mutex`: its futex is invisible to ThreadSanitizer, which then reports every access as a race. May
/// go when Swift's runtime tells the sanitizer of it.
///
/// `@unchecked Sendable`: the value is only reached in `withLock`, with the mutex held.
final class Guarded<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  init(_ value: sending Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Not re-entrant; the body must be short and must not wait.
  func withLock<Answer>(_ body: (inout Value) throws -> Answer) rethrows -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
