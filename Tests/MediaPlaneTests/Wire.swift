import CMediaPlane
import Glibc
import TelephonyTesting

/// Numbers that are never given twice.
final class TagSource: Sendable {
  private let last = Guarded<UInt64>(0)

  func next() -> UInt64 {
    last.withLock { last in
      last += 1
      return last
    }
  }
}

/// The clock of the tests' wires.
func monotonicNanoseconds() -> Int64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
}

/// Phones that talk at their pace while things happen, on a thread of its own.
final class Wire: @unchecked Sendable {
  // Unchecked: what belongs to it is touched by its thread while that runs, and by the test before and after.
  private let phones: [Phone]
  private var steps: [(at: Int64, body: () -> Void)] = []
  private var due: [Int64]
  private var flying: [(at: Int64, phone: Phone, bytes: [UInt8])] = []
  private var began: Int64 = 0
  private var end: Int64 = 0
  /// When something was done late, and by how much.
  private var delays: [(at: Int64, by: Int64)] = []
  /// The same of the plane's own threads, where they are watched.
  private var planeDelays: [(at: Int64, by: Int64)] = []
  private var isDone: CheckedContinuation<Void, Never>?

  init(_ phones: [Phone]) {
    self.phones = phones
    due = phones.map { _ in 0 }
  }

  /// Something happens that many seconds after the beginning.
  func at(_ seconds: Double, _ body: @escaping () -> Void) {
    steps.append((Int64(seconds * 1e9), body))
  }

  /// Asks the plane twenty times a second, for so many seconds, how late it was.
  func watch(_ plane: Plane, for seconds: Double) {
    let glance = 0.05
    for moment in stride(from: 0, to: seconds, by: glance) {
      at(moment) { [weak self] in
        var load = media_load()
        media_plane_measure(plane.pointer, &load)
        for end in [moment - glance, moment] {
          self?.planeDelays.append((Int64(end * 1e9), load.lateness_worst * 1000))
        }
      }
    }
  }

  /// By how many milliseconds, rounded up, what the plane did in that stretch was late by its own clock.
  func planeLateness(in seconds: ClosedRange<Double>) -> Int {
    let delays = planeDelays.lazy.filter { seconds.contains(Double($0.at) / 1e9) }
    return Int(((delays.map(\.by).max() ?? 0) + 999_999) / 1_000_000)
  }

  /// By how many milliseconds the machine was late to let somebody speak in that stretch: a packet later than the plane
  /// allows for is one of a bad network.
  func lateness(in seconds: ClosedRange<Double>) -> Int64 {
    let delays = delays.lazy.filter { seconds.contains(Double($0.at) / 1e9) }
    return (delays.map(\.by).max() ?? 0) / 1_000_000
  }

  func run(_ seconds: Double) async {
    steps.sort { $0.at < $1.at }
    end = Int64(seconds * 1e9)
    await withCheckedContinuation { continuation in
      isDone = continuation
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let wire = Unmanaged<Wire>.fromOpaque(argument).takeRetainedValue()
          wire.carry()
          wire.isDone?.resume()
          return nil
        }, Unmanaged.passRetained(self).toOpaque())
      pthread_detach(thread)
    }
  }

  private func carry() {
    // Phones are machines of their own: nothing that is busy here keeps them waiting, where that is allowed.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -15)
    began = monotonicNanoseconds()
    while true {
      let clock = monotonicNanoseconds() - began
      // Where the machine was late at the end, everybody still says all that was to be said, and hears what comes of it.
      guard clock < end + min(delays.last?.by ?? 0, 1_000_000_000) else { return }
      let now = min(clock, end - 1)
      while let step = steps.first, step.at <= now {
        steps.removeFirst()
        step.body()
      }
      for index in phones.indices { speak(index, now) }
      flying.removeAll { flight in
        guard flight.at <= now else { return false }
        flight.phone.rtp.send(flight.bytes, to: flight.phone.legPort)
        return true
      }
      for phone in phones { phone.listen(at: now) }
      wait()
    }
  }

  private func speak(_ index: Int, _ now: Int64) {
    let phone = phones[index]
    while due[index] <= now {
      let at = due[index]
      delays.append((at, monotonicNanoseconds() - began - at))
      due[index] += Int64(phone.milliseconds) * 1_000_000
      guard let spoken = phone.speak(at: at) else { continue }
      let bytes = phone.protecting(spoken.packet.bytes)
      for delay in spoken.after {
        // On time, as the network sees it, though this thread may be late.
        if delay == 0 {
          phone.rtp.send(bytes, to: phone.legPort)
        } else {
          flying.append((at + Int64(delay * 1e9), phone, bytes))
        }
      }
    }
  }

  private func wait() {
    let next = min(due.min() ?? end, flying.map(\.at).min() ?? end, steps.first?.at ?? end, end)
    let left = max(0, next - (monotonicNanoseconds() - began))
    var descriptors = phones.map { pollfd(fd: $0.rtp.descriptor, events: Int16(POLLIN), revents: 0) }
    poll(&descriptors, nfds_t(descriptors.count), Int32(min((left + 999_999) / 1_000_000, 20)))
  }
}
