import Control
import Glibc
import Telephony

/// The thread that accepts, reads, writes what had to wait, and closes. Nobody else closes a client's descriptor, so a
/// number that it reads from cannot meanwhile belong to somebody else.
final class SocketLoop {
  private let server: ControlServer
  private let handler: any RequestHandler
  private let listener: ListeningSocket
  private let waker: Int32
  private var inputs: [UInt64: LineBuffer] = [:]
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  /// The process has no descriptor left: no use in asking again at once.
  private var acceptAgain: ContinuousClock.Instant?

  init(server: ControlServer, handler: any RequestHandler, listener: ListeningSocket, waker: Int32) {
    self.server = server
    self.handler = handler
    self.listener = listener
    self.waker = waker
  }

  /// Until the server is stopped; then nothing is left open.
  func run() {
    while let watch = nextWatch() {
      var descriptors = watch.descriptors
      _ = poll(&descriptors, nfds_t(descriptors.count), watch.timeout)
      if descriptors[0].revents != 0 { while read(waker, &buffer, buffer.count) > 0 {} }
      if descriptors[1].revents != 0 { acceptAll() }
      for (number, descriptor) in zip(watch.numbers, descriptors.dropFirst(2)) where descriptor.revents != 0 {
        attend(number, descriptor)
      }
    }
    closeAll()
  }

  /// What to wait for; nil when the server is stopped.
  private struct Watch {
    var descriptors: [pollfd]
    /// Of the clients, in the order of their descriptors from the third on.
    var numbers: [UInt64] = []
    var timeout: Int32 = -1
  }

  private func nextWatch() -> Watch? {
    let now = ContinuousClock.now
    if let again = acceptAgain, again <= now { acceptAgain = nil }
    var watch = Watch(descriptors: [
      pollfd(fd: waker, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listener.descriptor, events: acceptAgain == nil ? Int16(POLLIN) : 0, revents: 0),
    ])
    if acceptAgain != nil { watch.timeout = 100 }
    var over: [Connection] = []
    let (running, remarks) = server.state.withLock { state in
      for (number, connection) in state.connections {
        guard !connection.isOver(at: now) else {
          over.append(connection)
          continue
        }
        let events = (connection.wantsInput ? POLLIN : 0) | (connection.outbox.isEmpty ? 0 : POLLOUT)
        watch.descriptors.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
        watch.numbers.append(number)
        if case .cut(let deadline) = connection.stage {
          let wait = Int32(clamping: now.duration(to: deadline).milliseconds + 1)
          watch.timeout = watch.timeout < 0 ? wait : min(watch.timeout, wait)
        }
      }
      for connection in over { state.connections[connection.client.number] = nil }
      defer { state.remarks = [] }
      return (state.stage == .running, state.remarks)
    }
    remarks.forEach(server.log)
    for connection in over { end(connection) }
    return running ? watch : nil
  }

  private func end(_ connection: Connection) {
    connection.lines.finish()
    inputs[connection.client.number] = nil
    close(connection.descriptor)
    server.log(LogLine(.debug, "client left", ["client": "\(connection.client.number)"]))
  }

  private func closeAll() {
    let connections = server.state.withLock { state in
      defer {
        state.connections = [:]
        if let writing = state.waker { close(writing) }
        state.waker = nil
      }
      return state.connections.values.map { $0 }
    }
    connections.forEach(end)
    close(waker)
    listener.close()
  }

  // MARK: Clients that come

  private func acceptAll() {
    while true {
      let descriptor = accept(listener.descriptor, nil, nil)
      guard descriptor >= 0 else {
        switch errno {
        case EINTR, ECONNABORTED: continue
        case EAGAIN, EWOULDBLOCK: return
        default:
          server.log(LogLine(.error, "no client can be accepted for a moment", ["error": systemMessage(errno)]))
          acceptAgain = .now + .milliseconds(100)
          return
        }
      }
      makeNonblocking(descriptor)
      admit(descriptor)
    }
  }

  private func admit(_ descriptor: Int32) {
    guard let peer = Peer(of: descriptor) else {
      turnAway(descriptor, ControlError(.internalError, "The kernel does not say who you are."))
      return
    }
    guard let rule = server.settings.rules.first(where: { $0.fits(peer) }) else {
      let groups = peer.groupIDs.map { "\($0)" }.joined(separator: ", ")
      logRefusal(of: peer, reason: "no role")
      let message =
        "The Unix user \(peer.userID) (groups \(groups)) has no role: no rule of the configuration names it or its groups."
      turnAway(descriptor, ControlError(.forbidden, message))
      return
    }
    let maximum = server.settings.maximumClients
    let (lines, continuation) = AsyncStream.makeStream(of: LineBuffer.Found.self)
    let client = server.state.withLock { state -> Client? in
      guard state.connections.count < maximum else { return nil }
      state.accepted += 1
      let client = Client(
        number: state.accepted, role: rule.role, agent: [.agent, .supervisor].contains(rule.role) ? rule.agent : nil,
        userID: peer.userID,
        processID: peer.processID)
      state.connections[client.number] = Connection(
        client: client, descriptor: descriptor, lines: continuation, backlog: server.settings.backlogBytes)
      return client
    }
    guard let client else {
      logRefusal(of: peer, reason: "\(maximum) clients are connected")
      turnAway(descriptor, ControlError(.refused, "\(maximum) clients are connected already: close one of them."))
      return
    }
    inputs[client.number] = LineBuffer(longest: JSONRPC.longestLine)
    var line = LogLine(
      .debug, "client connected",
      [
        "client": "\(client.number)", "user": "\(client.userID)", "process": "\(client.processID)",
        "role": client.role.rawValue,
      ])
    if let agent = client.agent { line.fields.append(.init(name: "agent", value: agent.rawValue)) }
    server.log(line)
    let requests = ClientRequests(server: server, handler: handler, client: client)
    Task { await requests.run(lines) }
  }

  private func logRefusal(of peer: Peer, reason: String) {
    server.log(
      LogLine(
        .warning, "client refused", ["user": "\(peer.userID)", "process": "\(peer.processID)", "reason": reason]))
  }

  private func turnAway(_ descriptor: Int32, _ error: ControlError) {
    let line = JSONRPC.answer(.failure(error), to: .null)
    _ = send(descriptor, line, line.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    close(descriptor)
  }

  // MARK: Clients that are there

  private func attend(_ number: UInt64, _ descriptor: pollfd) {
    let ready = Int32(descriptor.revents)
    if ready & POLLIN != 0 {
      receive(number, descriptor.fd)
    } else if ready & (POLLHUP | POLLERR | POLLNVAL) != 0 {
      server.state.withLock { $0.connections[number]?.stage = .gone }
      return
    }
    if ready & POLLOUT != 0 { server.state.withLock { $0.connections[number]?.flush() } }
  }

  private func receive(_ number: UInt64, _ descriptor: Int32) {
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    if count < 0 {
      if errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR { return }
      server.state.withLock { $0.connections[number]?.stage = .gone }
      return
    }
    let found = count > 0 ? inputs[number]?.append(buffer[..<count]) : inputs[number]?.end()
    server.state.withLock { state in
      guard let index = state.connections.index(forKey: number) else { return }
      for item in found ?? [] {
        state.connections.values[index].pendingLines += 1
        if case .line(let line) = item { state.connections.values[index].pendingBytes += line.count }
        state.connections.values[index].lines.yield(item)
      }
      if count == 0 {
        state.connections.values[index].inputEnded = true
        state.connections.values[index].lines.finish()
      }
    }
  }
}
