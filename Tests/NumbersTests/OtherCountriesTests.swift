import Numbers
import Telephony
import Testing

@Suite struct `Reading numbers of other countries` {
  @Test(arguments: [
    ("US", "(650) 253-0000", "+16502530000", PhoneNumber.Kind.fixed), ("US", "911", "us:911", .emergency),
    ("US", "+81 3-1234-5678", "+81312345678", .international), ("US", "1001", "ext:1001", .extension),
    ("DE", "030 901820", "+4930901820", .fixed), ("DE", "+49 151 23456789", "+4915123456789", .mobile),
    ("DE", "112", "de:112", .emergency),
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
