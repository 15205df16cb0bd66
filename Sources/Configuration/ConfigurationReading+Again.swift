import Distribution
import Entries
import Supervision

extension ConfigurationReading {
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
    for part in Part.allCases where part.isReadAgain { read(part) }
    return configuration
  }
}
