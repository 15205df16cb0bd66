import Control
import FoundationEssentials
import Glibc
import LoopbackTesting
import Synchronization

/// An agent's telephone: a softphone, and what it tells about itself (baresip's ctrl_tcp: netstrings of JSON), with the
/// time at which it told.
final class DeskPhone: Sendable {
  /// One thing that the phone told.
  struct Event: Sendable {
    /// `CALL_INCOMING`, `CALL_CLOSED`, …
    var type: String
    /// CLOCK_MONOTONIC in nanoseconds.
    var at: Int64
    /// Whether notices lay in the agent's client then that it had not come to read.
    var noticesLay: Bool
  }

  let agent: String
  let name: String
  let id: String
  /// What it says into every call, in Hz.
  let tone: Double
  private let softphone: Softphone
  private let socket: Int32
  private let events = Mutex<[Event]>([])
  private let screen: Screen
  private let client = Mutex<ControlConnection?>(nil)

  /// Registers the phone at the daemon; `ports` are ten free ones.
  init(
    agent: String, name: String, id: String, tone: Double, registrar: String, ports: Int, screen: Screen
  ) async throws {
    (self.agent, self.name, self.id, self.tone, self.screen) = (agent, name, id, tone, screen)
    softphone = try await Softphone(
      user: id, secret: "tsunagi-" + id, registrar: registrar, ports: ports, tone: tone, answer: .manual, seconds: 60)
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(ports + 2).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Fault("baresip does not listen on \(ports + 2)") }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      {
        guard let phone = $0 else { return nil }
        Unmanaged<DeskPhone>.fromOpaque(phone).takeRetainedValue().listen()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    pthread_detach(thread)
  }

  private func listen() {
    var pending: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = read(socket, &buffer, buffer.count)
      guard count > 0 else { return }
      // In this order: what does not lie there has been read, and timed, before.
      let noticesLay = client.withLock { $0?.hasUnread ?? false }
      let now = monotonicNanoseconds()
      pending += buffer[..<count]
      // length ":" JSON ","
      while let colon = pending.firstIndex(of: UInt8(ascii: ":")),
        let length = Int(String(decoding: pending[..<colon], as: UTF8.self)), pending.count > colon + 1 + length
      {
        take(pending[(colon + 1)..<(colon + 1 + length)], at: now, noticesLay)
        pending.removeSubrange(...(colon + 1 + length))
      }
    }
  }

  private func take(_ message: ArraySlice<UInt8>, at now: Int64, _ noticesLay: Bool) {
    guard let json = try? JSONDecoder().decode(JSON.self, from: Data(message)), let type = json["type"]?.text else {
      return
    }
    events.withLock { $0.append(Event(type: type, at: now, noticesLay: noticesLay)) }
    switch type {
    case "CALL_INCOMING": screen.say(name, "\(id) rings", at: now)
    default: break
    }
  }

  /// The client at which the agent's cards pop up.
  func stands(beside client: ControlConnection) { self.client.withLock { $0 = client } }

  /// How much it has told: a mark to look from.
  var mark: Int { events.withLock { $0.count } }

  /// Waits for the first such event from `mark` on.
  @discardableResult
  func event(_ type: String, from mark: Int) async throws -> Event {
    try await fact("\(type) at \(id)", within: .seconds(10)) {
      events.withLock { $0.dropFirst(mark).first { $0.type == type } }
    }
  }

  /// Told here, since the set itself says so only after the daemon has acknowledged.
  func accept() throws {
    screen.say(name, "answers")
    try command("accept")
  }
  func hangUp() throws { try command("hangup") }

  private func command(_ word: String) throws {
    let body = #"{"command":"\#(word)","token":"demo"}"#
    let message = Array("\(body.utf8.count):\(body),".utf8)
    guard send(socket, message, message.count, Int32(MSG_NOSIGNAL)) == message.count else {
      throw Fault("\(id) takes no command")
    }
  }

  /// Files of what it heard, so far: one per call, complete when the call is over.
  var ears: Set<String> {
    let folder = softphone.folder + "/heard/"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Set(names.filter { $0.hasSuffix("-dec.wav") }.map { folder + $0 })
  }

  /// What it heard in the first call since `ears` was this.
  func heard(since earlier: Set<String>) async throws -> Sound {
    let path = try await fact("\(id) kept what it heard") { ears.subtracting(earlier).min() }
    return try await Sound.closed(wave: path)
  }
}
