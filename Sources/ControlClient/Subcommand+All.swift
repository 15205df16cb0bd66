import Control

extension Subcommand {
  /// In the order of the overview.
  static let all: [Subcommand] = calls + shifts + settings + planning

  private static let calls: [Subcommand] = [
    simple("status", "Shows how the daemon is and what it has to do.", "system.status", .status),
    simple("agents", "Lists the agents and what they do.", "agents.list", .agents),
    Subcommand(
      name: "agent",
      usage: [
        "agent AGENT login [PHONE]", "agent AGENT logout", "agent AGENT ready", "agent AGENT away [REASON]",
        "agent AGENT wrapup", "agent AGENT finish", "agent AGENT extend SECONDS",
      ],
      help: "Logs an agent in or out, sets whether she wants calls, asks for, ends or extends her wrap-up.",
      action: agent),
    Subcommand(
      name: "disposition", usage: ["disposition CONTACT CODE [NOTE]"],
      help: "Says what a contact came to, in the call or in its wrap-up."
    ) { (words) throws(UsageError) in
      var members: [String: JSON] = [
        "contact": .string(try words.next("CONTACT")), "code": .string(try words.next("CODE")),
      ]
      if let note = words.nextIfAny() { members["note"] = .string(note) }
      return .call("contact.setDisposition", members, .done)
    },
    simple("queues", "Lists the queues, who waits in them, who is free, and which are paused.", "queues.list", .queues),
    simple("calls", "Lists the contacts that are up now.", "calls.list", .calls),
    Subcommand(name: "hangup", usage: ["hangup CONTACT"], help: "Ends a contact.") { (words) throws(UsageError) in
      .call("call.hangUp", ["contact": .string(try words.next("CONTACT"))], .done)
    },
    Subcommand(name: "dial", usage: ["dial AGENT NUMBER"], help: "Rings the agent, then the number, then joins them.") {
      (words) throws(UsageError) in
      let agent = try words.next("AGENT")
      return .call("call.dial", ["agent": .string(agent), "to": .string(try words.next("NUMBER"))], .done)
    },
    Subcommand(
      name: "history",
      usage: ["history [--limit N] [--agent AGENT] [--queue QUEUE] [--number NUMBER] [--before TIME] [CONTACT]"],
      help: "Lists contacts, the newest first.",
      valued: [
        "--limit": "how many at most (1 to 1000; 50 unless told)",
        "--agent": "only those that this agent handled, or that rang at her",
        "--queue": "only those of this queue", "--number": "only those with this number",
        "--before": "only those that began before this time (RFC 3339)",
      ], action: history),
    Subcommand(
      name: "why", usage: ["why CONTACT"],
      help: "Tells why a contact was offered to whom, or waits: a sentence for each decision."
    ) { (words) throws(UsageError) in
      .call("distribution.explain", ["contact": .string(try words.next("CONTACT"))], .why)
    },
    Subcommand(name: "lookup", usage: ["lookup NUMBER"], help: "Finds the customers with a number.") {
      (words) throws(UsageError) in
      .call("directory.lookUp", ["number": .string(try words.next("NUMBER"))], .customers)
    },
    Subcommand(
      name: "record", usage: ["record start CONTACT", "record stop CONTACT"],
      help: "Begins or ends the recording of a contact."
    ) { (words) throws(UsageError) in
      let verb = try words.next("start or stop")
      guard verb == "start" || verb == "stop" else { throw UsageError("expected start or stop, not \"\(verb)\"") }
      return .call("recording.\(verb)", ["contact": .string(try words.next("CONTACT"))], .done)
    },
    simple("monitors", "Lists the supervisors who listen, or wait for it.", "monitor.list", .monitors),
    Subcommand(
      name: "monitor",
      usage: [
        "monitor SUPERVISOR start [--agent AGENT] [--contact CONTACT] [--mode MODE] [--follow FOLLOW] [--phone PHONE]",
        "monitor SUPERVISOR listen", "monitor SUPERVISOR whisper", "monitor SUPERVISOR barge",
        "monitor SUPERVISOR takeover", "monitor SUPERVISOR stop",
      ],
      help: "Rings a supervisor's phone and lets her hear an agent or a contact, whisper, step in, or take over.",
      valued: [
        "--agent": "whose calls she hears", "--contact": "which contact she hears",
        "--mode": "what follows as soon as she hears: listen, whisper or barge (listen unless told)",
        "--follow": "whom she stays with: agent or contact (what was named unless told)",
        "--phone": "where she is rung (where she is logged in, or her own, unless told)",
      ], action: monitor),
    Subcommand(
      name: "popup", usage: ["popup [--agent AGENT] [--exec COMMAND]"],
      help: "Shows callers' cards as they come, until it is interrupted; connects again when the daemon restarts.",
      valued: [
        "--agent": "only this agent's cards",
        "--exec": "run by /bin/sh for each card, with the event as JSON on its standard input",
      ]
    ) { (words) throws(UsageError) in
      .popUps(agent: words.value("--agent"), command: words.value("--exec"))
    },
    Subcommand(
      name: "events", usage: ["events [--follow] [--since SEQ]"],
      help: "Shows what happened as far as the daemon still keeps it; with --follow what happens from now on.",
      valued: ["--since": "begin with this number (with --follow: go on from it)"],
      flags: ["--follow": "go on until interrupted; connects again when the daemon restarts"]
    ) { (words) throws(UsageError) in
      var since: UInt64?
      if let text = words.value("--since") {
        guard let value = UInt64(text), value < 1 << 53 else { throw UsageError("--since: not a number: \"\(text)\"") }
        since = value
      }
      return .events(since: since, follow: words.has("--follow"))
    },
  ]

  private static let planning: [Subcommand] = [
    report, figures, simulate, staff,
    Subcommand(
      name: "call", usage: ["call METHOD [JSON]"],
      help: "Sends any request, its parameters as a JSON object, and shows the answer as JSON."
    ) { (words) throws(UsageError) in
      let method = try words.next("METHOD")
      guard let text = words.nextIfAny() else { return .call(method, [:], .raw) }
      let json: JSON
      do throws(JSONFault) {
        json = try JSON(reading: text.utf8)
      } catch {
        throw UsageError("JSON, byte \(error.offset): \(error.message)")
      }
      guard case .object(let members) = json else { throw UsageError("JSON: an object is expected: {\"name\": value}") }
      return .call(method, members, .raw)
    },
    Subcommand(
      name: "help", usage: ["help [COMMAND]"],
      help: "Describes a command, or a method of the daemon (`help call.dial`; `call help` lists the methods)."
    ) { (words) throws(UsageError) in .help(words.nextIfAny()) },
  ]

  private static func simple(_ name: String, _ help: String, _ method: String, _ kind: Rendering.Kind) -> Subcommand {
    Subcommand(name: name, usage: [name], help: help) { (_) throws(UsageError) in .call(method, [:], kind) }
  }

  private static func agent(_ words: inout Arguments) throws(UsageError) -> Action {
    let agent = JSON.string(try words.next("AGENT"))
    let verbs = ["login", "logout", "ready", "away", "wrapup", "finish", "extend"]
    let verb = try words.next("what to do (\(verbs.joined(separator: ", ")))")
    switch verb {
    case "login":
      var members: [String: JSON] = ["agent": agent]
      if let phone = words.nextIfAny() { members["phone"] = .string(phone) }
      return .call("agent.logIn", members, .done)
    case "logout": return .call("agent.logOut", ["agent": agent], .done)
    case "ready": return .call("agent.setStatus", ["agent": agent, "status": .string("ready")], .done)
    case "away":
      var members: [String: JSON] = ["agent": agent, "status": .string("away")]
      if let reason = words.nextIfAny() { members["reason"] = .string(reason) }
      return .call("agent.setStatus", members, .done)
    case "wrapup": return .call("agent.requestWrapUp", ["agent": agent], .done)
    case "finish": return .call("agent.finish", ["agent": agent], .done)
    case "extend":
      let text = try words.next("SECONDS")
      guard let seconds = Int64(text) else { throw UsageError("SECONDS: not a number: \"\(text)\"") }
      return .call("agent.extendWrapUp", ["agent": agent, "seconds": .integer(seconds)], .done)
    default:
      throw UsageError("an agent cannot \"\(verb)\"\(question(verb, among: verbs)): \(verbs.joined(separator: ", "))")
    }
  }

  private static func monitor(_ words: inout Arguments) throws(UsageError) -> Action {
    let supervisor = JSON.string(try words.next("SUPERVISOR"))
    let verbs = ["start", "listen", "whisper", "barge", "takeover", "stop"]
    let verb = try words.next("what to do (\(verbs.joined(separator: ", ")))")
    var members: [String: JSON] = ["supervisor": supervisor]
    for name in ["agent", "contact", "mode", "follow", "phone"] {
      guard let value = words.value("--\(name)") else { continue }
      guard verb == "start" else { throw UsageError("--\(name) goes with start only") }
      members[name] = .string(value)
    }
    switch verb {
    case "start":
      guard (members["agent"] == nil) != (members["contact"] == nil) else {
        throw UsageError("start needs either --agent or --contact")
      }
      return .call("monitor.start", members, .done)
    case "listen", "whisper", "barge":
      members["mode"] = .string(verb)
      return .call("monitor.setMode", members, .done)
    case "takeover": return .call("monitor.takeOver", members, .done)
    case "stop": return .call("monitor.stop", members, .done)
    default:
      throw UsageError(
        "a supervisor cannot \"\(verb)\"\(question(verb, among: verbs)): \(verbs.joined(separator: ", "))")
    }
  }

  private static func history(_ words: inout Arguments) throws(UsageError) -> Action {
    var members: [String: JSON] = [:]
    for name in ["agent", "queue", "number", "before"] {
      if let value = words.value("--\(name)") { members[name] = .string(value) }
    }
    if let text = words.value("--limit") {
      guard let limit = Int64(text) else { throw UsageError("--limit: not a number: \"\(text)\"") }
      members["limit"] = .integer(limit)
    }
    if let contact = words.nextIfAny() { members["contact"] = .string(contact) }
    return .call("history.list", members, .history)
  }
}
