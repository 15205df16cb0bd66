import Control
import ControlClient
import Glibc
import Telephony
import TelephonyTesting
import Testing

@testable import ControlSocket

@Suite struct `Asking over the socket` {
  @Test func `a request reaches the handler with who asks, and is answered`() async throws {
    let handler = ScriptedHandler { _, client in
      #expect(client.userID == geteuid())
      #expect(client.processID == getpid())
      #expect(client.role == .administrator)
      // Administrators are bound to nobody.
      #expect(client.agent == nil)
      return .success(.done(Done(contact: "c1", note: "ringing")))
    }
    let stage = try Stage(
      handler: handler, rules: [RoleRule(role: .administrator, userID: geteuid(), agent: "1002")])
    let done = try await onOwnThread {
      try stage.connect().call(
        "call.dial", ["agent": .string("1"), "to": .string("0312345678")], as: Done.self, timeout: patience)
    }
    #expect(done == Done(contact: "c1", note: "ringing"))
    #expect(handler.requests == [.callDial("1", to: "0312345678")])
    stage.end()
  }

  @Test func `a supervisor's client that is bound names nobody else as supervisor`() async throws {
    let handler = ScriptedHandler { _, client in
      .success(.done(Done(note: client.agent?.rawValue ?? "")))
    }
    let stage = try Stage(
      handler: handler, rules: [RoleRule(role: .supervisor, userID: geteuid(), agent: "1009")])
    try await onOwnThread {
      let client = try stage.connect()
      let own = try client.call("monitor.stop", ["supervisor": .string("1009")], as: Done.self, timeout: patience)
      #expect(own == Done(note: "1009"))
      #expect(throws: (any Error).self) {
        try client.call("monitor.stop", ["supervisor": .string("1008")], as: Done.self, timeout: patience)
      }
    }
    #expect(handler.requests == [.monitorStop("1009")])
    stage.end()
  }

  @Test func `answers come in the order of the requests, however long each takes`() async throws {
    let handler = ScriptedHandler { request, _ in
      guard case .agentFinish(let agent) = request else { return .failure(ControlError(.internalError, "?")) }
      for _ in 0..<(agent == "0" ? 50 : 1) { await Task.yield() }
      return .success(.done(Done(note: agent.rawValue)))
    }
    let stage = try Stage(handler: handler)
    let notes = try await onOwnThread {
      let client = try stage.connect()
      let count = 500
      for n in 0..<count { _ = try client.send("agent.finish", ["agent": .string("\(n)")]) }
      return try (0..<count).map { _ in try client.message(timeout: patience)["result"]?["note"]?.text ?? "" }
    }
    #expect(notes == (0..<500).map { "\($0)" })
    stage.end()
  }

  @Test func `one client's slow request does not delay another's`() async throws {
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let handler = ScriptedHandler { request, _ in
      if request == .queuesList { for await _ in gate { break } }
      return .success(.done(Done()))
    }
    let stage = try Stage(handler: handler)
    try await onOwnThread {
      let slow = try stage.connect()
      let waiting = try slow.send("queues.list")
      let quick = try stage.connect()
      for _ in 0..<20 { _ = try quick.call("calls.list", timeout: patience) }
      opener.yield()
      _ = try slow.answer(to: waiting, timeout: patience)
    }
    stage.end()
  }

  @Test func `many clients are served at once`() async throws {
    let handler = ScriptedHandler { request, client in .success(.done(Done(note: "\(client.number) \(request)"))) }
    let stage = try Stage(handler: handler)
    try await onOwnThread {
      let clients = try (0..<100).map { _ in try stage.connect() }
      for round in 0..<5 {
        let numbers = try clients.map { try $0.send("agent.finish", ["agent": .string("\(round)")]) }
        let notes = try zip(clients, numbers).map { try $0.answer(to: $1, timeout: patience)["note"]?.text }
        #expect(Set(notes).count == 100)
      }
      #expect(stage.server.clientCount == 100)
    }
    stage.end()
  }

  @Test func `a notification is carried out and answered by nothing`() async throws {
    let stage = try Stage()
    let answer = try await onOwnThread {
      let client = try stage.connect()
      client.write(Array(#"{"jsonrpc":"2.0","method":"queues.list"}"#.utf8 + [0x0A]))
      client.write(Array(#"{"jsonrpc":"2.0","method":"no.such"}"#.utf8 + [0x0A]))
      client.write(Array(#"{"jsonrpc":"2.0","id":"x","method":"calls.list"}"#.utf8 + [0x0A]))
      return try client.message(timeout: patience)
    }
    #expect(answer["id"] == .string("x"))
    #expect(stage.handler.requests == [.queuesList, .callsList])
    stage.end()
  }

  @Test func `help is answered without the handler`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      let all = try client.call("help", as: [CommandDescription].self, timeout: patience)
      #expect(all == Command.all.map(\.description))
      #expect(
        throws: ClientError.refused(
          code: -32602, message: "There is no method \"call.dail\". Did you mean \"call.dial\"?")
      ) {
        try client.call("help", ["command": .string("call.dail")], timeout: patience)
      }
    }
    #expect(stage.handler.requests.isEmpty)
    stage.end()
  }

  @Test func `the status is completed by what the socket knows`() async throws {
    let handler = ScriptedHandler { _, _ in
      .success(
        .status(
          SystemStatus(
            version: "1", stack: "s", epoch: 0, seq: 0, startedAt: "", uptimeSeconds: 0, state: "running", contacts: 0,
            waiting: 0, talking: 0, agentsLoggedIn: 0, agentsReady: 0, clients: 0, recordings: 0,
            load: nil)))
    }
    let stage = try Stage(handler: handler, epoch: 77)
    for n in 0..<3 { stage.server.publish(notice(n)) }
    let status = try await onOwnThread {
      try stage.connect().call("system.status", as: SystemStatus.self, timeout: patience)
    }
    #expect(status.epoch == 77)
    #expect(status.seq == 3)
    #expect(status.clients == 1)
    stage.end()
  }

  @Test func `what was asked before the writing side closed is answered, then the connection ends`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      client.write(Array(#"{"jsonrpc":"2.0","id":1,"method":"calls.list"}"#.utf8 + [0x0A]))
      client.write(Array(#"{"jsonrpc":"2.0","id":2,"method":"queues.list"}"#.utf8))
      client.finishWriting()
      #expect(try client.message(timeout: patience)["id"] == .integer(1))
      #expect(try client.message(timeout: patience)["id"] == .integer(2))
      #expect(throws: ClientError.closed) { try client.message(timeout: patience) }
    }
    stage.end()
  }

  @Test func `answers longer than the kernel holds come whole, also after the writing side closed`() async throws {
    let note = String(repeating: "long ", count: 200_000)
    let stage = try Stage(handler: ScriptedHandler { _, _ in .success(.done(Done(note: note))) })
    try await onOwnThread {
      let client = try stage.connect()
      for _ in 0..<3 { _ = try client.send("queues.list") }
      client.finishWriting()
      try eventually("all is answered") {
        stage.handler.requests.count == 3
          && stage.server.state.withLock { $0.connections.values.allSatisfy { $0.inputEnded && $0.pendingLines == 0 } }
      }
      // By now the loop has looked at it once more.
      _ = try stage.connect().call("queues.list", timeout: patience)
      for _ in 0..<3 { #expect(try client.message(timeout: patience)["result"]?["note"]?.text == note) }
      #expect(throws: ClientError.closed) { try client.message(timeout: patience) }
    }
    stage.end()
  }

  @Test func `what was asked is carried out even if nobody waits for the answer`() async throws {
    let (heard, teller) = AsyncStream.makeStream(of: Request.self)
    let stage = try Stage(
      handler: ScriptedHandler { request, _ in
        teller.yield(request)
        return .success(.done(Done()))
      })
    try await onOwnThread { _ = try stage.connect().send("agent.finish", ["agent": .string("7")]) }
    for await request in heard {
      #expect(request == .agentFinish("7"))
      break
    }
    stage.end()
  }
}
