import Synchronization

/// A queue from any thread to one reader, in order and without bound.
///
/// What an `AsyncStream` does, but the reader wakes on its own executor at once: `AsyncStream` takes every element by way
/// of the global pool, two changes of thread more.
public final class Mailbox<Element: Sendable>: AsyncSequence, Sendable {
  private struct State {
    var waiting: [Element] = []
    var taken = 0
    var reader: UnsafeContinuation<Element?, Never>?
    var isFinished = false
  }

  private let state = Mutex(State())

  /// Empty.
  public init() {}

  /// How many wait.
  public var count: Int { state.withLock { $0.waiting.count - $0.taken } }

  /// Puts an element behind the others; never waits. Nothing happens after `finish`.
  public func yield(_ element: Element) {
    let reader = state.withLock { state -> UnsafeContinuation<Element?, Never>? in
      guard !state.isFinished else { return nil }
      if let reader = state.reader {
        state.reader = nil
        return reader
      }
      state.waiting.append(element)
      return nil
    }
    reader?.resume(returning: element)
  }

  /// Nothing will follow: the reader gets what waits, and then its end. More than once is as once.
  public func finish() {
    let reader = state.withLock { state in
      state.isFinished = true
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }

  /// For the one reader.
  public func makeAsyncIterator() -> Iterator { Iterator(mailbox: self) }

  /// Takes elements out; ends only with `finish`, not by cancelling the task.
  public struct Iterator: AsyncIteratorProtocol {
    let mailbox: Mailbox

    /// The next element, on the reader's own executor; nil at the end.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> Element? {
      await withUnsafeContinuation(isolation: actor) { mailbox.take($0) }
    }

    /// The next element; nil at the end.
    public mutating func next() async -> Element? { await next(isolation: nil) }
  }

  private func take(_ reader: UnsafeContinuation<Element?, Never>) {
    let answer = state.withLock { state -> Element?? in
      if state.taken < state.waiting.count {
        state.taken += 1
        let element = state.waiting[state.taken - 1]
        if state.taken == state.waiting.count {
          state.waiting.removeAll(keepingCapacity: state.waiting.capacity < 1024)
          state.taken = 0
        } else if state.taken == 1024 {
          state.waiting.removeFirst(state.taken)
          state.taken = 0
        }
        return .some(element)
      }
      if state.isFinished { return .some(nil) }
      state.reader = reader
      return nil
    }
    if let answer { reader.resume(returning: answer) }
  }
}
