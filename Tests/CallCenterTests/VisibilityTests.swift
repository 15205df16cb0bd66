import Control
import Distribution
import Recordings
import Supervision
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Who may know that somebody is monitored` {
  private static let supervisor = Client(number: 2, role: .supervisor, agent: nil, userID: 1, processID: 1)
  private static let anna = Client(number: 3, role: .agent, agent: "anna", userID: 2, processID: 1)
  private static let boris = Client(number: 4, role: .agent, agent: "boris", userID: 3, processID: 1)
  private static let boss = Client(number: 5, role: .agent, agent: "boss", userID: 4, processID: 1)
  private static let wallboard = Client(number: 6, role: .agent, agent: nil, userID: 5, processID: 1)
  private static let everybody = [supervisor, anna, boris, boss, wallboard]

  private var floor = Floor()

  /// Anna talks, and is listened to by boss.
  private mutating func scene(_ visibility: Visibility) throws {
    floor = Floor { settings in
      settings.supervision.visibility = visibility
      settings.distribution.agents.append(.init(id: "boss", memberships: ["support": 9]))
      settings.agents["boss"] = AgentProfile(name: "Boss", phone: "desk-8")
      settings.phones["desk-8"] = PhoneProfile()
    }
    floor.works("boss", at: "desk-8")
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    floor.answers(try #require(floor.dialled.last))
    floor.asks(.monitorStart(MonitorWish(supervisor: "boss", agent: "anna")), as: Self.supervisor)
    floor.answers(try #require(floor.dialled.last))
  }

  /// What a client is sent, now or when it asks for it again.
  private func sent(to client: Client) throws -> [Notice] {
    guard
      case .eventsSubscribe(let subscription) = try Command.named("events.subscribe")
        .request(parameters: .object(["since": .integer(1)]), from: client)
    else { return [] }
    var log = NoticeLog(epoch: 1)
    let live = floor.notices().filter { log.append($0).isWanted(by: subscription) }
    #expect(log.replay(subscription).entries.map(\.type) == live.map(\.body.type))
    return live
  }

  private func changes(of agent: AgentID, sentTo client: Client) throws -> [(AgentSummary, cause: String)] {
    try sent(to: client).compactMap {
      if case .agentChanged(let summary, let cause, _) = $0.body, summary.agent == agent {
        (summary, cause)
      } else {
        nil
      }
    }
  }

  /// Whether it is sent that boss supervises, or anything of a monitor.
  private func isTold(_ client: Client) throws -> Bool {
    if try sent(to: client).contains(where: { $0.body.type.hasPrefix("monitor.") }) { return true }
    return try changes(of: "boss", sentTo: client)
      .contains { $0.activity == "supervising" || $1.hasPrefix("supervis") }
  }

  /// Nil: forbidden.
  private mutating func list(_ client: Client) -> [MonitorID]? {
    guard case .success(.monitors(let list)) = floor.asks(.monitorList, as: client) else { return nil }
    return list.map(\.monitor)
  }

  private mutating func seen(by client: Client) -> String? {
    guard case .success(.agents(let agents)) = floor.asks(.agentsList, as: client) else { return nil }
    return agents.first { $0.agent == "boss" }?.activity
  }

  @Test mutating func `supervisors only: nobody else is told, shown, or finds a trace of it`() throws {
    try scene(.supervisors)
    #expect(try Self.everybody.map(isTold) == [true, false, false, true, false])
    for client in [Self.anna, Self.boris, Self.boss, Self.wallboard] { #expect(list(client) == nil) }
    #expect(list(Self.supervisor)?.count == 1)
    #expect(Self.everybody.map { seen(by: $0) } == ["supervising", "idle", "idle", "supervising", "idle"])
    // Nor by what is refused.
    for request in [Request.agentFinish("boss"), .agentExtendWrapUp("boss", seconds: 5)] {
      let told = Self.everybody.map { "\(String(describing: floor.asks(request, as: $0)))".contains("supervising") }
      #expect(told == [true, false, false, true, false])
    }
  }

  @Test mutating func `the agent: her own clients are told of what is hers`() throws {
    try scene(.agent)
    #expect(try Self.everybody.map(isTold) == [true, true, false, true, false])
    #expect(list(Self.anna)?.count == 1)
    #expect(list(Self.boris) == [])
    #expect(list(Self.wallboard) == nil)
    #expect(
      Self.everybody.map { seen(by: $0) } == ["supervising", "supervising", "idle", "supervising", "idle"])
  }

  @Test mutating func `everyone: all are told, and whoever is bound to an agent of what is hers`() throws {
    try scene(.everyone)
    #expect(try Self.everybody.map(isTold) == [true, true, false, true, true])
    #expect(list(Self.wallboard)?.count == 1 && list(Self.boris) == [])
    #expect(Self.everybody.map { seen(by: $0) } == Array(repeating: "supervising", count: 5))
  }

  /// The words that a client is sent of monitors.
  private func words(sentTo client: Client) throws -> [String] {
    try sent(to: client).compactMap {
      switch $0.body {
      case .monitorStarted(let monitor): "started \(monitor.agent)"
      case .monitorChanged(let monitor): "changed \(monitor.agent)"
      case .monitorStopped(let monitor, let reason): "stopped \(monitor.agent) \(reason)"
      default: nil
      }
    }
  }

  @Test(arguments: [Visibility.agent, .everyone])
  mutating func `an agent whom she leaves for another is told so, and the other one when she is heard`(
    visibility: Visibility
  ) throws {
    try scene(visibility)
    floor.works("boris", at: "desk-2")
    floor.asks(.monitorStart(MonitorWish(supervisor: "boss", agent: "boris")), as: Self.supervisor)
    #expect(try words(sentTo: Self.anna) == ["started anna", "stopped anna moved"])
    #expect(try words(sentTo: Self.boris) == [])
    let caller = floor.call()
    floor.answers(try #require(floor.dialled.last))
    #expect(try words(sentTo: Self.boris) == ["started boris"])
    floor.hangsUp(caller)
    floor.asks(.monitorStop("boss"), as: Self.supervisor)
    #expect(try words(sentTo: Self.anna) == ["started anna", "stopped anna moved"])
    #expect(try words(sentTo: Self.boris) == ["started boris", "changed boris", "stopped boris stopped"])
    #expect(
      try words(sentTo: Self.supervisor)
        == ["started anna", "changed boris", "changed boris", "changed boris", "stopped boris stopped"])
    #expect(try words(sentTo: Self.wallboard) == (visibility == .agent ? [] : try words(sentTo: Self.supervisor)))
  }

  @Test(arguments: [
    (Visibility.supervisors, [1, nil, nil, nil, nil]), (.agent, [1, 1, 0, 0, nil]),
    (.everyone, [1, 1, 0, 0, 1]),
  ])
  mutating func `marks in recordings are shown to whoever may know`(
    visibility: Visibility, expected: [Int?]
  ) throws {
    try scene(visibility)
    let marks = [RecordingMark(offset: .zero, event: .listen, supervisor: "boss", agent: "anna")]
    #expect(Self.everybody.map { floor.flow.visible(marks, to: $0)?.count } == expected)
  }

  @Test(arguments: Visibility.allCases)
  mutating func `what else becomes of her is told to all, and once to each`(visibility: Visibility) throws {
    try scene(visibility)
    let mark = floor.mark
    floor.asks(.agentSetStatus("boss", .away(reason: "lunch")))
    floor.asks(.monitorStop("boss"), as: Self.supervisor)
    floor.effects = Array(floor.effects[mark...])
    for client in [Self.supervisor, Self.boss, Self.wallboard] {
      let changes = try changes(of: "boss", sentTo: client).map(\.0)
      #expect(changes.map(\.status) == ["ready", "not_ready"])
      #expect(changes.map(\.pending) == ["not_ready", nil])
    }
  }

  @Test(arguments: Visibility.allCases)
  mutating func `who takes over is seen talking by all`(visibility: Visibility) throws {
    try scene(visibility)
    floor.asks(.monitorTakeOver("boss"), as: Self.supervisor)
    #expect(try changes(of: "boss", sentTo: Self.wallboard).last?.0.activity == "talking")
  }
}
