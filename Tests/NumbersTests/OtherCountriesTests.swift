import Numbers
import Telephony
import Testing

@Suite struct `Reading numbers of other countries` {
  @Test(arguments: [
    ("US", "(650) 253-0000", "+16502530000", PhoneNumber.Kind.fixed), ("US", "911", "us:911", .emergency),
    ("US", "+81 3-1234-5678", "+81312345678", .international), ("US", "1001", "ext:1001", .extension),
    ("DE", "030 901820", "+4930901820", .fixed), ("DE", "+49 151 23456789", "+4915123456789", .mobile),
    ("DE", "112", "de:112", .emergency),
    // One country code, many countries: what rings abroad is international, however it is written.
    ("US", "+1 876 922 0000", "+18769220000", .international), ("US", "876 922 0000", "+18769220000", .international),
    ("US", "+1 416 979 5000", "+14169795000", .international), ("CA", "+1 416 979 5000", "+14169795000", .fixed),
    ("CA", "+1 650 253 0000", "+16502530000", .international), ("JM", "876 922 0000", "+18769220000", .fixed),
    ("JM", "+1 650 253 0000", "+16502530000", .international),
    // … but what they share is nobody's alone.
    ("US", "+1 800 555 0199", "+18005550199", .freeDial), ("CA", "+1 800 555 0199", "+18005550199", .freeDial),
  ])
  func `the library decides`(country: String, text: String, canonical: String, kind: PhoneNumber.Kind) throws {
    let number = try Numbers.reader(country: country)(text).get().number
    #expect(number.canonical == canonical)
    #expect(number.kind == kind)
  }

  @Test func `a country is known or not`() {
    #expect(isKnownCountry("JP"))
    #expect(!isKnownCountry("XX"))
    #expect(!isKnownCountry("Japan"))
  }
}
