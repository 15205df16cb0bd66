import Telephony

extension Command {
  /// What changes the configuration while the daemon runs.
  static let settings: [Command] = [
    Command(
      "queue.set", .administrator, "Changes settings of a queue, by the keys of the file; null takes a key away.",
      .identifier("queue", "which one"), .members("settings", "keys of [[queues]] with their values")
    ) { (queue: QueueID, values) in .settingsChange(.set(.queue(queue), values)) },
    Command(
      "queue.add", .administrator, "Makes a queue that the file does not have.", .identifier("queue", "its id"),
      .optional(.members("settings", "keys of [[queues]] with their values"))
    ) { (queue: QueueID, values) in .settingsChange(.add(.queue(queue), values ?? [:])) },
    Command(
      "queue.remove", .administrator,
      "Takes a queue away; its callers go where it says for when nobody is there, conversations go on.",
      .identifier("queue", "which one")
    ) { (queue: QueueID) in .settingsChange(.remove(.queue(queue))) },
    Command(
      "queue.pause", .supervisor,
      "Offers nobody of a queue to anybody, until `queue.resume`; everybody keeps his place.",
      .identifier("queue", "which one")
    ) { (queue: QueueID) in .settingsChange(.set(.queue(queue), ["paused": .bool(true)])) },
    Command("queue.resume", .supervisor, "Lets a queue go on.", .identifier("queue", "which one")) {
      (queue: QueueID) in .settingsChange(.set(.queue(queue), ["paused": .bool(false)]))
    },
    Command(
      "membership.set", .supervisor,
      "Lets an agent serve a queue, or changes her place in it; null takes a key away.",
      .identifier("agent", "who"), .identifier("queue", "in which queue"),
      .nullable(.number("level", 1...100, "1 is rung first, and so unless told")),
      .nullable(.number("position", 0...10_000, "her place in its order; lower first")),
      .nullable(.number("weight", 1...1000, "how often chance takes her")),
      .nullable(.number("delay_seconds", 0...3600, "how long callers have waited before she is offered them"))
    ) { (agent: AgentID, queue: QueueID, level, position, weight, delay) in
      let values = ["level": level, "position": position, "weight": weight, "delay_seconds": delay]
        .compactMapValues { $0 }
      return .settingsChange(.place(agent, queue, values.mapValues { $0.map { .integer(Int64($0)) } ?? .null }))
    },
    Command(
      "membership.remove", .supervisor, "Lets an agent serve a queue no more; what she talks in goes on.",
      .identifier("agent", "who"), .identifier("queue", "which queue")
    ) { (agent: AgentID, queue: QueueID) in .settingsChange(.remove(.membership(agent, queue))) },
    Command(
      "membership.pause", .supervisor, "Offers an agent nobody of a queue, until `membership.resume`.",
      .identifier("agent", "who"), .identifier("queue", "which queue")
    ) { (agent: AgentID, queue: QueueID) in
      .settingsChange(.set(.membership(agent, queue), ["paused": .bool(true)]))
    },
    Command(
      "membership.resume", .supervisor, "Offers an agent callers of a queue again.", .identifier("agent", "who"),
      .identifier("queue", "which queue")
    ) { (agent: AgentID, queue: QueueID) in
      .settingsChange(.set(.membership(agent, queue), ["paused": .bool(false)]))
    },
    Command(
      "agent.setSkills", .supervisor, "Says anew all that an agent can do, and how well.", .identifier("agent", "who"),
      .members("skills", "each skill with its level, 0 to 100")
    ) { (agent: AgentID, skills) in .settingsChange(.set(.agent(agent), ["skills": .object(skills)])) },
    Command(
      "agent.setCapacity", .supervisor, "Says how many contacts an agent may have at once.",
      .identifier("agent", "who"),
      .number("capacity", 1...10, "above 1 she is offered another one while she talks")
    ) { (agent: AgentID, capacity) in
      .settingsChange(.set(.agent(agent), ["capacity": .integer(Int64(capacity))]))
    },
    Command(
      "agent.add", .administrator, "Makes an agent whom the file does not have.", .identifier("agent", "her id"),
      .optional(.members("settings", "keys of [[agents]] with their values"))
    ) { (agent: AgentID, values) in .settingsChange(.add(.agent(agent), values ?? [:])) },
    Command(
      "agent.remove", .administrator, "Takes an agent away: she is logged out after her present call.",
      .identifier("agent", "who")
    ) { (agent: AgentID) in .settingsChange(.remove(.agent(agent))) },
    Command(
      "code.set", .administrator, "Makes a reason for being away or a disposition, or changes settings of one.",
      .list, .code, .optional(.members("settings", "keys of [[reasons]] or [[dispositions]] with their values"))
    ) { (list, code, values) in .settingsChange(.define(list, code, values ?? [:])) },
    Command(
      "code.remove", .administrator, "Takes a reason or a disposition away; what was said by it stays.", .list, .code
    ) { (list, code) in .settingsChange(.remove(.code(list, code))) },
    Command(
      "contact.setPriority", .supervisor, "Lets a caller who waits count for more, or less.",
      .identifier("contact", "which one"), .number("priority", -10_000...10_000, "points; 0 is usual")
    ) { .contactSetPriority($0, $1) },
    Command(
      "config.diff", .supervisor, "Lists what is not as the file says, with who changed it and when."
    ) { .settingsDiff },
    Command(
      "config.show", .supervisor,
      "Lists the settings in force of a queue, an agent or a code, memberships among them; what is not named has its default.",
      .optional(.identifier("queue", "this queue and who serves it")),
      .optional(.identifier("agent", "or this agent and her places in queues")),
      .optional(.list), .optional(.code)
    ) { (queue: QueueID?, agent: AgentID?, list, code) throws(ControlError) in
      switch (queue, agent, list, code) {
      case (let queue?, nil, nil, nil): return .settingsShow(.queue(queue))
      case (nil, let agent?, nil, nil): return .settingsShow(.agent(agent))
      case (nil, nil, let list?, let code?): return .settingsShow(.code(list, code))
      default: throw .invalid("queue", "exactly one of queue, agent, and list with code is needed.")
      }
    },
    Command(
      "config.reset", .administrator, "Goes back to the file at once: a queue, an agent, a code, or all.",
      .optional(.identifier("queue", "this queue and who serves it")),
      .optional(.identifier("agent", "or this agent and her places in queues")),
      .optional(.list), .optional(.code), .optional(.choice("scope", ["all"], "or all that was changed"))
    ) { (queue: QueueID?, agent: AgentID?, list, code, scope) throws(ControlError) in
      switch (queue, agent, list, code, scope) {
      case (let queue?, nil, nil, nil, nil): return .settingsChange(.reset(.queue(queue)))
      case (nil, let agent?, nil, nil, nil): return .settingsChange(.reset(.agent(agent)))
      case (nil, nil, let list?, let code?, nil): return .settingsChange(.reset(.code(list, code)))
      case (nil, nil, nil, nil, _?): return .settingsChange(.reset(nil))
      default: throw .invalid("scope", "exactly one of queue, agent, list with code, and scope \"all\" is needed.")
      }
    },
  ]
}

extension Parameter where Value == CodeList {
  /// One of the lists of codes.
  fileprivate static var list: Parameter {
    let type = CodeList.allCases.map(\.rawValue).joined(separator: "|")
    return Parameter("list", type, "which of the lists") { (json, name) throws(ControlError) in
      guard case .string(let word) = json, let list = CodeList(rawValue: word) else {
        throw .invalid(name, "expected \(type), not \(json.inWords).")
      }
      return list
    }
  }
}

extension Parameter where Value == String {
  fileprivate static var code: Parameter { .text("code", "its id", longest: 128) }
}

extension Parameter where Value == [String: JSON] {
  /// Values by name; what they mean is judged by whoever knows the keys.
  static func members(_ name: String, _ help: String) -> Parameter {
    Parameter(name, "object", help) { (json, name) throws(ControlError) in
      guard case .object(let members) = json else {
        throw .invalid(name, "expected an object with members by name, not \(json.inWords).")
      }
      guard members.count <= 200 else { throw .invalid(name, "more than 200 members.") }
      return members
    }
  }
}
