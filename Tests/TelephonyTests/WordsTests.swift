import Telephony
import Testing

@Suite struct `Words of telephony` {
  private let now = Moment(monotonicNanoseconds: 5, wallMilliseconds: 1_790_000_000_000)

  @Test func `names ascend, also within one millisecond and when the clock steps back`() {
    var source = IdentifierSource(seed: 7)
    var names: [String] = []
    for step in 0..<10_000 {
      var moment = now
      moment.wallMilliseconds += Int64(step % 7 == 0 ? -1000 : step / 100)
      names.append(source.next(at: moment))
    }
    #expect(names == names.sorted())
    #expect(Set(names).count == names.count)
  }

  @Test func `a name is a UUID of version 7`() throws {
    var source = IdentifierSource(seed: 1)
    let name = source.next(at: now)
    let parts = name.split(separator: "-").map(\.count)
    #expect(parts == [8, 4, 4, 4, 12])
    #expect(Array(name)[14] == "7")
    #expect("89ab".contains(Array(name)[19]))
  }

  @Test(arguments: [
    (486, EndReason.busy), (600, .busy), (404, .notFound), (480, .unreachable), (408, .unreachable),
    (503, .unreachable), (410, .notFound), (604, .notFound), (430, .unreachable), (302, .declined), (482, .declined),
    (603, .declined), (487, .cancelled),
  ])
  func `a final status has one meaning`(status: Int, reason: EndReason) {
    #expect(EndReason(sipStatus: status) == reason)
  }

  @Test(arguments: [
    (LegEnd(status: 200, byPeer: true, wasAnswered: true), EndReason.callerHungUp),
    (LegEnd(status: 487, byPeer: true, wasAnswered: false), .callerHungUp),
    (LegEnd(status: 408, byPeer: true, wasAnswered: true), .lost),
    (LegEnd(status: 408, byPeer: false, wasAnswered: true), .lost),
    (LegEnd(status: 200, byPeer: false, wasAnswered: true), .lost),
  ])
  func `a leg ends a conversation by hanging up, or is lost`(end: LegEnd, reason: EndReason) {
    #expect(end.reason(hangingUp: .callerHungUp) == reason)
  }

  @Test(arguments: [
    (LegEnd(status: 486, byPeer: true, wasAnswered: false), EndReason.busy),
    (LegEnd(status: 200, byPeer: true, wasAnswered: true), .cancelled),
    (LegEnd(status: 408, byPeer: false, wasAnswered: true), .cancelled),
    (LegEnd(status: 503, byPeer: false, wasAnswered: false), .unreachable),
    (LegEnd(status: 503, byPeer: false, wasAnswered: false, isOurFault: true), .systemFailure),
  ])
  func `an attempt fails by its status, by leaving, or by our own fault`(end: LegEnd, reason: EndReason) {
    #expect(end.reasonOfRefusal == reason)
  }

  @Test(arguments: [
    ("0398765432", "*5432"), ("03-9876-5432", "*5432"), ("8000", "8000"), ("110", "110"), ("", ""),
    ("10001", "*0001"),
  ])
  func `of a number a log line shows the end`(number: String, shown: String) {
    #expect(LogLine.masked(number) == shown)
  }

  @Test func `a step of the wall clock changes no duration`() {
    var later = now.advanced(by: .seconds(10))
    later.wallMilliseconds -= 3_600_000
    #expect(later.since(now) == .seconds(10))
    #expect(now < later)
  }
}
