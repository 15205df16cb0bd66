import Telephony
import TelephonyTesting
import Testing

@Suite struct `Text of strangers made fit for display` {
  @Test(arguments: ["", "山田 太郎", "Yamada Tarō", "O'Brien \"Bob\" <b>", "👩‍💻", "ﾔﾏﾀﾞ", "=1+1"])
  func `ordinary names stay as they are`(name: String) {
    #expect(name.safeForDisplay == name)
  }

  @Test(arguments: [
    ("a\r\nb", "a\u{FFFD}\u{FFFD}b"), ("\u{1B}[2J", "\u{FFFD}[2J"), ("a\u{0}b", "a\u{FFFD}b"),
    ("\u{7F}\u{85}\u{9B}", "\u{FFFD}\u{FFFD}\u{FFFD}"), ("a\u{2028}b\u{2029}", "a\u{FFFD}b\u{FFFD}"),
    ("a\tb", "a\u{FFFD}b"),
  ])
  func `controls and line separators are seen, and do nothing`(text: String, safe: String) {
    #expect(Array(text.safeForDisplay.unicodeScalars) == Array(safe.unicodeScalars))
  }

  @Test(arguments: [
    "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{200E}", "\u{200F}", "\u{061C}", "\u{FEFF}", "\u{E0041}",
  ])
  func `marks that reorder or hide text are left out`(mark: String) {
    #expect("ab\(mark)c".safeForDisplay == "abc")
  }

  @Test func `a very long name is cut`() {
    #expect(String(repeating: "名", count: 100_000).safeForDisplay.unicodeScalars.count == 256)
    #expect(String(repeating: "\u{202E}", count: 300).safeForDisplay == "")
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `twice is the same as once, whatever the text`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...300, using: &random) {
        let limit: UInt32 = Bool.random(using: &random) ? 0xFF : 0xE0100
        if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &random)) { text.append(scalar) }
      }
      let safe = String(text).safeForDisplay
      #expect(Array(safe.safeForDisplay.unicodeScalars) == Array(safe.unicodeScalars))
      #expect(safe.unicodeScalars.count <= 256)
    }
  }
}
