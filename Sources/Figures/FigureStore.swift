public import Telephony

/// Where figures, and the rows of agents' time, are kept and found.
public protocol FigureStore: Sendable {
  /// Writes or replaces the row; durable when it returns.
  func save(_ stretch: Stretch) async throws
  /// Adds to what is stored, all or nothing; `now` is the last instant at which the daemon is known to have lived. A few
  /// rows of quarters and of agents' time before `oldest`, wall time in milliseconds, are deleted.
  func add(_ cells: [Cell: Counts], at now: Moment, forgetting oldest: Int64) async throws
  /// Everything is written: until something is added again, what is stored is what the log says.
  func closed(at now: Moment) async throws
  /// What `read` makes of what is stored now. It runs on a thread of the store's own, one after the other, and sees nothing
  /// that is written after `begun` was called; from then on it holds nobody up who writes.
  func reading<Answer: Sendable>(
    begun: @escaping @Sendable () -> Void, _ read: @escaping @Sendable (any StoredFigures) throws -> Answer
  ) async throws -> Answer
}

/// Figures, and the log that they were counted from, as they are stored at one moment.
public protocol StoredFigures {
  /// Of the quarters that begin in this time, as wall time in milliseconds.
  func cells(in range: Range<Int64>) throws -> [Cell: Counts]
  /// What is stored of quarters in this time and means nothing: it is kept as it is.
  func unreadable(in range: Range<Int64>) throws -> [UnreadableFigures]
  /// All contacts of which something happened in this time (a part of them began, was answered, was past its threshold or
  /// ended, or somebody wrote up what they were about), in no order.
  func contacts(touching range: Range<Int64>) throws -> [LoggedContact]
  /// Contacts that began in this time, or a part of which did, and that came in, were answered and are over, of customers who
  /// are certain, in no order; each with what the same customer has begun no more than `window` milliseconds later. About the
  /// same are contacts whose dispositions are the same one of `reasons`; where not both are one of these, those that came to
  /// the same place first. By wall time, and of one instant by their names, as are all that are later.
  func followedContacts(
    touching range: Range<Int64>, within window: Int64, reasons: Set<String>
  ) throws -> [FollowedContact]
  /// Stretches that touch this time, and wrap-ups after contacts that began, or came to somebody, in it.
  func stretches(touching range: Range<Int64>) throws -> [Stretch]
  /// Shifts that begin on these days.
  func shifts(on days: ClosedRange<LocalDay>) throws -> [Shift]
}

/// Stored figures of a quarter that nobody can read.
public struct UnreadableFigures: Sendable, Equatable {
  /// The quarter, wall time in milliseconds.
  public var quarter: Int64
  /// The word for what kind of subject it is of.
  public var kind: String
  /// Its name.
  public var subject: String
  /// What stands there.
  public var text: String

  /// Puts it together.
  public init(quarter: Int64, kind: String, subject: String, text: String) {
    self.quarter = quarter
    self.kind = kind
    self.subject = subject
    self.text = text
  }
}
