/// Where an outgoing leg goes.
public enum Destination: Hashable, Sendable {
  /// A phone: every current binding rings, the first 200 wins. An extension behind a PBX goes there by its trunk.
  case phone(PhoneID)
  /// A number, out by a trunk; written as the trunk wants it (national or E.164).
  case trunk(TrunkID, PhoneNumber)
}

/// What the called party's set is to show.
public struct PresentedCaller: Hashable, Sendable {
  /// The user part of From (and of P-Asserted-Identity on a trusted trunk): digits, or `anonymous`.
  public var number: String
  /// The display name; may be empty.
  public var displayName: String
  /// Whether Privacy: id is asked for.
  public var isPrivate: Bool

  /// Puts it together.
  public init(number: String, displayName: String = "", isPrivate: Bool = false) {
    self.number = number
    self.displayName = displayName
    self.isPrivate = isPrivate
  }
}

/// One place that audio comes from or goes to.
public enum AudioPoint: Hashable, Sendable, Comparable {
  /// A party.
  case leg(LegID)
  /// Looped music, shared by all who listen; the path of a WAV file.
  case music(String)
  /// The left channel of a recording: the outside party.
  case outside(RecordingID)
  /// The right channel of a recording: the agent side.
  case agentSide(RecordingID)
}

/// One direction of hearing: what `from` says, `to` hears.
public struct AudioLink: Hashable, Sendable, Comparable {
  /// Who is heard.
  public var from: AudioPoint
  /// Who hears.
  public var to: AudioPoint
  /// `from` is heard by `to`.
  public init(from: AudioPoint, to: AudioPoint) {
    self.from = from
    self.to = to
  }
  /// Any fixed order, so that sets are carried out the same way each time.
  public static func < (a: AudioLink, b: AudioLink) -> Bool { (a.from, a.to) < (b.from, b.to) }
}

/// What can go wrong when the engine is told to do something.
public enum EngineError: Error, Equatable, Sendable {
  /// The leg is gone, or never was: expected, since a caller can always be faster than we are; its `.ended` is on its way.
  case noSuchLeg(LegID)
  /// The phone has no current binding.
  case phoneNotReachable(PhoneID)
  /// The engine is stopped, or never started.
  case stopped
  /// No room for another leg.
  case exhausted
  /// A file could not be opened; what was said of it.
  case file(String, reason: String)
  /// The stack refused; its own code, and what was being done. A fault: logged and counted.
  case stack(code: Int32, during: String)
}

/// The telephone side: SIP dialogs, audio points and who hears whom. Knows no queue, agent or customer.
///
/// Commands are short: each posts its work to the stack and returns; nothing waits for the network. They take effect in
/// the order given. What comes of them arrives as `CallEvent`s. A command for a leg that has ended throws
/// `.noSuchLeg` and does nothing.
public protocol CallEngine: Sendable {
  /// 180 to an incoming leg.
  func ring(_ leg: LegID) async throws(EngineError)
  /// 183 with media to an incoming leg: it can hear, and is not yet answered.
  func openEarlyMedia(_ leg: LegID) async throws(EngineError)
  /// 200 to an incoming leg.
  func answer(_ leg: LegID) async throws(EngineError)
  /// Sends one key press to a leg: `0`–`9`, `*`, `#`, `A`–`D`.
  func press(_ digit: Character, on leg: LegID) async throws(EngineError)
  /// Ends a leg in whatever state it is: a final status for an unanswered incoming leg, CANCEL for an unanswered
  /// outgoing one, BYE for an answered one. `answeredElsewhere` adds Reason: SIP;cause=200 to a CANCEL (RFC 3326).
  func end(_ leg: LegID, status: Int, answeredElsewhere: Bool) async throws(EngineError)
  /// Dials. The caller chooses the name (`LegID.outgoing`), so that it is known before the first event. `contact`
  /// travels in a header of ours, by which a call that comes back is known.
  func dial(_ leg: LegID, to destination: Destination, showing caller: PresentedCaller, contact: ContactID)
    async throws(EngineError)
  /// Opens one direction of hearing. Kept while either end has no media yet, and through re-INVITEs.
  func link(_ link: AudioLink) async throws(EngineError)
  /// Closes one direction of hearing; nothing happens when it is not open.
  func unlink(_ link: AudioLink) async throws(EngineError)
  /// Plays a WAV file once to one leg, mixed with what it hears; `.announcementFinished` follows, at once where the
  /// file cannot be read, which is logged.
  func play(_ file: String, to leg: LegID) async throws(EngineError)
  /// Opens a stereo file; both channels are silent until something is linked to them. `file` is a bare name within the
  /// recordings folder.
  func startRecording(_ recording: RecordingID, file: String) async throws(EngineError)
  /// Seals and closes it. Nothing happens when it is not open.
  func stopRecording(_ recording: RecordingID) async throws(EngineError)
  /// From now on new calls of trunks are answered with this status, and a Retry-After of so many seconds, another each
  /// time. Those of phones arrive as ever, since they may be emergency calls. What is up goes on.
  func refuseNewCalls(status: Int, retryAfter seconds: ClosedRange<Int>) async throws(EngineError)
  /// New calls of trunks arrive again.
  func takeNewCalls() async throws(EngineError)
}
