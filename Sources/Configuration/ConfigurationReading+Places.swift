import Glibc
import Telephony

extension ConfigurationReading {
  mutating func readDirectory(_ section: Section) {
    if let deadline = section.integer("deadline_ms", 0...5000) {
      configuration.directoryDeadline = .milliseconds(deadline)
    }
    if let entry = section.entry("customers"), let path = path("customers", in: section) {
      switch DiskFile.read(path, longest: DiskFile.longestConfiguration) {
      case .success(let file): configuration.customers = CustomerFile.read(file.bytes, path: path, read: read, log: log)
      case .failure(let objection): log.error(entry.value.place, "customers: \(quoted(path)) \(objection.explanation)")
      }
    }
    section.finish()
  }

  mutating func readControl(_ section: Section) {
    if let socket = path("socket", in: section) {
      // sun_path holds 108 bytes, its NUL included.
      if socket.utf8.count > 107 {
        log.error(section.entry("socket")?.value.place ?? section.place, "socket: the path is longer than 107 bytes")
      }
      configuration.control.socket = socket
    }
    for rule in section.sections("roles") {
      let role: String? = rule.choice(
        "role",
        ["administrator": "administrator", "supervisor": "supervisor", "agent": "agent", "read-only": "read-only"])
      if rule.entry("role") == nil { rule.missing("role", "what the user or group may do") }
      let user = account("user", in: rule)
      let group = account("group", in: rule)
      let agent = rule.reference("agent", to: "agent", among: configuration.agents.map(\.id.rawValue))
      if let entry = rule.entry("agent"), let role, !["agent", "supervisor"].contains(role) {
        log.error(entry.place, "agent is for the roles 'agent' and 'supervisor': \(role) is bound to nobody")
      }
      if rule.entry("user") == nil, rule.entry("group") == nil { rule.missing("user", "set user or group") }
      if let entry = rule.entry("group"), rule.entry("user") != nil {
        log.error(entry.place, "a rule is for a user or a group, not both: write two rules")
      }
      rule.finish()
      guard let role, user != nil || group != nil else { continue }
      configuration.control.roles.append(
        RoleRule(role: role, user: user, group: group, agent: agent.map { AgentID(rawValue: $0) }))
    }
    if section.entry("roles") == nil {
      log.warning(section.place, "there are no [[control.roles]]: nobody may use the socket")
    }
    section.finish()
  }

  /// A Unix name or number; `@self` is whoever runs the daemon.
  private func account(_ key: String, in rule: Section) -> String? {
    if let entry = rule.entry(key), case .integer = entry.value.content {
      return rule.integer(key, 0...Int(Int32.max)).map { String($0) }
    }
    guard let text = rule.string(key) else { return nil }
    if text.value == "@self" { return String(key == "user" ? getuid() : getgid()) }
    let isName =
      (1...32).contains(text.value.utf8.count) && !text.value.hasPrefix("-")
      && text.value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
    if !isName || text.value.hasPrefix("@") {
      log.error(text.place, "\(key) must be a Unix name, a number or '@self', not \(quoted(text.value))")
      return nil
    }
    if asksForAccounts, UInt32(text.value) == nil,
      key == "user" ? getpwnam(text.value) == nil : getgrnam(text.value) == nil
    {
      log.error(text.place, "there is no Unix \(key) \(quoted(text.value))")
      return nil
    }
    return text.value
  }

  mutating func readPlaces() {
    let storage = root.section("storage")
    configuration.storage.database = path("database", in: storage) ?? configuration.storage.database
    configuration.storage.recordings = path("recordings", in: storage) ?? configuration.storage.recordings
    storage.finish()

    let shutdown = root.section("shutdown")
    configuration.drain = shutdown.seconds("drain_seconds", 0...86400) ?? configuration.drain
    shutdown.finish()

    let logging = root.section("log")
    configuration.logLevel =
      logging.choice(
        "level", ["error": .error, "warning": .warning, "notice": .notice, "info": .info, "debug": .debug])
      ?? configuration.logLevel
    logging.finish()
  }
}
