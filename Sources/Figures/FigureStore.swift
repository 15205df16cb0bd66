public import Telephony

/// Where figures, and the rows of agents' time, are kept and found.
public protocol FigureStore: Sendable {
  /// Writes or replaces the row; durable when it returns.
  func save(_ stretch: Stretch) async throws
  /// Adds to what is stored, all or nothing; `now` is the last instant at which the daemon is known to have lived.
  func add(_ cells: [Cell: Counts], at now: Moment) async throws
  /// Of the quarters that begin in this time, as wall time in milliseconds.
  func cells(in range: Range<Int64>) async throws -> [Cell: Counts]
  /// Stretches that touch this time, and wrap-ups after contacts that began, or came to somebody, in it.
  func stretches(touching range: Range<Int64>) async throws -> [Stretch]
}
