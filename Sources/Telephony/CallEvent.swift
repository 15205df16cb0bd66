/// What happened on the telephone side, in the order in which it happened on the wire.
public enum CallEvent: Equatable, Sendable {
  /// A new call stands at the door: nothing but 100 has been answered yet.
  case arrived(LegID, Invitation)
  /// A leg that we dialled rings (180) or progresses with media (183).
  case progressed(LegID, status: Int)
  /// Both sides agreed: an outgoing leg got its 200, or an incoming leg's 200 was acknowledged.
  case answered(LegID)
  /// The party holds us: it wants to hear nothing, or sends nothing (sendonly, inactive, 0.0.0.0).
  case held(LegID)
  /// The party took us back.
  case retrieved(LegID)
  /// One key press (RFC 4733 or INFO), told once; `0`–`9`, `*`, `#`, `A`–`D`.
  case pressed(LegID, digit: Character)
  /// What is heard of the party has changed: told once for each change, the first time when its first audio comes.
  case audioChanged(LegID, AudioState)
  /// The announcement that `play` started has come to its end.
  case announcementFinished(LegID)
  /// The dialog is over; nothing more will come of this leg.
  case ended(LegID, LegEnd)
  /// A phone has at least one current binding.
  case phoneReachable(PhoneID)
  /// A phone that was reachable has registered again: it is there.
  case phoneRegistered(PhoneID)
  /// A phone's last binding has gone.
  case phoneUnreachable(PhoneID)
  /// The recorder could not write: what is on disk up to here stays.
  case recordingFailed(RecordingID, reason: String)
}

/// What is heard of a party that may speak; on hold nothing is expected of it.
public enum AudioState: String, Equatable, Sendable, CaseIterable {
  /// Packets come.
  case flowing
  /// None has come for 10 s, while we send: audio one way, as a wrong address or a firewall makes it.
  case oneWay = "one_way"
  /// None has come for as long as is configured, 30 s by default: the phone has probably gone.
  case silent
}

/// How one dialog came to its end.
public struct LegEnd: Equatable, Sendable {
  /// The final status: that of the answer for a leg that was never answered, 200 after a BYE, 408 when the peer vanished.
  public var status: Int
  /// True when the other side ended it; false when we did.
  public var byPeer: Bool
  /// Whether it had been answered.
  public var wasAnswered: Bool
  /// True when it came to nothing for want of something of ours (no room for another leg): nobody was asked, and no phone
  /// is to blame.
  public var isOurFault: Bool

  /// Puts it together.
  public init(status: Int, byPeer: Bool, wasAnswered: Bool, isOurFault: Bool = false) {
    self.status = status
    self.byPeer = byPeer
    self.wasAnswered = wasAnswered
    self.isOurFault = isOurFault
  }
}
