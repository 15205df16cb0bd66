import ControlClient
import Glibc

// A reader of our output that goes away ends us as it ends every program, but a command of `popup --exec` that does not
// read its card must not: so the signal is ignored, and raised where standard output is gone.
signal(SIGPIPE, SIG_IGN)

@Sendable func put(_ text: String, _ descriptor: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count < 0, errno == EPIPE, descriptor == STDOUT_FILENO {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
      // Blocked by whoever started us.
      exit(1)
    }
    guard count > 0 else { exit(1) }
    rest = rest.dropFirst(count)
  }
}

var environment: [String: String] = [:]
var entry = environ
while let pointer = entry.pointee {
  let parts = String(cString: pointer).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
  if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
  entry += 1
}
let program = ClientProgram(
  environment: environment, isTerminal: isatty(STDOUT_FILENO) == 1, showsProgress: isatty(STDERR_FILENO) == 1,
  output: { put($0, STDOUT_FILENO) },
  errors: { put($0, STDERR_FILENO) })
exit(program.run(Array(CommandLine.arguments.dropFirst()), version: "0.1.0"))
