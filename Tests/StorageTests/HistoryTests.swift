import History
import Recordings
import Storage
import Synchronization
import Telephony
import Testing

@Suite struct `History in the database` {
  private let folder: Folder
  private let database: Database

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  /// One record in which every field says something.
  private var full: ContactRecord {
    var queue = Segment(id: "s-1", kind: .queue("sales"), startedAt: moment(1))
    queue.endedAt = moment(5)
    queue.endReason = .answeredElsewhere
    var agent = Segment(id: "s-2", kind: .agent("anna", "201"), startedAt: moment(2))
    agent.answeredAt = moment(5)
    agent.endedAt = moment(60)
    agent.endReason = .callerHungUp
    agent.held = .milliseconds(12_345)
    let words = Segment(id: "s-3", kind: .announcement("closed.wav"), startedAt: moment(60))
    let dialled = Segment(id: "s-4", kind: .number(number("+819011112222")), startedAt: moment(61))
    return ContactRecord(
      id: "k-1", direction: .inbound,
      caller: Caller(
        number: number("+819012345678"), text: "t", displayName: "山田", anonymity: .serviceConflict, isVerified: false),
      called: "0312345678", customer: "c-1", customerName: "山田 太郎", startedAt: moment(0), answeredAt: moment(5),
      endedAt: moment(61), endReason: .callerHungUp, segments: [queue, agent, words, dialled],
      recordings: ["r-2", "r-1"])
  }

  private func names(_ change: (inout HistoryQuery) -> Void) async throws -> [ContactID] {
    var query = HistoryQuery()
    change(&query)
    return try await database.records(query).map(\.id)
  }

  @Test func `a record comes back as it was saved`() async throws {
    try await database.save(full)
    let found = try await database.records(HistoryQuery())
    #expect(found == [full])
    // Numbers are equal by their canonical text alone; the rest must be kept as well.
    #expect(found.first?.caller.number?.display == "09012345678")
    #expect(found.first?.caller.number?.kind == .mobile)
  }

  @Test func `what a contact came to is kept by itself, and the last word counts`() async throws {
    let said = ContactDisposition(code: "sold", note: "二つ", agent: "anna", at: moment(62))
    // Before the record is there, and whatever becomes of that.
    try await database.save(ContactDisposition(code: "lost", agent: "boris", at: moment(61)), of: "k-1")
    try await database.save(full)
    #expect(try await database.records(HistoryQuery()).first?.disposition?.code == "lost")
    try await database.save(said, of: "k-1")
    try await database.save(full)
    var expected = full
    expected.disposition = said
    #expect(try await database.records(HistoryQuery()) == [expected])
    try await database.save(contact("other", at: 0))
    let both = try await database.records(HistoryQuery())
    #expect(both.count == 2 && both.first { $0.id == "other" }?.disposition == nil)
  }

  @Test func `a record that has only begun comes back so`() async throws {
    let begun = contact("k", at: 0)
    try await database.save(begun)
    #expect(try await database.records(HistoryQuery()) == [begun])
  }

  @Test func `saving again replaces the record and its segments`() async throws {
    try await database.save(full)
    var later = full
    later.segments.removeFirst(2)
    later.recordings = ["r-9"]
    later.customerName = "new"
    try await database.save(later)
    #expect(try await database.records(HistoryQuery()) == [later])
  }

  @Test func `the newest come first, and no more than asked for`() async throws {
    for (name, second) in [("b", 2), ("a", 1), ("d", 3), ("c", 3)] as [(ContactID, Int64)] {
      try await database.save(contact(name, at: second))
    }
    #expect(try await names { _ in } == ["d", "c", "b", "a"])
    #expect(try await names { $0.limit = 2 } == ["d", "c"])
    #expect(try await names { $0.limit = 0 } == [])
    #expect(try await names { $0.limit = -5 } == [])
    #expect(try await names { $0.limit = .max }.count == 4)
    #expect(try await names { $0.before = moment(3).wallMilliseconds } == ["b", "a"])
    #expect(try await names { $0.contact = "b" } == ["b"])
  }

  @Test func `records are found by agent, queue and number, together, too`() async throws {
    var sales = contact("sales", at: 1, from: number("+8190"))
    sales.segments = [
      Segment(id: "1", kind: .queue("sales"), startedAt: moment(1)),
      Segment(id: "2", kind: .agent("anna", "201"), startedAt: moment(1)),
      Segment(id: "3", kind: .agent("ben", "202"), startedAt: moment(1)),
      Segment(id: "4", kind: .agent("anna", "201"), startedAt: moment(1)),
    ]
    var support = contact("support", at: 2, from: number("+8180"))
    support.segments = [
      Segment(id: "1", kind: .queue("support"), startedAt: moment(1)),
      Segment(id: "2", kind: .agent("anna", "201"), startedAt: moment(1)),
    ]
    var dialled = contact("dialled", at: 3)
    dialled.direction = .outbound
    dialled.segments = [Segment(id: "1", kind: .number(number("+8190")), startedAt: moment(3))]
    var refused = contact("refused", at: 4, from: number("+8170"))
    refused.direction = .outbound
    refused.called = "+8190"
    for record in [sales, support, dialled, refused] { try await database.save(record) }
    #expect(try await names { $0.agent = "anna" } == ["support", "sales"])
    #expect(try await names { $0.queue = "sales" } == ["sales"])
    #expect(try await names { $0.number = "+8190" } == ["refused", "dialled", "sales"])
    #expect(try await names { $0.number = "+8170" } == [])
    #expect(try await names { ($0.agent, $0.number) = ("anna", "+8190") } == ["sales"])
    #expect(try await names { ($0.agent, $0.queue) = ("ben", "support") } == [])
  }

  @Test(arguments: hostileTexts)
  func `any text is only text, also in a query`(text: String) async throws {
    var record = contact(ContactID(rawValue: text), at: 1, from: number(text))
    record.caller.displayName = text
    record.caller.text = text
    record.called = text
    record.customer = CustomerID(rawValue: text)
    record.segments = [
      Segment(id: SegmentID(rawValue: text), kind: .agent(AgentID(rawValue: text), "p"), startedAt: moment(1)),
      Segment(id: "s", kind: .queue(QueueID(rawValue: text)), startedAt: moment(1)),
      Segment(id: "s", kind: .announcement(text), startedAt: moment(1)),
    ]
    try await database.save(contact("other", at: 2))
    try await database.save(record)
    let found = try await names {
      ($0.agent, $0.queue, $0.contact) = (AgentID(rawValue: text), QueueID(rawValue: text), ContactID(rawValue: text))
      $0.number = text
    }
    #expect(found == [record.id])
    #expect(try await database.records(HistoryQuery()).last == record)
  }

  @Test func `what a dead daemon left open ended with it, and it lived at least until the last that was written`()
    async throws
  {
    var open = full
    open.endedAt = nil
    open.endReason = nil
    try await database.save(open)
    var only = contact("k-0", at: 100)
    only.answeredAt = moment(110)
    try await database.save(only)

    #expect(try await database.closeInterrupted() == ["k-0", "k-1"])
    #expect(try await database.closeInterrupted() == [])

    only.endedAt = moment(110)
    only.endReason = .systemFailure
    let records = try await database.records(HistoryQuery())
    #expect(records.first == only)
    let last = try #require(records.last)
    #expect(last.endedAt == moment(110))
    #expect(last.endReason == .systemFailure)
    #expect(last.segments.map(\.endReason) == [.answeredElsewhere, .callerHungUp, .systemFailure, .systemFailure])
    #expect(last.segments.map(\.endedAt) == [moment(5), moment(60), moment(110), moment(110)])
  }

  @Test func `a contact that was talking when the daemon died talked as long as its recording`() async throws {
    var talking = contact("k", at: 0)
    talking.answeredAt = moment(10)
    talking.recordings = ["r"]
    try await database.save(talking)
    try await database.save(
      Recording(id: "r", contact: "k", file: "r.wav", agent: "anna", queue: nil, startedAt: moment(11)))
    _ = try await database.markInterrupted { $0 == "r.wav" ? .seconds(40) : nil }
    _ = try await database.closeInterrupted()
    #expect(try await database.records(HistoryQuery()).first?.endedAt == moment(51))
  }

  /// Of the same run: the clocks agree. Of an earlier start of the machine: they do not.
  @Test func `without a recording, the ends of others tell how long the daemon lived`() async throws {
    var talking = contact("k", at: 1000)
    talking.answeredAt = moment(1010)
    var other = contact("other", at: 900)
    (other.endedAt, other.endReason) = (moment(1200), .callerHungUp)
    var before = contact("before", at: 990)
    before.endedAt = Moment(
      monotonicNanoseconds: moment(900_000).monotonicNanoseconds, wallMilliseconds: moment(995).wallMilliseconds)
    before.endReason = .callerHungUp
    for record in [talking, other, before] { try await database.save(record) }
    #expect(try await database.closeInterrupted() == ["k"])
    #expect(try await database.records(HistoryQuery()).first { $0.id == "k" }?.endedAt == moment(1200))
  }

  @Test(arguments: [(0, 1800), (61_000, 10), (-61_000, 10)] as [(Int64, Int64)])
  func `who waits alone waited up to the last sign of life of his own run`(step: Int64, ended: Int64) async throws {
    try await database.save(contact("k", at: 10))
    var sign = moment(1800)
    // The clocks of another start of the machine do not agree.
    sign.wallMilliseconds += step
    try await database.add([:], at: sign, forgetting: 0)
    _ = try await database.closeInterrupted()
    #expect(try await database.records(HistoryQuery()).first?.endedAt == moment(ended))
  }

  @Test func `words that nobody wrote are told and left out, and hide nothing else`() async throws {
    try await database.save(full)
    try await database.save(contact("k-2", at: 200))
    try await database.save(contact("k-3", at: 300))
    try folder.tamper(
      """
      UPDATE contacts SET end_reason = 'eaten', caller_anonymity = 'masked' WHERE id = 'k-1';
      UPDATE contacts SET direction = 'up' WHERE id = 'k-2';
      UPDATE segments SET kind = 'dream' WHERE id = 's-1';
      UPDATE segments SET end_reason = 'torn' WHERE id = 's-2';
      UPDATE segments SET number = NULL WHERE id = 's-4';
      """)
    let log = Lines()
    let watched = try folder.open { log.add($0) }
    for _ in 0..<2 {
      let found = try await watched.records(HistoryQuery())
      #expect(found.map(\.id) == ["k-3", "k-1"])
      let record = try #require(found.last)
      #expect(record.endReason == nil && record.caller.anonymity == nil && record.caller.displayName == "山田")
      #expect(record.segments.map(\.id) == ["s-2", "s-3"])
      #expect(record.segments.map(\.endReason) == [nil, nil])
    }
    #expect(log.all.allSatisfy { $0.level == .error })
    #expect(
      Set(log.all.map { $0.fields.map(\.value) }) == [
        ["contacts", "k-1", "end_reason", "eaten"], ["contacts", "k-1", "caller_anonymity", "masked"],
        ["contacts", "k-2", "direction", "up"], ["segments", "s-1", "kind", "dream"],
        ["segments", "s-2", "end_reason", "torn"], ["segments", "s-4", "number", ""],
      ])
    #expect(log.all.count == 6, "each is told once")
    #expect(log.all.first?.fields.map(\.name) == ["table", "row", "column", "value"])
    // A start closes what it cannot read, and touches nothing of it but the end.
    #expect(try await watched.closeInterrupted() == ["k-2", "k-3"])
  }

  @Test func `times that no clock has shown can be subtracted`() async throws {
    try await database.save(full)
    try folder.tamper(
      """
      UPDATE contacts SET started_monotonic = -9223372036854775808, started_wall = -9223372036854775808,
        answered_monotonic = 9223372036854775807, answered_wall = 9223372036854775807, ended_wall = NULL;
      """)
    let found = try #require(try await database.records(HistoryQuery()).first)
    #expect(found.answeredAt.map { $0.since(found.startedAt) } ?? .zero > .zero)
    #expect(try await database.closeInterrupted() == ["k-1"])
  }
}

/// Log lines as they came.
final class Lines: Sendable {
  private let lines = Mutex<[LogLine]>([])
  func add(_ line: LogLine) { lines.withLock { $0.append(line) } }
  var all: [LogLine] { lines.withLock { $0 } }
}
