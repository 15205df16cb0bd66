import Distribution
import Telephony

extension ConfigurationReading {
  mutating func readAgents(_ sections: [Section]) {
    var seen: [String: Int] = [:]
    for section in sections {
      let id = section.identifier(&seen)
      let phone = section.reference("phone", to: "phone", among: configuration.sip.phones.map(\.id.rawValue))
      let profile = AgentProfile(
        id: AgentID(rawValue: id ?? ""), name: section.label("name") ?? id ?? "",
        reading: section.label("reading") ?? "",
        phone: phone.map { PhoneID(rawValue: $0) })
      var settings = AgentSettings(id: profile.id, memberships: memberships(of: section))
      settings.skills = skills(of: section)
      settings.capacity = section.integer("capacity", AgentSettings.capacities) ?? settings.capacity
      section.finish()
      guard id != nil else { continue }
      writtenAgents.append(section)
      configuration.agents.append(profile)
      configuration.distribution.agents.append(settings)
    }
  }

  /// `queues = { support = 1, sales = { level = 2, weight = 3 } }`, or `["support"]` for level 1.
  private func memberships(of section: Section) -> [QueueID: Membership] {
    let known = configuration.queues.map(\.id.rawValue)
    var memberships: [QueueID: Membership] = [:]
    if let entry = section.entry("queues"), case .array = entry.value.content {
      for text in section.strings("queues") ?? [] {
        guard let queue = section.resolve(text, to: "queue", among: known) else { continue }
        memberships[QueueID(rawValue: queue)] = 1
      }
      return memberships
    }
    let table = section.section("queues")
    for entry in table.entries {
      let membership = membership(entry.key, in: table)
      let name = Written(value: entry.key, place: entry.place)
      guard let queue = table.resolve(name, to: "queue", among: known), let membership else { continue }
      memberships[QueueID(rawValue: queue)] = membership
    }
    return memberships
  }

  /// A number is the level.
  private func membership(_ key: String, in table: Section) -> Membership? {
    let levels = 1...100
    switch table.entry(key)?.value.content {
    case .table:
      let section = table.section(key)
      var membership = Membership(level: section.integer("level", levels) ?? 1)
      membership.position = section.integer("position", 0...10_000) ?? membership.position
      membership.weight = section.integer("weight", 1...1000) ?? membership.weight
      membership.delay = section.seconds("delay_seconds", 0...3600) ?? membership.delay
      membership.isPaused = section.boolean("paused") ?? membership.isPaused
      // The name of the queue is part of its path.
      section.finish(isListed: false)
      return membership
    case .integer: return table.integer(key, levels).map { Membership(level: $0) }
    case nil: return nil
    case .some:
      if let entry = table.entry(key) {
        table.wrongType(entry, wanted: "her level or a table such as { level = 1, position = 2 }")
      }
      return nil
    }
  }

  /// `skills = { english = 3 }`.
  private func skills(of section: Section) -> [SkillID: Int] {
    let table = section.section("skills")
    var skills: [SkillID: Int] = [:]
    for entry in table.entries {
      let level = table.integer(entry.key, SkillRequirement.levels)
      guard SkillID.isName(entry.key) else {
        log.error(
          entry.place,
          "\(quoted(entry.key)) cannot be a skill: 1 to 64 letters and digits, '-', '_' and '.', and neither 'and' nor 'or'"
        )
        continue
      }
      skills[SkillID(rawValue: entry.key)] = level
    }
    return skills
  }
}
