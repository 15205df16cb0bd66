import Control
import Directory
import History
import Recordings
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite(.timeLimit(.minutes(5))) struct `What clients read from the stores` {
  @Test func `whoever has heard that a contact ended finds it in the history at once`() async throws {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    for leg in [1, 2, 3] as [UInt64] {
      await office.serves(leg)
      await office.notices.nextEnd(of: Int(leg))
      guard case .success(.history(let contacts)) = await office.asks(.historyList(HistoryFilter())) else {
        throw Missing()
      }
      #expect(contacts.map(\.endReason) == Array(repeating: "agent_hung_up", count: Int(leg)))
      #expect(contacts.allSatisfy { $0.recordings.map(\.state) == ["sealed"] })
    }
    await office.closes()
  }

  @Test func `whoever asks for the history while rows cannot be written waits for those that there are, and no others`()
    async throws
  {
    let office = Office()
    office.store.hangs()
    office.opens()
    await office.works("anna", at: "desk-1")
    await office.serves(1)
    try await eventually("the first rows hang") { office.store.isWaitedFor }
    await office.serves(2)
    await office.notices.nextEnd(of: 2)
    let asking = Task { await office.asks(.historyList(HistoryFilter())) }
    while await office.service.unwritten.readers.isEmpty { await Task.yield() }
    // Of the first rows alone, she cannot be told of the second end.
    office.store.releases(andHangsAgain: true)
    try await eventually("the next rows hang") { office.store.isWaitedFor }
    office.store.releases()
    guard case .success(.history(let contacts)) = await asking.value else { throw Missing() }
    #expect(contacts.map(\.endReason) == ["agent_hung_up", "agent_hung_up"])
    await office.closes()
  }

  @Test func `a client that is bound to an agent is told of her calls only`() async throws {
    let office = Office()
    office.opens()
    await office.works("anna", at: "desk-1")
    office.calls(1)
    _ = await office.nextDial()
    office.calls(2)
    func calls(of agent: AgentID?) async throws -> [AgentID?] {
      let client = Client(number: 2, role: .agent, agent: agent, userID: 0, processID: 1)
      guard case .success(.calls(let calls)) = await office.asks(.callsList, as: client) else { throw Missing() }
      return calls.map(\.agent)
    }
    while try await calls(of: nil).count < 2 { await Task.yield() }
    #expect(try await calls(of: "anna") == ["anna"])
    #expect(try await calls(of: "boris") == [])
    await office.closes()
  }

  @Test func `nothing is found of an agent or a queue that there is not, and that is said`() async throws {
    let office = Office()
    office.opens()
    for (agent, queue, answer) in [
      ("annna", nil, "there is no agent annna; did you mean 'anna'?"),
      (nil, "suport", "there is no queue suport; did you mean 'support'?"),
    ] as [(AgentID?, QueueID?, String)] {
      var unknown = HistoryFilter()
      (unknown.agent, unknown.queue) = (agent, queue)
      guard case .failure(let error) = await office.asks(.historyList(unknown)) else { throw Missing() }
      #expect(error.kind == .notFound && error.message == answer)
    }
    var shifts = ShiftFilter()
    shifts.agent = "bors"
    guard case .failure(let error) = await office.asks(.shiftList(shifts)) else { throw Missing() }
    #expect(error.kind == .notFound && error.message == "there is no agent bors; did you mean 'boris'?")
    await office.closes()
  }

  @Test func `history and directory answer from their stores, and say what is wrong with a question`() async throws {
    let office = Office()
    office.store.knows(Customer(id: "c1", name: "山田 太郎"), by: "+81311112222")
    office.opens()
    office.calls(1)
    office.engine.happens(.ended(LegID(rawValue: 1), LegEnd(status: 487, byPeer: true, wasAnswered: false)))
    await office.notices.next { $0.body.type == "contact.ended" }
    await office.closes()
    guard case .success(.customers(let cards)) = await office.asks(.directoryLookUp(number: "0311112222")),
      case .success(.history(let contacts)) = await office.asks(.historyList(HistoryFilter()))
    else { throw Missing() }
    #expect(cards.map(\.name) == ["山田 太郎"])
    #expect(contacts.map(\.endReason) == ["abandoned"])
    var filter = HistoryFilter()
    (filter.limit, filter.agent, filter.queue, filter.contact) = (7, "anna", "support", "c")
    (filter.number, filter.before) = ("0311112222", "2026-11-22T09:00:00Z")
    await office.asks(.historyList(filter))
    let query = try #require(office.store.lastQuery)
    #expect(query.limit == 7 && query.agent == "anna" && query.queue == "support" && query.contact == "c")
    #expect(query.number == "+81311112222" && query.before == RFC3339.milliseconds("2026-11-22T09:00:00Z"))
    var (before, number) = (HistoryFilter(), HistoryFilter())
    before.before = "yesterday"
    number.number = "mum"
    for request in [.directoryLookUp(number: "mum"), .historyList(before), .historyList(number)] as [Request] {
      guard case .failure(let error) = await office.asks(request) else { throw Missing() }
      #expect(error.kind == .invalidParameters && error.message.contains(": '"))
    }
  }
}

@Suite struct `Contacts that a crash cut off` {
  @Test(arguments: [(10, nil), (25, 15)] as [(Int64, Int64?)])
  func `talked as long as is known, and nobody claims that it was no time`(lived: Int64, talked: Int64?) async throws {
    let office = Office()
    office.opens()
    let begun = Moment(monotonicNanoseconds: 0, wallMilliseconds: 1_790_000_000_000)
    try await office.store.save(
      ContactRecord(
        id: "k", direction: .inbound, caller: Caller(), called: "8000", startedAt: begun,
        answeredAt: begun.advanced(by: .seconds(10)), endedAt: begun.advanced(by: .seconds(lived)),
        endReason: .systemFailure))
    guard case .success(.history(let contacts)) = await office.asks(.historyList(HistoryFilter())) else {
      throw Missing()
    }
    #expect(contacts.map(\.talkSeconds) == [talked])
    await office.closes()
  }
}
