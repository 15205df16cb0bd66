import Glibc

/// A value behind a POSIX mutex.
///
/// In place of `Mutex`, which under contention takes its lock inside the uninstrumented `libswiftSynchronization`: Thread
/// Sanitizer does not see that, and reports races that are none. It knows `pthread_mutex_lock`.
public final class Guarded<Value>: @unchecked Sendable {
  // Unchecked: `value` is touched only in `withLock`, between lock and unlock of `mutex`.
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// Starts with this value.
  public init(_ value: Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Reads or changes it; one at a time, and not from inside itself.
  public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
