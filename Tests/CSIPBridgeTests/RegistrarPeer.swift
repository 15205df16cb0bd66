import Glibc

/// A phone, trunk or stranger made of one socket: writes requests by hand and reads what comes back.
final class RegistrarPeer {
  enum Transport { case udp, tcp }

  /// One message as it came over the wire.
  struct Message: Equatable {
    var firstLine: String
    var headers: [(name: String, value: String)]
    /// Of its session description.
    var mediaLines: [String] = []
    /// Where it wants to hear.
    var mediaPort: Int? { mediaLines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
    static func == (a: Self, b: Self) -> Bool {
      a.firstLine == b.firstLine && a.headers.map(\.name) == b.headers.map(\.name)
        && a.headers.map(\.value) == b.headers.map(\.value)
    }

    var status: Int { firstLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
    func values(_ name: String) -> [String] {
      headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
    func value(_ name: String) -> String { values(name).first ?? "" }
    /// A parameter of the challenge, without quotes.
    func challenge(_ name: String) -> String {
      for part in value("WWW-Authenticate").split(separator: ",") {
        let pair = part.drop(while: { $0 == " " }).replacingPrefix("Digest ").split(separator: "=", maxSplits: 1)
        if pair.count == 2, pair[0].filter({ $0 != " " }) == name { return pair[1].filter { $0 != "\"" } }
      }
      return ""
    }
  }

  let transport: Transport
  let address: String
  private(set) var port: UInt16 = 0
  private let descriptor: Int32
  private var unread: [UInt8] = []
  private static let serial = SerialNumbers()

  init(_ transport: Transport = .udp, from address: String = "127.0.0.2") {
    self.transport = transport
    self.address = address
    let kind = transport == .udp ? Int32(SOCK_DGRAM.rawValue) : Int32(SOCK_STREAM.rawValue)
    descriptor = socket(AF_INET, kind, 0)
    Self.withAddress(address, 0) { _ = bind(descriptor, $0, $1) }
    Self.withAddress("127.0.0.1", RegistrarBench.port) { _ = connect(descriptor, $0, $1) }
    var own = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    port = UInt16(bigEndian: own.sin_port)
  }

  deinit { close(descriptor) }

  /// A connection that has been asked for; writable once it is established.
  static func connecting() -> pollfd {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    withAddress("127.0.0.1", RegistrarBench.port) { _ = connect(descriptor, $0, $1) }
    return pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
  }

  func disconnect() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private static func withAddress(_ text: String, _ port: UInt16, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { use($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Raw bytes as they come; nil after the time.
  func receiveBytes(within milliseconds: Int32 = 10_000) -> [UInt8]? {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, milliseconds) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer.prefix(count)) : nil
  }

  /// The next whole message.
  func receive(within milliseconds: Int32 = 10_000) -> Message? {
    while true {
      if let end = Self.endOfMessage(unread) {
        let message = Self.parse(unread.prefix(end))
        unread.removeFirst(end)
        return message
      }
      guard let more = receiveBytes(within: milliseconds) else { return nil }
      unread += more
    }
  }

  /// The next answer to this request that is not provisional.
  func answer(to callID: String) -> Message? {
    while let message = receive() {
      if message.value("Call-ID") == callID && message.status >= 200 { return message }
    }
    return nil
  }

  /// Our messages end with their header, since nothing here carries a body back but INVITEs.
  private static func endOfMessage(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for i in 0...(bytes.count - 4) where Array(bytes[i..<i + 4]) == [13, 10, 13, 10] {
      let length = parse(bytes.prefix(i)).value("Content-Length")
      return min(bytes.count, i + 4 + (Int(length) ?? 0))
    }
    return nil
  }

  private static func parse(_ bytes: some Collection<UInt8>) -> Message {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (String(line[..<colon]), String(line[line.index(after: colon)...].drop(while: { $0 == " " })))
    }
    return Message(
      firstLine: lines.first ?? "", headers: headers, mediaLines: lines.filter { $0.hasPrefix("m=") })
  }

  static func newName() -> String { "t\(serial.next())" }
}

private final class SerialNumbers: Sendable {
  private let count = Counter()
  func next() -> String { "\(getpid())-\(count.next())" }
}

extension Substring {
  func replacingPrefix(_ prefix: String) -> Substring { hasPrefix(prefix) ? dropFirst(prefix.count) : self }
}
