import Control
import FoundationEssentials
import Staffing
import Testing

@testable import ControlClient

@Suite struct `Simulating with a configuration file` {
  private final class Texts { var output = "", errors = "" }

  private func tsunagi(_ words: String...) -> (output: String, errors: String, code: Int32) {
    let texts = Texts()
    let program = ClientProgram(
      environment: [:], isTerminal: false, output: { texts.output += $0 }, errors: { texts.errors += $0 })
    let code = program.run(words, version: "1")
    return (texts.output, texts.errors, code)
  }

  /// A file that is there for as long as `body` runs.
  private func with<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
    let path = "/tmp/tsunagi-simulate-\(UInt64.random(in: 0...(.max))).toml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  private func members(_ text: String) throws -> [String: JSON] {
    guard case .object(let members) = try JSON(reading: text.utf8) else { throw UsageError("no object") }
    return members
  }

  private func number(_ json: JSON?) -> Double {
    switch json {
    case .integer(let value)?: Double(value)
    case .number(let value)?: value
    default: .nan
    }
  }

  private static let plain = """
    [[phones]]
    id = "desk"
    secret_file = "/nowhere/that/anybody/could/read"
    [[queues]]
    id = "support"
    wrap_up_seconds = 0
    [[agents]]
    id = "a"
    queues = ["support"]
    [[agents]]
    id = "b"
    queues = ["support"]
    [[agents]]
    id = "c"
    queues = ["support"]
    [[entries]]
    called = "03-1234-5678"
    queue = "support"
    [blocked]
    numbers = ["+1 650-555-0013"]
    """

  @Test func `a plain one agrees with Erlang C, every figure with its interval`() throws {
    let theory = try #require(Load(arrivalsPerHour: 45, handlingSeconds: 180)).outlook(agents: 3, thresholdSeconds: 20)
    try with(Self.plain) { path in
      let run = tsunagi("simulate", "--config", path, "--stream", "support=45/h,180s", "--calls", "12000", "--json")
      #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
      let found = try members(run.output)
      func agrees(_ name: String, _ width: String, _ value: Double) {
        let (figure, half) = (number(found[name]), number(found[width]))
        #expect(abs(figure - value) <= 2 * half && half > 0, "\(name): \(figure) ± \(half), theory \(value)")
      }
      agrees("mean_wait_seconds", "mean_wait_half_width", theory.meanWaitSeconds ?? -1)
      agrees("service_level", "service_level_half_width", theory.serviceLevel)
      agrees("probability_of_waiting", "probability_of_waiting_half_width", theory.probabilityOfWaiting)
      agrees("occupancy", "occupancy_half_width", theory.occupancy)
      for name in ["wait_p50", "wait_p90", "wait_p99", "mean_answer", "abandoned"] {
        #expect(number(found[name + "_half_width"]) >= 0, "\(name)")
      }
      guard case .array(let queues)? = found["queues"], case .object(let queue)? = queues.first else {
        throw UsageError("no queues")
      }
      #expect(queue["queue"] == .string("support") && queue["calls"] == found["calls"])
      let text = tsunagi("simulate", "--config", path, "--stream", "support=45/h,180s", "--calls", "2000").output
      #expect(
        text.split(separator: "\n").filter { $0.contains("wait") || $0.contains("occupancy") }.allSatisfy {
          $0.contains("±")
        })
    }
  }

  @Test func `skills, tiers, overflow, shifts and hours of one's own run, and are told by queue`() throws {
    let house = """
      [[queues]]
      id = "sales"
      strategy = "skill_first"
      wrap_up_seconds = 10
      longest_wait_seconds = 60
      overflow = { long_wait = "queue:support" }
      [[queues.steps]]
      needs = "german>=5"
      seconds = 20
      [[queues]]
      id = "support"
      [[agents]]
      id = "a"
      queues = { sales = 1, support = 2 }
      skills = { german = 9 }
      [[agents]]
      id = "b"
      queues = { support = 1, sales = 2 }
      """
    try with(house) { path in
      let run = tsunagi(
        "simulate", "--config", path, "--stream", "sales=20/h,120s,90s", "--stream", "support=10/h,90s", "--shift",
        "a=8:00-12:00", "--shift", "a=13:00-18:00", "--shift", "*=08:00-18:00", "--open", "8:00-17:30",
        "--variation", "0.8", "--ring-seconds", "3", "--calls", "2000")
      #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
      let lines = run.output.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("QUEUE    CALLS") })
      #expect(lines.contains { $0.hasPrefix("sales ") } && lines.contains { $0.hasPrefix("support ") })
    }
  }

  @Test(
    arguments: [
      (["--stream", "support=60/h,180s", "--agents", "3"], "--agents does not go with --config"),
      ([], "--stream is missing"), (["--stream", "support=60,180s"], "--stream: expected"),
      (["--stream", "support=60/h"], "--stream: expected"), (["--stream", "support=0/h,180s"], "--stream: expected"),
      (["--stream", "support=60/h,180s,x"], "--stream: expected"),
      (["--stream", "support=60/h,180s", "--stream", "support=1/h,1s"], "stands there twice"),
      (["--stream", "support=60/h,180s", "--shift", "a"], "--shift: expected"),
      (["--stream", "support=60/h,180s", "--shift", "a=9-17"], "--shift: expected"),
      (["--stream", "support=60/h,180s", "--open", "09:00-24:01"], "--open: expected"),
      (["--stream", "suport=60/h,180s"], "did you mean support?"),
      (["--stream", "support=60/h,180s", "--shift", "d=09:00-17:00"], "has no agent \"d\""),
      (["--stream", "support=60/h,180s", "--ring-seconds", "20"], "queue \"support\" lets a phone ring for 20 s"),
      (["--stream", "support=60/h,180s", "--ring-seconds", "601"], "--ring-seconds"),
    ] as [([String], String)])
  func `what cannot be is said`(options: [String], words: String) throws {
    try with(Self.plain) { path in
      let texts = Texts()
      let program = ClientProgram(
        environment: [:], isTerminal: false, output: { texts.output += $0 }, errors: { texts.errors += $0 })
      let code = program.run(["simulate", "--config", path] + options, version: "1")
      #expect(code != 0 && texts.errors.contains(words), "\(texts.errors)")
    }
    let slow = tsunagi("simulate", "--arrivals-per-hour", "0.03", "--handling-seconds", "180", "--agents", "1")
    #expect(slow.code == 1 && slow.errors.contains("--calls"), "\(slow.errors)")
    #expect(tsunagi("simulate", "--stream", "a=1/h,1s").errors.contains("--stream goes with --config only"))
  }

  @Test func `faults of the file are told with their places`() throws {
    try with("[[queues]]\nid = 5\n") { path in
      let run = tsunagi("simulate", "--config", path, "--stream", "a=1/h,1s")
      #expect(run.code == 1 && run.errors.contains("\(path):2:6: error: "), "\(run.errors)")
    }
    #expect(tsunagi("simulate", "--config", "/nowhere.toml", "--stream", "a=1/h,1s").errors.contains("cannot be read"))
  }
}
