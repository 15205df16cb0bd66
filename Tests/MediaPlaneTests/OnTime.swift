import TelephonyTesting
import Testing

/// A build that a sanitizer slows down says late what it says.
let isLate = isSanitized

/// It measures sound that has to come on time. In a build that is late all of it runs, for the sanitizer to look at, but of
/// what it expects only that counts which holds at any pace: what `always` says.
struct OnTime: TestTrait, SuiteTrait, TestScoping {
  @TaskLocal fileprivate static var countsAlways = false

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard isLate, testCase != nil else { return try await function() }
    try await withKnownIssue("a sanitizer's build is late", isIntermittent: true) {
      try await function()
    } matching: { _ in
      !Self.countsAlways
    }
  }
}

extension Trait where Self == OnTime {
  static var onTime: Self { OnTime() }
}

/// What is expected here holds at any pace.
func always<Result>(_ expectations: () throws -> Result) rethrows -> Result {
  try OnTime.$countsAlways.withValue(true, operation: expectations)
}
