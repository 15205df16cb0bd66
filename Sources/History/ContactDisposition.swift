public import Telephony

/// What a contact came to, as its agent said; said again, the last word counts.
public struct ContactDisposition: Sendable, Equatable {
  /// One of the configuration.
  public var code: String
  /// In her words; may be empty.
  public var note: String
  /// Whose contact it was then.
  public var agent: AgentID
  /// When it was said.
  public var at: Moment

  /// Puts it together.
  public init(code: String, note: String = "", agent: AgentID, at: Moment) {
    self.code = code
    self.note = note
    self.agent = agent
    self.at = at
  }
}

/// What contacts can come to, as the administrator decided.
public struct DispositionCodes: Sendable, Equatable {
  /// One of them.
  public struct Code: Sendable, Equatable {
    /// On the socket and in the history.
    public var id: String
    /// Of contacts of these queues only; nil: of all, those without a queue too.
    public var queues: Set<QueueID>?
    /// It says what a contact was about, rather than what came of it.
    public var isReason: Bool

    /// All three as given.
    public init(_ id: String, queues: Set<QueueID>? = nil, isReason: Bool = false) {
      self.id = id
      self.queues = queues
      self.isReason = isReason
    }
  }

  /// In the order of the configuration.
  public var all: [Code]

  /// None, unless they are given.
  public init(_ all: [Code] = []) { self.all = all }

  /// Those that say what contacts were about.
  public var reasons: Set<String> { Set(all.lazy.filter(\.isReason).map(\.id)) }

  /// Those of a contact of this queue, or of one without.
  public func codes(in queue: QueueID?) -> [String] {
    all.filter { code in code.queues.map { queues in queue.map(queues.contains) ?? false } ?? true }.map(\.id)
  }

  /// Why such a contact cannot have come to this, in one sentence for the client; nil when it can.
  public func refusal(of code: String, in queue: QueueID?) -> String? {
    let known = codes(in: queue)
    if known.contains(code) { return nil }
    guard !known.isEmpty else {
      return all.isEmpty
        ? "the configuration has no [[dispositions]]" : "the configuration has no [[dispositions]] for this contact"
    }
    return "\(code) is no disposition of this contact: \(known.joined(separator: ", "))"
  }
}
