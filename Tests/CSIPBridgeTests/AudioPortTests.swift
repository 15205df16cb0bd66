import CSIPBridge
import Glibc
import Testing

/// Within the other suite, since one stack at a time is all a process can have.
extension `A call through the bridge` {
  @Suite(.serialized) struct `Ports for audio` {
    /// Registers a phone and rings it once more: the port that it was offered; nil when the call could not be made.
    private func dial(_ bench: RegistrarBench, _ phone: RegistrarPeer, _ user: String, leg: sip_leg) throws -> Int? {
      if bench.bindings(of: user).isEmpty { try #require(phone.register(user)?.status == 200) }
      let binding = try #require(bench.bindings(of: user).first)
      let result = presenting("+81312345678", "", isPrivate: false) {
        sip_leg_dial_binding(bench.engine, 1 << 63 | leg, binding, $0)
      }
      guard result == SIP_OK else { return nil }
      while let message = phone.receive() {
        if message.firstLine.hasPrefix("INVITE ") { return message.mediaPort }
      }
      return nil
    }

    /// Somebody else's sockets, one for each port.
    private func take(_ ports: some Sequence<Int>) -> [Int32] {
      ports.map { port in
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
        #expect(result == 0)
        return descriptor
      }
    }

    @Test func `calls over UDP and TCP take theirs from one range, one after the other`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let first = RegistrarBench.rtpPorts.lowerBound
      // As calls over UDP do that have been there and gone.
      let taken = take([first, first + 2, first + 4])
      #expect(try dial(bench, RegistrarPeer(.udp), "anna", leg: 1) == first + 6)
      taken.forEach { close($0) }
      let phone = RegistrarPeer(.tcp)
      #expect(try dial(bench, phone, "beni", leg: 2) == first + 8)
      #expect(try dial(bench, phone, "beni", leg: 3) == first + 10)
      #expect(bench.complaints == [])
    }

    @Test func `one that somebody has is passed over, which is no error`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let first = RegistrarBench.rtpPorts.lowerBound
      // An RTP port and another one's RTCP port.
      let taken = take([first, first + 3])
      defer { taken.forEach { close($0) } }
      #expect(try dial(bench, RegistrarPeer(), "anna", leg: 1) == first + 4)
      #expect(bench.complaints == [])
    }

    @Test func `none left is an error, and the call is not made`() throws {
      let bench = try #require(RegistrarBench())
      defer { bench.stop() }
      let taken = take(stride(from: RegistrarBench.rtpPorts.lowerBound, to: RegistrarBench.rtpPorts.upperBound, by: 2))
      defer { taken.forEach { close($0) } }
      #expect(try dial(bench, RegistrarPeer(), "anna", leg: 1) == nil)
      #expect(bench.complaints.contains { $0.contains("no free pair of ports for audio") })
      #expect(!bench.complaints.contains { $0.contains("bind()") })
    }
  }
}
