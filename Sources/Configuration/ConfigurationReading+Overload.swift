import Overload
import Telephony

extension ConfigurationReading {
  mutating func readOverload(_ section: Section) {
    var settings = configuration.overload
    if let late = section.integer("late_ms", 20...5000) { settings.lateness = .milliseconds(late) }
    if let late = section.integer("signalling_late_ms", 50...60000) {
      settings.signallingLateness = .milliseconds(late)
    }
    settings.recorderPercent = section.integer("recorder_percent", 20...100) ?? settings.recorderPercent
    settings.eventsWaiting = section.integer("events_waiting", 10...1_000_000) ?? settings.eventsWaiting
    settings.badTime = section.seconds("bad_seconds", 1...600) ?? settings.badTime
    settings.window = section.seconds("window_seconds", 1...600) ?? settings.window
    settings.quietTime = section.seconds("quiet_seconds", 1...3600) ?? settings.quietTime
    settings.retryTime = section.integer("retry_after_seconds", 1...3600).map { .seconds($0) } ?? settings.retryTime
    if settings.badTime > settings.window {
      let place = section.entry("bad_seconds")?.value.place ?? section.place(of: "window_seconds")
      log.error(place, "bad_seconds cannot be more than window_seconds: no call would ever be turned away")
    }
    configuration.overload = settings
    section.finish()
  }
}
