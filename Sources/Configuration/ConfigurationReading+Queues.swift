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
      profile.lastAgent = lastAgent(of: section)
      profile.recording =
        section.choice("recording", ["always": .always, "never": .never, "on-demand": .onDemand]) ?? .always
      profile.serviceLevel = section.seconds("service_level_seconds", 1...3600) ?? profile.serviceLevel
      profile.shortAbandon = section.seconds("short_abandon_seconds", 0...3600) ?? profile.shortAbandon
      let steps = section.sections("steps").compactMap(step)
      var settings = queueSettings(of: section, QueueSettings(id: profile.id))
      settings.steps = steps.map(\.value)
      let overflow = section.section("overflow")
      section.finish()
      warnOfLongWait(section, profile, settings)
      guard id != nil else { continue }
      writtenQueues.append(WrittenQueue(section: section, overflow: overflow, stepPlaces: steps.map(\.place)))
      configuration.queues.append(profile)
      configuration.distribution.queues.append(settings)
    }
  }

  /// All that concerns the choice of an agent, but steps, and where callers go who cannot wait.
  private func queueSettings(of section: Section, _ standard: QueueSettings) -> QueueSettings {
    var settings = times(of: section, standard)
    settings.strategy = section.word("strategy") ?? settings.strategy
    settings.weight = section.integer("weight", -10_000...10_000) ?? settings.weight
    settings.ringMoreAfter = section.seconds("ring_more_seconds", 1...600) ?? settings.ringMoreAfter
    settings.longestLine = section.integer("longest_line", 1...100_000)
    settings.joinNeeds = section.word("join_needs")
    settings.stayNeeds = section.word("stay_needs")
    settings.keepsPlace = section.seconds("keep_place_seconds", 0...86400).flatMap { $0 > .zero ? $0 : nil }
    settings.isPaused = section.boolean("paused") ?? settings.isPaused
    settings.holdsLastStep = section.boolean("hold_last_step") ?? settings.holdsLastStep
    return settings
  }

  /// What calls to one agent have as well.
  func times(of section: Section, _ standard: QueueSettings) -> QueueSettings {
    var settings = standard
    settings.ringTime = section.seconds("ring_seconds", 1...600) ?? settings.ringTime
    settings.retryDelay = section.seconds("retry_seconds", 1...3600) ?? settings.retryDelay
    settings.wrapUp = section.seconds("wrap_up_seconds", 0...86400) ?? settings.wrapUp
    settings.wrapUpMode = section.word("wrap_up") ?? settings.wrapUpMode
    settings.wrapUpMayEndEarly = section.boolean("wrap_up_may_end_early") ?? settings.wrapUpMayEndEarly
    settings.missedOffersBeforeAway =
      section.integer("missed_offers_before_away", 0...100) ?? settings.missedOffersBeforeAway
    settings.longestWait = section.seconds("longest_wait_seconds", 1...86400) ?? settings.longestWait
    return settings
  }

  private func step(_ section: Section) -> Written<SkillStep>? {
    let requirement = section.requirement("needs")
    if section.entry("needs") == nil { section.missing("needs", "what agents must be able to do: \"english>=2\"") }
    let lasts = section.seconds("seconds", 1...86400)
    section.finish()
    return requirement.map { Written(value: SkillStep($0, lasts: lasts), place: section.place(of: "needs")) }
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
}

extension Section {
  /// One word of a set that the rules themselves name.
  func word<Word: RawRepresentable & CaseIterable>(_ key: String) -> Word? where Word.RawValue == String {
    string(key).flatMap { chosen($0, Word.allCases.map { (key: $0.rawValue, value: $0) }, key: key) }
  }

  /// What agents must be able to do, as text. Faults are told where they stand in it, as long as it is written without
  /// escapes.
  func requirement(_ key: String) -> SkillRequirement? {
    guard let text = string(key) else { return nil }
    switch SkillRequirement.read(text.value) {
    case .success(let requirement): return requirement
    case .failure(let fault):
      var place = text.place
      place.column += 1 + fault.offset
      log.error(place, "\(key): \(quoted(text.value)) \(fault.explanation) (character \(fault.offset + 1))")
      return nil
    }
  }
}
