import Telephony

/// Adds up how long agents were at work, and there, in the parts of a run.
struct Timesheet: Sendable {
  private var parts = [(work: Double, there: Double)](repeating: (0, 0), count: Tally.batches)
  private var (working, there) = (0, 0)
  private var since: Moment?
  private(set) var seconds = 0.0

  mutating func began(at now: Moment) { since = now }

  /// What was is counted for this part of the run.
  mutating func account(until now: Moment, part: Int) {
    guard let since else { return }
    let time = Double(now.monotonicNanoseconds - since.monotonicNanoseconds) * 1e-9
    parts[part].work += Double(working) * time
    parts[part].there += Double(there) * time
    seconds += time
    self.since = now
  }

  mutating func ended() { since = nil }

  mutating func changed(working more: Int, there: Int) {
    working += more
    self.there += there
  }

  var occupancy: Estimate { Tally.estimate(parts.map { (sum: $0.work, count: $0.there) }) }
}
