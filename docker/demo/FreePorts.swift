import Glibc
import LoopbackTesting

/// Ports that nobody has at this moment.
enum FreePorts {
  /// The wished port if it is free, else the first free one from `start` on, in steps of `step`.
  static func first(
    _ wish: Int? = nil, on address: String, from start: Int, count: Int = 1, step: Int = 2
  ) throws -> Int {
    let candidates = [wish].compactMap { $0 } + stride(from: start, to: start + 40 * step, by: step)
    guard let port = candidates.first(where: { first in (first..<(first + count)).allSatisfy { isFree($0, address) } })
    else { throw Fault("no free port on \(address) from \(start) on") }
    return port
  }

  private static func isFree(_ port: Int, _ address: String) -> Bool {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(port).bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    return [SOCK_DGRAM, SOCK_STREAM].allSatisfy { kind in
      let descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      defer { close(descriptor) }
      // A connection that has just ended does not keep a listener away; two UDP sockets would share the port.
      var reuse: Int32 = kind == SOCK_STREAM ? 1 : 0
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
      return withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      } == 0
    }
  }
}
