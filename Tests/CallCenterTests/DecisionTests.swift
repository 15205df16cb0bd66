import CallCenter
import Control
import Distribution
import Supervision
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite(.timeLimit(.minutes(5))) struct `Why a contact went where it went` {
  private func agent(_ name: AgentID?) -> Client {
    Client(number: 2, role: .agent, agent: name, userID: 0, processID: 1)
  }

  private func explanation(of contact: ContactID, _ office: Office, as client: Client = Floor.administrator)
    async throws -> ExplanationSummary
  {
    guard case .success(.explanation(let found)) = await office.asks(.distributionExplain(contact), as: client) else {
      throw Missing()
    }
    return found
  }

  private func refusal(_ contact: ContactID, _ office: Office, as client: Client) async -> ControlError.Kind? {
    guard case .failure(let error) = await office.asks(.distributionExplain(contact), as: client) else { return nil }
    return error.kind
  }

  private func contact(_ office: Office) async throws -> ContactID {
    await office.notices.next { $0.body.type == "contact.arrived" }
    return try #require(office.notices.all.compactMap { $0.notice.contact }.first)
  }

  /// Anna declines, and so it waits: boris is away.
  private func office(_ change: (inout CallFlowSettings) -> Void = { _ in }) async throws -> (Office, ContactID) {
    let office = Office(change: change)
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.works("boris", at: "desk-2")
    await office.asks(.agentSetStatus("boris", .away(reason: "lunch")))
    office.calls(1)
    let (phone, _) = await office.nextDial()
    office.engine.happens(.ended(phone, LegEnd(status: 603, byPeer: true, wasAnswered: false)))
    await office.notices.next { $0.body.type == "contact.offerEnded" }
    return (office, try await contact(office))
  }

  @Test
  func `each decision is told with its time, its sentences, its candidates and the others, and how it stands now`()
    async throws
  {
    let (office, contact) = try await office()
    let found = try await explanation(of: contact, office)
    #expect(found.contact == contact && found.decisions.map(\.outcome) == ["offered"])
    let offered = try #require(found.decisions.first)
    #expect(RFC3339.milliseconds(offered.time).map { $0 >= 1_790_000_000_000 } == true)
    #expect(offered.agent == "anna" && offered.queue == "support" && offered.strategy == "longest_idle")
    #expect(offered.candidates.map(\.agent) == ["anna"] && offered.candidates.map(\.key) == ["0"])
    #expect(offered.candidates.map(\.level) == [1])
    #expect(
      offered.leftOut == [
        LeftOutSummary(agent: "boris", reason: "not_ready", detail: "lunch"),
        LeftOutSummary(agent: "chieko", reason: "logged_out", detail: nil),
      ])
    #expect(offered.english.hasPrefix("After 0 s it was offered to Anna, the only one who could take it"))
    #expect(offered.japanese.contains("Annaさんを呼び出しました"))
    let present = try #require(found.present)
    #expect(present.outcome == "waits" && present.candidates.isEmpty)
    #expect(present.leftOut.first == LeftOutSummary(agent: "anna", reason: "offer_failed", detail: "declined"))
    #expect(present.english.contains("Anna (left out after declining)"))
    await office.closes()
  }

  @Test func `while a phone rings for it, nobody is told that it waits`() async throws {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    let (phone, _) = await office.nextDial()
    let contact = try await contact(office)
    let found = try await explanation(of: contact, office)
    #expect(found.decisions.map(\.outcome) == ["offered"] && found.present == nil)
    office.engine.happens(.ended(phone, LegEnd(status: 603, byPeer: true, wasAnswered: false)))
    await office.notices.next { $0.body.type == "contact.offerEnded" }
    #expect(try await explanation(of: contact, office).present?.outcome == "waits")
    await office.closes()
  }

  @Test func `an agent's own client is told of what was offered to her, and of nothing else`() async throws {
    let (office, contact) = try await office()
    let told = try await explanation(of: contact, office, as: agent("anna"))
    #expect(told.decisions.count == 1)
    // How her colleagues stood is only counted.
    #expect(told.decisions[0].candidates.map(\.agent) == ["anna"] && told.decisions[0].leftOut.isEmpty)
    #expect(told.decisions[0].moreLeftOut == 2 && !told.decisions[0].english.contains("lunch"))
    #expect(told.present?.leftOut.map(\.agent) == ["anna"])
    #expect(try await explanation(of: contact, office, as: agent(nil)).decisions.count == 1)
    #expect(await refusal(contact, office, as: agent("boris")) == .forbidden)
    #expect(await refusal("nothing", office, as: agent("boris")) == .notFound)
    await office.closes()
  }

  @Test func `what is not held any more is found in the store, once it is written`() async throws {
    let (office, contact) = try await office()
    try await eventually("it is written") { office.store.oldestDecision != nil }
    // The day before.
    let day: Int64 = 86_400_000
    #expect(office.store.oldestDecision.map { abs($0 - (1_790_000_000_000 - day)) < 3_600_000 } == true)
    let other = KeptDecision(
      number: 7,
      decision: Decision(
        contact: "of yesterday", queue: "support",
        at: Moment(monotonicNanoseconds: 5, wallMilliseconds: 1_790_000_000_000 - 1000), waited: .seconds(3),
        outcome: .offered(to: "boris")))
    try await office.store.save(other, forgetting: 0)
    let found = try await explanation(of: "of yesterday", office, as: agent("boris"))
    #expect(found.decisions.map(\.agent) == ["boris"] && found.present == nil)
    #expect(await refusal("of yesterday", office, as: agent("anna")) == .forbidden)
    // Of what is held nothing is asked of a store that is broken; of the rest it is said.
    office.store.breaks()
    #expect(try await explanation(of: contact, office).decisions.count == 1)
    #expect(await refusal("of yesterday", office, as: Floor.administrator) == .internalError)
    await office.closes()
  }

  @Test func `with nothing kept it is told how things stand, and nothing is written`() async throws {
    let (office, contact) = try await office {
      $0.keepsDecisions = .zero
      $0.distribution.explains = false
    }
    let found = try await explanation(of: contact, office)
    #expect(found.decisions.isEmpty && found.present?.leftOut.first?.reason == "offer_failed")
    await office.closes()
    #expect(office.store.oldestDecision == nil)
  }

  @Test(arguments: [Visibility.supervisors, .agent, .everyone])
  func `that somebody listens in is told to nobody who may not know`(visibility: Visibility) async throws {
    let (office, _) = try await office { $0.supervision.visibility = visibility }
    var decision = Decision(
      contact: "c", queue: "support", at: Moment(monotonicNanoseconds: 0, wallMilliseconds: 1_790_000_000_000),
      waited: .zero, outcome: .offered(to: "anna"))
    decision.leftOut = [
      .init(agent: "boris", obstacle: .talking), .init(agent: "chieko", obstacle: .supervising),
    ]
    try await office.store.save(KeptDecision(number: 9, decision: decision), forgetting: 0)
    func told(_ client: Client) async throws -> DecisionSummary {
      try #require(try await explanation(of: "c", office, as: client).decisions.first)
    }
    #expect(try await told(Floor.administrator).leftOut.map(\.reason) == ["talking", "supervising"])
    #expect(try await told(agent(nil)).leftOut.count == (visibility == .everyone ? 2 : 1))
    #expect(try await told(agent("anna")).leftOut.isEmpty)
    let hidden = try await told(agent(nil))
    #expect(hidden.leftOut.count + hidden.moreLeftOut == 2)
    #expect(hidden.english.contains("supervising") == (visibility == .everyone))
    await office.closes()
  }

  @Test func `while a disk hangs the latest are kept, and it is said how many were lost`() async throws {
    let office = Office()
    office.opens()
    office.store.hangs()
    await office.works("anna", at: "desk-1")
    try await eventually("the disk is written to") { office.store.isWaitedFor }
    let most = UnwrittenDecisions.most
    await office.service.decides(1...Int64(most + 3))
    let lost = { office.lines.all.filter { $0.message.hasPrefix("decisions ") } }
    #expect(lost().map(\.message) == ["decisions are lost: the disk does not take them"])
    office.store.releases()
    try await eventually("they are written") { office.store.writtenDecisions.count == most }
    #expect(office.store.writtenDecisions.map(\.number).sorted() == Array(4...Int64(most + 3)))
    #expect(lost().last?.message == "decisions were lost" && lost().last?.fields.map(\.value) == ["3"])
    await office.closes()
  }

  @Test func `that all phones ring is one row, and each of those who rang may ask`() async throws {
    let office = Office { settings in
      settings.distribution.queues[0].strategy = .ringAll
      for index in settings.distribution.agents.indices {
        settings.distribution.agents[index].memberships = [settings.distribution.queues[0].id: 1]
      }
    }
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.works("boris", at: "desk-2")
    office.calls(1)
    _ = await office.nextDial()
    let contact = try await contact(office)
    office.engine.happens(.ended(LegID(rawValue: 1), LegEnd(status: 487, byPeer: true, wasAnswered: false)))
    await office.notices.next { $0.body.type == "contact.ended" }
    let found = try await explanation(of: contact, office, as: agent("boris"))
    #expect(found.decisions.map(\.agent) == ["anna"] && found.decisions.map(\.others) == [["boris"]])
    #expect(found.decisions.first?.english.contains("it rings all 2 agents of ") == true)
    #expect(await refusal(contact, office, as: agent("chieko")) == .forbidden)
    try await eventually("it is written") { !office.store.writtenDecisions.isEmpty }
    #expect(office.store.writtenDecisions.map(\.decision.offered) == [["anna", "boris"]])
    await office.closes()
  }
}

extension CallCenterService {
  /// Writes decisions of these numbers.
  fileprivate func decides(_ numbers: ClosedRange<Int64>) {
    for number in numbers {
      let decision = Decision(
        contact: "c", queue: "support", at: Moment(monotonicNanoseconds: number, wallMilliseconds: 0), waited: .zero,
        outcome: .waits)
      write(KeptDecision(number: number, decision: decision))
    }
  }
}
