import CSIPBridge
import Foundation
import LoopbackTesting
import Testing

/// What the bridge told, copied out of the callback.
struct Told: Equatable {
  var kind: sip_event_kind
  var leg: sip_leg = 0
  var status: Int32 = 0
  var byPeer = false
  var wasAnswered = false
  var digit = ""
  var text = ""
}

/// Who called, copied out of an invitation.
struct Invited: Equatable {
  var trunk: String?
  var called, displayName, user, asserted, remoteParty, privacy, contact: String
  var remotePartyIsPrivate: Bool
}

/// An engine on loopback and what it told so far. One thread calls it: the one that made it.
final class Bench: @unchecked Sendable {
  // `told` and `invited` are touched under `condition` only; the rest by the thread that made the bench.
  private let condition = NSCondition()
  private var told: [Told] = []
  private var invited: [sip_leg: Invited] = [:]
  private var engine: OpaquePointer?
  private var peers: [Peer] = []
  private var nextLeg: sip_leg = 1 << 63
  let folder: String
  let port: Int
  let agentPort: Int
  private let unanswered: UInt32
  private let ports: PortBlock

  /// Each bench has a hundred ports of its own: SIP, an agent's, a caller's, then RTP.
  init(maxLegs: UInt32 = 16, tcp: Bool = false, unansweredSeconds: UInt32 = 0) throws {
    pthread_mutex_lock(RegistrarBench.turn)
    unanswered = unansweredSeconds
    ports = PortBlock.next(100)
    let base = ports.first
    port = base
    agentPort = base + 2
    folder = NSTemporaryDirectory() + "tsunagi-bridge-\(base)-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(directory) }
    let result = withUnsafeSettings(directory: directory, maxLegs: maxLegs, tcp: tcp) { settings in
      sip_engine_start(settings, bench_heard, Unmanaged.passUnretained(self).toOpaque(), &engine)
    }
    if result != SIP_OK { pthread_mutex_unlock(RegistrarBench.turn) }
    try #require(result == SIP_OK, "\(String(cString: sip_last_error()))")
  }

  /// Stops the engine, then the peers; returns what every peer's program ended with.
  func stop() -> [Int32] {
    let statuses = peers.map { $0.waitForEnd() }
    if engine != nil { stopAtOnce() }
    return statuses
  }

  /// Stops the engine while the peers still talk.
  func stopAtOnce() {
    sip_engine_stop(engine)
    engine = nil
    pthread_mutex_unlock(RegistrarBench.turn)
  }

  /// A test that failed half-way leaves the stack to the next one.
  deinit {
    if engine != nil { stopAtOnce() }
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func withUnsafeSettings<Result>(
    directory: Int32, maxLegs: UInt32, tcp: Bool, _ body: (UnsafePointer<sip_settings>) -> Result
  ) -> Result {
    var arena: [UnsafeMutablePointer<CChar>] = []
    defer { arena.forEach { free($0) } }
    func text(_ value: String) -> UnsafePointer<CChar>? {
      guard let copy = strdup(value) else { return nil }
      arena.append(copy)
      return UnsafePointer(copy)
    }
    var network = sip_network(address: text("127.0.0.0"), prefix_length: 8, port: 0)
    return withUnsafePointer(to: &network) { networks in
      var trunks = [
        sip_trunk(
          id: text("pbx"), networks: networks, network_count: 1, proxy: text("127.0.0.1:\(agentPort)"),
          transport: tcp ? SIP_TCP : SIP_UDP, domain: text("pbx.example"), trusted: true,
          srtp: SIP_SRTP_OFF),
        // Nobody is there.
        sip_trunk(
          id: text("silent"), networks: networks, network_count: 0, proxy: text("127.0.0.1:\(port + 6)"),
          transport: SIP_UDP, domain: text("silent.example"), trusted: false,
          srtp: SIP_SRTP_OFF),
      ]
      return trunks.withUnsafeMutableBufferPointer { trunks in
        let codecs = [text("PCMU"), text("PCMA")]
        return codecs.withUnsafeBufferPointer { codecs in
          var settings = sip_settings()
          settings.bind_address = text("127.0.0.1")
          settings.port = Int32(port)
          settings.udp = true
          settings.tcp = tcp
          settings.rtp_port_first = Int32(port + 10)
          settings.rtp_port_last = Int32(port + 59)
          settings.max_legs = maxLegs
          settings.unanswered_invite_seconds = unanswered
          settings.audio_rate = 8000
          settings.realm = text("tsunagi.test")
          settings.user_agent = text("tsunagi-test")
          settings.codecs = codecs.baseAddress
          settings.codec_count = codecs.count
          settings.trunks = UnsafePointer(trunks.baseAddress)
          settings.trunk_count = trunks.count
          settings.recordings_directory = directory
          settings.log_level = Int32(ProcessInfo.processInfo.environment["SIP_LOG_LEVEL"] ?? "") ?? 2
          return body(&settings)
        }
      }
    }
  }

  func heard(_ event: sip_event) {
    func string(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
    // Comes each second, whatever a test does.
    if event.kind == SIP_LOAD { return }
    if event.kind == SIP_LOG {
      if ProcessInfo.processInfo.environment["SIP_LOG_LEVEL"] != nil { print("  log \(string(event.text))") }
      return
    }
    let one = Told(
      kind: event.kind, leg: event.leg, status: event.status, byPeer: event.by_peer,
      wasAnswered: event.was_answered, digit: event.digit == 0 ? "" : String(UnicodeScalar(UInt8(event.digit))),
      text: string(event.text))
    condition.lock()
    told.append(one)
    if let invitation = event.invitation?.pointee {
      invited[event.leg] = Invited(
        trunk: invitation.trunk.map { String(cString: $0) }, called: string(invitation.called),
        displayName: string(invitation.from.display_name), user: string(invitation.from.user),
        asserted: string(invitation.asserted.user), remoteParty: string(invitation.remote_party.user),
        privacy: string(invitation.privacy), contact: string(invitation.contact),
        remotePartyIsPrivate: invitation.remote_party_private)
    }
    condition.broadcast()
    condition.unlock()
  }

  /// Waits until something of this kind was told of the leg (0: of any), at most 45 s, and takes it and all before it
  /// of that leg away.
  func wait(
    for kind: sip_event_kind, of leg: sip_leg = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Told {
    let limit = Date(timeIntervalSinceNow: 45)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let index = told.firstIndex(where: { $0.kind == kind && (leg == 0 || $0.leg == leg) }) {
        return told.remove(at: index)
      }
      if !condition.wait(until: limit) {
        try #require(Bool(false), "not told in time; told: \(told)", sourceLocation: sourceLocation)
      }
    }
  }

  /// What was told and not waited for.
  var rest: [Told] {
    condition.lock()
    defer { condition.unlock() }
    return told
  }

  func invitation(of leg: sip_leg) -> Invited? {
    condition.lock()
    defer { condition.unlock() }
    return invited[leg]
  }

  func ring(_ leg: sip_leg) -> Int32 { sip_leg_ring(engine, leg) }
  func earlyMedia(_ leg: sip_leg) -> Int32 { sip_leg_early_media(engine, leg) }
  func answer(_ leg: sip_leg) -> Int32 { sip_leg_answer(engine, leg) }
  func end(_ leg: sip_leg, _ status: Int32 = 0, reason: String? = nil) -> Int32 {
    sip_leg_end(engine, leg, status, reason)
  }
  func link(_ from: sip_point, _ to: sip_point) -> Int32 { sip_link(engine, from, to) }
  func unlink(_ from: sip_point, _ to: sip_point) -> Int32 { sip_unlink(engine, from, to) }
  func record(_ number: UInt64, as name: String) -> Int32 { sip_recording_open(engine, number, name) }
  func closeRecording(_ number: UInt64) -> Int32 { sip_recording_close(engine, number) }
  func openMusic(_ point: sip_point, path: String) -> Int32 { sip_music_open(engine, point, path) }
  func play(_ leg: sip_leg, path: String) -> Int32 { sip_leg_play(engine, leg, path) }

  func dial(
    _ number: String, by trunk: String = "pbx", isPrivate: Bool = false, displayName: String = "山田 \"T\" \\ 太郎"
  ) throws -> sip_leg {
    nextLeg += 1
    let result = presenting("+81312345678", displayName, isPrivate: isPrivate) {
      sip_leg_dial_trunk(engine, nextLeg, trunk, number, $0)
    }
    try #require(result == SIP_OK, "\(String(cString: sip_last_error()))")
    return nextLeg
  }

  /// The result of dialling, whatever it is.
  func tryToDial(_ leg: sip_leg, by trunk: String, _ number: String) -> Int32 {
    presenting("0355550000", "", isPrivate: false) { sip_leg_dial_trunk(engine, leg, trunk, number, $0) }
  }

  /// A SIPp that calls this engine, from ports of the bench.
  func call(_ scenario: String, tone: Int = 0, tcp: Bool = false, echoes: Bool = false) throws -> Peer {
    let peer = try Peer(
      scenario, in: folder, port: port + 4, media: port + 60, target: port, tone: tone, tcp: tcp, echoes: echoes)
    peers.append(peer)
    return peer
  }

  /// A SIPp that waits to be called by the trunk; returns when it listens.
  func agent(_ scenario: String, tone: Int = 0, tcp: Bool = false) throws -> Peer {
    let peer = try Peer(
      scenario, in: folder, port: agentPort, media: port + 70, target: nil, tone: tone, tcp: tcp)
    peers.append(peer)
    try peer.waitUntilItListens()
    return peer
  }
}

/// What a dialled party is shown.
func presenting<Result>(
  _ user: String, _ displayName: String, isPrivate: Bool, _ body: (UnsafePointer<sip_presented>) -> Result
) -> Result {
  user.withCString { user in
    displayName.withCString { name in
      "42".withCString { contact in
        var presented = sip_presented(from_user: user, from_display_name: name, is_private: isPrivate, contact: contact)
        return body(&presented)
      }
    }
  }
}

private func bench_heard(_ event: UnsafePointer<sip_event>?, _ context: UnsafeMutableRawPointer?) {
  guard let event, let context else { return }
  Unmanaged<Bench>.fromOpaque(context).takeUnretainedValue().heard(event.pointee)
}
