import TelephonyTesting
import Testing

/// Each of these tests starts a daemon and its peers, who answer in time only while the machine does: only so many run at
/// once. Most of what they do is waiting.
struct FewAtOnce: TestTrait, SuiteTrait, TestScoping {
  private static let turns = Turns(12)

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
