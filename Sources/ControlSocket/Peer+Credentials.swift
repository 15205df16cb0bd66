import Glibc

extension Peer {
  /// What the kernel kept of whoever called `connect` (`SO_PEERCRED`, `SO_PEERGROUPS`: unix(7), socket(7)); nil when it
  /// does not say.
  ///
  /// The groups are those of the process, not those of a user database: no lookup that could wait for a network, and
  /// the same groups by which the kernel let it through the folder's mode.
  init?(of socket: Int32) {
    // `struct ucred` is hidden behind _GNU_SOURCE: pid, uid, gid, each of 32 bits.
    var credentials: [UInt32] = [0, 0, 0]
    var length = socklen_t(12)
    guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, length == 12 else { return nil }
    var groups = [UInt32](repeating: 0, count: 64)
    var size = socklen_t(groups.count * 4)
    var result = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, &groups, &size)
    if result != 0, errno == ERANGE {
      // The kernel has written the size that it takes.
      groups = [UInt32](repeating: 0, count: Int(size) / 4)
      result = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, &groups, &size)
    }
    let supplementary = result == 0 ? groups.prefix(Int(size) / 4) : []
    self.init(
      processID: Int32(bitPattern: credentials[0]), userID: credentials[1], groupIDs: [credentials[2]] + supplementary)
  }
}
