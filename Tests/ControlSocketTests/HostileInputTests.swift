import Control
import ControlClient
import Glibc
import Telephony
import TelephonyTesting
import Testing

@testable import ControlSocket

@Suite struct `Hostile input on the socket` {
  private static let request = Array(#"{"jsonrpc":"2.0","id":"after","method":"calls.list"}"#.utf8)

  /// Some are too long for a report.
  struct Line: Sendable, CustomTestStringConvertible {
    let text: String
    init(_ text: String) { self.text = text }
    var testDescription: String { "\(text.prefix(60).debugDescription), \(text.utf8.count) bytes" }
  }

  private static let refused: [(Line, Int64)] = [
    (Line("garbage\n"), -32700), (Line("\u{0}\u{0}\u{0}\n"), -32700), (Line("{\"jsonrpc\":\"2.0\"\n"), -32700),
    (Line("[]\n"), -32600),
    (Line(#"{"jsonrpc":"1.0","id":5,"method":"help"}"# + "\n"), -32600),
    (Line("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"help\"}]\n"), -32600), (Line("null\n"), -32600),
    (Line(String(repeating: "[", count: 100_000) + "\n"), -32700),
    (Line(String(repeating: "{\"a\":", count: 1000) + "\n"), -32700),
    (Line(#"{"jsonrpc":"2.0","id":5,"method":"system.status","params":{"x":1}}"# + "\n"), -32602),
    (Line(#"{"jsonrpc":"2.0","id":5,"method":"system.halt"}"# + "\n"), -32601),
    (Line(String(repeating: " ", count: 1 << 20) + "x\n"), -32700),
  ]

  @Test(arguments: refused)
  func `is refused, and the next request is answered`(line: Line, code: Int64) async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      client.write(Array(line.text.utf8) + Self.request + [0x0A])
      let refusal = try client.message(timeout: patience)
      #expect(refusal.errorCode == code)
      #expect(refusal["id"] == (line.text.contains(#""id":5"#) ? .integer(5) : .null))
      let answer = try client.message(timeout: patience)
      #expect(answer["id"] == .string("after"))
      #expect(answer["result"] != nil)
    }
    stage.end()
  }

  @Test func `invalid UTF-8 is refused`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      client.write(Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xFF, 0xC0, 0x80] + Array("\"}\n".utf8))
      let answer = try client.message(timeout: patience)
      #expect(answer.errorCode == -32700)
      #expect(answer.errorMessage.contains("UTF-8"))
    }
    stage.end()
  }

  @Test func `a line of exactly the longest length is read`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      let space = [UInt8](repeating: 0x20, count: JSONRPC.longestLine - Self.request.count)
      client.write(space + Self.request + [0x0A])
      #expect(try client.message(timeout: patience)["result"] != nil)
      client.write(space + [0x20] + Self.request + [0x0A])
      #expect(try client.message(timeout: patience).errorMessage == "A line may have at most 1048576 bytes.")
    }
    stage.end()
  }

  @Test func `an endless line is refused at once and takes no memory`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      let block = [UInt8](repeating: 0x61, count: 1 << 20)
      for _ in 0..<3 { client.write(block) }
      #expect(try client.message(timeout: patience).errorCode == -32700)
      for _ in 0..<5 { client.write(block) }
      client.write([0x0A] + Self.request + [0x0A])
      #expect(try client.message(timeout: patience)["id"] == .string("after"))
    }
    stage.end()
  }

  @Test func `requests may come byte by byte`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      let client = try stage.connect()
      for byte in Self.request + [0x0D, 0x0A, 0x0A, 0x20, 0x0A, 0x09, 0x0D, 0x0A] + Self.request + [0x0A] {
        client.write([byte])
      }
      for _ in 0..<2 { #expect(try client.message(timeout: patience)["id"] == .string("after")) }
    }
    #expect(stage.handler.requests.count == 2)
    stage.end()
  }

  @Test func `half a line and a sudden end harm nobody`() async throws {
    let stage = try Stage()
    try await onOwnThread {
      for length in [0, 1, 20, Self.request.count - 1] {
        let client = try stage.connect()
        client.write(Array(Self.request.prefix(length)))
      }
      #expect(try stage.connect().call("queues.list", timeout: patience) != .null)
    }
    stage.end()
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `random bytes harm nobody`(seed: UInt64) async throws {
    let stage = try Stage()
    try await onOwnThread {
      var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
      for _ in 0..<10 {
        let client = try stage.connect()
        let noise = (0..<2000).map { _ -> UInt8 in
          state ^= state << 13
          state ^= state >> 7
          state ^= state << 17
          return state % 11 == 0 ? 0x0A : UInt8(truncatingIfNeeded: state >> 8)
        }
        client.write(noise + [0x0A])
        let id = try client.send("queues.list")
        while true {
          let message = try client.message(timeout: patience)
          if message["id"] == .integer(id) { break }
          #expect(message["error"] != nil, "seed \(seed)")
        }
      }
    }
    stage.end()
  }

  @Test(arguments: [(3000, 60), (40, 40_000)])
  func `a client that asks faster than it is answered is read no further`(count: Int, length: Int) async throws {
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let stage = try Stage(
      handler: ScriptedHandler { request, _ in
        if request == .callsList { for await _ in gate {} }
        return .success(.done(Done()))
      })
    let request = Self.request + [UInt8](repeating: 0x20, count: length - Self.request.count - 1) + [0x0A]
    let client = Sent(try stage.connect())
    async let writing: Void = onOwnThread {
      client.value.write(Array(repeatElement(request, count: count).joined()))
    }
    try await onOwnThread {
      func pending() -> (lines: Int, bytes: Int) {
        stage.server.state.withLock { state in
          let connection = state.connections.values.first { $0.pendingLines > 0 }
          return (connection?.pendingLines ?? 0, connection?.pendingBytes ?? 0)
        }
      }
      try eventually("enough waits") { pending().lines >= 64 || pending().bytes >= JSONRPC.longestLine }
      // The loop has looked at it many times by the end of these.
      let other = try stage.connect()
      for _ in 0..<100 { _ = try other.call("queues.list", timeout: patience) }
      let oneRead = 64 << 10
      #expect(pending().lines <= 64 + oneRead / length)
      #expect(pending().bytes <= JSONRPC.longestLine + oneRead + length)
      opener.finish()
    }
    try await writing
    try await onOwnThread {
      for _ in 0..<count { try #require(try client.value.message(timeout: patience)["result"] != nil) }
    }
    stage.end()
  }

  @Test func `a client that asks without ever reading is read no further, and others are served`() async throws {
    let stage = try Stage {
      $0.backlogBytes = 1 << 16
      $0.graceForCut = .milliseconds(200)
    }
    try await onOwnThread {
      let flood = try stage.connect()
      // More answers than the kernel and the backlog hold, but no more than the kernel and the pipeline take of requests.
      for _ in 0..<4000 { _ = try flood.send("calls.list") }
      #expect(try stage.connect().call("queues.list", timeout: patience) != .null)
      var answers = 0
      while let message = try? flood.message(timeout: patience) {
        if message["id"] != nil { answers += 1 }
        if answers == 4000 || message["method"] == .string("cut") { break }
      }
      #expect(answers > 0)
    }
    stage.end()
  }
}
