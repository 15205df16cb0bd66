import CallCenter
import Control
import Dialing
import Figures
import History
import Overload
import Supervision
import Telephony
import TelephonyTesting
import Testing

@Suite struct `More to do than can be done` {
  private var floor = Floor { $0.overload.badTime = .seconds(3) }

  private var late: LoadFigures {
    var figures = LoadFigures()
    figures.latenessP99 = .milliseconds(250)
    figures.missedTicks = 7
    return figures
  }

  private mutating func overload() {
    for _ in 0..<3 { floor.measures(late) }
  }

  private func kind(_ result: Result<ControlResult, ControlError>?) -> ControlError.Kind? {
    if case .failure(let error) = result { error.kind } else { nil }
  }

  @Test mutating func `new calls are turned away and told why, and calls that are up or wait are served on`() throws {
    floor.works("anna", at: "desk-1")
    let first = floor.call()
    floor.answers(floor.dialled[0])
    let waiting = floor.call(from: "0322223333")
    overload()
    #expect(floor.effects.contains(.engine(.refuseNewCalls(status: 503, retryAfter: 10...20))))
    let told = try #require(floor.notices().last)
    guard case .overloaded(let load, let causes) = told.body else { throw Missing() }
    #expect(causes == ["lateness"] && load.latenessP99Microseconds == 250_000 && load.missedTicks == 7)
    #expect(told.audience == .everybody && floor.flow.isOverloaded && floor.flow.load == load)

    // One that came past the door before it was shut.
    let late = floor.call(from: "0333334444")
    #expect(floor.effects.contains(.engine(.end(late, status: 503, answeredElsewhere: false))))
    let turnedAway = floor.records.values.filter { $0.endReason == .rejected }
    #expect(turnedAway.map(\.caller.number?.national) == ["0333334444"] && turnedAway.map(\.entry) == ["8000"])
    // Who dials what is not there has not arrived.
    _ = floor.call("7999")
    let figures = floor.keptFigures()
    #expect(figures == floor.foldedFigures())
    let blocked = figures.filter { $0.key.subject == .entry("8000") }.reduce(0) { $0 + $1.value[.blocked] }
    #expect(blocked == 1 && floor.records.count == 3)
    #expect(kind(floor.asks(.callDial("boris", to: "0398765432"))) == .overloaded)
    let wish = MonitorWish(supervisor: "chieko", agent: "anna", mode: .listen, phone: "desk-3")
    #expect(kind(floor.asks(.monitorStart(wish))) == .overloaded)
    #expect(floor.calls.count == 2)

    // Whoever waits gets the next agent.
    #expect(floor.legs[first] == true)
    floor.works("boris", at: "desk-2")
    floor.answers(try #require(floor.dialled.last))
    #expect(floor.agent("boris")?.activity == "talking" && floor.legs[waiting] == true && floor.faults.isEmpty)
  }

  @Test mutating func `emergency calls go out all the same, by a click and from a keypad`() throws {
    floor.works("anna", at: "desk-1")
    overload()
    guard case .success = floor.asks(.callDial("anna", to: "110")) else { throw Missing() }
    let phone = LegID(rawValue: 90)
    floor.legs[phone] = false
    floor.happens(.arrived(phone, Invitation(origin: .phone("desk-2"), called: "119", from: NameAddress())))
    #expect(floor.calls.count == 2)
    let other = LegID(rawValue: 91)
    floor.legs[other] = false
    floor.happens(.arrived(other, Invitation(origin: .phone("desk-3"), called: "0398765432", from: NameAddress())))
    #expect(floor.effects.contains(.engine(.end(other, status: 503, answeredElsewhere: false))))
    #expect(floor.calls.count == 2)
  }

  @Test mutating func `after half a minute of rest calls are taken again`() throws {
    overload()
    for _ in 0..<29 { floor.measures(LoadFigures()) }
    #expect(floor.flow.isOverloaded)
    let mark = floor.mark
    floor.measures(LoadFigures())
    guard case .recovered(_, seconds: 30)? = floor.notices(from: mark).first?.body else { throw Missing() }
    #expect(floor.effects[mark] == .engine(.takeNewCalls))
    _ = floor.call()
    #expect(floor.calls.count == 1)
  }

  @Test mutating func `a daemon that is stopping takes no calls because it has time again`() {
    overload()
    floor.drains()
    let mark = floor.mark
    for _ in 0..<60 { floor.measures(LoadFigures()) }
    overload()
    #expect(floor.effects.dropFirst(mark).isEmpty && !floor.flow.isOverloaded)
  }
}
