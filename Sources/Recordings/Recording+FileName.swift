public import Telephony

extension Recording {
  /// The bare name of a file: `20260922-091500-<id>.wav`, in UTC by the wall clock, so that names sort by time.
  ///
  /// Made of time and id only. Whatever is no letter, digit or hyphen in the id becomes `_`, so that no name can lead out
  /// of the folder or hide in it.
  public static func fileName(of id: RecordingID, startedAt: Moment) -> String {
    let (days, milliseconds) = startedAt.wallMilliseconds.dividedDown(by: 86_400_000)
    let civil = CivilDate(daysSince1970: days)
    let seconds = milliseconds / 1000
    let date = padded(civil.year, to: 4) + padded(civil.month, to: 2) + padded(civil.day, to: 2)
    let time = padded(seconds / 3600, to: 2) + padded(seconds / 60 % 60, to: 2) + padded(seconds % 60, to: 2)
    let stem = id.rawValue.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "0"..."9", "A"..."Z", "a"..."z", "-": Character(scalar)
      default: "_"
      }
    }
    return "\(date)-\(time)-\(String(stem)).wav"
  }

  private static func padded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
