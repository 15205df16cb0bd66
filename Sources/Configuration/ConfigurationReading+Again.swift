import Distribution
import Entries
import Supervision

extension ConfigurationReading {
  static let tablesReadAgain: Set<String> = [
    "sounds", "queues", "agents", "reasons", "dispositions", "distribution", "entries", "supervision", "control",
  ]

  /// What may be different with changes on top, and whatever refers to it; the rest is that of `base`. Reads no secrets, and
  /// of WAV files only those that a change names.
  mutating func runAgain(from base: DaemonConfiguration) -> DaemonConfiguration {
    configuration = base
    configuration.queues = []
    configuration.agents = []
    configuration.reasons = []
    configuration.dispositions = []
    configuration.entries.entries = []
    configuration.supervision = MonitorDesk.Settings()
    configuration.control = ControlConfiguration()
    configuration.distribution = DistributionSettings()
    configuration.distribution.extensions = base.distribution.extensions
    trustsFile = true
    if let reader = makeReader(base.numbering) { read = reader }

    readSounds(root.section("sounds"))
    readQueues(root.sections("queues"))
    readAgents(root.sections("agents"))
    readReasons(root.sections("reasons"))
    readDispositions(root.sections("dispositions"))
    readDistribution(root.section("distribution"))
    readEntries(root.sections("entries"))
    readOverflow()
    warnOfPeople()
    readSupervision(root.section("supervision"))
    readControl(root.section("control"))
    return configuration
  }
}
