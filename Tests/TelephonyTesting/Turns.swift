/// Only so many at once of what would keep each other from being on time; the others wait for their turn, first come first
/// served.
public final class Turns: Sendable {
  private struct State {
    var left: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state: Guarded<State>

  /// So many at once, at least one.
  public init(_ count: Int) { state = Guarded(State(left: max(1, count))) }

  /// Waits for a turn, does it, and gives the turn to the next.
  public func take(_ work: @Sendable () async throws -> Void) async rethrows {
    await withCheckedContinuation { continuation in
      let mayGo = state.withLock { state in
        guard state.left == 0 else {
          state.left -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if mayGo { continuation.resume() }
    }
    defer {
      let next = state.withLock { state in
        if state.waiting.isEmpty {
          state.left += 1
          return CheckedContinuation<Void, Never>?.none
        }
        return state.waiting.removeFirst()
      }
      next?.resume()
    }
    try await work()
  }
}
