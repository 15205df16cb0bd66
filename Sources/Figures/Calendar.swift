/// Seconds east of UTC at a wall time in milliseconds since 1970: the local zone, as whoever can read it says.
public typealias ZoneOffset = @Sendable (Int64) -> Int

/// Times by which figures are shown, in local time. A day, a week (from Monday) and a month begin when a day ends.
public struct Calendar: Sendable {
  /// Minutes after local midnight at which a day ends and the next one begins, a multiple of 15.
  public var dayEnds: Int
  /// The local zone.
  public var offset: ZoneOffset

  /// What is no multiple of 15 is rounded down, and no more than a day.
  public init(dayEnds: Int = 0, offset: @escaping ZoneOffset) {
    self.dayEnds = min(max(0, dayEnds), 24 * 60 - 15) / 15 * 15
    self.offset = offset
  }

  /// Lengths of time.
  public enum Span: String, Sendable, CaseIterable {
    case quarter = "15min"
    case hour, day, week, month
  }

  /// The time of this length in which a wall time lies, from its first millisecond to that of the next one.
  public func period(_ span: Span, containing wall: Int64) -> Range<Int64> {
    if span == .quarter {
      let start = Cell.quarter(of: wall)
      return start..<start + Cell.length
    }
    let local = wall + Int64(offset(wall)) * 1000
    if span == .hour {
      let start = wall - Self.remainder(local, 3_600_000)
      return start..<start + 3_600_000
    }
    var day = Self.quotient(local - Int64(dayEnds) * 60_000, 86_400_000)
    // In an hour that clocks repeat they show a time from before the day's end once more, when it is over.
    while wall >= start(ofDay: day + 1) { day += 1 }
    let (first, next): (Int64, Int64)
    switch span {
    case .week:
      // 1970-01-01 was a Thursday.
      first = day - Self.remainder(day + 3, 7)
      next = first + 7
    case .month:
      let (year, month, dayOfMonth) = Self.civil(day)
      first = day - (dayOfMonth - 1)
      next = first + Self.length(ofMonth: month, year: year)
    case .day, .hour, .quarter: (first, next) = (day, day + 1)
    }
    return start(ofDay: first)..<start(ofDay: next)
  }

  /// The day that a date (`2026-11-22`) names: from when it begins; nil when there is no such date.
  public func day(_ date: some StringProtocol) -> Range<Int64>? {
    guard let number = Self.number(ofDate: date) else { return nil }
    return start(ofDay: number)..<start(ofDay: number + 1)
  }

  /// Days from 1970 to a date (`2026-11-22`); nil when there is no such date.
  static func number(ofDate date: some StringProtocol) -> Int64? {
    let parts = date.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let year = Int64(parts[0]),
      let month = Int64(parts[1]), let day = Int64(parts[2]), (1970...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= length(ofMonth: month, year: year)
    else { return nil }
    return days(year, month, day)
  }

  /// As people read it, in local time: `2026-11-22 09:15`.
  public func text(_ wall: Int64) -> String {
    let local = wall + Int64(offset(wall)) * 1000
    let day = Self.quotient(local, 86_400_000)
    return "\(Self.date(ofNumber: day)) \(Self.time(ofMinutes: Self.remainder(local, 86_400_000) / 60_000))"
  }

  /// `2026-11-22`, of days since 1970.
  static func date(ofNumber day: Int64) -> String {
    let (year, month, dayOfMonth) = civil(day)
    return "\(year)-\(two(month))-\(two(dayOfMonth))"
  }

  /// `09:15`
  static func time(ofMinutes minutes: Int64) -> String { "\(two(minutes / 60)):\(two(minutes % 60))" }

  private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

  /// The local date at a wall time, as days since 1970.
  func date(at wall: Int64) -> Int64 { Self.quotient(wall + Int64(offset(wall)) * 1000, 86_400_000) }

  /// So many minutes after the midnight with which a date, in days since 1970, begins.
  func instant(ofDate day: Int64, minutes: Int) -> Int64 { utc(day * 86_400_000 + Int64(minutes) * 60_000) }

  private func start(ofDay day: Int64) -> Int64 { utc(day * 86_400_000 + Int64(dayEnds) * 60_000) }

  /// When local clocks first show this time or a later one: what a change of the clocks leaves out is the instant at which
  /// they change, what it repeats is the first of the two. So what is in order in local time is so in ours.
  private func utc(_ local: Int64) -> Int64 {
    // Clocks change once in two days at most, and no zone is further than a day from UTC.
    func offset(_ wall: Int64) -> Int64 { Int64(self.offset(wall)) * 1000 }
    let (old, new) = (offset(local - 86_400_000), offset(local + 86_400_000))
    let (early, late) = (local - new, local - old)
    if old == new || offset(late) == old { return late }
    if offset(early) == new { return early }
    var (before, after) = (early, late)
    while after - before > 1 {
      let middle = before + (after - before) / 2
      if offset(middle) == old { before = middle } else { after = middle }
    }
    return after
  }

  // MARK: Civil arithmetic, in the proleptic Gregorian calendar

  private static func quotient(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((b - 1 - a) / b) }
  private static func remainder(_ a: Int64, _ b: Int64) -> Int64 { a - quotient(a, b) * b }

  /// Days since 1970: years begin in March, so that the leap day is the last day.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = quotient(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let era = quotient(days + 719_468, 146_097)
    let dayOfEra = days + 719_468 - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
