/// How far the daemon has come with stopping, and what it still takes on.
///
///     open ──first signal──▶ draining ──drain time over, or second signal──▶ ending
enum Closing: Int, Sendable, Comparable {
  case open
  /// Calls that are up go on, and nothing new begins but emergency calls.
  case draining
  /// Calls that are up are ended, and nothing begins any more: the wait for the last of them must come to its end.
  case ending

  /// Whether somebody who rings in is let in.
  var takesCalls: Bool { self == .open }

  /// Whether an agent may still dial.
  func dials(isEmergency: Bool) -> Bool { self == .open || (self == .draining && isEmergency) }

  static func < (a: Closing, b: Closing) -> Bool { a.rawValue < b.rawValue }
}
