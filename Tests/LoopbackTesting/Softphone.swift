import FoundationEssentials
import Glibc

/// A real softphone: baresip, with a tone for a microphone and a file for an ear.
public final class Softphone: Sendable {
  /// The running program.
  public let process: ChildProcess
  /// Its files; `dump-…-dec.wav` below `heard` is what it heard.
  public let folder: String
  private let control: Int

  /// How it takes calls.
  public enum Answer: String, Sendable { case auto, manual }

  /// What it says of SRTP by SDES.
  public enum Encryption: String, Sendable {
    /// Offers plain RTP with keys.
    case optional = "srtp"
    /// Offers SRTP and takes nothing else.
    case required = "srtp-mand"
  }

  /// Registers `user` with the secret at `registrar` and waits until it is bound. `ports` gives eight free ports: SIP, TLS,
  /// control and RTP.
  public init(
    user: String, secret: String, registrar: String, domain: String? = nil, transport: String = "udp",
    address: String = "127.0.0.1",
    ports: Int, tone: Double, answer: Answer = .auto, seconds: Int = 40, registers: Bool = true,
    codec: String = "PCMU/8000/1", encryption: Encryption? = nil, tracesMessages: Bool = false
  ) async throws {
    folder = try temporaryFolder("phone-\(user)")
    control = ports + 2
    for name in ["heard"] { mkdir(folder + "/" + name, 0o755) }
    try writeText(
      """
      <sip:\(user)@\(domain ?? registrar)>;auth_user=\(user);auth_pass=\(secret);outbound="sip:\(registrar);transport=\(transport)";\
      answermode=\(answer.rawValue);regint=\(registers ? 60 : 0);audio_codecs=\(codec);ptime=20\
      \(encryption.map { ";mediaenc=\($0.rawValue)" } ?? "")

      """, to: folder + "/accounts")
    try writeText(
      """
      poll_method epoll
      sip_listen \(address):\(ports)
      sip_trans_def \(transport)
      call_local_timeout 120
      call_max_calls 4
      audio_path /usr/share/baresip
      audio_source aufile,\(folder)/mouth.wav
      ausrc_srate 8000
      auplay_srate 8000
      ausrc_channels 1
      auplay_channels 1
      audio_txmode poll
      audio_level no
      ausrc_format s16
      auplay_format s16
      auenc_format s16
      audec_format s16
      audio_buffer 20-160
      rtp_ports \(ports + 4)-\(ports + 9)
      rtcp_mux no
      jitter_buffer_type fixed
      jitter_buffer_delay 1-5
      net_interface \(address)
      module_path /usr/lib/baresip/modules
      module g711.so
      module g722.so
      module opus.so
      module aufile.so
      module_tmp uuid.so
      module_tmp account.so
      module_app menu.so
      module sndfile.so
      \(encryption == nil ? "" : "module srtp.so")
      module_app ctrl_tcp.so
      ctrl_tcp_listen \(address):\(ports + 2)
      snd_path \(folder)/heard

      """, to: folder + "/config")
    try writeWave(tone: tone, seconds: Double(seconds), to: folder + "/mouth.wav")
    process = try ChildProcess(
      "baresip", ["-v"] + (tracesMessages ? ["-s"] : []) + ["-f", folder], in: folder, log: folder + "/log")
    if registers {
      try await process.prints(" binding")
    } else {
      try await process.prints("ctrl_tcp: TCP socket listening")
    }
  }

  /// Gives a command (`dial`, `accept`, `hangup`, `hold`, `resume`) by ctrl_tcp, one netstring.
  public func command(_ command: String, _ parameters: String = "") throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(control).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
    let connected = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Fault("baresip does not listen on \(control)") }
    let body = Array(#"{"command":"\#(command)","params":"\#(parameters)","token":"t"}"#.utf8)
    let message = Array("\(body.count):".utf8) + body + [UInt8(ascii: ",")]
    guard send(descriptor, message, message.count, Int32(MSG_NOSIGNAL)) == message.count else {
      throw Fault("baresip took no command")
    }
    var answer = [UInt8](repeating: 0, count: 4096)
    var timeout = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    guard recv(descriptor, &answer, answer.count, 0) > 0 else { throw Fault("baresip did not answer '\(command)'") }
  }

  /// Calls somebody.
  public func dial(_ target: String) throws { try command("dial", target) }
  /// Answers the call that rings.
  public func accept() throws { try command("accept") }
  /// Ends the call.
  public func hangUp() throws { try command("hangup") }
  /// Holds by re-INVITE.
  public func hold() throws { try command("hold") }
  /// Takes the call back.
  public func resume() throws { try command("resume") }

  /// What it heard in its last call that ended, once its file says how much that is; only up to the first re-INVITE.
  public func heard() async throws -> Sound {
    let name = try await fact("\(folder)/heard holds a file") {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: self.folder + "/heard")) ?? []
      return names.filter { $0.hasSuffix("-dec.wav") }.max()
    }
    return try await Sound.closed(wave: folder + "/heard/" + name)
  }

  /// Waits until the file of its last call holds one tone, and not the other, for a while of its last two seconds: on a busy
  /// machine the phone itself may have had nothing to play at one moment.
  public func hasHeard(_ tone: Double, but other: Double) async throws {
    _ = try await fact("the phone has heard \(tone) Hz and not \(other) Hz") { () -> Bool? in
      let sound = try await self.heard()
      let starts = stride(from: sound.seconds - 0.6, to: max(0, sound.seconds - 2.6), by: -0.2)
      return starts.contains {
        sound.level(of: tone, from: $0, for: 0.4) > -25 && sound.level(of: other, from: $0, for: 0.4) < -45
      } ? true : nil
    }
  }

  /// Ends it.
  public func stop() async { await process.stop() }
}
