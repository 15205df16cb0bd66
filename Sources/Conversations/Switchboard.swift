public import Telephony

/// Who hears whom: keeps the parties of each contact and derives from them the one set of audio links.
///
/// The rule itself is `Conversation.links`. Every input changes the parties and answers with the difference between what
/// was linked and what should be. Inputs about legs and recordings that are not there, and repetitions, change nothing.
public struct Switchboard: Sendable {
  /// The difference between what is linked and what should be: first all unlinks, then all links, each ordered.
  public enum Effect: Equatable, Sendable {
    case unlink(AudioLink)
    case link(AudioLink)
  }

  /// On which side of the counter a party stands.
  public enum Side: Sendable, Hashable { case outside, agent }

  private var conversations: [ContactID: Conversation] = [:]
  private var contactOfLeg: [LegID: ContactID] = [:]
  private var contactOfRecording: [RecordingID: ContactID] = [:]

  private let settings: Settings

  /// What the administrator decided.
  public struct Settings: Sendable, Equatable {
    /// An agent who is monitored is told so by a tone.
    public var beeps: Bool
    /// Where a supervisor who barges is recorded.
    public var recorded: SupervisorRecording

    /// No tone; on the right.
    public init(beeps: Bool = false, recorded: SupervisorRecording = .right) {
      self.beeps = beeps
      self.recorded = recorded
    }
  }

  /// Nobody is there.
  public init(settings: Settings = Settings()) { self.settings = settings }

  /// A party is there and can be spoken to, but talks to nobody yet; it hears `music` (a WAV file) or nothing.
  ///
  /// Also for a party that has talked before: it waits again, in this contact.
  public mutating func partyWaits(_ leg: LegID, in contact: ContactID, side: Side, hearing music: String?) -> [Effect] {
    place(leg, in: contact, side: side, .waiting(music: music))
  }

  /// The party talks from now on with everybody who is joined; while an agent's phone holds, the outside hears `holdMusic`.
  public mutating func partyJoined(_ leg: LegID, in contact: ContactID, side: Side, holdMusic: String?) -> [Effect] {
    place(leg, in: contact, side: side, .joined(holdMusic: holdMusic))
  }

  /// The far end is not answered yet but has sound of its own (183): whoever waits in this contact hears it instead of music.
  ///
  /// Nothing happens for a leg that waits or is joined already: it is too late.
  public mutating func earlyMediaOpened(_ leg: LegID, in contact: ContactID, side: Side) -> [Effect] {
    contactOfLeg[leg] == nil ? place(leg, in: contact, side: side, .early) : []
  }

  /// A supervisor is beside those who talk in this contact, in this mode; also for one who was there in another mode, or in
  /// another contact. Her phone is on the agents' side of the counter.
  public mutating func supervisorCame(_ leg: LegID, to contact: ContactID, mode: MonitorMode) -> [Effect] {
    place(leg, in: contact, side: .agent, .supervising(mode))
  }

  /// The party's phone put us on hold.
  ///
  /// An agent or a supervisor who holds neither speaks nor hears. The outside who holds stays linked: its PBX may send music.
  public mutating func partyHeld(_ leg: LegID) -> [Effect] { setHolding(leg, true) }

  /// The party's phone took us back.
  public mutating func partyRetrieved(_ leg: LegID) -> [Effect] { setHolding(leg, false) }

  /// The party is gone, in whatever state it was.
  public mutating func partyLeft(_ leg: LegID) -> [Effect] {
    guard let contact = contactOfLeg.removeValue(forKey: leg) else { return [] }
    return change([contact]) { $0[contact]?.parties[leg] = nil }
  }

  /// A file is open: whoever is joined, now or later, is recorded on the channel of his side.
  public mutating func recordingBegan(_ recording: RecordingID, of contact: ContactID) -> [Effect] {
    guard contactOfRecording[recording] == nil else { return [] }
    contactOfRecording[recording] = contact
    return change([contact]) { $0[contact, default: Conversation()].recordings.insert(recording) }
  }

  /// A file of one channel is open: whatever a supervisor says in this contact, to whomever, is recorded there.
  public mutating func supervisorRecordingBegan(_ recording: RecordingID, of contact: ContactID) -> [Effect] {
    guard contactOfRecording[recording] == nil else { return [] }
    contactOfRecording[recording] = contact
    return change([contact]) { $0[contact, default: Conversation()].supervisorRecordings.insert(recording) }
  }

  /// The file is sealed, or failed.
  public mutating func recordingEnded(_ recording: RecordingID) -> [Effect] {
    guard let contact = contactOfRecording.removeValue(forKey: recording) else { return [] }
    return change([contact]) {
      $0[contact]?.recordings.remove(recording)
      $0[contact]?.supervisorRecordings.remove(recording)
    }
  }

  /// Whoever talks with this party: a key that it presses is theirs, too, in order of their names. Nobody before it is
  /// joined; also while somebody holds.
  public func partners(of leg: LegID) -> [LegID] {
    guard let contact = contactOfLeg[leg], let parties = conversations[contact]?.parties,
      parties[leg]?.isJoined == true
    else { return [] }
    return parties.filter { $0.key != leg && $0.value.isJoined }.keys.sorted()
  }

  /// All links as they should be now.
  public var links: Set<AudioLink> { conversations.values.reduce(into: []) { $0.formUnion($1.links(settings)) } }

  private mutating func place(_ leg: LegID, in contact: ContactID, side: Side, _ state: Party.State) -> [Effect] {
    let former = contactOfLeg.updateValue(contact, forKey: leg) ?? contact
    return change([former, contact]) { conversations in
      let isHolding = conversations[former]?.parties.removeValue(forKey: leg)?.isHolding ?? false
      conversations[contact, default: Conversation()].parties[leg] = Party(
        side: side, state: state, isHolding: isHolding)
    }
  }

  private mutating func setHolding(_ leg: LegID, _ isHolding: Bool) -> [Effect] {
    guard let contact = contactOfLeg[leg] else { return [] }
    return change([contact]) { $0[contact]?.parties[leg]?.isHolding = isHolding }
  }

  /// Makes a change that touches only these contacts, and tells the difference.
  private mutating func change(
    _ contacts: Set<ContactID>, by edit: (inout [ContactID: Conversation]) -> Void
  ) -> [Effect] {
    let before = links(of: contacts)
    edit(&conversations)
    let after = links(of: contacts)
    for contact in contacts where conversations[contact]?.isEmpty == true { conversations[contact] = nil }
    return before.subtracting(after).sorted().map(Effect.unlink) + after.subtracting(before).sorted().map(Effect.link)
  }

  private func links(of contacts: Set<ContactID>) -> Set<AudioLink> {
    contacts.reduce(into: []) { $0.formUnion(conversations[$1]?.links(settings) ?? []) }
  }
}
