/// Wall time as text and back: RFC 3339 in UTC with milliseconds, by civil arithmetic alone.
///
/// No locale, no time zone data, no clock; the proleptic Gregorian calendar from year 0000 to 9999.
public enum RFC3339 {
  /// 0000-01-01T00:00:00.000Z.
  private static let earliest: Int64 = -62_167_219_200_000
  /// 9999-12-31T23:59:59.999Z.
  private static let latest: Int64 = 253_402_300_799_999

  /// `2026-09-21T14:13:20.000Z` from milliseconds since 1970; what lies outside of four-digit years becomes the
  /// nearest of them.
  public static func text(_ milliseconds: Int64) -> String {
    let total = min(max(milliseconds, earliest), latest)
    let (days, rest) = total.dividedDown(by: 86_400_000)
    let date = CivilDate(daysSince1970: days)
    var out: [UInt8] = []
    out.reserveCapacity(24)
    append(date.year, 4, then: "-", to: &out)
    append(date.month, 2, then: "-", to: &out)
    append(date.day, 2, then: "T", to: &out)
    append(rest / 3_600_000, 2, then: ":", to: &out)
    append(rest / 60_000 % 60, 2, then: ":", to: &out)
    append(rest / 1000 % 60, 2, then: ".", to: &out)
    append(rest % 1000, 3, then: "Z", to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Milliseconds since 1970 from RFC 3339 §5.6, with any offset; digits after the milliseconds are cut off.
  ///
  /// A leap second (`:60`) is the first instant of the next minute. Nil when the text is no such time, days that do not
  /// exist included.
  public static func milliseconds(_ text: some StringProtocol) -> Int64? {
    var rest = Array(text.utf8)[...]
    guard let year = number(4, &rest), take("-", &rest), let month = number(2, &rest), take("-", &rest),
      let day = number(2, &rest), take("T", &rest) || take("t", &rest) || take(" ", &rest),
      let hour = number(2, &rest), take(":", &rest), let minute = number(2, &rest), take(":", &rest),
      let second = number(2, &rest), let fraction = fraction(&rest), let offset = offset(&rest), rest.isEmpty
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard date.exists, hour < 24, minute < 60, second <= 60 else { return nil }
    let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
    return seconds * 1000 + fraction
  }

  // MARK: Reading

  private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  private static func number(_ digits: Int, _ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard rest.count >= digits else { return nil }
    var value: Int64 = 0
    for byte in rest.prefix(digits) {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    rest.removeFirst(digits)
    return value
  }

  /// Milliseconds; 0 when there is no fraction, nil when there is a point and no digit.
  private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard take(".", &rest) else { return 0 }
    var value: Int64 = 0
    var digits = 0
    while let digit = number(1, &rest) {
      if digits < 3 { value = value * 10 + digit }
      digits += 1
    }
    guard digits > 0 else { return nil }
    for _ in digits..<max(3, digits) { value *= 10 }
    return value
  }

  /// Minutes east of UTC.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    if take("Z", &rest) || take("z", &rest) { return 0 }
    let sign: Int64
    if take("+", &rest) { sign = 1 } else if take("-", &rest) { sign = -1 } else { return nil }
    guard let hours = number(2, &rest), take(":", &rest), let minutes = number(2, &rest), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes)
  }

  // MARK: Writing

  private static func append(_ value: Int64, _ digits: Int, then mark: Unicode.Scalar, to out: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<digits { divisor *= 10 }
    for _ in 0..<digits {
      out.append(0x30 + UInt8(value / divisor % 10))
      divisor /= 10
    }
    out.append(UInt8(truncatingIfNeeded: mark.value))
  }
}
