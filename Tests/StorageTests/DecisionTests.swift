import Distribution
import Telephony
import TelephonyTesting
import Testing

@testable import Storage

@Suite struct `Decisions in the file` {
  private let folder: Folder
  private let database: Database

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  private func kept(_ number: Int64, _ outcome: Decision.Outcome = .waits, of contact: ContactID = "c") -> KeptDecision
  {
    var decision = Decision(
      contact: contact, queue: "sales", at: moment(number), waited: .seconds(number), outcome: outcome)
    decision.strategy = .leastOccupied
    decision.ahead = 3
    decision.candidates = [
      .init(agent: "anna", level: 1, key: Ratio(3, over: 7), idle: .milliseconds(1500), position: 2),
      .init(agent: "boris", level: nil, key: Ratio(.max), idle: .zero, position: 0),
    ]
    decision.candidates[1].contacts = 2
    decision.moreCandidates = 4
    decision.moreFree = 6
    decision.rivals = Decision.Rivals(ofLoad: 8, ofLevel: 7)
    decision.rivals?.isLevelSeen = false
    decision.leftOut = [
      .init(agent: "chieko", obstacle: .loggedOut), .init(agent: "dora", obstacle: .leftOut(after: .busy)),
    ]
    decision.moreLeftOut = 5
    return KeptDecision(number: number, decision: decision)
  }

  private func found(_ contact: ContactID = "c", since: Int64 = 0, most: Int = 100) async throws -> [KeptDecision] {
    try await database.decisions(about: contact, since: since, most: most)
  }

  @Test func `come back as they were, in their order, after a restart too`() async throws {
    let outcomes: [Decision.Outcome] = [
      .waits, .offered(to: "anna"), .relaxed(step: 2), .relaxed(step: nil), .kept(for: "boris"), .unkept("boris"),
      .diverted(.full),
    ]
    var all = outcomes.enumerated().map { kept(Int64($0.offset + 1), $0.element) }
    let destinations: [Decision.Destination] = [
      .end, .target(.queue("sales")), .target(.announcement("/a \"b\".wav")),
    ]
    for (offset, destination) in destinations.enumerated() {
      all.append(kept(Int64(10 + offset), .diverted(.waitedTooLong)))
      all[all.count - 1].decision.destination = destination
    }
    var bare = kept(8)
    (bare.decision.queue, bare.decision.strategy, bare.decision.rivals) = (nil, nil, nil)
    (bare.decision.candidates, bare.decision.leftOut) = ([], [])
    all.append(bare)
    var ring = kept(9, .offered(to: "anna"))
    ring.decision.strategy = .ringAll
    ring.decision.others = (0..<450).map { AgentID(rawValue: "agent \"\($0)\"") }
    all.append(ring)
    all.sort { $0.number < $1.number }
    for one in all { try await database.save(one, forgetting: 0) }
    #expect(try await found() == all)
    #expect(try await found("d") == [])
    await database.close()
    let reopened = try folder.open()
    #expect(try await reopened.decisions(about: "c", since: 0, most: 100) == all)
  }

  /// Of a floor where everybody is free and all ring, or one does; half of the others are away.
  @Test(
    arguments: [(2000, .ringAll, 32), (450, .ringAll, 12), (2000, .longestIdle, 8), (20, .longestIdle, 4)]
      as [(Int, QueueStrategy, Int)])
  func `one takes some kilobytes, on a large floor too`(agents: Int, strategy: QueueStrategy, kilobytes: Int)
    async throws
  {
    var settings = DistributionSettings(
      queues: [QueueSettings(id: "sales")],
      agents: (0..<2 * agents).map { AgentSettings(id: AgentID(rawValue: "agent-\($0)"), memberships: ["sales": 1]) })
    settings.queues[0].strategy = strategy
    var distributor = Distributor(settings: settings, at: moment(0))
    for (index, agent) in settings.agents.enumerated() {
      let phone = PhoneID(rawValue: "phone-\(index)")
      _ = distributor.phoneBecameReachable(phone, at: moment(1))
      _ = distributor.agentLoggedIn(agent.id, phone: phone, at: moment(1))
      let status: AgentStatus = index % 2 == 0 ? .ready : .notReady(reason: "lunch")
      _ = distributor.statusSet(agent.id, to: status, by: .agent, at: moment(1))
    }
    let effects = distributor.contactArrived("call", for: .queue("sales"), at: moment(40))
    let decisions = effects.compactMap { if case .decided(let decision) = $0 { decision } else { nil } }
    #expect(decisions.count == 1 && decisions.first?.offered.count == (strategy == .ringAll ? agents : 1))
    let decision = try #require(decisions.first)
    let before = try await database.bytes
    for number in 1...200 {
      try await database.save(KeptDecision(number: Int64(number), decision: decision), forgetting: 0)
    }
    let each = (try await database.bytes - before) / 200
    #expect(each < kilobytes * 1000)
  }

  @Test func `of many the latest, and none that is too old`() async throws {
    for number in 1...10 { try await database.save(kept(Int64(number)), forgetting: 0) }
    #expect(try await found(most: 3).map(\.number) == [8, 9, 10])
    #expect(try await found(since: moment(9).wallMilliseconds).map(\.number) == [9, 10])
    #expect(try await found(most: -1) == [])
  }

  @Test func `one that is there stays as it is`() async throws {
    try await database.save(kept(1), forgetting: 0)
    try await database.save(kept(1, .offered(to: "anna")), forgetting: 0)
    #expect(try await found() == [kept(1)])
  }

  @Test func `old ones go, a few with each that comes, the oldest first`() async throws {
    for number in 1...10 { try await database.save(kept(Int64(number)), forgetting: 0) }
    let oldest = moment(9).wallMilliseconds
    try await database.save(kept(11), forgetting: oldest)
    #expect(try await found().map(\.number) == [4, 5, 6, 7, 8, 9, 10, 11])
    #expect(try await database.forgetDecisions(before: oldest, atMost: 2) == 2)
    #expect(try await database.forgetDecisions(before: oldest, atMost: 100) == 3)
    #expect(try await database.forgetDecisions(before: oldest, atMost: 100) == 0)
    #expect(try await found().map(\.number) == [9, 10, 11])
  }

  @Test(arguments: hostileTexts) func `whatever an agent gives as her reason comes back`(text: String) async throws {
    var one = kept(1)
    one.decision.leftOut = [.init(agent: "anna", obstacle: .notReady(reason: text))]
    try await database.save(one, forgetting: 0)
    #expect(try await found() == [one])
  }

  @Test func `what others have written into the file hides nothing else`() async throws {
    let told = Told()
    let folder = try Folder()
    let database = try folder.open { told.add($0) }
    for number in 1...4 { try await database.save(kept(Int64(number)), forgetting: 0) }
    try folder.tamper("UPDATE decisions SET outcome = 'nonsense' WHERE number = 1")
    try folder.tamper("UPDATE decisions SET candidates = '[[1]]', left_out = '[', others = '{}' WHERE number = 2")
    let people = #"[["anna","nonsense"],["boris","talking"]]"#
    try folder.tamper("UPDATE decisions SET left_out = '\(people)' WHERE number = 3")
    let found = try await database.decisions(about: "c", since: 0, most: 100)
    #expect(found.map(\.number) == [2, 3, 4])
    #expect(found[0].decision.candidates == [] && found[0].decision.leftOut == [] && found[0].decision.others == [])
    #expect(found[1].decision.leftOut == [.init(agent: "boris", obstacle: .talking)])
    #expect(found[2] == kept(4))
    #expect(told.columns == ["candidates", "left_out", "others", "outcome"])
  }

  private final class Told: Sendable {
    private let lines = Guarded<[LogLine]>([])
    func add(_ line: LogLine) { lines.withLock { $0.append(line) } }
    var columns: [String] {
      lines.withLock { $0 }.flatMap(\.fields).filter { $0.name == "column" }.map(\.value).sorted()
    }
  }
}

extension Database {
  /// How long the file is.
  fileprivate var bytes: Int64 {
    get async throws {
      try await listing.perform { connection throws(StorageError) in
        let pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        return try connection.rows(pages) { $0.integer(0) }.first ?? 0
      }
    }
  }
}
