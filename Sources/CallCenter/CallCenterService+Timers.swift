import Telephony

/// One sleeper for all timers: most of them are cancelled long before they are due, and none of those costs a task.
extension CallCenterService {
  func startTimer(_ timer: CallFlow.Timer, _ duration: Duration) {
    deadlines.set(timer, due: outside.now().advanced(by: duration))
    arm()
  }

  /// The sleeper wakes for the earliest timer, or before it: then it sleeps again.
  private func arm() {
    guard !isOver, let next = deadlines.next() else { return }
    if let wakes, wakes <= next { return }
    wakes = next
    sleeper?.cancel()
    let rest = next.since(outside.now())
    sleeper = Task {
      do { try await Task.sleep(for: rest, tolerance: .zero, clock: .continuous) } catch { return }
      // Cancelled while it came here: another sleeps in its place.
      if !Task.isCancelled { fire() }
    }
  }

  private func fire() {
    wakes = nil
    while let timer = deadlines.take(at: outside.now()) { decide { $0.timerFired(timer, at: $1) } }
    arm()
  }
}
