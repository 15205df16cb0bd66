import Telephony

/// What is to happen when, in the order of time; of two at one instant the one that was noted first.
struct Agenda<Entry: Sendable>: Sendable {
  private struct Line: Sendable {
    let due: Moment
    let order: Int
    let entry: Entry

    func isBefore(_ other: Line) -> Bool {
      due < other.due || (due.monotonicNanoseconds == other.due.monotonicNanoseconds && order < other.order)
    }
  }

  /// A binary heap.
  private var lines: [Line] = []
  private var order = 0

  mutating func note(_ entry: Entry, at due: Moment) {
    order += 1
    lines.append(Line(due: due, order: order, entry: entry))
    var child = lines.count - 1
    while child > 0, lines[child].isBefore(lines[(child - 1) / 2]) {
      lines.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (due: Moment, entry: Entry)? {
    guard let first = lines.first else { return nil }
    lines.swapAt(0, lines.count - 1)
    lines.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < lines.count && lines[child].isBefore(lines[least]) {
        least = child
      }
      guard least != parent else { break }
      lines.swapAt(parent, least)
      parent = least
    }
    return (first.due, first.entry)
  }
}
