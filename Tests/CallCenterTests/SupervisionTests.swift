import CallCenter
import Control
import Distribution
import History
import Recordings
import Supervision
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Supervisors on the floor` {
  private var floor = Self.floor()

  private static func floor(
    capacity: Int = 1, wrapUp: Duration = .seconds(15), mode: WrapUpMode = .timed
  ) -> Floor {
    Floor { settings in
      settings.dispositions = DispositionCodes([.init("solved")])
      for index in settings.distribution.queues.indices {
        settings.distribution.queues[index].wrapUp = wrapUp
        settings.distribution.queues[index].wrapUpMode = mode
      }
      for index in settings.distribution.agents.indices { settings.distribution.agents[index].capacity = capacity }
      settings.distribution.agents.append(.init(id: "boss", memberships: ["support": 1]))
      settings.agents["boss"] = AgentProfile(name: "Boss", phone: "desk-8")
      settings.phones["desk-8"] = PhoneProfile()
    }
  }
  private let supervisor = Client(number: 2, role: .supervisor, agent: nil, userID: 1000, processID: 2)

  /// Anna talks with a caller; both legs and the contact.
  private mutating func talk(_ called: String = "8000") throws -> (caller: LegID, anna: LegID, contact: ContactID) {
    if floor.agent("anna")?.status == "logged_out" { floor.works("anna", at: "desk-1") }
    let caller = floor.call(called)
    let anna = try #require(floor.dialled.last)
    floor.answers(anna)
    return (caller, anna, try #require(floor.calls.last?.contact))
  }

  private mutating func listens(_ mode: MonitorMode = .listen, follow: MonitorFollow? = nil) throws -> LegID {
    let asked = floor.asks(
      .monitorStart(MonitorWish(supervisor: "boss", agent: "anna", mode: mode, follow: follow)), as: supervisor)
    guard case .success = asked else { throw Missing(what: "\(asked.debugDescription)") }
    let leg = try #require(floor.dialled.last)
    floor.answers(leg)
    return leg
  }

  private struct Missing: Error { var what: String }

  private func kind(_ result: Result<ControlResult, ControlError>?) -> ControlError.Kind? {
    if case .failure(let error) = result { error.kind } else { nil }
  }

  @Test mutating func `a supervisor hears both, speaks to the agent, then to both, and leaves nothing behind`() throws {
    let (caller, anna, _) = try talk()
    let before = floor.links
    let boss = try listens()
    #expect(floor.links.subtracting(before).allSatisfy { $0.to == .leg(boss) })
    #expect(floor.links.subtracting(before).count == 2)
    floor.asks(.monitorSetMode("boss", .whisper), as: supervisor)
    #expect(floor.links.filter { $0.from == .leg(boss) } == [AudioLink(from: .leg(boss), to: .leg(anna))])
    floor.asks(.monitorSetMode("boss", .barge), as: supervisor)
    #expect(floor.links.contains(AudioLink(from: .leg(boss), to: .leg(caller))))
    #expect(floor.dialled == [anna, boss])
    #expect(floor.audit.map(\.mode) == [.listen, .listen, .whisper, .barge])
    #expect(floor.audit.allSatisfy { $0.supervisor == "boss" && $0.agent == "anna" && $0.user == 1000 })
    floor.asks(.monitorStop("boss"), as: supervisor)
    #expect(floor.links == before)
    #expect(floor.audit.last?.end == .stopped)
    #expect(floor.faults.isEmpty)
  }

  @Test mutating func `nothing is heard, and no phone rings, while the row is being written`() throws {
    let (_, anna, _) = try talk()
    let before = floor.links
    floor.holdsAudit = true
    floor.asks(.monitorStart(MonitorWish(supervisor: "boss", agent: "anna")), as: supervisor)
    #expect(floor.dialled == [anna])
    floor.auditIsWritten()
    let boss = try #require(floor.dialled.last)
    floor.answers(boss)
    #expect(floor.links == before)
    floor.auditIsWritten(false)
    #expect(floor.links == before && floor.dialled == [anna])
    #expect(floor.monitors.isEmpty)
  }

  @Test mutating func `who takes over is the contact's agent, and the former one wraps up`() throws {
    let (caller, anna, contact) = try talk()
    let recordings = floor.recordings
    let boss = try listens()
    floor.asks(.monitorTakeOver("boss"), as: supervisor)
    #expect(floor.ending == [anna])
    #expect(floor.links.contains(AudioLink(from: .leg(boss), to: .leg(caller))))
    #expect(floor.agent("anna")?.activity == "acw")
    #expect(floor.agent("boss")?.activity == "talking")
    #expect(floor.calls.map(\.agent) == ["boss"])
    #expect(floor.recordings == recordings)
    floor.hangsUp(boss)
    let record = try #require(floor.records[contact])
    #expect(record.endReason == .agentHungUp)
    #expect(record.segments.compactMap(\.endReason) == [.answered, .answeredElsewhere, .agentHungUp])
    #expect(floor.calls.isEmpty && floor.faults + floor.chronicle.faults == [])
  }

  @Test mutating func `whoever took over says what the contact came to, for the former agent too`() throws {
    floor = Self.floor(mode: .untilDisposition)
    let (_, _, contact) = try talk()
    _ = try listens()
    floor.asks(.monitorTakeOver("boss"), as: supervisor)
    let boss = Client(number: 3, role: .agent, agent: "boss", userID: 3, processID: 3)
    let asked = floor.asks(.contactSetDisposition(contact, code: "solved", note: ""), as: boss)
    guard case .success = asked else { throw Missing(what: "\(asked.debugDescription)") }
    #expect(floor.agent("anna")?.activity == "idle" && floor.agent("boss")?.activity == "talking")
    let told = floor.notices().filter { $0.body.type == "contact.disposition" }
    #expect(told.map(\.agent) == ["boss"])
  }

  @Test mutating func `the recording's row says when she came, changed her mode, left and took over`() throws {
    let (_, _, _) = try talk()
    floor.passes(.seconds(3))
    let boss = try listens()
    floor.passes(.seconds(2))
    floor.asks(.monitorSetMode("boss", .whisper), as: supervisor)
    floor.passes(.seconds(1))
    floor.hangsUp(boss)
    _ = try listens()
    floor.asks(.monitorTakeOver("boss"), as: supervisor)
    let marks = try #require(floor.recordingRows.values.first).marks
    #expect(marks.map(\.event) == [.listen, .whisper, .left, .listen, .tookOver])
    #expect(marks.map(\.offset) == [3, 5, 6, 6, 6].map { .seconds($0) })
    #expect(marks.allSatisfy { $0.supervisor == "boss" && $0.agent == "anna" })
    #expect(floor.faults.isEmpty)
  }

  @Test(arguments: [MonitorMode.whisper, .barge])
  mutating func `when the agent hangs up the contact goes on only with a supervisor who barges`(mode: MonitorMode)
    throws
  {
    let (_, anna, contact) = try talk()
    _ = try listens(mode, follow: .contact)
    floor.hangsUp(anna)
    #expect(floor.calls.map(\.agent) == (mode == .barge ? ["boss"] : []))
    #expect(floor.monitors.isEmpty)
    #expect((floor.records[contact]?.endReason == nil) == (mode == .barge))
    #expect(floor.faults + floor.chronicle.faults == [])
  }

  @Test mutating func `who follows an agent is there for her next call, on the same leg, and gets no call of her own`()
    throws
  {
    let (caller, _, _) = try talk()
    floor.works("boss", at: "desk-8")
    let boss = try listens()
    #expect(floor.agent("boss")?.activity == "supervising")
    floor.hangsUp(caller)
    floor.asks(.agentFinish("anna"))
    #expect(floor.legs[boss] == true)
    _ = try talk()
    #expect(floor.links.count { $0.to == .leg(boss) } == 2)
    #expect(floor.monitors.map(\.state) == ["present"])
    floor.hangsUp(boss)
    #expect(floor.agent("boss")?.activity == "idle")
    #expect(floor.faults.isEmpty)
  }

  @Test mutating func `who follows an agent of two calls hears the one that her phone does not hold`() throws {
    floor = Self.floor(capacity: 2)
    let (first, anna, _) = try talk()
    let boss = try listens()
    let second = floor.call("8000")
    let beside = try #require(floor.dialled.last)
    func heard() -> Set<AudioPoint> { Set(floor.links.filter { $0.to == .leg(boss) }.map(\.from)) }
    floor.happens(.held(anna))
    floor.answers(beside)
    #expect(heard() == [.leg(second), .leg(beside)])
    floor.happens(.held(beside))
    floor.happens(.retrieved(anna))
    #expect(heard() == [.leg(first), .leg(anna)])
    #expect(floor.dialled.last == beside && floor.faults.isEmpty)
  }

  @Test mutating func `a call that her phone held before it was joined leaves the follower where she is`() throws {
    floor = Self.floor(capacity: 2)
    let (first, anna, _) = try talk()
    let boss = try listens()
    func heard() -> Set<AudioPoint> { Set(floor.links.filter { $0.to == .leg(boss) }.map(\.from)) }
    // Another caller, and then a number that she dials: each is held before it is answered.
    _ = floor.call("8000")
    let beside = try #require(floor.dialled.last)
    floor.happens(.held(beside))
    floor.answers(beside)
    #expect(heard() == [.leg(first), .leg(anna)])
    let keypad = LegID(rawValue: 90)
    floor.legs[keypad] = false
    floor.happens(
      .arrived(
        keypad, Invitation(origin: .phone("desk-1"), called: "0312340000", from: NameAddress(user: "desk-1"))))
    let far = try #require(floor.dialled.last)
    floor.happens(.held(keypad))
    floor.answers(far)
    #expect(floor.calls.count == 3 && heard() == [.leg(first), .leg(anna)])
    #expect(floor.monitors.map(\.state) == ["present"] && floor.audit.count { $0.action == .placed } == 1)
    floor.happens(.retrieved(keypad))
    #expect(heard() == [.leg(keypad), .leg(far)])
    #expect(floor.faults + floor.chronicle.faults == [])
  }

  @Test mutating func `nothing is told of a monitor after its end, though the agent whom it followed logs out by that`()
    throws
  {
    floor = Self.floor(wrapUp: .zero)
    _ = try talk()
    _ = try listens()
    floor.asks(.monitorStart(MonitorWish(supervisor: "chieko", agent: "anna", phone: "desk-3")), as: supervisor)
    floor.answers(try #require(floor.dialled.last))
    let follower = try #require(floor.monitors.first { $0.supervisor == "chieko" }?.monitor)
    floor.asks(.agentLogOut("anna"))
    floor.asks(.monitorTakeOver("boss"), as: supervisor)
    #expect(floor.agent("anna")?.status == "logged_out" && floor.monitors.isEmpty)
    let told = floor.notices().compactMap { notice -> String? in
      switch notice.body {
      case .monitorStarted(let monitor), .monitorChanged(let monitor), .monitorStopped(let monitor, _):
        monitor.monitor == follower ? notice.body.type : nil
      default: nil
      }
    }
    #expect(told == ["monitor.started", "monitor.changed", "monitor.stopped"])
    let rows = floor.audit.filter { $0.monitor == follower }
    #expect(rows.map(\.action) == [.asked, .placed, .left, .ended] && rows.map(\.position) == [1, 2, 3, 4])
    #expect(rows.last?.end == .agentLeft && floor.faults.isEmpty)
  }

  @Test mutating func `when the agent's client hangs up, whoever barges stays with the customer`() throws {
    let (caller, _, contact) = try talk()
    _ = try listens(.barge)
    floor.asks(.callHangUp(contact), as: Client(number: 3, role: .agent, agent: "anna", userID: 3, processID: 3))
    #expect(floor.calls.map(\.agent) == ["boss"] && !floor.ending.contains(caller))
    floor.asks(.callHangUp(contact), as: supervisor)
    #expect(floor.calls.isEmpty && floor.ending.contains(caller))
    #expect(floor.faults + floor.chronicle.faults == [])
  }

  @Test mutating func `while there is too much to do, who is on the line may go elsewhere, and nobody else is rung`()
    throws
  {
    _ = try talk()
    floor.works("boris", at: "desk-2")
    _ = try listens()
    var late = LoadFigures()
    late.latenessP99 = .seconds(1)
    for _ in 0..<5 { floor.measures(late) }
    let boss = floor.asks(.monitorStart(MonitorWish(supervisor: "boss", agent: "boris")), as: supervisor)
    #expect(kind(boss) == nil && floor.monitors.map(\.agent) == ["boris"])
    let other = floor.asks(.monitorStart(MonitorWish(supervisor: "anna", agent: "boris")), as: supervisor)
    #expect(kind(other) == .overloaded)
  }

  @Test mutating func `who dialled beside it and takes over talks on when the dialled call is over`() throws {
    floor.asks(.agentLogIn("boss", "desk-8"))
    _ = try talk()
    _ = try listens()
    let keypad = LegID(rawValue: 90)
    floor.legs[keypad] = false
    floor.happens(
      .arrived(
        keypad, Invitation(origin: .phone("desk-8"), called: "0312340000", from: NameAddress(user: "desk-8"))))
    floor.answers(try #require(floor.dialled.last))
    #expect(floor.agent("boss")?.activity == "outbound_talking")
    floor.asks(.monitorTakeOver("boss"), as: supervisor)
    floor.asks(.agentSetStatus("boss", .ready))
    floor.hangsUp(keypad)
    #expect(floor.agent("boss")?.activity == "talking")
    #expect(floor.faults + floor.chronicle.faults == [])
  }

  @Test mutating func `a dialled number that was taken over hangs up on the supervisor`() throws {
    floor.works("anna", at: "desk-1")
    floor.asks(.callDial("anna", to: "0398765432"))
    let anna = try #require(floor.dialled.last)
    floor.answers(anna)
    let number = try #require(floor.dialled.last)
    floor.answers(number)
    let boss = try listens()
    floor.asks(.monitorTakeOver("boss"), as: supervisor)
    #expect(floor.links.contains(AudioLink(from: .leg(boss), to: .leg(number))))
    floor.hangsUp(number)
    #expect(floor.ending == [anna, boss])
    #expect(floor.agent("boss")?.activity != "talking")
    #expect(floor.calls.isEmpty && floor.faults + floor.chronicle.faults == [])
  }

  @Test mutating func `what is refused, and why`() throws {
    floor.works("boris", at: "desk-2")
    let (_, _, contact) = try talk("8002")
    func start(_ wish: MonitorWish) -> ControlError.Kind? { kind(floor.asks(.monitorStart(wish), as: supervisor)) }
    #expect(start(MonitorWish(supervisor: "nobody", agent: "anna")) == .notFound)
    #expect(start(MonitorWish(supervisor: "boss", agent: "nobody")) == .notFound)
    #expect(start(MonitorWish(supervisor: "boss", agent: "chieko")) == .wrongState)
    #expect(start(MonitorWish(supervisor: "boss", contact: "none")) == .notFound)
    #expect(start(MonitorWish(supervisor: "boss", agent: "anna", phone: "desk-7")) == .notFound)
    #expect(start(MonitorWish(supervisor: "boss", agent: "anna", phone: "desk-2")) == .wrongState)
    #expect(start(MonitorWish(supervisor: "chieko", agent: "anna")) == .invalidParameters)
    #expect(start(MonitorWish(supervisor: "anna", contact: contact)) == .wrongState)
    #expect(start(MonitorWish(supervisor: "boris", agent: "boris")) == .refused)
    #expect(kind(floor.asks(.monitorStop("boss"), as: supervisor)) == .wrongState)
    _ = try listens()
    #expect(start(MonitorWish(supervisor: "boss", agent: "anna")) == .wrongState)
  }
}

@Suite(.timeLimit(.minutes(5))) struct `The audit at work` {
  /// Boss is to hear anna, whose call is up, and the store hangs or breaks.
  private func scene(_ change: (MemoryStore) -> Void) async -> Office {
    let office = Office { settings in
      settings.distribution.agents.append(.init(id: "boss", memberships: [:]))
      settings.agents["boss"] = AgentProfile(name: "Boss", phone: "desk-2")
    }
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    office.engine.happens(.answered(await office.nextDial().leg))
    await office.notices.next { $0.body.type == "contact.connected" }
    change(office.store)
    await office.asks(.monitorStart(MonitorWish(supervisor: "boss", agent: "anna")))
    return office
  }

  @Test func `no phone rings before the row is on the disk`() async {
    let office = await scene { $0.hangs() }
    while !office.store.isWaitedFor { await Task.yield() }
    let dials = office.engine.orders.count { if case .dial = $0 { true } else { false } }
    #expect(dials == 1 && office.store.audit.isEmpty)
    office.store.releases()
    let (leg, destination) = await office.nextDial()
    #expect(destination == .phone("desk-2"))
    #expect(office.store.audit.map(\.action) == [.asked])
    office.engine.happens(.answered(leg))
    await office.notices.next { $0.body.type == "monitor.started" }
    #expect(office.store.audit.map(\.action) == [.asked, .placed])
    #expect(office.store.audit.allSatisfy { $0.supervisor == "boss" && $0.agent == "anna" && $0.user == 0 })
    await office.closes()
  }

  @Test func `a supervisor's own call is not answered before the row is on the disk`() async {
    let office = Office { settings in
      settings.distribution.agents.append(.init(id: "boss", memberships: [:]))
      settings.agents["boss"] = AgentProfile(name: "Boss", phone: "desk-2")
      settings.supervision.rules.rows = [MonitorRule(supervisor: "boss")]
    }
    office.opens()
    await office.works("anna", at: "desk-1")
    office.store.hangs()
    let leg = LegID(rawValue: 70)
    office.engine.happens(
      .arrived(leg, Invitation(origin: .phone("desk-2"), called: "*55anna", from: NameAddress(user: "desk-2"))))
    while !office.store.isWaitedFor { await Task.yield() }
    #expect(!office.engine.orders.contains(.answer(leg)) && office.store.audit.isEmpty)
    office.store.releases()
    _ = await office.engine.next { $0 == .answer(leg) }
    #expect(office.store.audit.map(\.action) == [.asked] && office.store.audit.map(\.user) == [nil])
    await office.closes()
  }

  @Test func `a store that fails ends the monitor, and the call goes on`() async {
    let office = await scene { $0.breaks() }
    await office.notices.next {
      if case .monitorStopped(_, let reason) = $0.body { reason == "audit_failed" } else { false }
    }
    #expect(office.engine.orders.count { if case .dial = $0 { true } else { false } } == 1)
    #expect(office.lines.all.contains { $0.message == "the audit failed" })
    #expect(!office.notices.all.contains { $0.notice.body.type == "contact.ended" })
    await office.closes()
  }
}
