import Control
import Glibc
import LoopbackTesting

/// Measures the daemon with real SIP peers on loopback. Each figure is one line of JSON on standard output; what is being
/// done is told on standard error. It judges nothing: machines differ, which is why each line names the floor of the run.
@main
enum Benchmarks {
  static func main() async {
    if CommandLine.arguments.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
      print(
        """
        tsunagi-bench - measures tsunagid with SIPp on loopback (some ten minutes).

        usage: tsunagi-bench [NAME...]   only the groups named

          latency   from a caller's INVITE to the card and to the agent's phone (half a minute)
          waiting   from an agent's being free to her phone's ringing (half a minute)
          rate      calls set up a second (a minute and a half)
          memory    idle, and of a call (half a minute)
          distribution   what it takes to decide who gets which call, by itself and in the daemon, with up to 2,000
                    agents and 100 callers who wait (three minutes)
          deciding, waiters   these parts of distribution alone: the rules, and the daemon
          media     what calls cost that talk, how late their packets are, and how many can be recorded: of G.711, with
                    a supervisor on every tenth, with Opus phones, and with SRTP; beside a plain relay (six minutes)
          supervised, transcoded, srtp   these parts of media alone (a minute each)

        Every line on standard output is {"name", "value", "unit", "floor_us"}; floor_us is the CPU time of one datagram
        sent and received over loopback, measured in the same run. relay_floor_… is a relay of two sockets for each call
        that receives and sends, and does nothing else: compare recorded_… and relayed_… with it.
        """)
      return
    }
    let wanted = Set(CommandLine.arguments.dropFirst())
    let floor = LoopbackFloor.microseconds()
    do {
      if wanted.isEmpty || wanted.contains("latency") { try await Latency.measure(floor) }
      if wanted.isEmpty || wanted.contains("waiting") { try await Waiting.measure(floor) }
      if wanted.isEmpty || wanted.contains("rate") { try await Rate.measure(floor) }
      if wanted.isEmpty || wanted.contains("memory") { try await Memory.measure(floor) }
      let distribution = wanted.isEmpty || wanted.contains("distribution")
      if distribution || wanted.contains("deciding") { Deciding.measure(floor) }
      if distribution || wanted.contains("waiters") { try await Waiters.measure(floor) }
      let media = wanted.isEmpty || wanted.contains("media")
      if media { try await Media.measure(floor) }
      if media || wanted.contains("supervised") { try await Media.recorded(.supervised, floor) }
      if media || wanted.contains("transcoded") { try await Media.recorded(.transcoded, floor) }
      if media || wanted.contains("srtp") { try await Media.recorded(.secure, floor) }
    } catch {
      say("failed: \(error)")
      exit(1)
    }
  }
}

/// Progress, for whoever watches.
func say(_ text: String) {
  let bytes = Array("bench: \(text)\n".utf8)
  _ = write(2, bytes, bytes.count)
}

/// One figure.
func report(_ name: String, _ value: Double, _ unit: String, _ floor: Double) {
  func number(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let rest = String(thousandths % 1000 + 1000).dropFirst()
    return "\(thousandths / 1000).\(rest)"
  }
  print("{\"name\": \"\(name)\", \"value\": \(number(value)), \"unit\": \"\(unit)\", \"floor_us\": \(number(floor))}")
  fflush(nil)
}

extension Array where Element == Double {
  /// The value below which this share of them lies.
  func quantile(_ share: Double) -> Double {
    let ordered = sorted()
    guard let last = ordered.last else { return .nan }
    let index = Int((share * Double(ordered.count)).rounded(.up)) - 1
    return index < ordered.count ? ordered[Swift.max(0, index)] : last
  }
}

/// What the machine itself takes for one datagram over loopback, sent and received.
enum LoopbackFloor {
  static func microseconds(rounds: Int = 50_000) -> Double {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, length)
        _ = getsockname(descriptor, $0, &length)
        _ = connect(descriptor, $0, length)
      }
    }
    var packet = [UInt8](repeating: 0x55, count: 172)
    let before = Self.processorMicroseconds
    for _ in 0..<rounds {
      _ = send(descriptor, packet, packet.count, 0)
      _ = recv(descriptor, &packet, packet.count, 0)
    }
    return (Self.processorMicroseconds - before) / Double(rounds)
  }

  private static var processorMicroseconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }
}

/// CPU time in milliseconds.
struct Processor {
  var user: Double
  var system: Double

  static func - (later: Processor, earlier: Processor) -> Processor {
    Processor(user: later.user - earlier.user, system: later.system - earlier.system)
  }
}

/// What the kernel says of a process.
struct ProcessFigures {
  let pid: pid_t

  /// User and system time so far, in milliseconds.
  var processorMilliseconds: Double { processor.user + processor.system }

  /// The two apart.
  var processor: Processor {
    let none = Processor(user: .nan, system: .nan)
    guard let text = try? readText("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return none }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return none }
    let tick = 1000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    return Processor(user: user * tick, system: system * tick)
  }

  /// Threads it has.
  var threads: Double { entries("task") }
  /// Files and sockets it holds open.
  var descriptors: Double { entries("fd") }

  private func entries(_ folder: String) -> Double {
    guard let listing = opendir("/proc/\(pid)/\(folder)") else { return .nan }
    defer { closedir(listing) }
    var count = 0.0
    while readdir(listing) != nil { count += 1 }
    return count - 2
  }

  /// Resident memory in kilobytes.
  var residentKilobytes: Double {
    guard let text = try? readText("/proc/\(pid)/status"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let value = line.split(separator: " ").dropFirst().first
    else { return .nan }
    return Double(value) ?? .nan
  }
}
