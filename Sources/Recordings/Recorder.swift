public import Telephony

/// When a file starts and when it is sealed.
public struct Recorder: Sendable {
  public enum Effect: Equatable, Sendable {
    /// Write the row, open the file.
    case start(Recording)
    /// Seal the file.
    case stop(RecordingID)
    /// Write the row as it is now.
    case save(Recording)
  }

  public init() {}

  /// Two parties talk in this contact from now on; `name` is used when this begins a recording.
  public mutating func conversationBegan(
    _ contact: ContactID, agent: AgentID?, queue: QueueID?, policy: RecordingPolicy, name: RecordingID, at now: Moment
  ) -> [Effect] { [] }
  /// Somebody asks for it; nothing happens when it runs, when nobody talks, or when the policy is `never`.
  public mutating func requested(_ contact: ContactID, name: RecordingID, at now: Moment) -> [Effect] { [] }
  /// Somebody ends it. A recording that the policy demands goes on: the answer says so by being empty.
  public mutating func stopRequested(_ contact: ContactID, at now: Moment) -> [Effect] { [] }
  public mutating func conversationEnded(_ contact: ContactID, at now: Moment) -> [Effect] { [] }
  public mutating func failed(_ recording: RecordingID, at now: Moment) -> [Effect] { [] }

  /// The recording that runs for this contact.
  public func current(of contact: ContactID) -> RecordingID? { nil }
}
