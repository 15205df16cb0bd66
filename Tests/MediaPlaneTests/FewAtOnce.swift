import TelephonyTesting
import Testing

/// Each of these tests is a machine's worth of phones that want to be on time: only so many run at once.
struct FewAtOnce: TestTrait, SuiteTrait, TestScoping {
  // Where nobody can be on time anyhow, all the same may be quick.
  private static let turns = Turns(isLate ? 12 : 4)

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    if testCase == nil { try await function() } else { try await Self.turns.take(function) }
  }
}

extension Trait where Self == FewAtOnce {
  static var fewAtOnce: Self { FewAtOnce() }
}
