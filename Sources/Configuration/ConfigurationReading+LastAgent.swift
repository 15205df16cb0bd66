import Distribution
import Telephony

extension ConfigurationReading {
  /// For how long a queue keeps callers for those who know them; nil where it does not.
  func lastAgent(of section: Section) -> Duration? {
    section.seconds("last_agent_seconds", 0...600).flatMap { $0 > .zero ? $0 : nil }
  }

  /// Of `[callers]`: by what callers are known again, and what their customers count for.
  mutating func readKnownCallers(_ section: Section) {
    var settings = configuration.callers
    if let days = section.integer("last_agent_days", 1...3660) { settings.window = .seconds(days * 86_400) }
    for text in section.strings("shared_numbers") ?? [] {
      switch read(text.value) {
      case .success(let dialled): settings.sharedNumbers.insert(dialled.number.canonical)
      case .failure(let fault): log.error(text.place, "shared_numbers: \(fault.explanation)")
      }
    }
    settings.priorityAttribute = section.label("priority_attribute")
    let points = section.section("priorities")
    for entry in points.entries {
      if let value = points.integer(entry.key, -1_000_000...1_000_000) { settings.priorities[entry.key] = value }
    }
    if settings.priorityAttribute == nil, !settings.priorities.isEmpty {
      log.error(
        section.place(of: "priorities"),
        "priorities without priority_attribute: name the attribute of customers that they go by")
    }
    configuration.callers = settings
  }
}
