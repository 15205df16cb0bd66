public import Telephony

extension Recording {
  /// The bare name of a file: `20260922-091500-<id>.wav`, in UTC by the wall clock, so that names sort by time.
  ///
  /// Made of time and id only. Whatever is no letter, digit or hyphen in the id becomes `_`, so that no name can lead out
  /// of the folder or hide in it.
  public static func fileName(of id: RecordingID, startedAt: Moment) -> String {
    let (days, milliseconds) = floorDivide(startedAt.wallMilliseconds, by: 86_400_000)
    let (year, month, day) = civilDate(daysSince1970: days)
    let seconds = milliseconds / 1000
    let date = padded(year, to: 4) + padded(month, to: 2) + padded(day, to: 2)
    let time = padded(seconds / 3600, to: 2) + padded(seconds / 60 % 60, to: 2) + padded(seconds % 60, to: 2)
    let stem = id.rawValue.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "0"..."9", "A"..."Z", "a"..."z", "-": Character(scalar)
      default: "_"
      }
    }
    return "\(date)-\(time)-\(String(stem)).wav"
  }

  /// Gregorian date of a day: counted in eras of 400 years that begin on 1 March of year 0, so that the leap day is the
  /// last of its year.
  private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let daysBefore1970: Int64 = 719_468
    let (era, dayOfEra) = floorDivide(days + daysBefore1970, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
