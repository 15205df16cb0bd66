import CPhoneNumber
import Telephony

/// One number as libphonenumber knows it.
///
/// Its tables are of 2022: newer ranges (060 for mobile telephones, since December 2024) come out as `.other`.
struct LibraryNumber {
  var e164: String
  var national: String
  var international: String
  /// Whether a range of another country is known to hold it, and none of the country it was read in: countries share
  /// codes, so +1 876 is Jamaica and no number of the United States.
  var isForeign: Bool
  var kind: PhoneNumber.Kind
  var isPossible: Bool

  /// Nil when the library finds no number. `symbols`: ASCII digits with an optional leading plus sign.
  init?(_ symbols: String, country: String) {
    var facts = phone_number_facts()
    guard phone_number_parse(symbols, symbols.utf8.count, country, &facts) else { return nil }
    e164 = Self.text(facts.e164)
    national = Self.text(facts.national)
    international = Self.text(facts.international)
    isForeign = facts.region.0 != 0 && !facts.is_in_region
    kind = Self.kind(facts.number_class)
    isPossible = facts.is_possible
  }

  static func knows(country: String) -> Bool { phone_number_knows_region(country) }

  static func isEmergency(_ digits: String, country: String) -> Bool {
    phone_number_is_emergency(digits, digits.utf8.count, country)
  }

  static func isShort(_ digits: String, country: String) -> Bool {
    phone_number_is_short_number(digits, digits.utf8.count, country)
  }

  /// What is dialled in a country before the code of another one: `010` in Japan, `00` in most; nil when the library does
  /// not know it.
  static func internationalPrefix(country: String) -> String? {
    var prefix = [CChar](repeating: 0, count: 16)
    guard phone_number_international_prefix(country, &prefix, prefix.count) else { return nil }
    return String(decoding: prefix.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// A number of another country, in the one form that reading again does not change; nil when it cannot be one.
  static func foreign(_ symbols: String, from country: String) -> PhoneNumber? {
    var symbols = symbols
    // The library takes national prefixes away inside international numbers, once per reading.
    for _ in 0..<3 {
      guard let number = LibraryNumber(symbols, country: country), number.isPossible else { return nil }
      if number.e164 == symbols {
        return PhoneNumber(
          canonical: number.e164, display: display(number.international, of: symbols), kind: .international,
          national: number.e164)
      }
      symbols = number.e164
    }
    return nil
  }

  /// The library's spelling, if reading it again would give the same symbols; else the symbols themselves.
  static func display(_ spelling: String, of symbols: String) -> String {
    WrittenNumber(spelling) == WrittenNumber(symbols: symbols) ? spelling : symbols
  }

  private static func kind(_ number: phone_number_class) -> PhoneNumber.Kind {
    switch number {
    case PHONE_NUMBER_FIXED, PHONE_NUMBER_FIXED_OR_MOBILE: .fixed
    case PHONE_NUMBER_MOBILE: .mobile
    case PHONE_NUMBER_TOLL_FREE: .freeDial
    case PHONE_NUMBER_PREMIUM: .premium
    case PHONE_NUMBER_SHARED_COST, PHONE_NUMBER_COMPANY_WIDE: .navi
    case PHONE_NUMBER_IP: .ip
    case PHONE_NUMBER_PAGER: .machine
    default: .other
    }
  }

  /// A C array of characters, which Swift sees as a tuple, up to its NUL.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
