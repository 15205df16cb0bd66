public import Telephony

/// Something of which the recording itself may hold no sound: that a supervisor came, changed her mode, or left.
public struct RecordingMark: Sendable, Equatable {
  /// From the beginning of the recording.
  public var offset: Duration
  /// What it was.
  public var event: Event
  /// Who did it.
  public var supervisor: AgentID
  /// The agent with whom she was.
  public var agent: AgentID

  /// What can be marked.
  public enum Event: String, Sendable, Codable, CaseIterable {
    /// She hears both from now on, and nobody hears her.
    case listen
    /// The agent hears her.
    case whisper
    /// Both hear her, and so does the recording.
    case barge
    /// She hears nobody any more.
    case left
    /// She is the party in the agent's place.
    case tookOver = "took_over"

    init(_ mode: MonitorMode) {
      self =
        switch mode {
        case .listen: .listen
        case .whisper: .whisper
        case .barge: .barge
        }
    }
  }

  /// Puts it together.
  public init(offset: Duration, event: Event, supervisor: AgentID, agent: AgentID) {
    self.offset = offset
    self.event = event
    self.supervisor = supervisor
    self.agent = agent
  }
}
