import Glibc
import Synchronization

/// Ports, one after the other, that no other test uses as long as this is held, neither in this run nor in another beside
/// it, and nobody else did when it was made.
///
/// Tens of ports are reserved by a Unix socket with an abstract name for each: a lock that all processes see that also
/// see each other's ports, which goes with its process however that ends, and leaves no file behind.
public final class PortBlock: Sendable {
  /// The lowest port.
  public let first: Int
  private let locks: [Int32]

  /// Where blocks lie: below the ports that the kernel gives to connections, also when the daemon of a test takes ports
  /// ten thousand above its own for audio.
  private static let range = 12_000..<20_000
  private static let width = 10
  /// Runs that go on at the same time begin at different places.
  private static let next = Mutex(range.lowerBound + Int(getpid()) % (range.count / width) * width)

  private init?(at first: Int, count: Int) {
    var locks: [Int32] = []
    self.first = first
    for start in stride(from: first, to: first + count, by: Self.width) {
      guard let lock = Self.lock(start) else { break }
      locks.append(lock)
    }
    self.locks = locks
    // What was locked so far is let go again.
    guard locks.count * Self.width >= count, (first..<first + count).allSatisfy(Self.isFree) else { return nil }
  }

  deinit { for lock in locks { close(lock) } }

  /// The next block of at least one and at most a few hundred ports. Where all are taken, it waits for others to end.
  public static func next(_ count: Int) -> PortBlock {
    let length = (count + width - 1) / width * width
    return next.withLock { next in
      while true {
        for _ in 0..<range.count / width {
          if next + length > range.upperBound { next = range.lowerBound }
          let candidate = next
          if let block = PortBlock(at: candidate, count: count) {
            next += length
            return block
          }
          next += width
        }
        poll(nil, 0, 100)
      }
    }
  }

  /// Nil when another has it.
  private static func lock(_ start: Int) -> Int32? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The zero in front makes it abstract (unix(7)).
    let name = [0] + Array("tsunagi-test-ports-\(start)".utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    if result == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// On all loopback addresses that the tests use, for UDP and TCP.
  private static func isFree(_ port: Int) -> Bool {
    let addresses = (1...7).map { "127.0.0.\($0)" } + ["::1"]
    return addresses.allSatisfy { address in
      [SOCK_DGRAM, SOCK_STREAM].allSatisfy { kind in
        var name = SocketName(address, UInt16(port))
        let descriptor = socket(name.family, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        // What is left of connections that have ended does not count; for UDP it would let two share the port.
        var reuse: Int32 = kind == SOCK_STREAM ? 1 : 0
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        return name.withSockaddr({ bind(descriptor, $0, $1) }) == 0 || errno != EADDRINUSE
      }
    }
  }
}
