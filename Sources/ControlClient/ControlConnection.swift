public import Control
import FoundationEssentials
import Glibc

/// A connection to the daemon's socket, for one thread: requests are written, answers and notices are waited for.
///
/// Notices that come while an answer is awaited are kept, in order, for `nextNotice`.
public final class ControlConnection {
  /// The socket's path.
  public let path: String
  private let descriptor: Int32
  private var input: [UInt8] = []
  /// Up to where `input` is known to hold no line feed.
  private var searched = 0
  private var notices: [JSON] = []
  private var lastID: Int64 = 0

  /// Connects.
  public init(path: String) throws(ClientError) {
    self.path = path
    guard !path.isEmpty, path.utf8.count <= 107 else {
      throw .unreachable(path: path, reason: "a socket path has 1 to 107 bytes")
    }
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw .unreachable(path: path, reason: String(cString: strerror(errno))) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let descriptor = descriptor
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      Glibc.close(descriptor)
      throw code == EACCES || code == EPERM
        ? .notAllowed(path: path) : .unreachable(path: path, reason: String(cString: strerror(code)))
    }
  }

  deinit { close(descriptor) }

  /// Asks, and waits for the answer.
  public func call(_ method: String, _ parameters: [String: JSON] = [:], timeout: Duration? = nil)
    throws(ClientError) -> JSON
  {
    try answer(to: try send(method, parameters), timeout: timeout)
  }

  /// Asks, waits for the answer, and reads it as a type of the protocol.
  public func call<Answer: Decodable>(
    _ method: String, _ parameters: [String: JSON] = [:], as type: Answer.Type, timeout: Duration? = nil
  ) throws(ClientError) -> Answer {
    try call(method, parameters, timeout: timeout).read(as: type)
  }

  /// Asks without waiting; the answer is waited for by its number.
  public func send(_ method: String, _ parameters: [String: JSON] = [:]) throws(ClientError) -> Int64 {
    lastID += 1
    let request: JSON = .object([
      "jsonrpc": .string("2.0"), "id": .integer(lastID), "method": .string(method), "params": .object(parameters),
    ])
    write(JSONLine.bytes(request))
    return lastID
  }

  /// Bytes as they are: for tests of what no well-behaved client sends. What cannot be written shows when reading: a
  /// daemon that turns a client away says why before it closes.
  public func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Says that nothing more will be asked.
  public func finishWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// Waits for the answer with this number.
  public func answer(to id: Int64, timeout: Duration? = nil) throws(ClientError) -> JSON {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while true {
      guard case .object(let members) = try message(until: deadline) else { continue }
      guard members["id"] == .integer(id) || (members["id"] == .null && members["error"] != nil) else {
        if members["method"] != nil { notices.append(.object(members)) }
        continue
      }
      if let error = members["error"] { throw .refusal(error) }
      return members["result"] ?? .null
    }
  }

  /// The next notice, or the `cut` that ends the stream; nil when none came in time.
  public func nextNotice(timeout: Duration? = nil) throws(ClientError) -> JSON? {
    if !notices.isEmpty { return notices.removeFirst() }
    let deadline = timeout.map { ContinuousClock.now + $0 }
    do throws(ClientError) {
      while true {
        let json = try message(until: deadline)
        if case .object(let members) = json, members["method"] != nil { return json }
        if case .object(let members) = json, members["id"] == .null, let error = members["error"] {
          throw .refusal(error)
        }
      }
    } catch .timedOut {
      return nil
    }
  }

  /// The notices that came so far while answers were awaited, without waiting.
  public func takeNotices() -> [JSON] {
    defer { notices = [] }
    return notices
  }

  /// The next line of any kind.
  public func message(timeout: Duration? = nil) throws(ClientError) -> JSON {
    try message(until: timeout.map { ContinuousClock.now + $0 })
  }

  private func message(until deadline: ContinuousClock.Instant?) throws(ClientError) -> JSON {
    let line = try line(until: deadline)
    do {
      return try JSON(reading: line, depth: 64)
    } catch {
      throw .notUnderstood("byte \(error.offset): \(error.message)")
    }
  }

  private func line(until deadline: ContinuousClock.Instant?) throws(ClientError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      if let end = input[searched...].firstIndex(of: 0x0A) {
        let line = Array(input[..<end])
        input.removeSubrange(...end)
        searched = 0
        return line
      }
      searched = input.count
      try wait(until: deadline)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .closed }
      input.append(contentsOf: buffer[..<count])
    }
  }

  private func wait(until deadline: ContinuousClock.Instant?) throws(ClientError) {
    while true {
      var milliseconds: Int32 = -1
      if let deadline {
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
        guard seconds >= 0, attoseconds >= 0 else { throw .timedOut }
        milliseconds = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
      }
      var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&watched, 1, milliseconds) > 0 { return }
    }
  }
}

extension ClientError {
  /// From the member `error` of an answer.
  fileprivate static func refusal(_ error: JSON) -> ClientError {
    guard case .object(let members) = error, case .integer(let code) = members["code"],
      case .string(let message) = members["message"]
    else { return .notUnderstood("an error without code and message") }
    return .refused(code: Int(code), message: message)
  }
}

extension JSON {
  /// As a type of the protocol.
  public func read<Value: Decodable>(as type: Value.Type) throws(ClientError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(JSONLine.bytes(self)))
    } catch {
      throw .notUnderstood("\(error)")
    }
  }

  /// A member of an object.
  public subscript(name: String) -> JSON? {
    if case .object(let members) = self { return members[name] }
    return nil
  }

  /// The text, when it is one.
  public var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The whole number, when it is one.
  public var integer: Int64? {
    if case .integer(let value) = self { return value }
    return nil
  }
}
