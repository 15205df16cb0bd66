public import Telephony

/// Who hears whom: keeps the parties of each contact and derives from them the one set of audio links.
public struct Switchboard: Sendable {
  /// The difference between what is linked and what should be: first all unlinks, then all links, each ordered.
  public enum Effect: Equatable, Sendable {
    case unlink(AudioLink)
    case link(AudioLink)
  }

  /// On which side of the counter a party stands.
  public enum Side: Sendable, Hashable { case outside, agent }

  public init() {}

  /// A party is there and can be spoken to, but talks to nobody yet; it hears `music` (a WAV file) or nothing.
  public mutating func partyWaits(_ leg: LegID, in contact: ContactID, side: Side, hearing music: String?) -> [Effect] {
    []
  }
  /// The party talks from now on with everybody who is joined; while an agent's phone holds, the outside hears `holdMusic`.
  public mutating func partyJoined(_ leg: LegID, in contact: ContactID, side: Side, holdMusic: String?) -> [Effect] {
    []
  }
  /// The far end is not answered yet but has sound of its own (183): whoever waits in this contact hears it instead of music.
  public mutating func earlyMediaOpened(_ leg: LegID, in contact: ContactID, side: Side) -> [Effect] { [] }
  public mutating func partyHeld(_ leg: LegID) -> [Effect] { [] }
  public mutating func partyRetrieved(_ leg: LegID) -> [Effect] { [] }
  public mutating func partyLeft(_ leg: LegID) -> [Effect] { [] }
  public mutating func recordingBegan(_ recording: RecordingID, of contact: ContactID) -> [Effect] { [] }
  public mutating func recordingEnded(_ recording: RecordingID) -> [Effect] { [] }

  /// All links as they should be now.
  public var links: Set<AudioLink> { [] }
}
