/// A date of the calendar on the wall, from 2000 to 2099: what lies further away is a slip of the pen.
public struct LocalDay: Hashable, Sendable, Comparable {
  /// Days since 1970-01-01.
  public let number: Int64

  /// The first that there is: 2000-01-01.
  public static let first = LocalDay(clamping: 0)
  /// The last: 2099-12-31.
  public static let last = LocalDay(clamping: .max)

  /// From `2026-11-22`; nil when there is no such date.
  public init?(_ text: some StringProtocol) {
    guard let number = Calendar.number(ofDate: text), Self(clamping: number).number == number else { return nil }
    self.number = number
  }

  /// The nearest that there is.
  init(clamping number: Int64) { self.number = min(max(number, 10_957), 47_481) }

  /// `2026-11-22`
  public var text: String { Calendar.date(ofNumber: number) }

  /// So many days later, or the nearest that there is.
  public func advanced(by days: Int64) -> LocalDay { LocalDay(clamping: number + days) }

  /// In the order of time.
  public static func < (a: LocalDay, b: LocalDay) -> Bool { a.number < b.number }
}

extension Calendar {
  /// The local date at a wall time in milliseconds since 1970, or the nearest that there is.
  public func localDay(at wall: Int64) -> LocalDay { LocalDay(clamping: date(at: wall)) }

  /// The days on which a shift can begin that touches this time.
  public func days(touching range: Range<Int64>) -> ClosedRange<LocalDay> {
    let first = localDay(at: range.lowerBound).advanced(by: -1)
    // One of no time has no end before its beginning.
    return first...max(first, localDay(at: max(range.lowerBound, range.upperBound - 1)))
  }
}
