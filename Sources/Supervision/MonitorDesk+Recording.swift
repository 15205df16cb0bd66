public import Telephony

// What supervisors say, in a file of their own.
extension MonitorDesk {
  /// Whether a recording needs a file beside it for what is said in this mode: somebody hears it, and it is to be kept apart.
  public func recordsApart(_ mode: MonitorMode) -> Bool { settings.recorded == .separate && mode > .listen }

  /// Whether somebody is in this contact now of whom that holds.
  public func recordsApart(in contact: ContactID) -> Bool {
    watches.values.contains { $0.placed?.contact == contact && recordsApart($0.monitor.mode) }
  }
}
