import Control
import Glibc
import Telephony

/// The whole of `tsunagi` but its process: what it is told, where it writes, and what it ends with.
public struct ClientProgram {
  let environment: [String: String]
  let output: (String) -> Void
  let errors: (String) -> Void
  let rendering: Rendering
  let showsProgress: Bool
  /// Waits between attempts to connect again.
  var pause: (Duration) -> Void = Pauses.wait

  /// `output` and `errors` take whole lines at once. Headings are bold on a terminal, unless NO_COLOR is set. Long
  /// reckoning draws a bar through `errors` with `showsProgress`.
  public init(
    environment: [String: String], isTerminal: Bool, showsProgress: Bool = false, output: @escaping (String) -> Void,
    errors: @escaping (String) -> Void
  ) {
    self.environment = environment
    self.output = output
    self.errors = errors
    self.showsProgress = showsProgress
    let plain = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    rendering = Rendering(words: Wording(environment: environment), emphasis: isTerminal && !plain)
  }

  /// Does what the command line says and brings the exit code: 0 done, 1 refused or failed, 2 wrong usage, 69 the daemon
  /// cannot be reached.
  public func run(_ arguments: [String], version: String) -> Int32 {
    let reading: Invocation.Reading
    do {
      reading = try Invocation.read(arguments, version: version)
    } catch {
      let words = ["tsunagi", Invocation.command(in: arguments)?.name, "--help"].compactMap(\.self)
      errors("tsunagi: \(TerminalText.safe(error.message))\nTry \"\(words.joined(separator: " "))\".\n")
      return 2
    }
    switch reading {
    case .text(let text):
      output(text)
      return 0
    case .run(let invocation):
      do {
        return try carryOut(invocation)
      } catch {
        let lines = error.message.split(separator: "\n").map { TerminalText.safe($0) }
        errors("tsunagi: \(lines.joined(separator: "\n"))\n")
        return error.exitCode
      }
    }
  }

  private func carryOut(_ invocation: Invocation) throws(ClientError) -> Int32 {
    let path = SocketPath.choose(option: invocation.socket, environment: environment)
    switch invocation.action {
    case .help(let name): return try help(name, path: path)
    case .simulate(let wish): try simulate(wish, json: invocation.json)
    case .staff(let wish): staff(wish, json: invocation.json)
    case .verifyFigures(let wish):
      let answer = try ControlConnection(path: path).call("figures.verify", wish)
      output(try rendering.text(of: answer, as: invocation.json ? .raw : .verification))
      let found = try answer.read(as: FigureVerification.self)
      return found.differenceCount + found.unreadableCount == 0 ? 0 : 1
    case .importShifts(let file):
      let table = try TextFile.read(file, longest: Command.longestTable)
      let answer = try ControlConnection(path: path).call("shift.import", ["csv": .string(table)])
      output(try rendering.text(of: answer, as: invocation.json ? .raw : .done))
    case .call(let method, let parameters, let kind):
      let answer = try ControlConnection(path: path).call(method, parameters)
      output(try rendering.text(of: answer, as: invocation.json ? .raw : kind))
    case .events(let since, follow: false):
      try printKeptEvents(path: path, since: since ?? 1, json: invocation.json)
    case .events(let since, follow: true):
      let show: (JSON) throws(ClientError) -> Void = { (event) throws(ClientError) in
        output(invocation.json ? JSONLine.text(event) + "\n" : rendering.event(event))
      }
      try follow(path: path, since: since, wanting: [:], show)
    case .popUps(let agent, let command):
      var wanted: [String: JSON] = ["types": .array([.string("popup")])]
      if let agent {
        try mustExist(agent, path: path)
        wanted["agent"] = .string(agent)
      }
      let commands = command.map { CardCommand($0, errors: errors) }
      let show: (JSON) throws(ClientError) -> Void = { (event) throws(ClientError) in
        output(invocation.json ? JSONLine.text(event) + "\n" : try rendering.card(event))
        commands?.run(with: JSONLine.bytes(event))
      }
      try follow(path: path, since: nil, wanting: wanted, show)
    }
    return 0
  }

  /// Nobody is to wait for the cards of an agent whom there is not.
  private func mustExist(_ agent: String, path: String) throws(ClientError) {
    let agents = try ControlConnection(path: path).call("agents.list", as: [AgentSummary].self)
    guard !agents.contains(where: { $0.agent.rawValue == agent }) else { return }
    throw .refused(code: ControlError.Kind.notFound.rawValue, message: "there is no agent \(agent)")
  }

  /// Our own commands are known without the daemon; its methods are asked for.
  private func help(_ name: String?, path: String) throws(ClientError) -> Int32 {
    guard let name else {
      output(Subcommand.overview)
      return 0
    }
    if let command = Subcommand.all.first(where: { $0.name == name }) {
      output(command.manual)
      return 0
    }
    guard name.contains(".") else {
      errors(
        "tsunagi: there is no command \"\(TerminalText.safe(name))\"\(question(name, among: Subcommand.all.map(\.name)))\n"
      )
      return 2
    }
    let answer = try ControlConnection(path: path).call("help", ["command": .string(name)])
    output(try rendering.text(of: answer, as: .help))
    return 0
  }
}
