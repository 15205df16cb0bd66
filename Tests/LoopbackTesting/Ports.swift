import Glibc
import Synchronization

/// Ports that no other test of this run uses, and nobody else at this moment.
public enum Ports {
  private static let next = Mutex(16000)

  /// The first of `count` ports that are free on 127.0.0.1.
  public static func free(_ count: Int = 10) -> Int {
    next.withLock { next in
      while true {
        let first = next
        next = next + count > 19900 ? 16000 : next + count
        if (first..<(first + count)).allSatisfy(isFree) { return first }
      }
    }
  }

  private static func isFree(_ port: Int) -> Bool {
    for kind in [SOCK_DGRAM, SOCK_STREAM] {
      let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
      defer { close(descriptor) }
      var reuse: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = UInt16(port).bigEndian
      let bound = withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      if bound != 0 { return false }
    }
    return true
  }
}
