import Figures
import Telephony
import Testing

@testable import CallCenter

@Suite struct `Days of work` {
  /// Hours and minutes of the first day of 1970 in a zone nine hours east, where days end at five.
  private func at(_ hour: Int64, _ minute: Int64 = 0) -> Moment {
    Moment(monotonicNanoseconds: 0, wallMilliseconds: ((hour - 9) * 60 + minute) * 60_000)
  }
  private let calendar = Calendar(dayEnds: 300) { _ in 9 * 3600 }

  @Test func `one ends at the hour that was set, in local time, and once`() {
    var days = WorkingDays(calendar: calendar, at: at(28, 50))
    #expect(days.rest(at: at(28, 59)) == .seconds(60))
    var looks: [Bool] = []
    for moment in [at(28, 59), at(29), at(29), at(52, 59), at(53)] { looks.append(days.hasBegunAnother(at: moment)) }
    #expect(looks == [false, true, false, false, true])
  }

  @Test func `a clock that is set does not hide the end for longer than a quarter of an hour`() {
    var days = WorkingDays(calendar: calendar, at: at(6))
    #expect(days.rest(at: at(6)) == .seconds(900))
    // Set on by more than a day, and back.
    var looks: [Bool] = []
    for moment in [at(60), at(7)] { looks.append(days.hasBegunAnother(at: moment)) }
    #expect(looks == [true, true])
    #expect(days.rest(at: at(60)) == .milliseconds(1))
  }
}
