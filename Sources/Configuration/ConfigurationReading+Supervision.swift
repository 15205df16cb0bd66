import Entries
import Supervision
import Telephony

extension ConfigurationReading {
  /// After the queues and agents, of which it names some, and the entries, which a code must leave alone.
  mutating func readSupervision(_ section: Section) {
    var settings = configuration.supervision
    settings.rules.queues = queues("queues", in: section)
    settings.visibility =
      section.choice("visible_to", ["supervisors": .supervisors, "agent": .agent, "everyone": .everyone])
      ?? settings.visibility
    settings.beepSeconds = section.integer("beep_seconds", 0...60).flatMap { $0 == 0 ? nil : $0 }
    settings.recorded =
      section.choice("recording", ["right": .right, "separate": .separate, "none": .none]) ?? settings.recorded
    settings.ringTime = section.seconds("ring_seconds", 1...600) ?? settings.ringTime
    for row in section.sections("rights") {
      if let rule = monitorRule(row, among: settings.rules.queues) { settings.rules.rows.append(rule) }
    }
    readCode(section, &settings)
    section.finish()
    configuration.supervision = settings
  }

  /// `open`: whose contacts may be monitored at all; nil: all.
  private func queues(_ key: String, in section: Section, open: Set<QueueID>? = nil) -> Set<QueueID>? {
    let known = configuration.queues.map(\.id.rawValue)
    return section.strings(key).map { names in
      Set(
        names.compactMap { name in
          let queue = QueueID(rawValue: name.value)
          if known.contains(name.value) {
            if let open, !open.contains(queue) {
              log.warning(
                name.place,
                "\(key): [supervision] queues leaves \(quoted(name.value)) out: nothing there may be monitored")
            }
            return queue
          }
          log.error(name.place, "\(key): there is no queue \(quoted(name.value))\(guess(name.value, among: known))")
          return nil
        })
    }
  }

  private static let rights = KeyValuePairs<String, MonitorRight>(
    dictionaryLiteral: ("listen", .listen), ("whisper", .whisper), ("barge", .barge), ("take_over", .takeOver))

  private func monitorRule(_ row: Section, among open: Set<QueueID>?) -> MonitorRule? {
    let known = configuration.agents.map(\.id.rawValue)
    let supervisor = row.reference("supervisor", to: "agent", among: known)
    if row.entry("supervisor") == nil { row.missing("supervisor", "who may: an agent's id") }
    let agents = row.strings("agents")?.compactMap { row.resolve($0, to: "agent", among: known) }
    let queues = queues("queues", in: row, open: open)
    let may = row.choices("may", Self.rights)
    if let may, !may.contains(.listen) {
      log.error(row.place(of: "may"), "may must contain 'listen': everybody begins by listening")
    }
    row.finish()
    guard let supervisor else { return nil }
    return MonitorRule(
      supervisor: AgentID(rawValue: supervisor), agents: agents.map { Set($0.map { AgentID(rawValue: $0) }) },
      queues: queues, rights: may.map { Set($0) } ?? Set(MonitorRight.allCases))
  }

  /// Empty: none. It comes before the entries, and must take nothing away from them, nor from the public network.
  private func readCode(_ section: Section, _ settings: inout MonitorDesk.Settings) {
    guard let text = section.string("code") else { return }
    if text.value.isEmpty {
      settings.code = nil
      return
    }
    guard let code = MonitorCode(text.value) else {
      log.error(text.place, "code must be 1 to 8 digits and asterisks, such as '*55', not \(quoted(text.value))")
      return
    }
    settings.code = code
    if settings.rules.rows.isEmpty {
      log.warning(text.place, "code does nothing without [[supervision.rights]] that give somebody a right")
    }
    let emergencies = ["110", "118", "119"]
    if let number = emergencies.first(where: { $0.hasPrefix(code.text) || code.text.hasPrefix($0) }) {
      log.error(text.place, "code: \(quoted(code.text)) stands at the beginning of \(number)")
    } else if code.text.hasPrefix("0") {
      log.error(
        text.place, "code: numbers of the public network begin with 0: one of '*55' and the like leaves them alone")
    }
    for entry in configuration.entries.entries where entry.called.text != "*" {
      guard entry.called.matchesSome(beginningWith: code.text) else { continue }
      log.error(
        text.place,
        "code: the entry with called = \(quoted(entry.called.text)) is for numbers that begin with \(quoted(code.text))"
      )
    }
    for case .behind(_, let number) in configuration.sip.phones.map(\.line) where number.national.hasPrefix(code.text) {
      log.error(text.place, "code: the phone with the number \(quoted(number.national)) could not be dialled")
    }
  }
}
