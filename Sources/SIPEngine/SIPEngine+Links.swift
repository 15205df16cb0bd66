import CSIPBridge
public import Telephony

extension SIPEngine {
  /// What an audio point is to the stack.
  private enum Place {
    case point(sip_point)
    /// A leg that rings at several phones: its dialog is not known yet.
    case later
    /// A recording that is closed, or never was open.
    case none
  }

  /// Opens one direction of hearing. Music is opened when it is first listened to.
  public func link(_ link: AudioLink) throws(EngineError) {
    let engine = try engine()
    switch (try place(link.from, opening: true), try place(link.to, opening: true)) {
    case (.point(let from), .point(let to)):
      try check(sip_link(engine, from, to), leg: link.leg, during: "link")
    case (.none, _), (_, .none): return
    default: waitingLinks.insert(link)
    }
  }

  /// Closes one direction of hearing.
  public func unlink(_ link: AudioLink) throws(EngineError) {
    let engine = try engine()
    if waitingLinks.remove(link) != nil { return }
    guard case .point(let from) = try place(link.from, opening: false),
      case .point(let to) = try place(link.to, opening: false)
    else { return }
    try check(sip_unlink(engine, from, to), leg: link.leg, during: "unlink")
  }

  /// A leg that rang at several phones has its dialog.
  func connectWaiting(_ leg: LegID) {
    for link in waitingLinks.filter({ $0.touches(leg) }).sorted() {
      waitingLinks.remove(link)
      // An end that has gone meanwhile tells so by its own event.
      try? self.link(link)
    }
  }

  private func place(_ point: AudioPoint, opening: Bool) throws(EngineError) -> Place {
    switch point {
    case .leg(let leg):
      switch inbox.reach(leg) {
      case .leg(let one): return .point(one.rawValue)
      case .ringing: return .later
      case .gone: throw .noSuchLeg(leg)
      }
    case .music(let path):
      if let known = music[path] { return .point(known) }
      guard opening else { return .none }
      let number: sip_point = 1 << 62 | UInt64(music.count + 1)
      try check(
        sip_music_open(engine(), number, path), leg: LegID(rawValue: 0), file: path, during: "open music")
      music[path] = number
      return .point(number)
    case .beep:
      if !beepIsOpen, opening {
        try check(
          sip_beep_open(engine(), Self.beep, UInt32(clamping: beepSeconds)), leg: LegID(rawValue: 0),
          during: "open the beep")
        beepIsOpen = true
      }
      return beepIsOpen ? .point(Self.beep) : .none
    case .outside(let recording): return side(0, of: recording)
    case .agentSide(let recording): return side(1, of: recording)
    case .supervisor(let recording): return side(0, of: recording)
    }
  }

  /// Its name among those of music, which count from 1.
  private static let beep: sip_point = 1 << 62

  private func side(_ side: Int32, of recording: RecordingID) -> Place {
    recordings[recording].map { .point(sip_recording_point($0, side)) } ?? .none
  }
}

extension AudioLink {
  /// Whether the leg is one of its ends.
  func touches(_ leg: LegID) -> Bool { from == .leg(leg) || to == .leg(leg) }

  /// A leg among its ends, for a report that one is gone.
  fileprivate var leg: LegID {
    if case .leg(let leg) = from { return leg }
    if case .leg(let leg) = to { return leg }
    return LegID(rawValue: 0)
  }
}
