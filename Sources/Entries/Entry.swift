public import Telephony

/// One row of the entry table.
public struct Entry: Sendable, Equatable {
  /// The number that was dialled.
  public var called: NumberPattern
  /// Who calls.
  public var caller: CallerPattern
  /// Where such a call goes.
  public var target: Target

  /// Where a call can go.
  public enum Target: Sendable, Equatable {
    case queue(QueueID)
    case agent(AgentID)
    /// Play a WAV file, then end with a status (an unanswered call stays unanswered: early media).
    case announcement(file: String, status: Int)
    case reject(status: Int)
  }

  /// Which callers a row is for.
  public enum CallerPattern: Sendable, Equatable {
    case anyone
    /// Fits the canonical number (`+8190*`) or the national one (`090*`); never an anonymous caller.
    case number(NumberPattern)
    case anonymous(Caller.Anonymity)
    /// Whoever shows no number, for whichever reason.
    case anyAnonymous
    /// A number of another country.
    case international
    /// A number on the table's list of blocked numbers; never an emergency service that calls back.
    case blocked
  }

  /// A row; for every caller when nothing else is said.
  public init(called: NumberPattern, caller: CallerPattern = .anyone, target: Target) {
    self.called = called
    self.caller = caller
    self.target = target
  }
}
