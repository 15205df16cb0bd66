import CLoadGenerator
import Control
import Glibc
import LoopbackTesting

/// What two-party calls cost while they talk, how long a packet is under way, and how many calls can be recorded before that
/// becomes audible. Beside it, in the same run, a relay that only receives and sends.
enum Media {
  private static let (seconds, probeSeconds) = (6.0, 4.0)

  static func measure(_ floor: Double) async throws {
    for count in [50, 100, 200, 400] { try await relayAlone(count, floor) }
    try await relayed([50, 100, 200, 400], floor)
    try await recorded(.plain, floor)
  }

  /// The least that any could cost.
  private static func relayAlone(_ count: Int, _ floor: Double) async throws {
    let peers = try Load()
    guard let relay = relay_start("127.0.0.1", Load.callers, Load.phones, peers.port, count) else {
      throw Fault("the relay: \(String(cString: strerror(errno)))")
    }
    defer { relay_stop(relay) }
    func cost() -> Cost {
      var out = Processor(user: 0, system: 0)
      relay_cost(relay, &out.user, &out.system)
      return Cost(processor: out)
    }
    _ = try await fact("the relay's sockets are known") { peers.legs == 2 * count ? true : nil }
    let (window, spent) = try await peers.during(seconds, cost)
    tell(spent, "relay_floor", count, floor)
    say("floor at \(count): \(window.summary)")
    await peers.stop()
  }

  private static func relayed(_ counts: [Int], _ floor: Double) async throws {
    let crowd = try await Crowd(.plain, calls: counts.max() ?? 0, recording: "never")
    for count in counts {
      guard try await crowd.becomes(count) else { throw Fault("\(count) calls cannot be set up") }
      let (window, spent) = try await crowd.during(seconds)
      say("media: \(count) calls: \(window.summary)")
      tell(spent, "relayed", count, floor)
    }
    await crowd.stop()
  }

  /// The cost at some counts, and then the largest count that is clean: doubled until it is not, then halved in between.
  static func recorded(_ variant: Variant, _ floor: Double) async throws {
    let (what, isPlain) = ("recorded\(variant.name)", variant.name.isEmpty)
    say("media: \(what)")
    let crowd = try await Crowd(variant, calls: variant.mostCalls, recording: "always")
    let before = crowd.office.figures
    let (threads, descriptors, idle) = (before.threads, before.descriptors, before.residentKilobytes)
    var (clean, unclean) = (0, Int?.none)
    for count in isPlain ? [50, 100, 200, 400] : [100] {
      guard try await crowd.becomes(count) else { throw Fault("\(count) calls cannot be set up") }
      let (window, spent) = try await crowd.during(seconds)
      say("media: \(what): \(count) calls: \(window.summary)")
      tell(spent, what, count, floor)
      if isPlain && count == 100 {
        report("relay_delay_p50_ms_100", window.p50_ms, "ms", floor)
        report("relay_delay_p99_ms_100", window.p99_ms, "ms", floor)
        report("relay_delay_p999_ms_100", window.p999_ms, "ms", floor)
      }
      if isPlain && count == 400 {
        let figures = crowd.office.figures
        report("rss_per_recorded_call_kb", (figures.residentKilobytes - idle) / Double(count), "kB", floor)
        report("threads_per_call", max(0, figures.threads - threads) / Double(count), "1", floor)
        report("fds_per_call", (figures.descriptors - descriptors) / Double(count), "1", floor)
      }
      guard unclean == nil else { continue }
      let isClean = window.isClean ? true : try await isClean(crowd, count, what)
      if isClean { clean = count } else { unclean = count }
    }
    while true {
      let enough = max(10, clean / 32)
      let next = unclean.map { (clean + $0) / 2 } ?? min(variant.mostCalls, clean * 2)
      guard next > clean, next - clean >= (unclean == nil ? 1 : enough) else { break }
      if try await isClean(crowd, next, what) { clean = next } else { unclean = next }
    }
    report("recorded_calls_clean\(variant.name)", Double(clean), "1", floor)
    await crowd.stop()
  }

  /// One hiccup of the machine is forgiven.
  private static func isClean(_ crowd: Crowd, _ count: Int, _ what: String) async throws -> Bool {
    guard try await crowd.becomes(count) else { return false }
    for _ in 0..<2 {
      let (window, _) = try await crowd.during(probeSeconds)
      say("media: \(what): \(count) calls: \(window.summary)")
      if window.isClean { return true }
    }
    return false
  }

  private static func tell(_ spent: Cost, _ what: String, _ count: Int, _ floor: Double) {
    let (perCallMinute, processor) = (60 / seconds / Double(count), spent.processor)
    report("\(what)_cpu_ms_per_call_minute_\(count)", (processor.user + processor.system) * perCallMinute, "ms", floor)
    report("\(what)_user_ms_per_call_minute_\(count)", processor.user * perCallMinute, "ms", floor)
    report("\(what)_system_ms_per_call_minute_\(count)", processor.system * perCallMinute, "ms", floor)
    guard let instructions = spent.instructions else { return }
    report("\(what)_instructions_per_call_second_\(count)", instructions / seconds / Double(count), "1", floor)
  }
}
