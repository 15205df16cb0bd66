/// What was asked for on the command line.
enum Arguments: Equatable {
  case run(configuration: String)
  case check(String)
  case version
  case help
  /// What is wrong with it.
  case wrong(String)

  /// Where the configuration lies when nothing is said.
  static let usualPath = "/etc/tsunagi/tsunagi.toml"

  static let helpText = """
    tsunagid - stands beside a PBX, takes its calls, finds out who is calling, and gives them to agents.

    usage: tsunagid [FILE]             run in the foreground with this configuration (\(usualPath))
           tsunagid --check FILE       read FILE and what it names, say what is wrong, and do nothing else
           tsunagid --version
           tsunagid --help

    SIGTERM or SIGINT ends it: new calls are refused, calls that are up may go on for shutdown.drain_seconds, recordings
    are sealed; a second one ends it at once. The log goes to standard error. `tsunagi status` asks how it is.

    exit: 0 done; 1 it could not run, or the configuration is wrong; 2 wrong usage

    """

  init(_ words: [String]) {
    switch words.first {
    case nil: self = .run(configuration: Self.usualPath)
    case "--help", "-h": self = .help
    case "--version": self = .version
    case "--check": self = words.count == 2 ? .check(words[1]) : .wrong("--check wants one file")
    case let word?:
      let equals = word.split(separator: "=", maxSplits: 1).map(String.init)
      if words.count == 1, equals.count == 2, equals[0] == "--check" {
        self.init(equals)
      } else if words.count == 1, !word.hasPrefix("-") {
        self = .run(configuration: word)
      } else {
        self = .wrong("'\(word)' is not known, or not the only thing asked for")
      }
    }
  }
}
