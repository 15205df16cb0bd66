import Control
import ControlClient
import Glibc
import Telephony
import TelephonyTesting
import Testing

@testable import ControlSocket

@Suite struct `Hearing over the socket` {
  @Test func `notices come in order, each once, to every subscriber`() async throws {
    let stage = try Stage()
    let clients = try await onOwnThread { () -> [Sent<ControlConnection>] in
      try (0..<5).map { _ in
        let client = try stage.connect()
        _ = try client.call("events.subscribe", timeout: patience)
        return Sent(client)
      }
    }
    for n in 1...500 { stage.server.publish(notice(n)) }
    try await onOwnThread {
      for client in clients {
        let seen = try (1...500).map { _ in try client.value.nextNotice(timeout: patience)?.seq }
        #expect(seen == (1...500).map(Int64.init))
      }
    }
    stage.end()
  }

  @Test func `going on from a number leaves no gap, even while notices are published`() async throws {
    let stage = try Stage()
    let publisher = Task.detached { for n in 1...3000 { stage.server.publish(notice(n)) } }
    try await onOwnThread {
      var next: Int64 = 1
      while next <= 3000 {
        let client = try stage.connect()
        let answer = try client.call(
          "events.subscribe", ["since": .integer(next), "epoch": .integer(42)], as: Subscribed.self, timeout: patience)
        #expect(!answer.missed)
        #expect(answer.next == UInt64(next) || next == 3001)
        for _ in 0..<400 where next <= 3000 {
          let notice = try #require(try client.nextNotice(timeout: patience))
          try #require(notice.seq == next)
          next += 1
        }
      }
    }
    await publisher.value
    stage.end()
  }

  @Test func `only what was asked for comes`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      _ = try client.call(
        "events.subscribe", ["agent": .string("1001"), "types": .array([.string("contact")])], timeout: patience)
      stage.server.publish(notice(1, agent: "1002"))
      stage.server.publish(notice(2, agent: "1001"))
      stage.server.publish(
        Notice(at: Moment(monotonicNanoseconds: 0, wallMilliseconds: 0), agent: "1001", body: .draining))
      stage.server.publish(notice(4, agent: "1001"))
      #expect(try client.nextNotice(timeout: patience)?.seq == 2)
      #expect(try client.nextNotice(timeout: patience)?.seq == 4)
    }
    stage.end()
  }

  @Test func `what was published before an answer stands before it`() async throws {
    let box = TelephonyTesting.Guarded<ControlServer?>(nil)
    let handler = ScriptedHandler { _, _ in
      box.withLock { $0 }?.publish(notice(1))
      return .success(.done(Done()))
    }
    let stage = try Stage(handler: handler)
    box.withLock { $0 = stage.server }
    try await onOwnThread {
      let client = try stage.connect()
      _ = try client.call("events.subscribe", timeout: patience)
      for n in 1...100 {
        let id = try client.send("agent.finish", ["agent": .string("1")])
        #expect(try client.message(timeout: patience).seq == Int64(n))
        #expect(try client.message(timeout: patience)["id"] == .integer(id))
      }
    }
    box.withLock { $0 = nil }
    stage.end()
  }

  @Test func `a client that does not read is cut, told from where to go on, and loses nothing`() async throws {
    let stage = try Stage {
      $0.backlogBytes = 200_000
      $0.graceForCut = .seconds(300)
    }
    try await onOwnThread {
      let slow = try stage.connect()
      _ = try slow.call("events.subscribe", timeout: patience)
      let quick = try stage.connect()
      _ = try quick.call("events.subscribe", timeout: patience)
      for n in 1...1500 {
        stage.server.publish(notice(n, padding: 500))
        try #require(try quick.nextNotice(timeout: patience)?.seq == Int64(n))
      }
      var next: Int64 = 1
      var resume: Int64?
      while resume == nil {
        let message = try #require(try slow.nextNotice(timeout: patience))
        if message["method"] == .string("cut") {
          resume = message["params"]?["resume_from"]?.integer
          #expect(message["params"]?["epoch"]?.integer == 42)
        } else {
          try #require(message.seq == next)
          next += 1
        }
      }
      #expect(resume == next)
      #expect(throws: ClientError.closed) { try slow.message(timeout: patience) }
      let again = try stage.connect()
      _ = try again.call("events.subscribe", ["since": .integer(next), "epoch": .integer(42)], timeout: patience)
      while next <= 1500 {
        try #require(try again.nextNotice(timeout: patience)?.seq == next)
        next += 1
      }
    }
    #expect(stage.log.all.contains { $0.level == .warning && $0.message.contains("cut") })
    stage.end()
  }

  @Test func `a client that was cut and still does not read is closed after its grace`() async throws {
    let stage = try Stage {
      $0.backlogBytes = 1000
      $0.graceForCut = .milliseconds(50)
    }
    try await onOwnThread {
      let slow = try stage.connect()
      _ = try slow.call("events.subscribe", timeout: patience)
      for n in 1...2000 { stage.server.publish(notice(n, padding: 500)) }
      try eventually("the client is gone") { stage.server.clientCount == 0 }
    }
    stage.end()
  }

  @Test func `a replay longer than the backlog is no reason to be cut`() async throws {
    let stage = try Stage { $0.backlogBytes = 100_000 }
    for n in 1...2000 { stage.server.publish(notice(n, padding: 500)) }
    try await onOwnThread {
      let client = try stage.connect()
      _ = try client.call("events.subscribe", ["since": .integer(1)], timeout: patience)
      stage.server.publish(notice(2001))
      for n in 1...2001 { try #require(try client.nextNotice(timeout: patience)?.seq == Int64(n)) }
    }
    stage.end()
  }

  @Test func `an answer longer than the backlog is no reason to be cut, and two that nobody reads are`() async throws {
    let handler = ScriptedHandler { _, _ in
      let long = String(repeating: "1", count: 3_000_000)
      return .success(
        .figures(
          FigureReport(
            from: long, to: "", by: "", dayEndsMinutes: 0, earlyFlowOut: "", firstContactDays: nil, columns: [],
            rows: [])))
    }
    let stage = try Stage(handler: handler) { $0.backlogBytes = 100_000 }
    try await onOwnThread {
      let client = try stage.connect()
      _ = try client.call("events.subscribe", timeout: patience)
      for round in 1...2 as ClosedRange<Int64> {
        _ = try client.send("figures.report")
        try eventually("the answer waits") {
          stage.server.state.withLock { $0.connections.values.contains { $0.outbox.bytes > 1_000_000 } }
        }
        stage.server.publish(notice(Int(round)))
        #expect(try client.message(timeout: patience)["result"] != nil)
        try #require(try client.nextNotice(timeout: patience)?.seq == round)
      }
      for _ in 0..<2 { _ = try client.send("figures.report") }
      try eventually("the client is cut") {
        stage.server.state.withLock { $0.connections.values.allSatisfy { $0.stage != .open } }
      }
    }
    stage.end()
  }

  @Test func `a half-closed subscriber goes on hearing, and leaves when it closes`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      do {
        let client = try stage.connect()
        _ = try client.call("events.subscribe", timeout: patience)
        client.finishWriting()
        try eventually("the end of its input is read") {
          stage.server.state.withLock { $0.connections.values.allSatisfy(\.inputEnded) }
        }
        // By now the loop has looked at it once more.
        _ = try stage.connect().call("queues.list", timeout: patience)
        stage.server.publish(notice(1))
        #expect(try client.nextNotice(timeout: patience)?.seq == 1)
        #expect(stage.server.subscriberCount == 1)
      }
      try eventually("the client is gone") { stage.server.clientCount == 0 }
    }
    stage.end()
  }
}

/// Handed from one test thread to the next, never used by two at once.
struct Sent<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
