/// Where the socket is, who may use it, and what it bears.
public struct ControlSocketSettings: Sendable, Equatable {
  /// Of the socket; its folder is made when it is missing (but not the folder's own parents). At most 107 bytes.
  public var path: String
  /// The group that may reach the socket; nil: the daemon's own.
  public var groupID: UInt32?
  /// Who gets which role; without rules nobody gets one.
  public var rules: [RoleRule]
  /// Connections at once; one more is told so and closed.
  public var maximumClients = 256
  /// Bytes that may wait for one client beyond what the kernel holds, before it is cut.
  public var backlogBytes = 4 << 20
  /// How long a client that was cut may take to read what waits for it.
  public var graceForCut: Duration = .seconds(10)
  /// How many notices are kept for clients that come back.
  public var keptNotices = 10_000

  /// With the usual limits.
  public init(path: String, groupID: UInt32? = nil, rules: [RoleRule]) {
    self.path = path
    self.groupID = groupID
    self.rules = rules
  }
}

/// Why the socket could not be opened. Each carries a sentence for the log.
public enum ControlSocketError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another running daemon holds the lock beside the socket.
  case inUse(String)
  /// The path, or what lies there, cannot be used; it is left as it is.
  case unusablePath(String)
  /// A system call failed.
  case system(call: String, path: String, code: Int32)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .inUse(let path): "another daemon already serves \(path): stop it, or configure another socket path"
    case .unusablePath(let sentence): sentence
    case .system(let call, let path, let code): "\(call) \(path): \(systemMessage(code))"
    }
  }
}
