public import Telephony

/// Where a call goes in: the first row whose called number and caller both fit.
public struct EntryTable: Sendable, Equatable {
  public var entries: [Entry]
  /// Canonical numbers, or prefixes of them ending in `*`, that count as blocked.
  public var blocked: [NumberPattern]

  public init(entries: [Entry], blocked: [NumberPattern] = []) {
    self.entries = entries
    self.blocked = blocked
  }

  /// The target of a call, or nil: 404. `called` is tried as it was dialled and in canonical form.
  public func target(called: String, caller: Caller, read: NumberReader) -> Entry.Target? { nil }
}

/// One row of the table.
public struct Entry: Sendable, Equatable {
  public var called: NumberPattern
  public var caller: CallerPattern
  public var target: Target

  public enum Target: Sendable, Equatable {
    case queue(QueueID)
    case agent(AgentID)
    /// Play a WAV file, then end with a status (an unanswered call stays unanswered: early media).
    case announcement(file: String, status: Int)
    case reject(status: Int)
  }

  public enum CallerPattern: Sendable, Equatable {
    case anyone
    case number(NumberPattern)
    case anonymous(Caller.Anonymity)
    /// Whoever shows no number, for whichever reason.
    case anyAnonymous
    case international
    case blocked
  }

  public init(called: NumberPattern, caller: CallerPattern = .anyone, target: Target) {
    self.called = called
    self.caller = caller
    self.target = target
  }
}

/// A pattern over digits: `8000`, `80XX` (X is any digit), `+8190*` (anything may follow), `*` (everything).
public struct NumberPattern: Sendable, Hashable, CustomStringConvertible {
  public let text: String
  /// Nil when a character has no meaning in a pattern.
  public init?(_ text: String) {
    self.text = text
  }
  public var description: String { text }
  public func matches(_ number: String) -> Bool { false }
}
