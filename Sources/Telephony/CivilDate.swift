/// A date of the proleptic Gregorian calendar, by arithmetic alone: no locale, no time zone, no clock.
public struct CivilDate: Sendable, Hashable {
  /// Year 0 is the one before year 1.
  public var year: Int64
  /// 1 to 12.
  public var month: Int64
  /// From 1.
  public var day: Int64

  /// As given, whether there is such a date or not.
  public init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date of a day that is counted from 1970-01-01, which is 0.
  public init(daysSince1970 days: Int64) {
    let (era, dayOfEra) = (days + Self.daysBefore1970).dividedDown(by: Self.daysOfEra)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Whether the calendar has it.
  public var exists: Bool { (1...12).contains(month) && (1...lengthOfMonth).contains(day) }

  /// From 1970-01-01, which is 0.
  public var daysSince1970: Int64 {
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).dividedDown(by: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * Self.daysOfEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - Self.daysBefore1970
  }

  /// How many days its month has.
  public var lengthOfMonth: Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // Eras have 400 years, which begin on 1 March, the first of them in year 0: so the leap day is the last day of its year.
  private static let daysOfEra: Int64 = 146_097
  private static let daysBefore1970: Int64 = 719_468
}

extension Int64 {
  /// The quotient rounded down, below zero too, and what is left, which is not below zero; `divisor` is above it.
  public func dividedDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
