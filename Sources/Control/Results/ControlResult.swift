public import Telephony

/// What a request brings back: one case per shape, each written as the JSON of its value.
public enum ControlResult: Sendable, Equatable, Encodable {
  /// Something was done.
  case done(Done)
  /// `system.status`. The socket replaces `epoch`, `seq` and `clients` by what it knows itself.
  case status(SystemStatus)
  /// `help`.
  case help([CommandDescription])
  /// `agents.list`.
  case agents([AgentSummary])
  /// `queues.list`.
  case queues([QueueSummary])
  /// `calls.list`.
  case calls([CallSummary])
  /// `monitor.list`.
  case monitors([MonitorSummary])
  /// `history.list`.
  case history([ContactSummary])
  /// `distribution.explain`.
  case explanation(ExplanationSummary)
  /// `directory.lookUp`.
  case customers([CustomerCard])
  /// `figures.live` and `figures.report`.
  case figures(FigureReport)
  /// `figures.verify`.
  case verification(FigureVerification)
  /// `shift.list`.
  case shifts([ShiftSummary])
  /// `config.diff` and `config.show`.
  case settings([SettingSummary])
  /// `events.subscribe`.
  case subscribed(Subscribed)

  /// The JSON of the value alone, without the name of the case.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .done(let value): try container.encode(value)
    case .status(let value): try container.encode(value)
    case .help(let value): try container.encode(value)
    case .agents(let value): try container.encode(value)
    case .queues(let value): try container.encode(value)
    case .calls(let value): try container.encode(value)
    case .monitors(let value): try container.encode(value)
    case .history(let value): try container.encode(value)
    case .explanation(let value): try container.encode(value)
    case .customers(let value): try container.encode(value)
    case .figures(let value): try container.encode(value)
    case .verification(let value): try container.encode(value)
    case .shifts(let value): try container.encode(value)
    case .settings(let value): try container.encode(value)
    case .subscribed(let value): try container.encode(value)
    }
  }
}

/// Something was done; where it began a contact, or concerns one, its name.
public struct Done: Sendable, Equatable, Codable {
  /// Always true: what was not done is an error.
  public var ok = true
  /// The contact that was begun or is concerned.
  public var contact: ContactID?
  /// What a person may want to know of it; else empty.
  public var note: String

  /// Puts it together.
  public init(contact: ContactID? = nil, note: String = "") {
    self.contact = contact
    self.note = note
  }
}

/// `events.subscribe`: where the stream stands.
public struct Subscribed: Sendable, Equatable, Codable {
  /// Changes with every start of the daemon, and with it `seq` begins at 1.
  public var epoch: UInt64
  /// The `seq` of the next notice.
  public var next: UInt64
  /// True when what `since` asked for is no longer kept: the client must read the state anew.
  public var missed: Bool

  /// Puts it together.
  public init(epoch: UInt64, next: UInt64, missed: Bool) {
    self.epoch = epoch
    self.next = next
    self.missed = missed
  }
}
