import Configuration
import Numbers
import Telephony
import Testing

@Suite struct `Addresses of trunks` {
  @Test(arguments: [
    ("192.0.2.10", "192.0.2.10/32"), ("192.0.2.64/28", "192.0.2.64/28"), ("127.0.0.1:5160", "127.0.0.1/32:5160"),
    ("192.0.2.0/24:5060", "192.0.2.0/24:5060"), ("10.0.0.0/8", "10.0.0.0/8"),
  ])
  func `IPv4 with prefix and port`(text: String, expected: String) throws {
    let text = "[[trunks]]\nid = \"a\"\naddresses = [\"\(text)\"]\nproxy = \"pbx.example.com\"\n"
    let trunk = try parse(text).get().configuration.sip.trunks.first
    #expect(trunk?.networks.map(\.description) == [expected])
    #expect(trunk?.proxy.description == "pbx.example.com:5060")
  }

  @Test(arguments: [
    ("::1", "[::1]/128"), ("[::1]:5160", "[::1]/128:5160"), ("2001:db8::/32", "[2001:db8::]/32"),
    ("[2001:db8::]/32:5060", "[2001:db8::]/32:5060"),
  ])
  func `IPv6 with prefix and port`(text: String, expected: String) throws {
    let text = "[sip]\nbind = \"::1\"\n[[trunks]]\nid = \"a\"\naddresses = [\"\(text)\"]\nproxy = \"[::1]:5070\"\n"
    let trunk = try parse(text).get().configuration.sip.trunks.first
    #expect(trunk?.networks.map(\.description) == [expected])
    #expect(trunk?.proxy.description == "[::1]:5070")
  }

  @Test func `a trunk of one address is called where it calls from`() throws {
    let text = "[[trunks]]\nid = \"a\"\naddresses = [\"127.0.0.1:5160\"]\n"
    #expect(try parse(text).get().configuration.sip.trunks.first?.proxy.description == "127.0.0.1:5160")
  }
}
