import Foundation
import Synchronization

/// A hundred ports that nobody else uses, neither in this run nor in another beside it: locked by a file.
final class PortBlock {
  let first: Int
  private let lock: Int32
  private static let next = Atomic<Int>(Int(getpid()))

  /// nil when all blocks are taken.
  init?() {
    for _ in 0..<10 {
      let number = Self.next.add(1, ordering: .relaxed).newValue
      let candidate = 21_000 + number % 10 * 100
      let file = open("\(NSTemporaryDirectory())tsunagi-ports-\(candidate)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard file >= 0 else { continue }
      if flock(file, LOCK_EX | LOCK_NB) == 0, [0, 2, 4].allSatisfy({ Self.isFree(candidate + $0) }) {
        (first, lock) = (candidate, file)
        return
      }
      close(file)
    }
    return nil
  }

  deinit { close(lock) }

  /// On UDP and TCP.
  private static func isFree(_ port: Int) -> Bool {
    [SOCK_DGRAM, SOCK_STREAM].allSatisfy { kind in
      let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(port).bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
  }
}
