import Glibc
import Synchronization

/// Mouth and ear for a SIP peer that has none: says a tone as G.711 µ-law to whoever it hears from, and keeps what it
/// hears. Its port is written into the peer's SDP.
public final class RTPEndpoint: Sendable {
  private struct State {
    var heard: [Int16] = []
    /// How much of it is forgotten.
    var forgotten = 0
    var packets = 0
    var frequency: Double
    /// When each packet went, and what it said.
    var spoken: [(at: Int64, frequency: Double)] = []
    var target: SocketName?
    var digits: [UInt8] = []
    var keys = ""
    var lastKeyAt: [UInt8]?
    var said: SRTPStream?
    var listened: SRTPStream?
    var unintelligible = 0
    var stopped = false
  }

  /// The port to name in the SDP.
  public let port: UInt16
  private let address: String
  private let socket: Int32
  /// Protected by the mutex; two threads share it.
  private let state: Mutex<State>

  /// Binds a free even port of the address; `tone` in Hz, 0 for silence.
  public init(address: String = "127.0.0.1", tone: Double) throws {
    self.address = address
    state = Mutex(State(frequency: tone))
    var bound: (Int32, UInt16)?
    for port in stride(from: UInt16(40000), to: 48000, by: 2) {
      var name = SocketName(address, port)
      let descriptor = Glibc.socket(name.family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      if name.withSockaddr({ bind(descriptor, $0, $1) }) == 0 {
        bound = (descriptor, port)
        break
      }
      close(descriptor)
    }
    guard let bound else { throw Fault("no free RTP port") }
    (socket, port) = bound
    var timeout = timeval(tv_sec: 0, tv_usec: 100_000)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    onOwnThread { self.listen() }
    onOwnThread { self.speak() }
  }

  /// The tone from now on; 0 for silence.
  public func say(_ frequency: Double) { state.withLock { $0.frequency = frequency } }

  /// Presses keys, one after the other, as telephone-events of payload type 101 (RFC 4733).
  public func press(_ keys: String) {
    let names = Array("0123456789*#ABCD".utf8)
    state.withLock { $0.digits += keys.utf8.compactMap { names.firstIndex(of: $0) }.map(UInt8.init) }
  }

  /// Speaks to this address before anything has been heard.
  public func speak(to address: String, port: UInt16) {
    state.withLock { $0.target = SocketName(address, port) }
  }

  /// Protects what it says by the one key from now on, and takes only what the other one protects; nil: plain.
  public func secure(says: SRTPKey?, hears: SRTPKey?) {
    state.withLock { state in
      state.said = says.map { SRTPStream($0, isSender: true) }
      state.listened = hears.map { SRTPStream($0, isSender: false) }
    }
  }
  /// How many packets came that the key did not open.
  public var unintelligible: Int { state.withLock { $0.unintelligible } }

  /// Everything heard so far, packet after packet; gaps are not filled.
  public var heard: Sound { state.withLock { Sound(rate: 8000, channels: [Array($0.heard[$0.forgotten...])]) } }
  /// The last `seconds` of it.
  public func heard(last seconds: Double) -> Sound {
    state.withLock { Sound(rate: 8000, channels: [Array($0.heard[$0.forgotten...].suffix(Int(seconds * 8000)))]) }
  }
  /// How many samples have been heard ever: a mark for `heard(since:)`.
  public var position: Int { state.withLock { $0.heard.count } }
  /// All that has been heard since then, forgotten or not.
  public func heard(since position: Int) -> Sound {
    state.withLock { Sound(rate: 8000, channels: [Array($0.heard.dropFirst(position))]) }
  }
  /// The keys that were pressed at the other side, as telephone-events of payload type 101 (RFC 4733).
  public var keys: String { state.withLock { $0.keys } }
  /// From here on only what comes new is heard.
  public func forget() { state.withLock { $0.forgotten = $0.heard.count } }
  /// How many packets have come.
  public var packets: Int { state.withLock { $0.packets } }

  /// Waits until the tone has been heard for `seconds` on end, at the end of what has been heard.
  public func hears(_ frequency: Double, for seconds: Double = 0.3, above level: Double = -25) async throws {
    _ = try await fact("the endpoint on port \(port) hears \(frequency) Hz; packets: \(packets)") { () -> Bool? in
      let sound = self.heard(last: seconds)
      return sound.seconds >= seconds * 0.99 && sound.level(of: frequency) > level ? true : nil
    }
  }

  /// Waits until something loud has been heard for half a second on end, and not this tone.
  public func hearsMusic(insteadOf tone: Double) async throws {
    _ = try await fact("the endpoint on port \(port) hears music; packets: \(packets)") { () -> Bool? in
      let sound = self.heard(last: 0.5)
      let energy = sound.channels[0].reduce(0.0) { $0 + Double($1) * Double($1) }
      let loudness = (energy / Double(max(1, sound.channels[0].count))).squareRoot()
      return sound.seconds >= 0.4 && loudness > 300 && sound.level(of: tone) < -45 ? true : nil
    }
  }

  /// What goes later than this, since the machine let nobody speak, may find its moment past: then it is heard by nobody.
  private static let mostLate: Int64 = 40_000_000

  /// How many seconds of this tone, or of anything, it has sent between two instants of `monotonicNanoseconds`, by the
  /// packets that really went, and on time.
  public func spoke(_ frequency: Double? = nil, from: Int64 = .min, until: Int64 = .max) -> Double {
    state.withLock { state in
      // Nothing between two instants of which the later one comes first.
      let period = from..<max(from, until)
      let count = state.spoken.count { period.contains($0.at) && (frequency ?? $0.frequency) == $0.frequency }
      return Double(count) * 0.02
    }
  }

  /// Closes it; the threads end by themselves.
  public func stop() { state.withLock { $0.stopped = true } }

  private func listen() {
    var buffer = [UInt8](repeating: 0, count: 2048)
    while !state.withLock({ $0.stopped }) {
      var from = SocketName()
      var count = from.fill { recvfrom(socket, &buffer, buffer.count, 0, $0, $1) }
      guard count > 12, buffer[0] >> 6 == 2, open(&buffer, &count) else { continue }
      let header = 12 + 4 * Int(buffer[0] & 0x0F)
      if buffer[1] & 0x7F == 101, count >= header + 4, buffer[header + 1] & 0x80 != 0 {
        hearKey(buffer[header], at: Array(buffer[4..<8]))
      }
      guard buffer[1] & 0x7F == 0, count > header else { continue }
      state.withLock { state in
        state.target = state.target ?? from
        state.packets += 1
        state.heard += buffer[header..<count].map(MuLaw.decode)
      }
    }
    close(socket)
  }

  private func open(_ buffer: inout [UInt8], _ count: inout Int) -> Bool {
    state.withLock { state in
      guard let listened = state.listened else { return true }
      guard let plain = listened.unprotect(Array(buffer[..<count])) else {
        state.unintelligible += 1
        return false
      }
      buffer.replaceSubrange(..<plain.count, with: plain)
      count = plain.count
      return true
    }
  }

  /// The end of an event comes three times, with the time of its beginning.
  private func hearKey(_ number: UInt8, at timestamp: [UInt8]) {
    let names = Array("0123456789*#ABCD")
    state.withLock { state in
      guard state.lastKeyAt != timestamp, Int(number) < names.count else { return }
      state.lastKeyAt = timestamp
      state.keys.append(names[Int(number)])
    }
  }

  private func speak() {
    var sequence: UInt16 = 1
    var timestamp: UInt32 = 0
    var phase = 0.0
    var due = timespec()
    clock_gettime(CLOCK_MONOTONIC, &due)
    while true {
      due.tv_nsec += 20_000_000
      if due.tv_nsec >= 1_000_000_000 {
        due.tv_nsec -= 1_000_000_000
        due.tv_sec += 1
      }
      // Sound has a pace: a packet each 20 ms. Nobody waits for this.
      clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &due, nil)
      let (stopped, target, frequency) = state.withLock { ($0.stopped, $0.target, $0.frequency) }
      if stopped { return }
      var payload: [UInt8] = []
      for _ in 0..<160 {
        payload.append(MuLaw.encode(frequency > 0 ? Int16(sin(phase) * 10362) : 0))
        phase += 2 * .pi * frequency / 8000
      }
      guard var target else {
        timestamp &+= 160
        continue
      }
      send(0, payload, sequence, timestamp, to: &target)
      let (now, moment) = (monotonicNanoseconds(), Int64(due.tv_sec) * 1_000_000_000 + Int64(due.tv_nsec))
      if now - moment <= Self.mostLate { state.withLock { $0.spoken.append((now, frequency)) } }
      sequence &+= 1
      if let digit = state.withLock({ $0.digits.isEmpty ? nil : $0.digits.removeFirst() }) {
        // One event of 50 ms: three packets while the key is down, three that end it; all with the time of its beginning.
        for step in 1...6 {
          let duration = UInt16(min(step, 3) * 160)
          let end: UInt8 = step > 3 ? 0x80 : 0
          let event: [UInt8] = [digit, end | 10, UInt8(duration >> 8), UInt8(duration & 0xFF)]
          send(101, event, sequence, timestamp, isFirst: step == 1, to: &target)
          sequence &+= 1
        }
      }
      timestamp &+= 160
    }
  }

  private func send(
    _ type: UInt8, _ payload: [UInt8], _ sequence: UInt16, _ timestamp: UInt32, isFirst: Bool = false,
    to target: inout SocketName
  ) {
    var packet: [UInt8] = [0x80, type | (isFirst ? 0x80 : 0), UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
    for shift in [24, 16, 8, 0] { packet.append(UInt8(timestamp >> UInt32(shift) & 0xFF)) }
    packet += [0x12, 0x34, UInt8(port >> 8), UInt8(port & 0xFF)] + payload
    if let said = state.withLock({ $0.said }) { packet = state.withLock { _ in said.protect(packet) } ?? [] }
    _ = target.withSockaddr { sendto(socket, packet, packet.count, 0, $0, $1) }
  }
}
