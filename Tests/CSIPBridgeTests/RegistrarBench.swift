import CSIPBridge
import Glibc
import LoopbackTesting
import Synchronization
import Testing

/// A stack on loopback with two phones and a trunk, for one test at a time.
///
/// The trunk is whoever speaks from 127.0.7.0/24; every other loopback address is a stranger, and a source of its own.
final class RegistrarBench {
  /// One event, copied.
  struct Event: Sendable, Equatable {
    var kind: UInt32
    var status: Int32
    var text = ""
    var phone = ""
    var trunk = ""
    var contact = ""
    var source = ""
    var transport: UInt32 = 0
    var leg: sip_leg = 0
    var digit = ""
  }

  struct Phone {
    var id: String
    var secret: String
    var digest = SIP_DIGEST_MD5
  }

  struct OldBinding {
    var phone: String
    var contact: String
    var source: String
    var transport = SIP_UDP
    var secondsLeft: Int64
  }

  final class Seen: Sendable {
    let events = Mutex<[Event]>([])
    let complaints = Mutex<[String]>([])
    let interruption = Mutex<(@Sendable () -> Void)?>(nil)
  }

  private static let ports = PortBlock.next(300)
  static let rtpPorts = ports.first + 100...ports.first + 299
  static let realm = "tsunagi.test"
  /// Another one for each stack: the kernel may not have let go of the last one's yet.
  static var port: UInt16 { UInt16(ports.first) + UInt16(truncatingIfNeeded: started.load(ordering: .relaxed) % 90) }
  private static let started = Atomic<UInt64>(0)
  /// Only one stack may run in a process. Unsafe in name only: a mutex is made to be shared, and is never freed.
  nonisolated(unsafe) static let turn: UnsafeMutablePointer<pthread_mutex_t> = {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    return mutex
  }()

  let engine: OpaquePointer
  private let seen = Seen()
  private let directory: Int32

  init?(
    phones: [Phone] = [
      Phone(id: "anna", secret: "secret-anna"), Phone(id: "beni", secret: "secret-beni", digest: SIP_DIGEST_SHA256),
    ],
    contactsPerPhone: UInt32 = 2, shortest: UInt32 = 1, longest: UInt32 = 600, nonceSeconds: UInt32 = 0,
    bindings: [OldBinding] = [], trunkSRTP: sip_srtp = SIP_SRTP_OFF
  ) {
    pthread_mutex_lock(Self.turn)
    Self.started.add(1, ordering: .relaxed)
    var kept: [UnsafeMutablePointer<CChar>] = []
    func text(_ text: String) -> UnsafePointer<CChar>? {
      guard let copy = strdup(text) else { return nil }
      kept.append(copy)
      return UnsafePointer(copy)
    }
    let now = Int64(time(nil))
    let networks = [sip_network(address: text("127.0.7.0"), prefix_length: 24, port: 0)]
    let codecs = [text("PCMU")]
    let cPhones = phones.map { phone in
      sip_phone(
        id: text(phone.id), secret: text(phone.secret), digest: phone.digest, trunk: nil, number: nil,
        srtp: SIP_SRTP_OFF)
    }
    let cBindings = bindings.map { old in
      sip_binding(
        phone: text(old.phone), contact: text(old.contact), source: text(old.source), transport: old.transport,
        expires_at: now + old.secondsLeft, call_id: text("old"), cseq: 1, user_agent: text("a phone"))
    }
    directory = open("/tmp", O_RDONLY | O_DIRECTORY)
    var settings = sip_settings()
    settings.bind_address = text("127.0.0.1")
    settings.port = Int32(Self.port)
    settings.udp = true
    settings.tcp = true
    settings.rtp_port_first = Int32(Self.rtpPorts.lowerBound)
    settings.rtp_port_last = Int32(Self.rtpPorts.upperBound)
    settings.max_legs = 16
    settings.audio_rate = 8000
    settings.realm = text(Self.realm)
    settings.user_agent = text("tsunagi")
    settings.register_min_seconds = shortest
    settings.register_max_seconds = longest
    settings.contacts_per_phone = contactsPerPhone
    settings.nonce_seconds = nonceSeconds
    settings.unanswered_invite_seconds = 30
    settings.recordings_directory = directory
    settings.log_level = 1
    var started: OpaquePointer?
    let context = Unmanaged.passUnretained(seen).toOpaque()
    let code = networks.withUnsafeBufferPointer { networks in
      let trunks = [
        sip_trunk(
          id: text("pbx"), networks: networks.baseAddress, network_count: 1, proxy: text("127.0.7.1:5060"),
          transport: SIP_UDP, domain: nil, trusted: true, srtp: trunkSRTP)
      ]
      return trunks.withUnsafeBufferPointer { trunks in
        cPhones.withUnsafeBufferPointer { phones in
          cBindings.withUnsafeBufferPointer { bindings in
            codecs.withUnsafeBufferPointer { codecs in
              settings.trunks = trunks.baseAddress
              settings.trunk_count = trunks.count
              settings.phones = phones.baseAddress
              settings.phone_count = phones.count
              settings.bindings = bindings.baseAddress
              settings.binding_count = bindings.count
              settings.codecs = codecs.baseAddress
              settings.codec_count = codecs.count
              return sip_engine_start(&settings, Self.receive, context, &started)
            }
          }
        }
      }
    }
    for copy in kept { free(copy) }
    guard code == Int32(SIP_OK), let started else {
      Issue.record("start: \(code) \(String(cString: sip_last_error()))")
      close(directory)
      pthread_mutex_unlock(Self.turn)
      return nil
    }
    engine = started
  }

  /// Must be the last word of each test, on the same thread.
  func stop() {
    sip_engine_stop(engine)
    close(directory)
    pthread_mutex_unlock(Self.turn)
  }

  private static let receive: sip_event_fn = { event, context in
    guard let event = event?.pointee, let context else { return }
    func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
    var copy = Event(kind: event.kind.rawValue, status: event.status, text: text(event.text), leg: event.leg)
    if event.digit != 0 { copy.digit = String(UnicodeScalar(UInt8(event.digit))) }
    if let binding = event.binding?.pointee {
      copy.phone = text(binding.phone)
      copy.contact = text(binding.contact)
      copy.source = text(binding.source)
      copy.transport = binding.transport.rawValue
    }
    if let invitation = event.invitation?.pointee {
      copy.phone = text(invitation.phone)
      copy.trunk = text(invitation.trunk)
    }
    let seen = Unmanaged<Seen>.fromOpaque(context).takeUnretainedValue()
    if event.kind == SIP_LOG {
      if event.status == 1 { seen.complaints.withLock { $0.append(copy.text) } }
      return
    }
    seen.events.withLock { $0.append(copy) }
    if let interrupt = seen.interruption.withLock({ $0 }) { interrupt() }
  }

  /// What the stack logged as errors.
  var complaints: [String] { seen.complaints.withLock { $0 } }
  var events: [Event] { seen.events.withLock { $0 } }

  /// Runs this after each event, on the stack's own thread: what it waits for, the stack waits for.
  func interrupt(with body: (@Sendable () -> Void)?) { seen.interruption.withLock { $0 = body } }

  /// The first event of this kind that fits, as soon as it is there; nil after ten seconds without.
  func wait(for kind: sip_event_kind, where fits: (Event) -> Bool = { _ in true }) -> Event? {
    for _ in 0..<1000 {
      if let event = events.first(where: { $0.kind == kind.rawValue && fits($0) }) { return event }
      poll(nil, 0, 10)
    }
    return nil
  }

  func bindings(of phone: String) -> [UInt64] {
    var numbers = [UInt64](repeating: 0, count: 16)
    let count = sip_phone_bindings(engine, phone, &numbers, numbers.count)
    return Array(numbers.prefix(count))
  }
}
