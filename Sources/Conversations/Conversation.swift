import Telephony

/// The parties and recordings of one contact.
struct Conversation: Sendable, Equatable {
  var parties: [LegID: Party] = [:]
  var recordings: Set<RecordingID> = []

  var isEmpty: Bool { parties.isEmpty && recordings.isEmpty }

  /// The one rule of hearing.
  ///
  ///     who            hears
  ///     joined         everybody else who is joined and speaks; an agent whose phone holds neither speaks nor hears
  ///     outside,       the hold music, once, while everybody else who is joined holds
  ///       joined
  ///     waiting        the early media of the others, or else its own music
  ///     recording      who is joined, on the channel of his side, also while he holds; never music
  var links: Set<AudioLink> {
    var links: Set<AudioLink> = []
    let early = parties.filter { $0.value.state == .early }.keys
    for (leg, party) in parties {
      switch party.state {
      case .early: break
      case .waiting(let music):
        for source in early { links.insert(AudioLink(from: .leg(source), to: .leg(leg))) }
        if early.isEmpty, let music { links.insert(AudioLink(from: .music(music), to: .leg(leg))) }
      case .joined:
        for recording in recordings {
          links.insert(AudioLink(from: .leg(leg), to: party.channel(of: recording)))
        }
        for point in heard(by: leg, party) { links.insert(AudioLink(from: point, to: .leg(leg))) }
      }
    }
    return links
  }

  private func heard(by leg: LegID, _ party: Party) -> [AudioPoint] {
    guard !party.isSilencedByHold else { return [] }
    let others = parties.filter { $0.key != leg && $0.value.isJoined }
    let speaking = others.filter { !$0.value.isSilencedByHold }
    guard speaking.isEmpty, party.side == .outside else { return speaking.keys.map(AudioPoint.leg) }
    let first = others.sorted { $0.key < $1.key }.lazy.compactMap(\.value.holdMusic).first
    return first.map { [.music($0)] } ?? []
  }
}

/// One leg of a contact.
struct Party: Sendable, Equatable {
  var side: Switchboard.Side
  var state: State
  /// Whether its phone holds us.
  var isHolding: Bool

  ///     early ──▶ waiting ◀──▶ joined        and from any of them: gone
  ///       └───────────────────▶
  enum State: Sendable, Equatable {
    /// Not answered, and can already be heard.
    case early
    case waiting(music: String?)
    case joined(holdMusic: String?)
  }

  var isJoined: Bool { if case .joined = state { true } else { false } }
  var isSilencedByHold: Bool { side == .agent && isHolding }
  var holdMusic: String? {
    if side == .agent, isHolding, case .joined(let music) = state { music } else { nil }
  }

  func channel(of recording: RecordingID) -> AudioPoint {
    side == .outside ? .outside(recording) : .agentSide(recording)
  }
}
