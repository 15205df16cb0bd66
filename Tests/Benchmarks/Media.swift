import CLoadGenerator
import Control
import Glibc
import LoopbackTesting

/// What two-party calls cost while they talk G.711 both ways, how long a packet is under way, and how many calls can be
/// recorded before that becomes audible. Beside it, in the same run, a relay that only receives and sends.
enum Media {
  private static let seconds = 8.0
  private static let perSecond = 50
  /// The share of packets that may be late, or lost, in a call that is called clean.
  private static let lateShare = 0.001
  private static let (callers, phones) = ("127.0.0.2", "127.0.0.3")

  static func measure(_ floor: Double) async throws {
    for count in [50, 100, 200, 400] { try await relayAlone(count, floor) }
    try await calls([50, 100, 200, 400], recording: "never", floor)
    try await calls([50, 100, 200, 400, 500, 600, 650], recording: "always", floor)
  }

  /// The least that any could cost.
  private static func relayAlone(_ count: Int, _ floor: Double) async throws {
    let peers = try Load(callers, phones)
    guard let relay = relay_start("127.0.0.1", callers, phones, peers.port, count) else {
      throw Fault("the relay: \(String(cString: strerror(errno)))")
    }
    defer { relay_stop(relay) }
    func cost() -> Processor {
      var out = Processor(user: 0, system: 0)
      relay_cost(relay, &out.user, &out.system)
      return out
    }
    _ = try await fact("the relay's sockets are known") { peers.legs == 2 * count ? true : nil }
    let (window, spent) = try await peers.during(seconds, cost)
    tell(spent, "relay_floor", count, floor)
    say("floor at \(count): \(window.summary)")
    await peers.stop()
  }

  private static func calls(_ counts: [Int], recording: String, _ floor: Double) async throws {
    let (most, isRecorded) = (counts.max() ?? 0, recording == "always")
    let peers = try Load(callers, phones)
    say("media: up to \(most) calls that talk, recorded: \(recording)")
    let office = try await Floor(
      agents: most, recording: recording, audioPort: peers.port, legs: 1300)
    let (threads, descriptors, idle) = (
      office.figures.threads, office.figures.descriptors, office.figures.residentKilobytes
    )
    var running: [SIPp] = []
    var (up, clean, isClean) = (0, 0, true)
    for count in counts {
      running.append(
        try office.callers(count - up, perSecond: perSecond, talk: 600_000, timeout: 700, from: 20_000_000 + up))
      up = count
      _ = try await fact("\(count) are connected, of which \(peers.legs / 2) sound", within: .seconds(60)) {
        peers.legs == 2 * count
          && office.events.notices.count(where: { $0.type == "contact.connected" }) == count ? true : nil
      }
      try await Task.sleep(for: .seconds(1))
      let (window, spent) = try await peers.during(seconds) { office.figures.processor }
      say("media: \(count) calls: \(window.summary)")
      tell(spent, isRecorded ? "recorded" : "relayed", count, floor)
      if isRecorded && count == 100 {
        report("relay_delay_p50_ms_100", window.p50_ms, "ms", floor)
        report("relay_delay_p99_ms_100", window.p99_ms, "ms", floor)
        report("relay_delay_p999_ms_100", window.p999_ms, "ms", floor)
      }
      if isRecorded && count == 400 {
        report("rss_per_recorded_call_kb", (office.figures.residentKilobytes - idle) / Double(count), "kB", floor)
        report("threads_per_call", max(0, office.figures.threads - threads) / Double(count), "1", floor)
        report("fds_per_call", (office.figures.descriptors - descriptors) / Double(count), "1", floor)
      }
      isClean = isClean && Double(window.sent - window.on_time) < lateShare * Double(window.sent)
      if isClean { clean = count }
    }
    if isRecorded { report("recorded_calls_clean", Double(clean), "1", floor) }
    for one in running { await one.stop() }
    await office.stop()
    await peers.stop()
  }

  private static func tell(_ spent: Processor, _ what: String, _ count: Int, _ floor: Double) {
    let perCallMinute = 60 / seconds / Double(count)
    report("\(what)_cpu_ms_per_call_minute_\(count)", (spent.user + spent.system) * perCallMinute, "ms", floor)
    report("\(what)_user_ms_per_call_minute_\(count)", spent.user * perCallMinute, "ms", floor)
    report("\(what)_system_ms_per_call_minute_\(count)", spent.system * perCallMinute, "ms", floor)
  }
}

/// The peers' audio: one thread that sends to whoever sends to it.
struct Load {
  let port: UInt16
  private let peers: OpaquePointer

  init(_ callers: String, _ phones: String) throws {
    port = UInt16(Ports.free(1))
    guard let started = load_start(callers, phones, port) else {
      throw Fault("the load: \(String(cString: strerror(errno)))")
    }
    peers = started
  }

  var legs: Int { load_legs(peers) }

  /// What happened to the packets of so many seconds, and by how much a reading grew meanwhile.
  func during(_ seconds: Double, _ cost: () -> Processor) async throws -> (load_window, Processor) {
    var window = load_window()
    load_begin(peers)
    let (before, start) = (cost(), monotonicNanoseconds())
    try await Task.sleep(for: .seconds(seconds))
    let (after, end) = (cost(), monotonicNanoseconds())
    load_end(peers, &window)
    // Under load a sleep is longer than it was to be.
    let share = seconds * 1e9 / Double(end - start)
    let spent = after - before
    return (window, Processor(user: spent.user * share, system: spent.system * share))
  }

  func stop() async { load_stop(peers) }
}

extension load_window {
  fileprivate var summary: String {
    "\(sent) packets, \(sent - received) lost, \(received - on_time) late; delay \(p50_ms), \(p99_ms), \(p999_ms) ms; "
      + "the generator paused for up to \(longest_pause_ms) ms"
  }
}
