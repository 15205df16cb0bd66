import Control
import TelephonyTesting
import Testing

@testable import ControlClient

@Suite struct `The command line` {
  private func read(_ line: String) throws(UsageError) -> Invocation.Reading {
    try Invocation.read(line.split(separator: " ").map(String.init), version: "1")
  }

  private typealias Case = (String, Subcommand.Action)

  private static let understood: [Case] = [
    ("status", .call("system.status", [:], .status)), ("agents", .call("agents.list", [:], .agents)),
    ("agent 1001 login", .call("agent.logIn", ["agent": .string("1001")], .done)),
    ("agent 1001 login 2001", .call("agent.logIn", ["agent": .string("1001"), "phone": .string("2001")], .done)),
    ("agent 1001 logout", .call("agent.logOut", ["agent": .string("1001")], .done)),
    ("agent 1001 ready", .call("agent.setStatus", ["agent": .string("1001"), "status": .string("ready")], .done)),
    (
      "agent 1 away lunch",
      .call("agent.setStatus", ["agent": .string("1"), "status": .string("away"), "reason": .string("lunch")], .done)
    ),
    ("agent 1 away", .call("agent.setStatus", ["agent": .string("1"), "status": .string("away")], .done)),
    ("agent 1001 finish", .call("agent.finish", ["agent": .string("1001")], .done)),
    ("agent 1001 wrapup", .call("agent.requestWrapUp", ["agent": .string("1001")], .done)),
    (
      "disposition c1 sold",
      .call("contact.setDisposition", ["contact": .string("c1"), "code": .string("sold")], .done)
    ),
    (
      "disposition c1 sold two",
      .call(
        "contact.setDisposition", ["contact": .string("c1"), "code": .string("sold"), "note": .string("two")], .done)
    ),
    ("agent 1001 extend 60", .call("agent.extendWrapUp", ["agent": .string("1001"), "seconds": .integer(60)], .done)),
    ("queues", .call("queues.list", [:], .queues)), ("calls", .call("calls.list", [:], .calls)),
    ("hangup c1", .call("call.hangUp", ["contact": .string("c1")], .done)),
    ("dial 1001 0312345678", .call("call.dial", ["agent": .string("1001"), "to": .string("0312345678")], .done)),
    ("dial 1001 -- -1", .call("call.dial", ["agent": .string("1001"), "to": .string("-1")], .done)),
    ("history", .call("history.list", [:], .history)),
    (
      "history --limit=5 --agent 1 --queue q --number 090",
      .call(
        "history.list", ["limit": .integer(5), "agent": .string("1"), "queue": .string("q"), "number": .string("090")],
        .history)
    ),
    ("lookup 090", .call("directory.lookUp", ["number": .string("090")], .customers)),
    ("record start c", .call("recording.start", ["contact": .string("c")], .done)),
    ("record stop c", .call("recording.stop", ["contact": .string("c")], .done)),
    ("monitors", .call("monitor.list", [:], .monitors)),
    (
      "monitor 9 start --agent 1 --mode whisper --follow contact --phone p",
      .call(
        "monitor.start",
        [
          "supervisor": .string("9"), "agent": .string("1"), "mode": .string("whisper"), "follow": .string("contact"),
          "phone": .string("p"),
        ], .done)
    ),
    (
      "monitor 9 start --contact c",
      .call("monitor.start", ["supervisor": .string("9"), "contact": .string("c")], .done)
    ),
    ("monitor 9 barge", .call("monitor.setMode", ["supervisor": .string("9"), "mode": .string("barge")], .done)),
    ("monitor 9 takeover", .call("monitor.takeOver", ["supervisor": .string("9")], .done)),
    ("monitor 9 stop", .call("monitor.stop", ["supervisor": .string("9")], .done)),
    ("queue q pause", .call("queue.pause", ["queue": .string("q")], .done)),
    (
      "queue q set strategy linear weight 3 overflow.full queue:b longest_line null",
      .call(
        "queue.set",
        [
          "queue": .string("q"),
          "settings": .object([
            "strategy": .string("linear"), "weight": .integer(3), "overflow.full": .string("queue:b"),
            "longest_line": .null,
          ]),
        ], .done)
    ),
    ("queue q add", .call("queue.add", ["queue": .string("q"), "settings": .object([:])], .done)),
    ("queue q remove", .call("queue.remove", ["queue": .string("q")], .done)),
    (
      "member 1 q set level 2",
      .call("membership.set", ["agent": .string("1"), "queue": .string("q"), "level": .integer(2)], .done)
    ),
    ("member 1 q pause", .call("membership.pause", ["agent": .string("1"), "queue": .string("q")], .done)),
    (
      "skills 1 english 3 英語 2",
      .call(
        "agent.setSkills",
        ["agent": .string("1"), "skills": .object(["english": .integer(3), "英語": .integer(2)])], .done)
    ),
    ("capacity 1 2", .call("agent.setCapacity", ["agent": .string("1"), "capacity": .integer(2)], .done)),
    ("priority c 5", .call("contact.setPriority", ["contact": .string("c"), "priority": .integer(5)], .done)),
    ("priority c -- -5", .call("contact.setPriority", ["contact": .string("c"), "priority": .integer(-5)], .done)),
    ("priority c -50", .call("contact.setPriority", ["contact": .string("c"), "priority": .integer(-50)], .done)),
    (
      "queue q set weight -30 name 123",
      .call(
        "queue.set",
        ["queue": .string("q"), "settings": .object(["weight": .integer(-30), "name": .string("123")])], .done)
    ),
    (
      "skills 1 reading 3",
      .call("agent.setSkills", ["agent": .string("1"), "skills": .object(["reading": .integer(3)])], .done)
    ),
    ("skills 1 none", .call("agent.setSkills", ["agent": .string("1"), "skills": .object([:])], .done)),
    (
      "member 1 q set level null",
      .call("membership.set", ["agent": .string("1"), "queue": .string("q"), "level": .null], .done)
    ),
    ("config diff", .call("config.diff", [:], .settings)),
    ("config show queue q", .call("config.show", ["queue": .string("q")], .settings)),
    (
      "config show code reasons lunch",
      .call("config.show", ["list": .string("reasons"), "code": .string("lunch")], .settings)
    ),
    (
      "code reasons lunch set paid false name 昼休憩",
      .call(
        "code.set",
        [
          "list": .string("reasons"), "code": .string("lunch"),
          "settings": .object(["paid": .bool(false), "name": .string("昼休憩")]),
        ], .done)
    ),
    (
      "code dispositions sold remove",
      .call("code.remove", ["list": .string("dispositions"), "code": .string("sold")], .done)
    ),
    (
      "config reset code reasons lunch",
      .call("config.reset", ["list": .string("reasons"), "code": .string("lunch")], .done)
    ),
    ("config reset queue q", .call("config.reset", ["queue": .string("q")], .done)),
    ("config reset all", .call("config.reset", ["scope": .string("all")], .done)),
    ("popup --agent 1001", .popUps(agent: "1001", command: nil)),
    ("popup --exec true", .popUps(agent: nil, command: "true")),
    ("events", .events(since: nil, follow: false)), ("events --follow --since 7", .events(since: 7, follow: true)),
    (#"call x.y {"a":[1]}"#, .call("x.y", ["a": .array([.integer(1)])], .raw)), ("call x.y", .call("x.y", [:], .raw)),
    ("help", .help(nil)), ("help agent", .help("agent")),
  ]

  @Test(arguments: understood)
  func `is understood`(line: String, action: Subcommand.Action) throws {
    #expect(try read(line) == .run(Invocation(action: action)))
    #expect(
      try read("--socket /s \(line.replacing(" -- ", with: " --json -- "))")
        == .run(
          Invocation(action: action, socket: "/s", json: line.contains(" -- "))))
  }

  @Test func `options may stand before or after the command`() throws {
    let expected = Invocation.Reading.run(
      Invocation(action: .call("queues.list", [:], .queues), socket: "/x", json: true))
    for line in ["--json --socket /x queues", "queues --json --socket=/x", "--socket=/x queues --json"] {
      #expect(try read(line) == expected)
    }
  }

  private static let refused = [
    ("", "a command is missing"), ("statsu", "there is no command \"statsu\" (did you mean status?)"),
    ("status now", "unexpected \"now\""), ("agent", "AGENT is missing"), ("agent 1 extend", "SECONDS is missing"),
    (
      "agent 1 redy",
      "an agent cannot \"redy\" (did you mean ready?): login, logout, ready, away, wrapup, finish, extend"
    ),
    ("agent 1 extend x", "SECONDS: not a number: \"x\""), ("history --limit", "--limit needs a value"),
    ("history --limit x", "--limit: not a number: \"x\""),
    ("history --agnet 1", "unknown option --agnet (did you mean --agent?)"),
    ("queues --json=1", "--json takes no value"), ("record begin c", "expected start or stop, not \"begin\""),
    ("call m [1]", "JSON: an object is expected: {\"name\": value}"),
    ("call m {", "JSON, byte 1: a member name in quotes is expected"),
    ("queue q stop", "a queue has no \"stop\": pause, resume, set, add, remove"),
    ("queue q set", "KEY is missing"), ("queue q set weight", "KEY VALUE: \"weight\" has no value"),
    ("queue q set a 1 a 2", "KEY VALUE: \"a\" stands there twice"),
    ("member 1", "QUEUE is missing"), ("config reset", "what to do (queue, agent, code, all) is missing"),
    ("config reset queue", "QUEUE is missing"),
    ("code reason x set", "the configuration has no \"reason\" (did you mean reasons?): reasons, dispositions"),
    ("code reasons", "CODE is missing"), ("code reasons x", "what to do (set, remove) is missing"),
    ("skills 1", "SKILL LEVEL... is missing (\"none\" takes all away)"),
    ("skills 1 english", "SKILL LEVEL: \"english\" has no value"),
    (
      "member 1 q set levl 2",
      "a membership has no setting \"levl\" (did you mean level?): level, position, weight, delay_seconds"
    ),
    ("priority c -inf", "unknown option -inf"),
    ("priority c x", "POINTS: not a number: \"x\""),
    ("events --since -1", "--since: not a number: \"-1\""), ("--frobnicate", "unknown option --frobnicate"),
  ]

  @Test(arguments: refused)
  func `is refused, and why`(line: String, message: String) {
    #expect(throws: UsageError(message)) { try read(line) }
  }

  @Test(arguments: Subcommand.all.map(\.name))
  func `each command explains itself`(name: String) throws {
    guard case .text(let text) = try read("\(name) --help") else {
      Issue.record("no text")
      return
    }
    #expect(text.hasPrefix("Usage: tsunagi \(name)"))
    #expect(text.contains("\n  --socket PATH  "))
    for option in Subcommand.all.first(where: { $0.name == name })?.valued.keys.sorted() ?? [] {
      #expect(text.contains(try Regex("\n  \(option) [A-Z]+ +[a-z]")), "\(option) stands there with its value")
    }
    #expect(Subcommand.overview.contains("\n  \(name) "))
  }

  @Test func `every method of the daemon that is called is declared`() throws {
    for (_, action) in Self.understood {
      guard case .call(let method, let parameters, let kind) = action, kind != .raw else { continue }
      let client = Client(number: 1, role: .administrator, agent: nil, userID: 0, processID: 0)
      _ = try Command.named(method).request(parameters: .object(parameters), from: client)
    }
  }

  @Test func `the socket is looked for in this order`() {
    let all = ["TSUNAGI_SOCKET": "/t", "XDG_RUNTIME_DIR": "/x"]
    let own = ["XDG_RUNTIME_DIR": "/x"]
    #expect(SocketPath.choose(option: "/o", environment: all, exists: { _ in true }) == "/o")
    #expect(SocketPath.choose(option: nil, environment: all, exists: { _ in true }) == "/t")
    #expect(SocketPath.choose(option: nil, environment: own, exists: { _ in true }) == SocketPath.system)
    #expect(
      SocketPath.choose(option: nil, environment: own, exists: { $0.hasPrefix("/x") }) == "/x/tsunagi/tsunagi.sock")
    #expect(SocketPath.choose(option: nil, environment: own, exists: { _ in false }) == SocketPath.system)
    #expect(SocketPath.choose(option: nil, environment: [:], exists: { _ in false }) == SocketPath.system)
  }
}

@Suite struct `Reaching the daemon` {
  @Test func `who may not open the socket is told of groups, and not to start the daemon`() {
    let error = ClientError.notAllowed(path: "/run/tsunagi/tsunagi.sock")
    #expect(error.exitCode == 69)
    #expect(error.message.contains("group") && !error.message.contains("systemctl"))
  }

  @Test(
    arguments: [
      (
        .unreachable(path: "/s", reason: "Connection refused"), 69,
        "cannot reach tsunagid at /s: Connection refused\nStart it"
      ),
      (.notAllowed(path: "/s"), 69, "cannot reach tsunagid at /s: this user may not open it\nJoin the group"),
      (.refused(code: -32005, message: "There is no contact k."), 1, "There is no contact k."),
      (.closed, 1, "the daemon closed the connection"), (.timedOut, 1, "the daemon did not answer in time"),
      (.notUnderstood("byte 3: x"), 1, "the daemon's answer is not understood (another version?): byte 3: x"),
    ] as [(ClientError, Int32, String)])
  func `each failure has its code and its sentence`(error: ClientError, code: Int32, sentence: String) {
    #expect(error.exitCode == code)
    #expect(error.message.hasPrefix(sentence))
  }

  @Test func `a daemon that is away is asked for after pauses that grow, and anew each time`() throws {
    let daemon = try Daemon()
    defer { daemon.end() }
    let errors = Guarded("")
    var program = ClientProgram(
      environment: [:], isTerminal: false, output: { _ in }, errors: { text in errors.withLock { $0 += text } })
    let outages = Guarded<[[Duration]]>([])
    let fault = Guarded<(any Error)?>(nil)
    program.pause = { pause in
      let count = outages.withLock { outages in
        outages[outages.count - 1].append(pause)
        return outages[outages.count - 1].count
      }
      guard count >= 3 else { return }
      do { if try daemon.startsAgain() { daemon.publish(1) } } catch { fault.withLock { $0 = error } }
    }
    daemon.publish(1)
    #expect(throws: ClientError.timedOut) {
      try program.follow(path: daemon.path, since: 1, wanting: [:]) { (_) throws(ClientError) in
        if outages.withLock({ $0.count }) == 2 { throw .timedOut }
        outages.withLock { $0.append([]) }
        daemon.stop()
      }
    }
    #expect(fault.withLock { $0 } == nil)
    let pauses = outages.withLock { $0 }
    #expect(pauses.count == 2)
    for outage in pauses {
      // More of them while the lock of the socket is held by what other tests are starting.
      #expect(outage.prefix(3) == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
    }
    let outage = "tsunagi: the daemon closed the connection; connecting again\ntsunagi: connected again\n"
    #expect(errors.withLock { $0 } == outage + outage)
  }

  @Test func `pauses grow, and not without end`() {
    var pauses = Pauses()
    let lengths = (0..<20).map { _ in pauses.next() }
    #expect(lengths.prefix(4) == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800)])
    #expect(lengths.suffix(12).allSatisfy { $0 == .seconds(5) })
  }
}
