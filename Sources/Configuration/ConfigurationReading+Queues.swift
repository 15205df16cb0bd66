import Distribution
import Recordings
import Telephony

extension ConfigurationReading {
  /// After this, networks take away a call that was never answered; a little less than the three minutes of most.
  private static let longestEarlyMedia: Duration = .seconds(150)

  mutating func readSounds(_ section: Section) {
    if let folder = path("folder", in: section) { sounds = Folder(of: folder + "/") }
    defaultMusic = sound("music", in: section)
    section.finish()
  }

  mutating func readQueues(_ sections: [Section]) {
    var seen: [String: Int] = [:]
    for section in sections {
      let id = section.identifier(&seen)
      if id == "direct" {
        log.error(section.place(of: "id"), "'direct' is the name of calls to one agent: give the queue another")
      }
      var profile = QueueProfile(id: QueueID(rawValue: id ?? ""), name: section.label("name") ?? id ?? "")
      profile.answer =
        section.choice("answer", ["immediately": .immediately, "early-media": .earlyMedia]) ?? .immediately
      profile.music = sound("music", in: section) ?? defaultMusic
      profile.greeting = sound("greeting", in: section)
      profile.recording =
        section.choice("recording", ["always": .always, "never": .never, "on-demand": .onDemand]) ?? .always
      let settings = times(of: section, id: QueueID(rawValue: id ?? ""))
      section.finish()
      warnOfLongWait(section, profile, settings)
      guard id != nil else { continue }
      queuePlaces[profile.id] = section.place(of: "id")
      configuration.queues.append(profile)
      configuration.distribution.queues.append(settings)
    }
  }

  func times(of section: Section, id: QueueID) -> QueueSettings {
    var settings = QueueSettings(id: id)
    settings.ringTime = section.seconds("ring_seconds", 1...600) ?? settings.ringTime
    settings.retryDelay = section.seconds("retry_seconds", 1...3600) ?? settings.retryDelay
    settings.wrapUp = section.seconds("wrap_up_seconds", 0...86400) ?? settings.wrapUp
    settings.missedOffersBeforeAway =
      section.integer("missed_offers_before_away", 0...100) ?? settings.missedOffersBeforeAway
    settings.longestWait = section.seconds("longest_wait_seconds", 1...86400) ?? settings.longestWait
    return settings
  }

  private func warnOfLongWait(_ section: Section, _ profile: QueueProfile, _ settings: QueueSettings) {
    guard profile.answer == .earlyMedia else { return }
    if let longest = settings.longestWait, longest <= Self.longestEarlyMedia { return }
    let place = section.place(of: settings.longestWait == nil ? "answer" : "longest_wait_seconds")
    log.warning(
      place,
      "callers of queue \(quoted(profile.id.rawValue)) may wait more than 150 s in early media, and networks end such calls: set longest_wait_seconds to 150 or less, or answer = \"immediately\""
    )
  }

  mutating func readAgents(_ sections: [Section]) {
    var seen: [String: Int] = [:]
    for section in sections {
      let id = section.identifier(&seen)
      let phone = section.reference("phone", to: "phone", among: configuration.sip.phones.map(\.id.rawValue))
      let profile = AgentProfile(
        id: AgentID(rawValue: id ?? ""), name: section.label("name") ?? id ?? "",
        reading: section.label("reading") ?? "",
        phone: phone.map { PhoneID(rawValue: $0) })
      let memberships = memberships(of: section)
      section.finish()
      guard id != nil else { continue }
      configuration.agents.append(profile)
      configuration.distribution.agents.append(AgentSettings(id: profile.id, memberships: memberships))
    }
    warnOfEmptyQueues()
  }

  /// `queues = { support = 1, sales = 2 }`, or `["support"]` for level 1.
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
      let level = table.integer(entry.key, 1...100)
      let name = Written(value: entry.key, place: entry.place)
      guard let queue = table.resolve(name, to: "queue", among: known), let level else { continue }
      memberships[QueueID(rawValue: queue)] = Membership(level: level)
    }
    return memberships
  }

  private func warnOfEmptyQueues() {
    let served = Set(configuration.distribution.agents.flatMap(\.memberships.keys))
    for queue in configuration.queues where !served.contains(queue.id) {
      log.warning(
        queuePlaces[queue.id] ?? .start, "queue \(quoted(queue.id.rawValue)) has no agents: its callers wait in vain")
    }
  }

  mutating func readDistribution(_ section: Section) {
    var settings = configuration.distribution
    settings.alertingLimit = section.seconds("alerting_limit_seconds", 1...120) ?? settings.alertingLimit
    settings.alertingLimitOverTrunk =
      section.seconds("alerting_limit_over_trunk_seconds", 1...120) ?? settings.alertingLimitOverTrunk
    settings.backOff = section.seconds("back_off_seconds", 1...3600) ?? settings.backOff
    settings.longestBackOff = section.seconds("longest_back_off_seconds", 1...86400) ?? settings.longestBackOff
    if settings.backOff > settings.longestBackOff {
      log.error(section.place(of: "back_off_seconds"), "back_off_seconds is more than longest_back_off_seconds")
    }
    let direct = section.section("direct")
    settings.direct = times(of: direct, id: settings.direct.id)
    direct.finish()
    configuration.distribution = settings
    section.finish()
  }
}
