import Supervision
import Telephony

extension ConfigurationReading {
  /// After the queues, of which it names some.
  mutating func readSupervision(_ section: Section) {
    if let names = section.strings("queues") {
      let known = configuration.queues.map(\.id.rawValue)
      configuration.supervision.queues = Set(
        names.compactMap { name in
          if known.contains(name.value) { return QueueID(rawValue: name.value) }
          log.error(name.place, "queues: there is no queue \(quoted(name.value))\(guess(name.value, among: known))")
          return nil
        })
    }
    configuration.supervision.notifiesAgent =
      section.boolean("notify_agent") ?? configuration.supervision.notifiesAgent
    configuration.supervision.beepSeconds = section.integer("beep_seconds", 0...60).flatMap { $0 == 0 ? nil : $0 }
    configuration.supervision.recorded =
      section.choice("recording", ["right": .right, "separate": .separate, "none": .none])
      ?? configuration.supervision.recorded
    configuration.supervision.ringTime =
      section.seconds("ring_seconds", 1...600) ?? configuration.supervision.ringTime
    section.finish()
  }
}
