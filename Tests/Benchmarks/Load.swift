import CLoadGenerator
import Glibc
import LoopbackTesting

/// The peers' audio: one thread that sends to whoever sends to it.
struct Load {
  /// Where each kind of party is.
  static let (callers, phones, supervisors) = ("127.0.0.2", "127.0.0.3", "127.0.0.4")

  let port: UInt16
  private let peers: OpaquePointer

  init(_ variant: Variant = .plain) throws {
    port = UInt16(Ports.free(1))
    let sides = [
      (Self.callers, false, !variant.phonesSpeakOpus),
      (Self.phones, variant.phonesSpeakOpus, !variant.phonesSpeakOpus),
      (Self.supervisors, false, false),
    ].map { load_side(address: strdup($0), speaks_opus: $1, is_passed: $2) }  // for as long as the program runs
    guard let started = load_start(sides, sides.count, port) else {
      throw Fault("the load: \(String(cString: strerror(errno)))")
    }
    peers = started
  }

  var legs: Int { load_legs(peers) }

  /// The leg at this port of the daemon is one of SRTP.
  func secure(_ side: Int, _ port: UInt16, says: SRTPKey, hears: SRTPKey) throws {
    guard load_secure(peers, side, port, says.bytes, hears.bytes) else { throw Fault("the load: no room for keys") }
  }

  /// What happened to the packets of so many seconds, and by how much a reading grew meanwhile.
  func during(_ seconds: Double, _ cost: () -> Cost) async throws -> (load_window, Cost) {
    var window = load_window()
    load_begin(peers)
    let (before, start) = (cost(), monotonicNanoseconds())
    try await Task.sleep(for: .seconds(seconds))
    let (after, end) = (cost(), monotonicNanoseconds())
    load_end(peers, &window)
    // Under load a sleep is longer than it was to be.
    return (window, (after - before) * (seconds * 1e9 / Double(end - start)))
  }

  func stop() async { load_stop(peers) }
}

extension load_window {
  /// The share of packets that may be late, or lost, in calls that are called clean.
  private static let lateShare = 0.001

  var isClean: Bool { sent > 0 && Double(sent) - Double(on_time) < Self.lateShare * Double(sent) }

  var summary: String {
    "\(sent) packets, \(Int(sent) - Int(received)) lost, \(received - on_time) late; delay \(p50_ms), \(p99_ms), \(p999_ms) "
      + "ms; the generator paused for up to \(longest_pause_ms) ms"
  }
}

/// What a stretch of time cost.
struct Cost {
  /// CPU time.
  var processor: Processor
  /// Where the machine counts them.
  var instructions: Double?

  static func - (later: Cost, earlier: Cost) -> Cost {
    Cost(
      processor: later.processor - earlier.processor,
      instructions: later.instructions.flatMap { later in earlier.instructions.map { later - $0 } })
  }

  static func * (cost: Cost, factor: Double) -> Cost {
    Cost(
      processor: Processor(user: cost.processor.user * factor, system: cost.processor.system * factor),
      instructions: cost.instructions.map { $0 * factor })
  }
}
