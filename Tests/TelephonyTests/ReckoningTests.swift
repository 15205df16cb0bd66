import Telephony
import Testing

@Suite struct `Reckoning with time` {
  @Test func `every day has its date, before 1970 too, and the date its day`() {
    var date = CivilDate(year: -401, month: 1, day: 1)
    for day in date.daysSince1970...CivilDate(year: 2401, month: 1, day: 1).daysSince1970 {
      guard CivilDate(daysSince1970: day) == date, date.daysSince1970 == day, date.exists else {
        #expect(Bool(false), "day \(day) is \(CivilDate(daysSince1970: day)), not \(date)")
        return
      }
      date.day += 1
      if !date.exists { (date.month, date.day) = (date.month + 1, 1) }
      if !date.exists { (date.year, date.month) = (date.year + 1, 1) }
    }
    #expect(CivilDate(daysSince1970: 0) == CivilDate(year: 1970, month: 1, day: 1))
  }

  @Test(arguments: [(2026, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0)])
  func `what the calendar does not have does not exist`(year: Int64, month: Int64, day: Int64) {
    #expect(!CivilDate(year: year, month: month, day: day).exists)
    #expect(CivilDate(year: 2000, month: 2, day: 29).exists)
  }

  @Test func `a quotient is rounded down on both sides of zero`() {
    for number in [-9, -8, -1, 0, 7, 8] as [Int64] {
      let (quotient, remainder) = number.dividedDown(by: 8)
      #expect(quotient * 8 + remainder == number && (0..<8).contains(remainder))
    }
  }

  @Test func `a duration in whole units is the farthest that fits where it does not`() {
    let length = Duration.seconds(-2) - .nanoseconds(1_999_999)
    #expect(length.milliseconds == -2001 && length.microseconds == -2_001_999 && length.nanoseconds == -2_001_999_999)
    let ever = Duration.seconds(Int64.max)
    #expect(ever.milliseconds == .max && ever.microseconds == .max && ever.nanoseconds == .max)
    let never = Duration.seconds(Int64.min)
    #expect(never.milliseconds == .min && never.microseconds == .min && never.nanoseconds == .min)
  }

  @Test func `a seed repeats its numbers, which are those that others have for it`() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }
}
