import Supervision
import Telephony
import Testing

@Suite struct `Who may know of a monitor` {
  private static let boss = Visibility.Onlooker(isSupervisor: true)
  private static let (anna, boris) = (
    Visibility.Onlooker(isSupervisor: false, own: "anna"), Visibility.Onlooker(isSupervisor: false, own: "boris")
  )
  private static let wallboard = Visibility.Onlooker(isSupervisor: false)
  private static let all = [boss, anna, boris, wallboard]

  /// Of anna, who is monitored.
  private func monitor(_ visibility: Visibility = .supervisors) throws -> (Monitor, MonitorDesk) {
    var booth = Booth { $0.visibility = visibility }
    _ = booth.talks()
    _ = try booth.listens("second")
    return (try #require(booth.desk.monitors.first), booth.desk)
  }

  @Test(arguments: [
    (Visibility.supervisors, [Audience.supervisors()], [Audience.supervisors()], [Audience]()),
    (.agent, [.supervisors()], [.supervisors(and: ["anna"])], [.bound(to: "anna")]),
    (.everyone, [.supervisors(), .others(than: ["anna"])], [.everybody], [.bound(to: "anna")]),
  ])
  func `its notices are for these, before her clients know of it and after, and what is hers alone`(
    visibility: Visibility, before: [Audience], after: [Audience], own: [Audience]
  ) throws {
    let (monitor, _) = try monitor()
    #expect(visibility.audiences(of: monitor, isKnown: false) == before)
    #expect(visibility.audiences(of: monitor, isKnown: true) == after)
    #expect(visibility.ownAudience(of: monitor) == own)
  }

  @Test(arguments: [
    (Visibility.supervisors, Audience.supervisors(), Audience.supervisors()),
    (.agent, .supervisors(and: ["anna"]), .supervisors()), (.everyone, .everybody, .everybody),
  ])
  func `a file of what was said beside her is told to whoever may know`(
    visibility: Visibility, hers: Audience, nobodys: Audience
  ) {
    #expect(visibility.audience(ofFileBeside: "anna") == hers)
    #expect(visibility.audience(ofFileBeside: nil) == nobodys)
  }

  @Test func `only where not everybody may know is somebody told another thing of who supervises`() {
    for visibility in [Visibility.supervisors, .agent] {
      let audiences = visibility.audiences(ofSupervising: "boss")
      #expect(audiences?.told == .supervisors(and: ["boss"]) && audiences?.deceived == .others(than: ["boss"]))
    }
    #expect(Visibility.everyone.audiences(ofSupervising: "boss") == nil)
  }

  /// Each of the supervisor, anna, boris and whoever is bound to nobody.
  @Test(arguments: [
    (Visibility.supervisors, [true, false, false, false], [true, false, false, false], [true, false, false, false]),
    (.agent, [true, true, false, false], [true, false, false, false], [true, true, true, false]),
    (.everyone, [true, true, true, true], [true, true, true, true], [true, true, true, true]),
  ])
  func `these may know that she is monitored, that somebody is, and see a list`(
    visibility: Visibility, hers: [Bool], nobodys: [Bool], lists: [Bool]
  ) {
    #expect(Self.all.map { visibility.mayKnow($0, of: "anna") } == hers)
    #expect(Self.all.map { visibility.mayKnow($0, of: nil) } == nobodys)
    #expect(Self.all.map { visibility.mayList($0) } == lists)
  }

  @Test(arguments: [
    (Visibility.supervisors, [true, false, false, false]), (.agent, [true, true, false, false]),
    (.everyone, [true, true, false, true]),
  ])
  func `who is bound to an agent finds what is hers in a list, and no more`(visibility: Visibility, expected: [Bool]) {
    #expect(Self.all.map { visibility.lists("anna", for: $0) } == expected)
  }

  @Test(arguments: [
    (Visibility.supervisors, [true, false, false, false]), (.agent, [true, true, false, false]),
    (.everyone, [true, true, true, true]),
  ])
  func `that somebody supervises is known to whoever knows of the one whom she hears, and to herself`(
    visibility: Visibility, expected: [Bool]
  ) throws {
    let (_, desk) = try monitor(visibility)
    #expect(Self.all.map { desk.mayKnow($0, that: "second") } == expected)
    #expect(desk.mayKnow(Visibility.Onlooker(isSupervisor: false, own: "second"), that: "second"))
    #expect(desk.mayKnow(Self.anna, that: "third") == (visibility == .everyone))
  }
}

@Suite struct `What supervisors say, recorded apart` {
  @Test(arguments: Case.all)
  func `a file of its own is for who is heard, where that is wanted`(one: Case) throws {
    var booth = Booth { $0.recorded = one.recorded }
    #expect(booth.desk.recordsApart(one.mode) == one.expected)
    #expect(!booth.desk.recordsApart(in: "c"))
    _ = booth.talks()
    _ = try booth.listens(mode: one.mode)
    #expect(booth.desk.recordsApart(in: "c") == one.expected)
    #expect(!booth.desk.recordsApart(in: "d"))
    _ = booth.desk.stopAsked(by: "boss", user: 1, at: booth.now)
    #expect(!booth.desk.recordsApart(in: "c"))
  }

  struct Case: Sendable {
    let recorded: SupervisorRecording
    let mode: MonitorMode
    let expected: Bool

    static let all = SupervisorRecording.allCases.flatMap { recorded in
      MonitorMode.allCases.map { mode in
        Case(
          recorded: recorded, mode: mode, expected: recorded == .separate && [.whisper, .barge].contains(mode))
      }
    }
  }
}
