import Telephony

/// The parties and recordings of one contact.
struct Conversation: Sendable, Equatable {
  var parties: [LegID: Party] = [:]
  var recordings: Set<RecordingID> = []
  /// Of what supervisors say, each of one channel.
  var supervisorRecordings: Set<RecordingID> = []

  var isEmpty: Bool { parties.isEmpty && recordings.isEmpty && supervisorRecordings.isEmpty }

  /// The one rule of hearing.
  ///
  ///     who            hears
  ///     joined         everybody else who is joined and speaks; an agent whose phone holds neither speaks nor hears
  ///     outside,       the hold music, once, while everybody else who is joined holds
  ///       joined
  ///     waiting        the early media of the others, or else its own music
  ///     supervising    who is joined and speaks, and whoever barges; a customer whom all agents hold only when she barges
  ///     recording      who is joined, on the channel of his side, also while he holds; whoever barges, on the agents', unless
  ///                    that is not wanted; never music, and never a whisper
  ///     a supervisor's,  who whispers or barges, where such a recording is
  ///       recording
  ///
  /// With `beeps` an agent beside whom a supervisor is, in whatever mode, hears the beep, too; nobody else does.
  ///
  /// A supervisor who barges speaks with everybody who is joined; one who whispers is heard by the agents alone; one who
  /// listens by nobody. An agent or a supervisor whose phone holds neither speaks nor hears.
  func links(_ settings: Switchboard.Settings) -> Set<AudioLink> {
    let isMonitored = parties.values.contains { $0.isSupervising }
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
        if settings.beeps, isMonitored, party.side == .agent, !party.isHolding {
          links.insert(AudioLink(from: .beep, to: .leg(leg)))
        }
        for point in heard(by: leg, party) { links.insert(AudioLink(from: point, to: .leg(leg))) }
      case .supervising(let mode):
        if mode == .barge, settings.recorded != .none {
          for recording in recordings { links.insert(AudioLink(from: .leg(leg), to: .agentSide(recording))) }
        }
        if mode != .listen {
          for recording in supervisorRecordings { links.insert(AudioLink(from: .leg(leg), to: .supervisor(recording))) }
        }
        for source in overheard(by: leg, party, mode) { links.insert(AudioLink(from: .leg(source), to: .leg(leg))) }
      }
    }
    return links
  }

  private func heard(by leg: LegID, _ party: Party) -> [AudioPoint] {
    guard !party.isSilencedByHold else { return [] }
    let others = parties.filter { $0.key != leg && $0.value.isJoined }
    let speaking = parties.filter { $0.key != leg && !$0.value.isSilencedByHold && $0.value.isHeard(by: party.side) }
    guard speaking.isEmpty, party.side == .outside else { return speaking.keys.map(AudioPoint.leg) }
    let first = others.sorted { $0.key < $1.key }.lazy.compactMap(\.value.holdMusic).first
    return first.map { [.music($0)] } ?? []
  }

  /// What a supervisor hears. Whom all agents hold believes that nobody listens, and is heard by nobody but a supervisor who
  /// talks with him.
  private func overheard(by leg: LegID, _ party: Party, _ mode: MonitorMode) -> [LegID] {
    guard !party.isHolding else { return [] }
    let isOpen = mode == .barge || parties.values.contains { $0.isJoined && $0.side == .agent && !$0.isHolding }
    return parties.filter { other, value in
      other != leg && !value.isSilencedByHold
        && (value.isBarging || (value.isJoined && (isOpen || value.side == .agent)))
    }.keys.sorted()
  }
}

/// One leg of a contact.
struct Party: Sendable, Equatable {
  var side: Switchboard.Side
  var state: State
  /// Whether its phone holds us.
  var isHolding: Bool

  ///     early ──▶ waiting ◀──▶ joined ◀── supervising        and from any of them: gone
  ///       └───────────────────▶
  enum State: Sendable, Equatable {
    /// Not answered, and can already be heard.
    case early
    case waiting(music: String?)
    case joined(holdMusic: String?)
    /// Beside those who talk.
    case supervising(MonitorMode)
  }

  /// Whether who is joined on this side hears it.
  func isHeard(by listener: Switchboard.Side) -> Bool {
    switch state {
    case .joined, .supervising(.barge): true
    case .supervising(.whisper): listener == .agent
    case .early, .waiting, .supervising(.listen): false
    }
  }

  var isSupervising: Bool { if case .supervising = state { true } else { false } }
  var isBarging: Bool { state == .supervising(.barge) }
  var isJoined: Bool { if case .joined = state { true } else { false } }
  var isSilencedByHold: Bool { side == .agent && isHolding }
  var holdMusic: String? {
    if side == .agent, isHolding, case .joined(let music) = state { music } else { nil }
  }

  func channel(of recording: RecordingID) -> AudioPoint {
    side == .outside ? .outside(recording) : .agentSide(recording)
  }
}
