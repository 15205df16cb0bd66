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

  @Test(arguments: [
    ("DE", "030 901820", "030901820"), ("DE", "+49 151 23456789", "015123456789"), ("DE", "112", "112"),
    ("US", "+1 650 253 0000", "6502530000"), ("IT", "+39 06 6982", "066982"), ("DE", "+81 3 1234 5678", "+81312345678"),
    ("DE", "1001", "1001"), ("JP", "+49 30 901820", "+4930901820"), ("JP", "+81 3 1234 5678", "0312345678"),
    ("GB", "020 7946 0958", "02079460958"),
  ])
  func `within the country it is dialled as its people do`(country: String, text: String, national: String) throws {
    let number = try Numbers.reader(country: country)(text).get().number
    #expect(number.national == national)
    if number.canonical.hasPrefix("+") {
      // What is sent by a trunk comes back by it.
      #expect(try Numbers.reader(country: country)(national).get().number == number)
    }
  }

  @Test(arguments: [
    ("JP", "010"), ("DE", "00"), ("US", "011"), ("AU", "0011"), ("GB", "00"), ("RU", "810"), ("XX", "00"),
  ])
  func `other countries are dialled behind a prefix`(country: String, prefix: String) {
    #expect(internationalPrefix(country: country) == prefix)
  }

  @Test func `a country is known or not`() {
    #expect(isKnownCountry("JP"))
    #expect(!isKnownCountry("XX"))
    #expect(!isKnownCountry("Japan"))
  }
}
