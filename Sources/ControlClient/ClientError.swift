/// Why the daemon did not do what was asked.
public enum ClientError: Error, Sendable, Equatable {
  /// Nobody serves this socket, or it may not be opened.
  case unreachable(path: String, reason: String)
  /// The socket is there, and this user may not open it.
  case notAllowed(path: String)
  /// The daemon's own answer: the JSON-RPC code and its sentence.
  case refused(code: Int, message: String)
  /// The daemon closed the connection.
  case closed
  /// Nothing came within the time given.
  case timedOut
  /// A file that was named cannot be used.
  case file(String)
  /// What the daemon said is not understood; its version is another one than the client's.
  case notUnderstood(String)

  /// The exit code of the program (sysexits.h: 69 is EX_UNAVAILABLE).
  public var exitCode: Int32 {
    switch self {
    case .unreachable, .notAllowed: 69
    case .refused, .closed, .timedOut, .file, .notUnderstood: 1
    }
  }

  /// What is wrong, and what to do.
  public var message: String {
    switch self {
    case .unreachable(let path, let reason):
      """
      cannot reach tsunagid at \(path): \(reason)
      Start it with "systemctl start tsunagid" or "tsunagid CONFIGURATION", or say where it is with --socket PATH.
      """
    case .notAllowed(let path):
      """
      cannot reach tsunagid at \(path): this user may not open it
      Join the group that the socket belongs to (ls -l \(path)) and log in again; [[control.roles]] says who may do what.
      """
    case .refused(_, let message), .file(let message): message
    case .closed: "the daemon closed the connection"
    case .timedOut: "the daemon did not answer in time"
    case .notUnderstood(let what): "the daemon's answer is not understood (another version?): \(what)"
    }
  }
}
