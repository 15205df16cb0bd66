/// A whole command line, understood.
struct Invocation: Sendable, Equatable {
  var action: Subcommand.Action
  /// As given by `--socket`.
  var socket: String?
  var json = false

  /// What is only to be printed, instead of anything done.
  enum Reading: Sendable, Equatable {
    case run(Invocation)
    case text(String)
  }

  /// From the words after the program's name.
  static func read(_ arguments: [String], version: String) throws(UsageError) -> Reading {
    let ends = arguments.firstIndex(of: "--") ?? arguments.endIndex
    let wantsHelp = arguments[..<ends].contains { $0 == "--help" || $0 == "-h" }
    guard let at = commandIndex(arguments) else {
      if wantsHelp { return .text(Subcommand.overview) }
      if arguments.contains("--version") { return .text("tsunagi \(version)\n") }
      _ = try Arguments(arguments, valued: ["--socket"], flags: ["--json"])
      throw UsageError("a command is missing")
    }
    let command = try Subcommand.named(arguments[at])
    if wantsHelp { return .text(command.manual) }
    var rest = arguments
    rest.remove(at: at)
    var words = try Arguments(
      rest, valued: Set(command.valued.keys).union(["--socket"]), flags: Set(command.flags.keys).union(["--json"]))
    let action = try command.action(&words)
    try words.end()
    return .run(Invocation(action: action, socket: words.value("--socket"), json: words.has("--json")))
  }

  /// The command that is meant, where one is recognised.
  static func command(in arguments: [String]) -> Subcommand? {
    commandIndex(arguments).flatMap { try? Subcommand.named(arguments[$0]) }
  }

  /// The first word that is neither an option nor the value of one that may stand before the command.
  private static func commandIndex(_ arguments: [String]) -> Int? {
    var index = 0
    while index < arguments.count {
      if arguments[index] == "--socket" {
        index += 2
      } else if arguments[index].hasPrefix("-") {
        index += 1
      } else {
        return index
      }
    }
    return nil
  }
}
