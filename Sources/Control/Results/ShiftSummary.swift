public import Telephony

/// One shift in `shift.list`, by the clock on the wall.
public struct ShiftSummary: Sendable, Equatable, Codable {
  /// Whose it is.
  public var agent: AgentID
  /// The day on which it begins.
  public var date: String
  /// `09:00`
  public var from: String
  /// `18:00`; no later than `from`: on the next day.
  public var to: String
  /// Without pay, `12:00-13:00`.
  public var breaks: [String]
  /// With pay.
  public var paidBreaks: [String]
  /// Training and the like.
  public var work: [String]
  /// When it was planned, RFC 3339.
  public var changedAt: String
  /// The Unix user who planned it.
  public var user: UInt32

  /// Puts it together.
  public init(
    agent: AgentID, date: String, from: String, to: String, breaks: [String], paidBreaks: [String], work: [String],
    changedAt: String, user: UInt32
  ) {
    self.agent = agent
    self.date = date
    self.from = from
    self.to = to
    self.breaks = breaks
    self.paidBreaks = paidBreaks
    self.work = work
    self.changedAt = changedAt
    self.user = user
  }
}
