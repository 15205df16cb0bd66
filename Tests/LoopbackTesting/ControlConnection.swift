public import Control
import FoundationEssentials
import Glibc
import Synchronization

/// A client of the socket as a stranger would write one: JSON lines out, JSON lines in, nothing shared with the daemon's
/// own code but the type for a JSON value. Keeps every notice with the time it was read.
public final class ControlConnection: Sendable {
  /// One notice, and when this client read it.
  public struct Received: Sendable {
    /// `params` of the notification.
    public var event: JSON
    /// CLOCK_MONOTONIC in nanoseconds.
    public var at: Int64
    /// `type`.
    public var type: String { event["type"]?.text ?? "" }
    /// `contact`.
    public var contact: String? { event["contact"]?.text }
    /// `agent`.
    public var agent: String? { event["agent"]?.text }
    /// A member of `data`.
    public func data(_ name: String) -> JSON? { event["data"]?[name] }
  }

  private struct State {
    var notices: [Received] = []
    var answers: [Int: JSON] = [:]
    var next = 1
    var pending: [UInt8] = []
    /// From then on the descriptor may be somebody else's.
    var isClosed = false
  }

  private let socket: Int32
  /// Protected by the mutex; the reading thread and the test share it.
  private let state = Mutex(State())

  /// Connects; throws when nobody listens.
  public init(_ path: String) throws {
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      Glibc.close(socket)
      throw Fault("\(path): \(String(cString: strerror(errno)))")
    }
    onOwnThread { self.listen() }
  }

  /// Ends the connection.
  public func close() { state.withLock { if !$0.isClosed { shutdown(socket, Int32(SHUT_RDWR)) } } }

  private func listen() {
    while true {
      var readable = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      poll(&readable, 1, -1)
      let isClosed = state.withLock { state in
        receive(&state)
        return state.isClosed
      }
      if isClosed { break }
    }
    Glibc.close(socket)
  }

  /// Takes what has come. Read and timed as one step for `hasUnread`.
  private func receive(_ state: inout State) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while !state.isClosed {
      let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return }
      guard count > 0 else {
        state.isClosed = true
        return
      }
      let now = monotonicNanoseconds()
      state.pending += buffer[..<count]
      while let end = state.pending.firstIndex(of: 10) {
        take(Array(state.pending[..<end]), at: now, &state)
        state.pending.removeSubrange(...end)
      }
    }
  }

  private func take(_ line: [UInt8], at now: Int64, _ state: inout State) {
    guard let message = try? JSONDecoder().decode(JSON.self, from: Data(line)) else { return }
    if let event = message["params"], message["method"]?.text == "event" {
      state.notices.append(Received(event: event, at: now))
    } else if case .integer(let id)? = message["id"] {
      state.answers[Int(id)] = message
    }
  }

  /// Asks, and waits for the whole answer, whatever it is.
  public func ask(_ method: String, _ parameters: [String: JSON] = [:]) async throws -> JSON {
    let id = state.withLock { state in
      defer { state.next += 1 }
      return state.next
    }
    let message: JSON = .object([
      "jsonrpc": .string("2.0"), "id": .integer(Int64(id)), "method": .string(method), "params": .object(parameters),
    ])
    var line = [UInt8](try JSONEncoder().encode(message))
    line.append(10)
    guard send(socket, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
      throw Fault("\(method): the daemon does not listen")
    }
    return try await fact("an answer to \(method)") {
      let (answer, closed) = self.state.withLock { ($0.answers[id], $0.isClosed) }
      if answer == nil, closed { throw Fault("\(method): the daemon closed the connection") }
      return answer
    }
  }

  /// Asks, and takes only success.
  @discardableResult
  public func request(_ method: String, _ parameters: [String: JSON] = [:]) async throws -> JSON {
    let answer = try await ask(method, parameters)
    guard let result = answer["result"] else { throw Fault("\(method) was refused: \(answer)") }
    return result
  }

  /// All notices that have come until this moment, those included that lay in the socket unread.
  public var notices: [Received] {
    state.withLock { state in
      receive(&state)
      return state.notices
    }
  }

  /// Whether something has come that is not read yet: it is there before now, whatever time its notice will bear. All
  /// else that is there has an earlier time than now.
  public var hasUnread: Bool {
    state.withLock { state in
      var byte: UInt8 = 0
      return !state.isClosed && recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 1
    }
  }

  /// How many notices have come: a mark to look from.
  public var mark: Int { notices.count }

  /// Waits for the first notice from `mark` on that fits.
  @discardableResult
  public func notice(
    _ type: String, from mark: Int = 0, within limit: Duration = .seconds(20),
    where fits: @Sendable (Received) -> Bool = { _ in true }
  ) async throws -> Received {
    try await fact(
      "a notice \(type); since the mark: \(notices.dropFirst(mark).map(\.type))", within: limit
    ) {
      self.state.withLock { $0.notices.dropFirst(mark).first { $0.type == type && fits($0) } }
    }
  }
}

/// CLOCK_MONOTONIC.
public func monotonicNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

extension JSON {
  /// A member, of an object.
  public subscript(_ name: String) -> JSON? { if case .object(let members) = self { members[name] } else { nil } }
  /// The text, of a string.
  public var text: String? { if case .string(let text) = self { text } else { nil } }
  /// The elements, of an array.
  public var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }
  /// The whole number.
  public var whole: Int64? { if case .integer(let value) = self { value } else { nil } }
}
