import TelephonyTesting
import Testing

@testable import Control

@Suite struct `Reading and writing JSON` {
  @Test func `what is written is read as it was`() throws {
    let value: JSON = .object([
      "a": .array([.null, .bool(true), .integer(-5), .number(1.5), .integer(.max)]),
      "text": .string("田中 \"x\" \\ / \u{1} \n \t \r \u{8} \u{C} \u{2028} \u{202E}< \u{7F} \u{85} 😀"), "": .object([:]),
    ])
    #expect(try JSON(reading: JSONLine.bytes(value)) == value)
  }

  @Test(arguments: [
    ("<", #""\u003c""#), ("\u{7F}", #""\u007f""#), ("\u{85}", #""\u0085""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#),
    ("\u{202E}x\u{202C}", #""\u202ex\u202c""#),
    ("\u{2066}\u{2069}\u{200E}\u{200F}\u{61C}", #""\u2066\u2069\u200e\u200f\u061c""#),
    ("a/b 田 ‐ Â Ø", "\"a/b 田 ‐ Â Ø\""), ("\n\u{0}", #""\n\u0000""#),
  ])
  func `what is dangerous elsewhere leaves escaped`(text: String, json: String) {
    #expect(JSONLine.text(text) == json)
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, 7, "twice"), ("[1,]", 3, "no value begins"), ("01", 0, "not a JSON number"),
    ("\"\u{1}\"", 1, "control character"), (#""\ud800""#, 7, "surrogate"), (#""\x""#, 1, "no such escape"),
    ("{\"a\" 1}", 5, "':'"), ("nul", 0, "expected null"), ("1 2", 2, "follows"), ("", 0, "ends"), ("\"abc", 0, "ends"),
    ("99999999999999999999", 0, "too large"), ("1e999", 0, "too large"), ("{'a':1}", 1, "quotes"), ("\u{0}", 0, "0x0"),
    ("{\"a\":}", 5, "'}'"), ("\u{FEFF}1", 0, "0xEF"), (#""\u12"#, 5, "hexadecimal"), ("-", 0, "number"),
  ])
  func `what is no JSON is refused with its place`(text: String, offset: Int, what: String) {
    #expect {
      try JSON(reading: text.utf8)
    } throws: {
      guard let fault = $0 as? JSONFault else { return false }
      return fault.offset == offset && fault.message.contains(what)
    }
  }

  @Test func `invalid UTF-8 is refused`() {
    #expect(throws: JSONFault.self) { try JSON(reading: [0x22, 0xC3, 0x28, 0x22]) }
    #expect(throws: JSONFault.self) { try JSON(reading: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test func `nesting is bounded`() throws {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    _ = try JSON(reading: nested(32).utf8)
    #expect(throws: JSONFault(offset: 32, message: "nested deeper than 32 levels")) {
      try JSON(reading: nested(33).utf8)
    }
    #expect(throws: JSONFault.self) { try JSON(reading: String(repeating: "[", count: 1 << 20).utf8) }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `no bytes can do harm`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let sample = Array(#"{"id":1,"params":{"a":[1,2.5e3,"\u00e9田",null,true]}}"#.utf8)
    for _ in 0..<300 {
      var bytes = sample
      for _ in 0...random.next() % 4 { bytes[random.pick(Array(bytes.indices))] = .random(in: 0...255, using: &random) }
      // 2.0 is written as 2, which is read as a whole number: from then on nothing may change.
      guard let first = try? JSON(reading: bytes) else { continue }
      let second = try? JSON(reading: JSONLine.bytes(first))
      #expect(second != nil, "seed \(seed)")
      #expect(second == second.flatMap { try? JSON(reading: JSONLine.bytes($0)) }, "seed \(seed)")
    }
  }
}
