import CMediaPlane
import Glibc
import Testing

@Suite struct PlaceTests {
  /// `192.0.2.1:4000` or `[2001:db8::1]:4000`.
  private func storage(_ text: String) throws -> sockaddr_storage {
    var storage = sockaddr_storage()
    let colon = try #require(text.lastIndex(of: ":"))
    let port = try #require(UInt16(text[text.index(after: colon)...])).bigEndian
    let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
    try withUnsafeMutableBytes(of: &storage) { bytes in
      if host.contains(":") {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port
        try #require(inet_pton(AF_INET6, host, &address.sin6_addr) == 1)
        withUnsafeBytes(of: address) { bytes.copyMemory(from: $0) }
      } else {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port
        try #require(inet_pton(AF_INET, host, &address.sin_addr) == 1)
        withUnsafeBytes(of: address) { bytes.copyMemory(from: $0) }
      }
    }
    return storage
  }

  /// Seen from one that has 203.0.113.5 and 2001:db8::5, SIP at 5060, and audio at 20000 to 20999.
  private func kind(_ text: String) throws -> place_kind {
    var place = try storage(text)
    let own = [try storage("203.0.113.5:5060"), try storage("[2001:db8::5]:5060")]
    return own.withUnsafeBufferPointer { addresses in
      var mine = place_own(addresses: addresses.baseAddress, count: addresses.count, first: 20000, last: 20999)
      return place_judge(&place, &mine)
    }
  }

  @Test(arguments: [
    ("192.0.2.1:4000", PLACE_GOOD), ("192.0.2.1:1024", PLACE_GOOD), ("10.0.0.1:65535", PLACE_GOOD),
    ("[2001:db8::1]:4000", PLACE_GOOD), ("[fe80::1]:4000", PLACE_GOOD), ("[::ffff:192.0.2.1]:4000", PLACE_GOOD),
    ("126.255.255.255:4000", PLACE_GOOD), ("128.0.0.1:4000", PLACE_GOOD), ("223.255.255.255:4000", PLACE_GOOD),
    // A hold.
    ("0.0.0.0:4000", PLACE_NOWHERE), ("192.0.2.1:0", PLACE_NOWHERE), ("[::]:4000", PLACE_NOWHERE),
    ("[::ffff:0.0.0.0]:4000", PLACE_NOWHERE), ("127.0.0.1:0", PLACE_NOWHERE),
    // Everybody.
    ("224.0.0.1:4000", PLACE_MANY), ("239.255.255.255:4000", PLACE_MANY), ("255.255.255.255:4000", PLACE_MANY),
    ("[ff02::1]:4000", PLACE_MANY), ("[::ffff:224.0.0.1]:4000", PLACE_MANY),
    ("[::ffff:255.255.255.255]:4000", PLACE_MANY),
    // This machine.
    ("127.0.0.1:4000", PLACE_LOOPBACK), ("127.255.255.255:22", PLACE_LOOPBACK), ("0.0.0.1:4000", PLACE_LOOPBACK),
    ("[::1]:4000", PLACE_LOOPBACK), ("[::ffff:127.0.0.1]:4000", PLACE_LOOPBACK), ("[::7f00:1]:4000", PLACE_LOOPBACK),
    // Ourselves.
    ("203.0.113.5:20000", PLACE_OURS), ("203.0.113.5:20999", PLACE_OURS), ("203.0.113.5:5060", PLACE_OURS),
    ("[2001:db8::5]:20500", PLACE_OURS), ("[::ffff:203.0.113.5]:20000", PLACE_OURS),
    ("203.0.113.5:21000", PLACE_GOOD), ("203.0.113.5:19999", PLACE_GOOD), ("203.0.113.6:20000", PLACE_GOOD),
    ("[2001:db8::6]:5060", PLACE_GOOD),
    // A service's.
    ("192.0.2.1:1023", PLACE_RESERVED_PORT), ("[2001:db8::1]:53", PLACE_RESERVED_PORT),
    ("[::ffff:192.0.2.1]:161", PLACE_RESERVED_PORT),
  ]) func `What a peer says is judged`(text: String, expected: place_kind) throws {
    #expect(try kind(text) == expected)
  }

  @Test func `What is no address of the internet is nowhere, and each has a name but the good one`() throws {
    var unix = sockaddr_storage()
    unix.ss_family = sa_family_t(AF_UNIX)
    #expect(place_judge(&unix, nil) == PLACE_NOWHERE)
    var good = try storage("192.0.2.1:4000")
    #expect(place_judge(&good, nil) == PLACE_GOOD)
    let kinds = [PLACE_NOWHERE, PLACE_MANY, PLACE_LOOPBACK, PLACE_RESERVED_PORT, PLACE_OURS]
    let names = kinds.map { String(cString: place_name($0)) }
    #expect(Set(names).count == 5 && !names.contains(""))
    #expect(String(cString: place_name(PLACE_GOOD)).isEmpty)
  }
}
