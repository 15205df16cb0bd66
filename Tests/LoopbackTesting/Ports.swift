import Glibc
import Synchronization

/// Ports that no other test of this run uses, and nobody else at this moment.
public enum Ports {
  private static let range = 16000...19900
  /// Runs that go on at the same time begin at different places.
  private static let next = Mutex(range.lowerBound + Int(getpid()) % 390 * 10)

  /// The first of `count` ports that are free on the loopback addresses that the tests use.
  public static func free(_ count: Int = 10) -> Int {
    next.withLock { next in
      while true {
        let first = next
        next = next + 2 * count > range.upperBound ? range.lowerBound : next + count
        if (first..<(first + count)).allSatisfy(isFree) { return first }
      }
    }
  }

  private static func isFree(_ port: Int) -> Bool {
    for address in ["127.0.0.1", "127.0.0.2", "127.0.0.3", "::1"] {
      for kind in [SOCK_DGRAM, SOCK_STREAM] {
        var name = SocketName(address, UInt16(port))
        let descriptor = socket(name.family, Int32(kind.rawValue), 0)
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        if name.withSockaddr({ bind(descriptor, $0, $1) }) != 0, errno == EADDRINUSE { return false }
      }
    }
    return true
  }
}
