import Telephony

/// Timers that are set, by when they are due: a heap, in which timers that were cancelled or set anew stay until they come up.
struct Deadlines<Timer: Hashable & Sendable>: Sendable {
  private struct Entry: Sendable {
    var due: Moment
    /// Sets of any timer so far, this one included: equal moments come up in the order in which they were set.
    var order: UInt64

    func precedes(_ other: Entry) -> Bool {
      (due.monotonicNanoseconds, order) < (other.due.monotonicNanoseconds, other.order)
    }
  }

  private var heap: [(entry: Entry, timer: Timer)] = []
  private var current: [Timer: UInt64] = [:]
  private var order: UInt64 = 0

  /// Sets a timer; one that was set before is forgotten.
  mutating func set(_ timer: Timer, due: Moment) {
    order += 1
    current[timer] = order
    heap.append((Entry(due: due, order: order), timer))
    rise(heap.count - 1)
  }

  /// Nothing happens when it is not set.
  mutating func cancel(_ timer: Timer) { current[timer] = nil }

  /// Those that are set.
  var timers: Set<Timer> { Set(current.keys) }

  /// When the next timer is due; nil when none is set.
  mutating func next() -> Moment? {
    dropStale()
    return heap.first?.entry.due
  }

  /// Takes out the timer that is due first, when that is not later than now.
  mutating func take(at now: Moment) -> Timer? {
    dropStale()
    guard let first = heap.first, first.entry.due <= now else { return nil }
    removeFirst()
    current[first.timer] = nil
    return first.timer
  }

  private mutating func dropStale() {
    while let first = heap.first, current[first.timer] != first.entry.order { removeFirst() }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    sink(0)
  }

  private mutating func rise(_ start: Int) {
    var index = start
    while index > 0, heap[index].entry.precedes(heap[(index - 1) / 2].entry) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heap.count && heap[child].entry.precedes(heap[least].entry) { least = child }
      guard least != index else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
