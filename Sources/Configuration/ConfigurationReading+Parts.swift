extension ConfigurationReading {
  /// What is read, in this order: what later ones refer to comes first.
  enum Part: CaseIterable {
    case numbering, sip, trunks, phones, sounds, queues, agents, reasons, dispositions, distribution, entries, blocked
    case callers, dialing, overflow, people, supervision, overload, figures, directory, control

    /// What a change may make different, or refers to something that it may.
    var isReadAgain: Bool {
      switch self {
      case .sounds, .queues, .agents, .reasons, .dispositions, .distribution, .entries, .overflow, .people,
        .supervision, .control:
        true
      case .numbering, .sip, .trunks, .phones, .blocked, .callers, .dialing, .overload, .figures, .directory: false
      }
    }

    /// The table that it reads by itself, if any.
    private var table: String? {
      switch self {
      case .numbering, .overflow, .people: nil
      default: "\(self)"
      }
    }

    /// Of those that are read again.
    static let tablesReadAgain = Set(allCases.filter(\.isReadAgain).compactMap(\.table))
  }

  /// One of them; faults go to the log.
  mutating func read(_ part: Part) {
    switch part {
    case .numbering: readNumbering(dialing)
    case .sip: readSIP(root.section("sip"))
    case .trunks: readTrunks(root.sections("trunks"))
    case .phones: readPhones(root.sections("phones"))
    case .sounds: readSounds(root.section("sounds"))
    case .queues: readQueues(root.sections("queues"))
    case .agents: readAgents(root.sections("agents"))
    case .reasons: readReasons(root.sections("reasons"))
    case .dispositions: readDispositions(root.sections("dispositions"))
    case .distribution: readDistribution(root.section("distribution"))
    case .entries: readEntries(root.sections("entries"))
    case .blocked: readBlocked(root.section("blocked"))
    case .callers: readCallers(root.section("callers"))
    case .dialing: readDialing(dialing)
    case .overflow: readOverflow()
    case .people: warnOfPeople()
    case .supervision: readSupervision(root.section("supervision"))
    case .overload: readOverload(root.section("overload"))
    case .figures: readFigures(root.section("figures"))
    case .directory: readDirectory(root.section("directory"))
    case .control: readControl(root.section("control"))
    }
  }
}
