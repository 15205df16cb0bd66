import Entries
import Telephony

extension ConfigurationReading {
  mutating func readEntries(_ sections: [Section]) {
    if sections.isEmpty { log.warning(root.place, "there are no [[entries]]: every call that comes in gets 404") }
    var taken: [(called: String, line: Int)] = []
    for section in sections {
      let place = section.place
      let called = calledPattern(section)
      let caller = callerPattern(section)
      let target = target(section)
      section.finish()
      guard let called, let caller else { continue }
      if let earlier = taken.first(where: { $0.called == "*" || $0.called == called.text }) {
        log.warning(place, "this entry is never reached: the one on line \(earlier.line) takes every such call")
      }
      if caller == .anyone { taken.append((called.text, place.line)) }
      guard let target else { continue }
      configuration.entries.entries.append(Entry(called: called, caller: caller, target: target))
    }
  }

  mutating func readBlocked(_ section: Section) {
    configuration.entries.blocked = (section.strings("numbers") ?? []).compactMap { pattern($0, key: "numbers") }
    section.finish()
  }

  /// `[callers.texts]`: display texts of the carrier that tell kinds of anonymous callers, beside the usual ones.
  mutating func readCallers(_ section: Section) {
    let texts = section.section("texts")
    for entry in texts.entries {
      if let kind: Caller.Anonymity = texts.choice(entry.key, Self.kinds) {
        configuration.identification.texts[entry.key.lowercased()] = kind
      }
    }
    readKnownCallers(section)
    section.finish()
  }

  private static let kinds: KeyValuePairs<String, Caller.Anonymity> = [
    "withheld": .withheld, "payphone": .payphone, "unavailable": .unavailable, "service-conflict": .serviceConflict,
  ]

  private static let callers: KeyValuePairs<String, Entry.CallerPattern> = [
    "any": .anyone, "withheld": .anonymous(.withheld), "payphone": .anonymous(.payphone),
    "unavailable": .anonymous(.unavailable), "service-conflict": .anonymous(.serviceConflict),
    "anonymous": .anyAnonymous, "international": .international, "blocked": .blocked,
  ]

  private func calledPattern(_ section: Section) -> NumberPattern? {
    guard let text = section.string("called") else {
      if section.entry("called") == nil { section.missing("called", "which number it is for; \"*\" for every one") }
      return nil
    }
    return pattern(text, key: "called")
  }

  private func callerPattern(_ section: Section) -> Entry.CallerPattern? {
    guard let text = section.string("caller") else { return section.entry("caller") == nil ? .anyone : nil }
    if let word = Self.callers.first(where: { $0.key == text.value }) { return word.value }
    let hasLetters = text.value.utf8.contains { (0x61...0x7A).contains($0) && $0 != UInt8(ascii: "x") }
    guard hasLetters else { return pattern(text, key: "caller").map { .number($0) } }
    let words = Self.callers.map(\.key)
    log.error(
      text.place,
      "caller cannot be \(quoted(text.value)): a number pattern, or one of \(words.map { "'\($0)'" }.joined(separator: ", "))\(guess(text.value, among: words))"
    )
    return nil
  }

  /// A pattern as it is meant for `NumberPattern`, or a number as people write it.
  private func pattern(_ text: Written<String>, key: String) -> NumberPattern? {
    if let pattern = NumberPattern(text.value) { return pattern }
    if case .success(let dialled) = read(text.value), let pattern = NumberPattern(dialled.number.canonical) {
      return pattern
    }
    let plain = text.value.filter { $0 != "-" && $0 != " " }.uppercased()
    let meant = NumberPattern(plain) == nil ? "" : "; did you mean '\(plain)'?"
    log.error(
      text.place,
      "\(key): \(quoted(text.value)) is no pattern: digits, X for any digit, + in front, * at the end\(meant)")
    return nil
  }

  /// Exactly one of queue, agent, announcement, reject.
  private func target(_ section: Section) -> Entry.Target? {
    let kinds = ["queue", "agent", "announcement", "reject"]
    let present = kinds.compactMap { section.entry($0) }.sorted {
      ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column)
    }
    let status = section.integer("status", 400...699)
    if present.isEmpty { section.missing("target", "set queue, agent, announcement or reject") }
    for extra in present.dropFirst() {
      log.error(extra.place, "an entry has one target: \(extra.key) stands beside \(present[0].key)")
    }
    if let entry = section.entry("status"), section.entry("announcement") == nil {
      log.error(entry.place, "status is for an announcement; reject = 603 has its status itself")
    }
    switch present.first?.key {
    case "queue":
      return section.reference("queue", to: "queue", among: configuration.queues.map(\.id.rawValue))
        .map { .queue(QueueID(rawValue: $0)) }
    case "agent":
      return section.reference("agent", to: "agent", among: configuration.agents.map(\.id.rawValue))
        .map { .agent(AgentID(rawValue: $0)) }
    case "announcement":
      return sound("announcement", in: section).map { .announcement(file: $0, status: status ?? 480) }
    case "reject": return section.integer("reject", 400...699).map { .reject(status: $0) }
    default: return nil
    }
  }
}
