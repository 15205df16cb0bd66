import Control
import Glibc
import LoopbackTesting

/// A call centre to be measured: the daemon, agents whose phones are one SIPp behind a trunk, and callers of another.
final class Floor: Sendable {
  let daemon: Daemon
  let events: ControlConnection
  let agents: [String]
  /// Who can listen; their phones are another SIPp.
  let supervisors: [String]
  private let port: Int
  private let audioPort: UInt16
  /// By which key callers and phones speak; nil: their audio is plain.
  let key: SRTPKey?
  private let phones: SIPp
  private let gallery: SIPp?
  let figures: ProcessFigures

  /// `agents` agents, ready; their phones answer at once and talk until they are hung up.
  init(
    agents count: Int, wrapUp: Int = 0, recording: String = "never", calls: Int = 1_000_000, audioPort: UInt16 = 9,
    legs: Int = 1000, phonesSpeakOpus: Bool = false, key: SRTPKey? = nil, supervisors supervisorCount: Int = 0
  ) async throws {
    let first = Ports.free(10)
    port = first
    self.audioPort = audioPort
    self.key = key
    let srtp = key == nil ? "" : "srtp = \"required\""
    let names = (1...count).map { "a\($0)" }
    agents = names
    let listeners = (0..<supervisorCount).map { "s\($0 + 1)" }
    supervisors = listeners
    let configuration = """
      [[trunks]]
      id = "pbx"
      addresses = ["127.0.0.2"]
      proxy = "127.0.0.2:\(first + 2)"
      trusted = true
      emergency = true
      \(srtp)
      [[trunks]]
      id = "floor"
      addresses = ["127.0.0.3"]
      proxy = "127.0.0.3:\(first + 4)"
      \(srtp)
      [[trunks]]
      id = "gallery"
      addresses = ["127.0.0.4"]
      proxy = "127.0.0.4:\(first + 6)"
      [[queues]]
      id = "support"
      name = "support"
      wrap_up_seconds = \(wrapUp)
      recording = "\(recording)"
      [[entries]]
      called = "8000"
      queue = "support"
      [shutdown]
      drain_seconds = 0

      """
      + names.enumerated().map { index, name in
        """
        [[phones]]
        id = "p-\(name)"
        trunk = "floor"
        number = "\(1001 + index)"
        [[agents]]
        id = "\(name)"
        name = "\(name)"
        queues = { support = 1 }

        """
      }.joined()
      + listeners.enumerated().map { index, name in
        """
        [[phones]]
        id = "p-\(name)"
        trunk = "gallery"
        number = "\(5001 + index)"
        [[agents]]
        id = "\(name)"
        name = "\(name)"
        phone = "p-\(name)"

        """
      }.joined()
    func answering(_ sdp: String) -> Scenario {
      Scenario().receive(request: "INVITE").respond(180, "Ringing").respond(200, "OK", sdp: sdp, retransmits: true)
        .receive(request: "ACK").receive(request: "BYE").confirm()
    }
    phones = try SIPp(
      answering(phonesSpeakOpus ? Self.opus : Self.description(key)), address: "127.0.0.3", port: first + 4,
      audioPort: audioPort, calls: calls, timeout: 900)
    gallery =
      listeners.isEmpty
      ? nil
      : try SIPp(
        answering(Scenario.sdp()), address: "127.0.0.4", port: first + 6, audioPort: audioPort, calls: calls,
        timeout: 900)
    daemon = try await Daemon(
      configuration: configuration, port: first, logLevel: "warning", saysServing: false, legs: legs,
      sip: "max_legs = \(legs)")
    events = try await daemon.subscribe()
    figures = ProcessFigures(pid: daemon.process.pid)
    for name in names {
      try await events.request("agent.logIn", ["agent": .string(name), "phone": .string("p-\(name)")])
      try await events.request("agent.setStatus", ["agent": .string(name), "status": .string("ready")])
    }
  }

  private static func description(_ key: SRTPKey?) -> String {
    key.map { Scenario.sdp(profile: "RTP/SAVP", extra: $0.line()) } ?? Scenario.sdp()
  }

  /// An answer that takes Opus, by the payload type that the daemon offers it by.
  private static let opus = """
    v=0
    o=peer 1 [call_number] IN IP[media_ip_type] [media_ip]
    s=-
    c=IN IP[media_ip_type] [media_ip]
    t=0 0
    m=audio [audio_port] RTP/AVP 96
    a=rtpmap:96 opus/48000/2
    a=sendrecv
    """

  /// Callers at a rate, each with a number of her own, who talk for so long once answered; nil: until they are hung up.
  func callers(
    _ count: Int, perSecond rate: Int, talk milliseconds: Int?, timeout: Int = 120, from first: Int = 20_000_000
  ) throws -> SIPp {
    var numbers = "SEQUENTIAL\n"
    for index in 0..<count { numbers += "03\(first + index)\n" }
    let folder = try temporaryFolder("numbers")
    try writeText(numbers, to: folder + "/numbers.csv")
    let talking = Scenario().invite(caller: "<sip:[field0]@127.0.0.2>", sdp: Self.description(key))
      .receive(100, optional: true)
      .receive(180, optional: true).receive(200).acknowledge()
    return try SIPp(
      milliseconds.map { talking.pause(milliseconds: $0).bye() } ?? talking.receive(request: "BYE").confirm(),
      address: "127.0.0.2", port: Ports.free(4),
      peer: "127.0.0.1:\(port)", audioPort: audioPort, calls: count, rate: rate, limit: count, timeout: timeout,
      numbers: folder + "/numbers.csv")
  }

  /// When each caller's INVITE went out, and when an agent's phone got one for her: by her number, in seconds of wall time.
  func invites(of callers: SIPp) -> (sent: [String: Double], rung: [String: Double]) {
    (MessageLog.invites(callers.messages, sent: true), MessageLog.invites(phones.messages, sent: false))
  }

  /// All that agents' phones have sent and received.
  var phoneMessages: String { phones.messages }

  /// Wall time of a reading of the monotonic clock, in seconds.
  static func wall(_ monotonic: Int64) -> Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let wall = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    return wall - Double(monotonicNanoseconds() - monotonic) / 1e9
  }

  func stop() async {
    events.close()
    await phones.stop()
    await gallery?.stop()
    await daemon.stop()
  }
}
