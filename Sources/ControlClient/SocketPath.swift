import Glibc

/// Where the daemon's socket is looked for.
public enum SocketPath {
  /// The system's own.
  public static let system = "/run/tsunagi/tsunagi.sock"

  /// The option, else TSUNAGI_SOCKET, else the system's; when that is not there, the user's own if it is.
  ///
  /// `exists` asks the file system unless a test says otherwise.
  public static func choose(
    option: String?, environment: [String: String], exists: ((String) -> Bool)? = nil
  ) -> String {
    let isThere: (String) -> Bool = exists ?? { access($0, F_OK) == 0 }
    if let option { return option }
    if let path = environment["TSUNAGI_SOCKET"], !path.isEmpty { return path }
    if isThere(system) { return system }
    if let folder = environment["XDG_RUNTIME_DIR"], !folder.isEmpty {
      let own = "\(folder)/tsunagi/tsunagi.sock"
      if isThere(own) { return own }
    }
    return system
  }
}
