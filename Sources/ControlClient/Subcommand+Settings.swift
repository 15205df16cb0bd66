import Control

extension Subcommand {
  /// Changes of the configuration while the daemon runs.
  static let settings: [Subcommand] = [
    Subcommand(
      name: "queue",
      usage: [
        "queue QUEUE pause", "queue QUEUE resume", "queue QUEUE set KEY VALUE...", "queue QUEUE add [KEY VALUE...]",
        "queue QUEUE remove",
      ],
      help: "Pauses a queue, lets it go on, changes its settings by the keys of the file, makes one or takes it away.",
      action: queue),
    Subcommand(
      name: "member",
      usage: [
        "member AGENT QUEUE set [KEY VALUE...]", "member AGENT QUEUE pause", "member AGENT QUEUE resume",
        "member AGENT QUEUE remove",
      ],
      help: "Lets an agent serve a queue (level, position, weight, delay_seconds), pauses her there, or takes her out.",
      action: member),
    Subcommand(
      name: "skills", usage: ["skills AGENT SKILL LEVEL...", "skills AGENT none"],
      help: "Says anew all that an agent can do, and how well (0 to 100); what is not named she cannot do any more."
    ) { (words) throws(UsageError) in
      let agent = try words.next("AGENT")
      guard !words.words.isEmpty else { throw UsageError("SKILL LEVEL... is missing (\"none\" takes all away)") }
      let skills: [String: JSON]
      if words.words == ["none"] {
        _ = words.nextIfAny()
        skills = [:]
      } else {
        skills = try pairs(&words, "SKILL LEVEL", text: [])
      }
      return .call("agent.setSkills", ["agent": .string(agent), "skills": .object(skills)], .done)
    },
    Subcommand(
      name: "capacity", usage: ["capacity AGENT CONTACTS"],
      help: "Says how many contacts an agent may have at once (1 to 10)."
    ) { (words) throws(UsageError) in
      let agent = try words.next("AGENT")
      let text = try words.next("CONTACTS")
      guard let capacity = Int64(text) else { throw UsageError("CONTACTS: not a number: \"\(text)\"") }
      return .call("agent.setCapacity", ["agent": .string(agent), "capacity": .integer(capacity)], .done)
    },
    Subcommand(
      name: "code",
      usage: ["code LIST CODE set [KEY VALUE...]", "code LIST CODE remove"],
      help:
        "Makes or changes a reason for being away (LIST is reasons) or a disposition (dispositions), or takes it away.",
      action: code),
    Subcommand(
      name: "priority", usage: ["priority CONTACT POINTS"], help: "Lets a caller who waits count for more, or less."
    ) { (words) throws(UsageError) in
      let contact = try words.next("CONTACT")
      let text = try words.next("POINTS")
      guard let points = Int64(text) else { throw UsageError("POINTS: not a number: \"\(text)\"") }
      return .call("contact.setPriority", ["contact": .string(contact), "priority": .integer(points)], .done)
    },
    Subcommand(
      name: "config",
      usage: [
        "config show queue QUEUE", "config show agent AGENT", "config show code LIST CODE", "config diff",
        "config reset queue QUEUE", "config reset agent AGENT",
        "config reset code LIST CODE", "config reset all",
      ],
      help:
        "Lists the settings of a queue, an agent or a code, or what is not as the file says, or goes back to the file.",
      action: config),
  ]

  private static func queue(_ words: inout Arguments) throws(UsageError) -> Action {
    var members: [String: JSON] = ["queue": .string(try words.next("QUEUE"))]
    let verb = try verb(&words, of: "a queue", ["pause", "resume", "set", "add", "remove"])
    switch verb {
    case "set", "add":
      let values = try pairs(&words, "KEY VALUE")
      if verb == "set", values.isEmpty { throw UsageError("KEY is missing") }
      members["settings"] = .object(values)
    default: break
    }
    return .call("queue.\(verb)", members, .done)
  }

  private static func member(_ words: inout Arguments) throws(UsageError) -> Action {
    let agent = try words.next("AGENT")
    var members: [String: JSON] = ["agent": .string(agent), "queue": .string(try words.next("QUEUE"))]
    let verb = try verb(&words, of: "a membership", ["set", "pause", "resume", "remove"])
    if verb == "set" {
      let values = try pairs(&words, "KEY VALUE")
      let keys = ["level", "position", "weight", "delay_seconds"]
      if let other = values.keys.sorted().first(where: { !keys.contains($0) }) {
        throw UsageError(
          "a membership has no setting \"\(other)\"\(question(other, among: keys)): \(keys.joined(separator: ", "))")
      }
      members.merge(values) { first, _ in first }
    }
    return .call("membership.\(verb)", members, .done)
  }

  private static func code(_ words: inout Arguments) throws(UsageError) -> Action {
    var members = try codeName(&words)
    let verb = try verb(&words, of: "a code", ["set", "remove"])
    if verb == "set" { members["settings"] = .object(try pairs(&words, "KEY VALUE")) }
    return .call("code.\(verb)", members, .done)
  }

  private static func codeName(_ words: inout Arguments) throws(UsageError) -> [String: JSON] {
    let list = try verb(&words, of: "the configuration", ["reasons", "dispositions"])
    return ["list": .string(list), "code": .string(try words.next("CODE"))]
  }

  private static func config(_ words: inout Arguments) throws(UsageError) -> Action {
    let verb = try verb(&words, of: "a configuration", ["show", "diff", "reset"])
    if verb == "diff" { return .call("config.diff", [:], .settings) }
    let whole = verb == "reset" ? ["all"] : []
    let what = try Self.verb(&words, of: verb, ["queue", "agent", "code"] + whole)
    let members: [String: JSON] =
      switch what {
      case "all": ["scope": .string("all")]
      case "code": try codeName(&words)
      default: [what: .string(try words.next(what.uppercased()))]
      }
    return .call("config.\(verb)", members, verb == "show" ? .settings : .done)
  }

  private static func verb(_ words: inout Arguments, of what: String, _ verbs: [String]) throws(UsageError) -> String {
    let verb = try words.next("what to do (\(verbs.joined(separator: ", ")))")
    guard verbs.contains(verb) else {
      throw UsageError("\(what) has no \"\(verb)\"\(question(verb, among: verbs)): \(verbs.joined(separator: ", "))")
    }
    return verb
  }

  /// What is text even where it looks like a number.
  private static let textKeys: Set = ["name", "reading"]

  /// Keys and values in turn, to the end. A value that is JSON is taken as such, everything else as text.
  private static func pairs(
    _ words: inout Arguments, _ what: String, text textKeys: Set<String> = textKeys
  ) throws(UsageError) -> [String: JSON] {
    var values: [String: JSON] = [:]
    while let key = words.nextIfAny() {
      guard let text = words.nextIfAny() else { throw UsageError("\(what): \"\(key)\" has no value") }
      var value = (try? JSON(reading: text.utf8)) ?? .string(text)
      if textKeys.contains(key) {
        switch value {
        case .string, .null: break
        default: value = .string(text)
        }
      }
      guard values.updateValue(value, forKey: key) == nil else {
        throw UsageError("\(what): \"\(key)\" stands there twice")
      }
    }
    return values
  }
}
