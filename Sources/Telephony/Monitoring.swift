/// One supervisor's presence beside an agent or in a contact, from the request to its end. UUIDv7.
public struct MonitorID: Identifier {
  /// The text.
  public let rawValue: String
  /// Takes the text as it stands.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// What a supervisor is to the two who talk, the least first.
public enum MonitorMode: String, Sendable, Codable, CaseIterable, Comparable {
  /// She hears both, nobody hears her.
  case listen
  /// She hears both, and the agent hears her; the customer never does.
  case whisper
  /// Three who talk with each other.
  case barge

  /// By who hears the supervisor.
  public static func < (a: MonitorMode, b: MonitorMode) -> Bool {
    allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
  }
}

/// Whom a supervisor stays with.
public enum MonitorFollow: String, Sendable, Codable, CaseIterable {
  /// With the agent, through all her calls.
  case agent
  /// With the contact, through whoever handles it, until it ends.
  case contact
}

/// Where on a recording a supervisor is who is beside those who talk.
public enum SupervisorRecording: String, Sendable, Codable, CaseIterable {
  /// On the right, with the agent, while she barges.
  case right
  /// The same, and whatever she says to anybody in a file of her own beside it.
  case separate
  /// Nowhere.
  case none
}
