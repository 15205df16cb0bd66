import Glibc

/// Something did not come about.
public struct NeverCame: Error, CustomStringConvertible {
  /// What.
  public let description: String
}

/// Looks every few milliseconds until it is so: for facts of which nobody tells, such as a count that another thread
/// keeps, what stands in a file, or the end of a child. Throws when it is not so within the limit, which ends a hanging
/// test and judges no speed.
public func eventually(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(60), _ isSo: () throws -> Bool
) async throws {
  let end = ContinuousClock.now.advanced(by: limit)
  while try !isSo() {
    guard ContinuousClock.now < end else { throw NeverCame(description: "waited \(limit) in vain: \(what())") }
    try await Task.sleep(for: .milliseconds(3))
  }
}

/// The same on a thread of the test's own, which it blocks.
public func eventually(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(60), _ isSo: () throws -> Bool
) throws {
  let end = ContinuousClock.now.advanced(by: limit)
  while try !isSo() {
    guard ContinuousClock.now < end else { throw NeverCame(description: "waited \(limit) in vain: \(what())") }
    usleep(3000)
  }
}
