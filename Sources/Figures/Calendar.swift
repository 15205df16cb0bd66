import Telephony

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
      let date = CivilDate(daysSince1970: day)
      first = day - (date.day - 1)
      next = first + date.lengthOfMonth
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
      let month = Int64(parts[1]), let day = Int64(parts[2]), (1970...9999).contains(year)
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    return date.exists ? date.daysSince1970 : nil
  }

  /// As people read it, in local time: `2026-11-22 09:15`.
  public func text(_ wall: Int64) -> String {
    let local = wall + Int64(offset(wall)) * 1000
    let day = Self.quotient(local, 86_400_000)
    return "\(Self.date(ofNumber: day)) \(Self.time(ofMinutes: Self.remainder(local, 86_400_000) / 60_000))"
  }

  /// `2026-11-22`, of days since 1970.
  static func date(ofNumber day: Int64) -> String {
    let date = CivilDate(daysSince1970: day)
    return "\(date.year)-\(two(date.month))-\(two(date.day))"
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

  private static func quotient(_ a: Int64, _ b: Int64) -> Int64 { a.dividedDown(by: b).quotient }
  private static func remainder(_ a: Int64, _ b: Int64) -> Int64 { a.dividedDown(by: b).remainder }
}
