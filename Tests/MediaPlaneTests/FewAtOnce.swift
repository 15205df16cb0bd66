import Glibc
import TelephonyTesting
import Testing

/// Each of these tests is a machine's worth of phones that want to be on time: only so many run at once.
struct FewAtOnce: TestTrait, SuiteTrait, TestScoping {
  private struct Turns {
    // Where nobody can be on time anyhow, all the same may be quick.
    var left = isLate ? 12 : 4
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private static let turns = Guarded(Turns())

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    await withCheckedContinuation { continuation in
      let mayGo = Self.turns.withLock { turns in
        guard turns.left == 0 else {
          turns.left -= 1
          return true
        }
        turns.waiting.append(continuation)
        return false
      }
      if mayGo { continuation.resume() }
    }
    defer {
      let next = Self.turns.withLock { turns in
        if turns.waiting.isEmpty {
          turns.left += 1
          return CheckedContinuation<Void, Never>?.none
        }
        return turns.waiting.removeFirst()
      }
      next?.resume()
    }
    try await function()
  }
}

extension Trait where Self == FewAtOnce {
  static var fewAtOnce: Self { FewAtOnce() }
}
