import Control
import Glibc
import LoopbackTesting

/// What the daemon takes for many agents, and for callers who wait.
enum Waiters {
  private static let (callers, seconds) = (100, 10.0)

  static func measure(_ floor: Double) async throws {
    for agents in [450, 2000] { try await Latency.measure(floor, agents: agents) }
    try await Waiting.measure(floor, least: 100)
    var idle: [Int: Double] = [:]
    for agents in [10, 450] { idle[agents] = try await wait(agents, floor) }
    if let few = idle[10], let many = idle[450] { report("rss_per_agent_kb", (many - few) / 440, "kB", floor) }
  }

  /// Nobody takes the callers: all agents are away. Tells the memory, in kilobytes, before one came.
  private static func wait(_ agents: Int, _ floor: Double) async throws -> Double {
    say("waiters: \(callers) callers wait, with \(agents) agents")
    let ear = try DeafEar(address: "127.0.0.2")
    let office = try await Floor(agents: agents, audioPort: ear.port)
    for agent in office.agents {
      try await office.events.request(
        "agent.setStatus", ["agent": .string(agent), "status": .string("away"), "reason": .string("bench")])
    }
    let memory = office.figures.residentKilobytes
    let nobody = try await processor(of: office)
    let waiting = try office.callers(callers, perSecond: 50, talk: nil, timeout: 300)
    _ = try await fact("all wait", within: .seconds(60)) {
      office.events.notices.count { $0.type == "contact.queued" } == callers ? true : nil
    }
    _ = try await fact("all are answered, so that nothing is left to do but to play") {
      waiting.messages.ranges(of: "\nACK sip:").count >= callers ? true : nil
    }
    let all = try await processor(of: office)
    report(
      "waiting_cpu_us_per_caller_second_\(agents)_agents", (all - nobody) * 1000 / Double(callers) / seconds, "us",
      floor)
    if agents == 10 {
      report("rss_per_waiting_call_kb", (office.figures.residentKilobytes - memory) / Double(callers), "kB", floor)
    }
    await waiting.stop()
    await office.stop()
    return memory
  }

  /// Milliseconds of CPU time in the next seconds.
  private static func processor(of office: Floor) async throws -> Double {
    let (before, start) = (office.figures.processorMilliseconds, monotonicNanoseconds())
    try await Task.sleep(for: .seconds(seconds))
    let (after, end) = (office.figures.processorMilliseconds, monotonicNanoseconds())
    return (after - before) * (seconds * 1e9 / Double(end - start))
  }
}

/// A port at which audio arrives and nobody listens: the kernel drops it. Where there is none each packet is answered with
/// an error, which costs its sender as much again.
private final class DeafEar {
  private let descriptor: Int32
  let port: UInt16

  init(address: String) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    self.descriptor = descriptor
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, address, &name.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &name) { name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: name.sin_port)
    guard isBound else { throw Fault("no free port for audio") }
  }

  deinit { close(descriptor) }
}
