import Control

/// ` (did you mean x?)`, or nothing.
func question(_ name: String, among candidates: some Sequence<String>) -> String {
  Spelling.nearest(to: name, among: candidates.sorted()).map { " (did you mean \($0)?)" } ?? ""
}

/// One command of `tsunagi`: how it is written, what it means, and what it asks of the daemon.
struct Subcommand: Sendable {
  /// What is to be done.
  enum Action: Sendable, Equatable {
    case call(String, [String: JSON], Rendering.Kind)
    case popUps(agent: String?, command: String?)
    case events(since: UInt64?, follow: Bool)
    case help(String?)
    case simulate(SimulationWish)
    case staff(StaffingWish)
    case verifyFigures([String: JSON])
    case importShifts(file: String)
  }

  var name: String
  /// The ways to write it, without the program's name.
  var usage: [String]
  /// In one sentence.
  var help: String
  /// Options of its own that take a value, and what it means.
  var valued: [String: String] = [:]
  /// Options of its own that take none.
  var flags: [String: String] = [:]
  /// From the words after its name.
  var action: @Sendable (inout Arguments) throws(UsageError) -> Action

  /// What `--help` shows.
  var manual: String {
    var text = "Usage: " + usage.map { "tsunagi \($0)" }.joined(separator: "\n       ") + "\n\n\(help)\n"
    let own = valued.merging(flags) { first, _ in first }
    let all = own.merging(Self.common) { first, _ in first }
    text += "\nOptions:\n"
    let written = all.map { (option: $0.key + placeholder(of: $0.key), meaning: $0.value) }
    let width = written.map(\.option.count).max() ?? 0
    for (option, meaning) in written.sorted(by: { $0.option < $1.option }) {
      text += "  \(option)\(String(repeating: " ", count: width - option.count + 2))\(meaning)\n"
    }
    return text
  }

  /// The value of an option, as the usage line names it: ` AGENT`.
  private func placeholder(of option: String) -> String {
    if option == "--socket" { return " PATH" }
    guard valued[option] != nil else { return "" }
    let words = usage.joined(separator: " ").split(separator: " ")
    guard let at = words.firstIndex(where: { $0 == "[\(option)" || $0 == option }), words.indices.contains(at + 1)
    else { return "" }
    return " " + words[at + 1].prefix { $0 != "]" }
  }

  /// Options that every command has.
  static let common = [
    "--socket": "path of the daemon's socket (else TSUNAGI_SOCKET, or where `tsunagi --help` says)",
    "--json": "the daemon's answer as JSON, on one line",
    "--help": "this text",
  ]

  static func named(_ name: String) throws(UsageError) -> Subcommand {
    if let command = all.first(where: { $0.name == name }) { return command }
    throw UsageError("there is no command \"\(name)\"\(question(name, among: all.map(\.name)))")
  }

  /// What `tsunagi --help` shows.
  static let overview: String = {
    var text = "Usage: tsunagi COMMAND …\n\nThe command-line client of tsunagid, the CTI gateway.\n\nCommands:\n"
    let width = all.map(\.name.count).max() ?? 0
    for command in all {
      text += "  \(command.name)\(String(repeating: " ", count: width - command.name.count + 2))\(command.help)\n"
    }
    return text + """

      Options:
        --socket PATH  path of the daemon's socket (else TSUNAGI_SOCKET, /run/tsunagi/tsunagi.sock,
                       $XDG_RUNTIME_DIR/tsunagi/tsunagi.sock)
        --json         the daemon's answer as JSON, on one line
        --help         this text, or that of the command before it
        --version      the version

      Exit codes: 0 done; 1 refused by the daemon, or failed; 2 wrong usage; 69 the daemon cannot be reached.

      """
  }()
}
