import Distribution
import Telephony

extension ConfigurationReading {
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
    settings.aging = section.integer("aging_per_minute", 0...10_000) ?? settings.aging
    settings.counterWindow = counterWindow(section) ?? settings.counterWindow
    settings.outboundResetsIdle = section.boolean("outbound_resets_idle") ?? settings.outboundResetsIdle
    settings.seed = section.integer("seed", 0...Int(Int64.max)).map { UInt64($0) } ?? settings.seed
    settings.expectedHandling = section.seconds("expected_handling_seconds", 1...86400) ?? settings.expectedHandling
    if let hours = section.integer("keep_decisions_hours", 0...720) {
      configuration.decisionsKept = .seconds(hours * 3600)
      settings.explains = hours > 0
    }
    configuration.dayEnds = timeOfDay("day_ends", in: section) ?? configuration.dayEnds
    let direct = section.section("direct")
    settings.direct = times(of: direct, settings.direct)
    direct.finish()
    configuration.distribution = settings
    warnOfMissingDispositions(settings.direct, in: direct)
    section.finish()
  }

  /// `"shift"`, `"day"`, or the last so many seconds.
  private func counterWindow(_ section: Section) -> CounterWindow? {
    guard let entry = section.entry("counter_window") else { return nil }
    switch entry.value.content {
    case .integer, .real: return section.seconds("counter_window", 60...604_800).map { .rolling($0) }
    case .string: return section.choice("counter_window", ["shift": .shift, "day": .day])
    default:
      section.wrongType(entry, wanted: "'shift', 'day' or a number of seconds")
      return nil
    }
  }

  /// `"18:30"` as minutes after midnight; figures are counted by quarters of an hour.
  private func timeOfDay(_ key: String, in section: Section) -> Int? {
    guard let text = section.string(key) else { return nil }
    let parts = text.value.split(separator: ":", omittingEmptySubsequences: false)
    let isWellFormed =
      parts.count == 2 && parts.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    guard isWellFormed, let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60,
      minute % 15 == 0
    else {
      log.error(text.place, "\(key) must be a quarter of an hour from '00:00' to '23:45', not \(quoted(text.value))")
      return nil
    }
    return hour * 60 + minute
  }

  mutating func readReasons(_ sections: [Section]) {
    var seen: [String: Int] = [:]
    for section in sections {
      let id = section.identifier(&seen)
      let profile = ReasonProfile(id: id ?? "", name: section.label("name") ?? id ?? "")
      let longest = section.integer("longest_minutes", 1...1440).map { Duration.seconds($0 * 60) }
      let settings = ReasonSettings(
        isPaid: section.boolean("paid") ?? true, countsAsWork: section.boolean("counts_as_work") ?? false,
        longest: longest)
      section.finish()
      if settings.countsAsWork, !settings.isPaid {
        log.warning(section.place(of: "counts_as_work"), "\(quoted(profile.id)) counts as work, and is not paid")
      }
      guard id != nil else { continue }
      configuration.reasons.append(profile)
      configuration.distribution.reasons[profile.id] = settings
    }
  }

  mutating func readDispositions(_ sections: [Section]) {
    var seen: [String: Int] = [:]
    let known = configuration.queues.map(\.id.rawValue)
    for section in sections {
      let id = section.identifier(&seen)
      let name = section.label("name") ?? id ?? ""
      let queues = section.strings("queues")?.compactMap { section.resolve($0, to: "queue", among: known) }
      let isReason = section.boolean("is_reason") ?? false
      section.finish()
      guard let id else { continue }
      configuration.dispositions.append(
        DispositionProfile(
          id: id, name: name, queues: queues.map { Set($0.map { QueueID(rawValue: $0) }) }, isReason: isReason))
    }
  }
}
