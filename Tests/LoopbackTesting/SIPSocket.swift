import Glibc
import Synchronization

/// A SIP peer that a test plays by hand, message by message: for what no phone would send, and for moments that no
/// scenario could hit.
public final class SIPSocket: Sendable {
  /// How its messages travel, as Via writes it.
  public enum Transport: String, Sendable { case udp = "UDP", tcp = "TCP" }

  /// What was seen as a message came.
  public struct Sight<Value: Sendable>: Sendable {
    /// When the kernel had the message, CLOCK_MONOTONIC in nanoseconds.
    public var at: Int64
    /// What was seen a moment later.
    public var value: Value
  }

  /// One who looks when a message comes.
  public final class Watch<Value: Sendable>: Sendable {
    private let state = Mutex<(isWaiting: Bool, sight: Sight<Value>?)>((false, nil))

    fileprivate func waits() { state.withLock { $0.isWaiting = true } }
    fileprivate func saw(_ sight: Sight<Value>) { state.withLock { $0.sight = sight } }
    fileprivate var isWaiting: Bool { state.withLock { $0.isWaiting } }

    /// Waits for the message.
    public func sight() async throws -> Sight<Value> {
      try await fact("a message comes") { state.withLock { $0.sight } }
    }
  }

  private struct State {
    var pending: [UInt8] = []
    var messages: [SIPMessage] = []
    var descriptions: [SIPMessage] = []
    var keepAlives = 0
    var datagrams: Set<[UInt8]> = []
    var repeats = 0

    mutating func take(_ bytes: [UInt8], by transport: Transport) {
      guard transport == .tcp else {
        // What is sent once more because we were slow is no news: a phone would keep it to itself (RFC 3261 §17, and
        // §13.2.2.4 for a 200, whose ACK does not get lost on loopback).
        if datagrams.insert(bytes).inserted { append(SIPMessage(bytes: bytes)) } else { repeats += 1 }
        return
      }
      pending += bytes
      while true {
        while pending.starts(with: [13, 10]) {
          pending.removeFirst(2)
          keepAlives += 1
        }
        guard let end = SIPMessage.headEnd(of: pending) else { return }
        let head = SIPMessage(bytes: Array(pending[..<end]))
        let length = head.header("Content-Length").flatMap { Int($0) } ?? 0
        guard pending.count >= end + length else { return }
        append(SIPMessage(bytes: Array(pending[..<(end + length)])))
        pending.removeFirst(end + length)
      }
    }

    private mutating func append(_ message: SIPMessage) {
      messages.append(message)
      if !message.media.isEmpty { descriptions.append(message) }
    }
  }

  /// Where it is.
  public let address: String
  /// Its port.
  public let port: Int
  /// How its messages travel.
  public let transport: Transport
  private let descriptor: Int32
  private let state = Mutex(State())

  /// Binds `address`:`port` (0: any) and talks to `peer`, `host:port` of IPv4, alone.
  public init(
    address: String = "127.0.0.2", port: Int = 0, peer: String, transport: Transport = .udp
  ) throws {
    self.address = address
    self.transport = transport
    let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
    let descriptor = Glibc.socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var buffer: Int32 = 1 << 20
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
    let parts = peer.split(separator: ":")
    var own = SocketName(address, UInt16(clamping: port))
    var other = SocketName(String(parts[0]), UInt16(parts[1]) ?? 0)
    guard own.withSockaddr({ bind(descriptor, $0, $1) }) == 0, other.withSockaddr({ connect(descriptor, $0, $1) }) == 0
    else {
      let reason = String(cString: strerror(errno))
      Glibc.close(descriptor)
      throw Fault("\(address):\(port) to \(peer): \(reason)")
    }
    var name = SocketName()
    name.fill { getsockname(descriptor, $0, $1) }
    self.descriptor = descriptor
    self.port = Int(name.port)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    arrivalOfNext()
  }

  deinit { Glibc.close(descriptor) }

  /// Says and hears no more.
  public func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Sends a message written with plain line ends.
  public func send(_ text: String) {
    send(bytes: text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] })
  }

  /// Sends these bytes: one datagram, or a part of the stream.
  public func send(bytes: [UInt8]) {
    var rest = bytes[...]
    repeat {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, 1000)
        continue
      }
      // A peer that has closed the stream has said what it thinks of it.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    } while !rest.isEmpty && transport == .tcp
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      state.withLock { $0.take(Array(buffer[..<count]), by: transport) }
    }
  }

  /// Every message with a session description that has come.
  public var descriptions: [SIPMessage] {
    read()
    return state.withLock { $0.descriptions }
  }

  /// What `look` sees when the next message comes here, which is then still to be received. When this returns, somebody
  /// waits for it.
  public func whenMessageComes<Value: Sendable>(_ look: @escaping @Sendable () -> Value) async throws -> Watch<Value> {
    let watch = Watch<Value>()
    onOwnThread {
      var readable = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
      watch.waits()
      guard poll(&readable, 1, 20_000) == 1 else { return }
      let value = look()
      watch.saw(Sight(at: self.arrivalOfNext(), value: value))
    }
    _ = try await fact("somebody looks at \(address):\(port)") { watch.isWaiting ? true : nil }
    return watch
  }

  /// The kernel stamps what comes by the wall clock, from the first time on that it is asked.
  @discardableResult
  private func arrivalOfNext() -> Int64 {
    var byte: UInt8 = 0
    _ = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    var (stamp, wall) = (timespec(), timespec())
    _ = ioctl(descriptor, 0x8907 /* SIOCGSTAMPNS, which Glibc does not show */, &stamp)
    clock_gettime(CLOCK_REALTIME, &wall)
    let age = Int64(wall.tv_sec - stamp.tv_sec) * 1_000_000_000 + Int64(wall.tv_nsec - stamp.tv_nsec)
    return monotonicNanoseconds() - age
  }

  /// All that has come since it was asked last.
  public func take() -> [SIPMessage] {
    read()
    return state.withLock { state in
      defer { state.messages = [] }
      return state.messages
    }
  }

  /// How many bare line ends have come over the stream: answers to keep-alives (RFC 5626 §4.4.1).
  public var keepAlives: Int {
    read()
    return state.withLock { $0.keepAlives }
  }

  /// How many datagrams have come once more, the same to the last byte; they are not among the messages.
  public var repeats: Int {
    read()
    return state.withLock { $0.repeats }
  }

  /// Waits for the first message that fits; those before it are lost.
  @discardableResult
  public func receive(
    _ what: String = "a message", within limit: Duration = .seconds(10),
    where fits: @Sendable (SIPMessage) -> Bool = { _ in true }
  ) async throws -> SIPMessage {
    try await fact("\(address):\(port) receives \(what)", within: limit) {
      self.read()
      return self.state.withLock { state in
        guard let index = state.messages.firstIndex(where: fits) else { return nil }
        defer { state.messages.removeSubrange(...index) }
        return state.messages[index]
      }
    }
  }

  /// Waits for a response of this status to this method, of this number if one is given.
  @discardableResult
  public func receive(_ status: Int, to method: String = "INVITE", sequence: Int? = nil) async throws -> SIPMessage {
    let end = sequence.map { "\($0) \(method)" } ?? method
    return try await receive("\(status) to \(end)") {
      $0.status == status && $0.header("CSeq")?.hasSuffix(end) == true
    }
  }

  /// Waits for a request.
  @discardableResult
  public func receive(request method: String) async throws -> SIPMessage {
    try await receive(method) { $0.method == method }
  }
}

/// An IPv4 or IPv6 address with its port, as the system calls take it.
struct SocketName {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  init() {}

  init(_ address: String, _ port: UInt16) {
    if address.contains(":") {
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = port.bigEndian
      inet_pton(AF_INET6, address, &name.sin6_addr)
      length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: name, as: sockaddr_in6.self) }
    } else {
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      inet_pton(AF_INET, address, &name.sin_addr)
      length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: name, as: sockaddr_in.self) }
    }
  }

  /// AF_INET or AF_INET6.
  var family: Int32 { Int32(storage.ss_family) }
  /// At the same place for both families.
  var port: UInt16 {
    UInt16(bigEndian: withUnsafeBytes(of: storage) { $0.load(fromByteOffset: 2, as: UInt16.self) })
  }

  mutating func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    let length = length
    return withUnsafePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  @discardableResult
  mutating func fill<Result>(
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
  ) -> Result {
    length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &length) { length in
      withUnsafeMutablePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
      }
    }
  }
}
