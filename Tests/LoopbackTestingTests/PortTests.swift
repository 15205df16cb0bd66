import Glibc
import LoopbackTesting
import Testing

@Suite(.serialized) struct `Ports for tests` {
  /// A socket at this port, and nothing more.
  private func taken(_ address: String, _ port: Int, _ kind: __socket_type) -> Int32 {
    let isIPv6 = address.contains(":")
    let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(kind.rawValue), 0)
    // As some phones and proxies do.
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var result: Int32 = -1
    if isIPv6 {
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = UInt16(port).bigEndian
      inet_pton(AF_INET6, address, &name.sin6_addr)
      result = withUnsafePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    } else {
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = UInt16(port).bigEndian
      inet_pton(AF_INET, address, &name.sin_addr)
      result = withUnsafePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    #expect(result == 0)
    if kind == SOCK_STREAM { listen(descriptor, 1) }
    return descriptor
  }

  @Test func `blocks that are held at one time have no port in common`() {
    let blocks = (0..<30).map { index in (PortBlock.next(index % 3 * 10 + 5), index % 3 * 10 + 5) }
    var seen: Set<Int> = []
    for (block, count) in blocks {
      for port in block.first..<block.first + count { #expect(seen.insert(port).inserted, "\(port) twice") }
    }
  }

  @Test func `another process takes none of ours, and ours are let go with the block`() async throws {
    // What the kernel lists cannot be bound by anybody else.
    func isLocked(_ first: Int) -> Bool {
      let names = (try? String(contentsOfProcFile: "/proc/net/unix")) ?? ""
      return names.contains("@tsunagi-test-ports-\(first)\n")
    }
    var block: PortBlock? = PortBlock.next(20)
    let first = try #require(block?.first)
    #expect(isLocked(first))
    #expect(isLocked(first + 10))
    block = nil
    #expect(!isLocked(first))
    #expect(!isLocked(first + 10))
  }

  @Test(arguments: ["127.0.0.1", "127.0.0.5", "::1"], [SOCK_DGRAM, SOCK_STREAM])
  func `a port that a program has on any address is left out`(address: String, kind: __socket_type) {
    // The block after this one would come next.
    let before = PortBlock.next(10)
    let socket = taken(address, before.first + 13, kind)
    defer { close(socket) }
    for _ in 0..<5 {
      let block = PortBlock.next(10)
      #expect(!(block.first..<block.first + 10).contains(before.first + 13))
    }
  }
}

extension String {
  /// A file without a size, as those of /proc are.
  fileprivate init(contentsOfProcFile path: String) throws {
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    self = String(decoding: bytes, as: UTF8.self)
  }
}
