import Testing

@Suite struct `Reading source` {
  @Test(arguments: [
    ("import Telephony", "Telephony"),
    ("public import Telephony", "Telephony"),
    ("  package import Distribution  // why", "Distribution"),
    ("@testable import CallCenter", "CallCenter"),
    ("@_spi(Wiring) public import Storage", "Storage"),
    ("@preconcurrency internal import struct FoundationEssentials.Data", "FoundationEssentials"),
  ])
  func `an import is seen in every form`(line: String, module: String) {
    #expect(imports(in: "// a comment\n\(line)\nlet a = 1") == [module])
  }

  @Test(arguments: ["// import Distribution", "let text = \"import Distribution\"", "important Distribution"])
  func `what only looks like an import is none`(line: String) {
    #expect(imports(in: line).isEmpty)
  }

  @Test func `an include is seen in both forms`() {
    #expect(
      includes(in: "#include <pjsua-lib/pjsua.h>\n  # include \"gate.h\"\n// #include x") == [
        "pjsua-lib/pjsua.h", "gate.h",
      ])
  }

  @Test(arguments: [
    "pjlib.h", "pj/types.h", "pjsip.h", "pjsip_ua.h", "pjsua-lib/pjsua.h", "pjmedia-codec.h", "pjnath.h",
  ])
  func `a header of PJSIP's is known by its name`(header: String) {
    #expect(isOfPJSIP(header))
  }

  @Test(arguments: ["stdio.h", "gate.h", "sip_bridge.h", "pjproject_notes.h"])
  func `another header is not taken for one of PJSIP's`(header: String) {
    #expect(!isOfPJSIP(header))
  }

  /// The real ones are put together here, so that this file names none.
  @Test func `hosts are found, and examples told from them`() {
    let real = ["mirror.somewhere." + "org", "registry.somewhere." + "io"]
    for host in real {
      #expect(hosts(in: "deb http://\(host)/debian stable") == [host])
      #expect(hosts(in: "URL=\(host)") == [host])
      #expect(!isExample(host))
    }
    #expect(hosts(in: "proxy = \"pbx.example.com:5060\"") == ["pbx.example.com"])
    #expect(isExample("pbx.example.com") && isExample("www.gnu.org"))
    #expect(!isExample("example.com.somewhere." + "org"))
    #expect(hosts(in: "settings.network.pause(agent.net.count) 192.0.2.1 tsunagi.sock") == [])
  }
}
