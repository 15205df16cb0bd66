/// A SIPp process that runs one scenario.
public final class SIPp: Sendable {
  /// The running program.
  public let process: ChildProcess
  /// Its files.
  public let folder: String

  /// Runs `scenario` from `address`:`port`, as caller of `service` at `peer` or, without one, as a phone that waits.
  public init(
    _ scenario: Scenario, address: String = "127.0.0.2", port: Int, service: String = "8000", peer: String? = nil,
    audioPort: UInt16 = 9, calls: Int = 1, rate: Int = 1, limit: Int? = nil, transport: String = "u1",
    timeout: Int = 60,
    numbers: String? = nil
  ) throws {
    folder = try temporaryFolder("sipp")
    try writeText(scenario.text, to: folder + "/scenario.xml")
    var arguments = [peer].compactMap { $0 }
    arguments += [
      "-sf", folder + "/scenario.xml", "-i", address, "-p", "\(port)", "-m", "\(calls)", "-r", "\(rate)", "-t",
      transport,
      "-s", service, "-key", "audio_port", "\(audioPort)", "-nostdin", "-timeout", "\(timeout)s", "-timeout_error",
      "-trace_err", "-error_file", folder + "/errors", "-trace_msg", "-message_file", folder + "/messages",
      "-default_behaviors", "all,-bye", "-mi", address,
    ]
    if let numbers { arguments += ["-inf", numbers] }
    if let limit { arguments += ["-l", "\(limit)"] }
    process = try ChildProcess("sipp", arguments, in: folder, log: folder + "/log")
  }

  /// Waits for its end and demands success.
  public func succeeds(within limit: Duration = .seconds(60)) async throws {
    let status = try await process.waitForExit(within: limit)
    guard status == 0 else {
      throw Fault(
        "SIPp ended with \(status): \((try? readText(folder + "/errors")) ?? "") messages: \(messages.suffix(6000))")
    }
  }

  /// All messages sent and received.
  public var messages: String { (try? readText(folder + "/messages")) ?? "" }

  /// Ends it.
  public func stop() async {
    await process.stop(10 /* SIGUSR1 lets calls end; a test wants it gone */, within: .seconds(1))
  }
}
