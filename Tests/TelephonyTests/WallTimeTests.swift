import Telephony
import Testing

@Suite struct `Wall time as text` {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (1_790_000_000_000, "2026-09-21T14:13:20.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_400_007, "2100-03-01T00:00:00.007Z"),
    (Int64.max, "9999-12-31T23:59:59.999Z"), (Int64.min, "0000-01-01T00:00:00.000Z"),
  ])
  func `is RFC 3339 in UTC`(milliseconds: Int64, text: String) {
    #expect(RFC3339.text(milliseconds) == text)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `comes back as it was`(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    for _ in 0..<500 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let time = Int64(state >> 17) % 253_402_300_800_000
      #expect(RFC3339.milliseconds(RFC3339.text(time)) == time, "seed \(seed)")
    }
  }

  @Test(arguments: [
    ("2026-09-21T14:13:20Z", 1_790_000_000_000), ("2026-09-21T23:13:20+09:00", 1_790_000_000_000),
    ("2026-09-21t14:13:20.5z", 1_790_000_000_500), ("2026-09-21 14:13:20.123456Z", 1_790_000_000_123),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("1969-12-31T22:30:00-01:30", 0),
  ])
  func `is read with any offset`(text: String, milliseconds: Int64) {
    #expect(RFC3339.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [
    "", "2026-09-21", "2026-09-21T14:13:20", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
    "2026-09-21T24:00:00Z", "2026-09-21T14:13:20.Z", "2026-09-21T14:13:20Zx", "２026-09-21T14:13:20Z",
    "+026-09-21T14:13:20Z",
    "2026-09-21T14:13:20+9:00", "2026-04-31T00:00:00Z",
  ])
  func `is refused when it is none`(text: String) {
    #expect(RFC3339.milliseconds(text) == nil)
  }
}
