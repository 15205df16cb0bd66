import CSQLite
import Figures
import History
import Telephony
import TelephonyTesting
import Testing

@testable import Storage

private let hour: Int64 = 3600
private let day = 24 * hour
/// The dispositions that say what contacts were about; `solved` and `again` are none.
private let reasons: Set = ["billing", "fault", "sales"]

/// A call of a minute from customer `k` that began at `seconds` and was answered by Anna in queue `sales`.
private func call(_ id: ContactID, at seconds: Int64, _ queue: QueueID? = "sales") -> ContactRecord {
  var record = contact(id, at: seconds)
  record.entry = "0312345678"
  record.customer = "k"
  record.isCustomerCertain = true
  if let queue { record.segments = [Segment(id: "v", kind: .queue(queue), startedAt: moment(seconds))] }
  var part = Segment(id: "a", kind: .agent("anna", "desk"), startedAt: moment(seconds))
  part.visit = queue.map { _ in "v" }
  part.answeredAt = moment(seconds + 5)
  record.segments.append(part)
  record.answeredAt = part.answeredAt
  record.endedAt = moment(seconds + 60)
  record.endReason = .callerHungUp
  return record
}

extension ContactRecord {
  fileprivate func but(_ change: (inout ContactRecord) -> Void) -> ContactRecord {
    var record = self
    change(&record)
    return record
  }

  /// Nobody answered.
  fileprivate var abandoned: ContactRecord {
    but { record in
      record.answeredAt = nil
      record.segments.removeAll { if case .agent = $0.kind { true } else { false } }
    }
  }
}

@Suite struct `Customers who call again` {
  private let everything = 0..<Int64.max

  /// What is counted of the whole, when somebody asks long after.
  private func counts(
    _ records: [ContactRecord], _ codes: [ContactID: String] = [:], days: Int64 = 7, at now: Int64 = 1000 * day
  ) async throws -> Counts {
    let folder = try Folder()
    let database = try folder.open()
    for record in records { try await database.save(record) }
    for (contact, code) in codes { try await database.save(disposition(code), of: contact) }
    let cells = try await database.found {
      try FirstContacts(in: everything, $0, within: days * day * 1000, reasons: reasons, until: moment(now)).cells
    }
    await database.close()
    return cells.reduce(into: Counts()) { if $1.key.subject == .all { $0.add($1.value) } }
  }

  private func disposition(_ code: String, at seconds: Int64 = 0) -> ContactDisposition {
    ContactDisposition(code: code, note: "", agent: "anna", at: moment(seconds))
  }

  @Test(arguments: [
    (0, 1), (1, 1), (7 * day - 1, 1), (7 * day, 1), (7 * day + 1, 0), (-1, 1),
  ])
  func `exactly so many days are within, and so is the same instant`(gap: Int64, repeated: Int) async throws {
    let found = try await counts([call("a", at: 8 * day), call("b", at: 8 * day + gap)])
    #expect(found == [.firstContacts: 2, .firstContactsRepeated: repeated])
  }

  @Test func `a millisecond more is too much`() async throws {
    let late = call("b", at: 7 * day).but { $0.startedAt.wallMilliseconds += 1 }
    #expect(try await counts([call("a", at: 0), late])[.firstContactsRepeated] == 0)
  }

  @Test func `each contact is held against the next: a repeat may be repeated`() async throws {
    let chain = [call("a", at: 0), call("b", at: 5 * day), call("c", at: 10 * day), call("d", at: 18 * day)]
    #expect(try await counts(chain) == [.firstContacts: 4, .firstContactsRepeated: 2])
    #expect(try await counts(chain, days: 8)[.firstContactsRepeated] == 3)
  }

  @Test func `what does not count, and what speaks against nothing`() async throws {
    let first = call("a", at: 0)
    let others: [(String, ContactRecord)] = [
      ("another customer", call("b", at: day).but { $0.customer = "l" }),
      ("nobody knows whom", call("b", at: day).but { $0.customer = nil }),
      ("not certain", call("b", at: day).but { $0.isCustomerCertain = false }),
      ("what we dialled", call("b", at: day).but { $0.direction = .outbound }),
      ("another queue", call("b", at: day, "support")),
      ("no queue", call("b", at: day, nil)),
      (
        "not over",
        call("b", at: day).but {
          $0.endedAt = nil
          $0.endReason = nil
        }
      ),
    ]
    for (what, other) in others {
      #expect(try await counts([first, other])[.firstContactsRepeated] == 0, "\(what)")
    }
    for (what, other) in others.dropFirst(1) where !what.hasPrefix("another") && what != "no queue" {
      #expect(try await counts([other]) == [:], "\(what)")
    }
    #expect(try await counts([first.abandoned]) == [:])
    // Who has not been answered has called all the same.
    #expect(
      try await counts([first, call("b", at: day).abandoned]) == [.firstContacts: 1, .firstContactsRepeated: 1])
  }

  /// Whether of these two calls the second speaks against the first.
  private func isRepeated(
    _ first: ContactRecord, _ second: ContactRecord, _ codes: [ContactID: String] = [:]
  ) async throws -> Bool {
    try await counts([first, second], codes)[.firstContactsRepeated] == 1
  }

  @Test func `about the same are calls that came to the same place first`() async throws {
    let (first, other) = (call("a", at: 0), call("b", at: day, "support"))
    #expect(try await isRepeated(first, call("b", at: day)))
    #expect(try await !isRepeated(first, other))
    #expect(try await isRepeated(call("a", at: 0, nil), call("b", at: day, nil)))
    #expect(try await !isRepeated(call("a", at: 0, nil), call("b", at: day, nil).but { $0.entry = "8000" }))
    // Both overflowed to where the other one came to first.
    func overflown(_ record: ContactRecord, to queue: QueueID) -> ContactRecord {
      record.but {
        $0.segments.insert(Segment(id: "w", kind: .queue(queue), startedAt: $0.startedAt), at: 1)
        $0.segments[2].visit = "w"
      }
    }
    #expect(try await isRepeated(overflown(first, to: "support"), call("b", at: day)))
    #expect(try await !isRepeated(overflown(first, to: "support"), other))
  }

  @Test func `what was said of both decides where both times it is what they were about`() async throws {
    let (first, same, other) = (call("a", at: 0), call("b", at: day), call("b", at: day, "support"))
    #expect(try await isRepeated(first, other, ["a": "billing", "b": "billing"]))
    #expect(try await !isRepeated(first, same, ["a": "billing", "b": "fault"]))
    // What came of a call says nothing of what it was about, and nor does who said nothing.
    for codes in [["a": "again", "b": "solved"], ["a": "solved", "b": "solved"], ["a": "billing", "b": "solved"]] {
      let codes = Dictionary(uniqueKeysWithValues: codes.map { (ContactID(rawValue: $0), $1) })
      #expect(try await isRepeated(first, same, codes), "\(codes)")
      #expect(try await !isRepeated(first, other, codes), "\(codes)")
    }
    #expect(try await isRepeated(first, same.abandoned, ["a": "billing"]))
    #expect(try await isRepeated(first, same, ["b": "billing"]))
    // A part of one is none.
    #expect(try await isRepeated(first, same, ["a": "bill", "b": "fault"]))
  }

  @Test func `nobody knows of a call that is not over what it will be about`() async throws {
    let open = call("b", at: day, "support").but { ($0.endedAt, $0.endReason) = (nil, nil) }
    #expect(try await counts([call("a", at: 0), open]) == [.firstContacts: 1, .firstContactsOpen: 1])
    #expect(try await counts([call("a", at: 0), open], days: 1)[.firstContactsOpen] == 1)
    let others = [
      open.but { $0.startedAt.wallMilliseconds += 1 }, open.but { $0.customer = "l" },
      open.but { $0.direction = .outbound },
      open.but { $0.isCustomerCertain = false }, open.but { $0.startedAt = moment(-1) },
    ]
    for other in others {
      #expect(try await counts([call("a", at: 0), other], days: 1) == [.firstContacts: 1])
    }
    let both = try await counts([call("a", at: 0), open, call("c", at: day)])
    #expect(both == [.firstContacts: 2, .firstContactsRepeated: 1])
  }

  @Test func `a report looks up the calls of a time and those of a customer, and never all`() async throws {
    let folder = try Folder()
    await (try folder.open()).close()
    let plan = try folder.plan(of: Connection.followedContacts)
    #expect(
      plan.contains { $0.hasPrefix("SEARCH n USING INDEX contacts_by_customer (customer=? AND started_wall") },
      "\(plan)")
    #expect(plan.contains { $0.contains("INDEX contacts_by_start (started_wall>? AND started_wall<?)") }, "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN contacts") || $0 == "SCAN c" || $0 == "SCAN n" }, "\(plan)")
  }

  @Test func `the code counts that stands when somebody asks`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    for (id, at) in [("a", 0), ("b", day)] as [(ContactID, Int64)] { try await database.save(call(id, at: at)) }
    func repeated() async throws -> [Bool] {
      try await database.found {
        try $0.followedContacts(touching: everything, within: 7 * day * 1000, reasons: reasons)
      }
      .sorted { $0.contact.id < $1.contact.id }.map(\.isFollowed)
    }
    #expect(try await repeated() == [true, false])
    try await database.save(disposition("billing"), of: "b")
    #expect(try await repeated() == [true, false])
    try await database.save(disposition("fault"), of: "a")
    #expect(try await repeated() == [false, false])
    try await database.save(disposition("fault", at: 9), of: "b")
    #expect(try await repeated() == [true, false])
    await database.close()
  }

  @Test func `of contacts that a former release wrote nobody knows`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    for (id, at) in [("a", 0), ("b", day)] as [(ContactID, Int64)] { try await database.save(call(id, at: at)) }
    try folder.tamper("UPDATE contacts SET customer_certain = NULL, reason = NULL")
    #expect(
      try await database.found { try $0.followedContacts(touching: everything, within: .max, reasons: reasons) }.isEmpty
    )
    await database.close()
  }

  @Test func `a contact is found by each part of it, and comes back with whether its customer is certain`() async throws
  {
    let folder = try Folder()
    let database = try folder.open()
    let late = call("a", at: 0).but { $0.segments[1].startedAt = moment(900) }
    try await database.save(late)
    let from = moment(900).wallMilliseconds
    let found = try await database.found { try $0.followedContacts(touching: from..<from + 1, within: 1, reasons: []) }
    #expect(found.map(\.contact.segments.count) == [2])
    let later = try await database.found {
      try $0.followedContacts(touching: from + 1..<from + 2, within: 1, reasons: [])
    }
    #expect(later.isEmpty)
    #expect(try await database.records(HistoryQuery()) == [late])
    await database.close()
  }
}

extension Folder {
  /// How SQLite would carry out a statement in this test's database.
  fileprivate func plan(of sql: String) throws -> [String] {
    var (handle, statement): (OpaquePointer?, OpaquePointer?)
    defer {
      sqlite3_finalize(statement)
      sqlite3_close(handle)
    }
    guard sqlite3_open(file, &handle) == SQLITE_OK,
      sqlite3_prepare_v2(handle, "EXPLAIN QUERY PLAN " + sql, -1, &statement, nil) == SQLITE_OK
    else { throw Failure(what: String(cString: sqlite3_errmsg(handle))) }
    var plan: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      if let text = sqlite3_column_text(statement, 3) { plan.append(String(cString: text)) }
    }
    return plan
  }
}

/// The same by looking at each two of all contacts.
@Suite struct `Customers who call again, by seed` {
  private struct Log {
    var records: [ContactRecord] = []
    var codes: [ContactID: String] = [:]

    /// Few customers, queues and hours of five days, so that all of it meets.
    init(seed: UInt64) {
      var random = SeededRandom(seed: seed)
      for index in 0..<70 {
        let start = Int64(random.next() % 40) * 3 * hour
        let queue = random.pick(["sales", "support", nil] as [QueueID?])
        var record = call(ContactID(rawValue: "c\(index + 10)"), at: start, queue)
        record.startedAt.wallMilliseconds += random.pick([0, 0, 1, -1])
        record.customer = random.pick(["k", "l", "m", nil] as [CustomerID?])
        record.isCustomerCertain = record.customer != nil && !random.chance(6)
        if random.chance(8) { record.direction = .outbound }
        if random.chance(4), let last = record.segments.indices.last {
          // She waited long, over the end of a day perhaps.
          record.segments[last].startedAt = moment(start + 4 * hour)
          record.segments[last].answeredAt = moment(start + 4 * hour)
        }
        if random.chance(5) { record = record.abandoned }
        if random.chance(9) { (record.endedAt, record.endReason) = (nil, nil) }
        if random.chance(4), let queue {
          // It came to a second queue, and was answered there.
          record.segments.insert(Segment(id: "w", kind: .queue("second"), startedAt: moment(start + 2)), at: 1)
          if record.segments.count > 2, queue == "sales" { record.segments[2].visit = "w" }
        }
        records.append(record)
        if random.chance(2) { codes[record.id] = random.pick(["billing", "fault", "sales", "solved", "again"]) }
      }
    }

    func isAboutTheSame(_ one: ContactRecord, _ other: ContactRecord) -> Bool {
      let said = [one, other].compactMap { codes[$0.id] }.filter(reasons.contains)
      if said.count == 2 { return said[0] == said[1] }
      func first(_ record: ContactRecord) -> QueueID? {
        for case .queue(let queue) in record.segments.map(\.kind) { return queue }
        return nil
      }
      return first(one) == first(other)
    }

    func isHers(_ record: ContactRecord) -> Bool {
      record.direction == .inbound && record.customer != nil && record.isCustomerCertain
    }

    /// Whether she called again about the same, or may be about to.
    func isFollowed(_ first: ContactRecord, within window: Int64) -> (Bool, maybe: Bool) {
      let next = records.filter { other in
        let gap = other.startedAt.wallMilliseconds - first.startedAt.wallMilliseconds
        let isLater = gap > 0 || gap == 0 && other.id > first.id
        return isLater && gap <= window && isHers(other) && other.customer == first.customer
      }
      return (
        next.contains { $0.endedAt != nil && isAboutTheSame($0, first) }, maybe: next.contains { $0.endedAt == nil }
      )
    }
  }

  @Test(arguments: 1...15 as ClosedRange<UInt64>)
  func `what the database finds is what each two of them say, day by day`(seed: UInt64) async throws {
    let log = Log(seed: seed)
    let window = [day, 2 * day, 30 * day][Int(seed % 3)] * 1000
    let folder = try Folder()
    let database = try folder.open()
    try await withThrowingTaskGroup { group in
      for record in log.records { group.addTask { try await database.save(record) } }
      try await group.waitForAll()
    }
    for (contact, code) in log.codes {
      try await database.save(ContactDisposition(code: code, note: "", agent: "anna", at: moment(0)), of: contact)
    }
    let now = moment(3 * day)
    let whole = Cell.quarter(of: moment(-day).wallMilliseconds)..<Cell.quarter(of: moment(7 * day).wallMilliseconds)
    let found = try await database.found { stored in
      var all: [Subject: Counts] = [:]
      for part in Comparison.parts(of: whole) {
        let cells = try FirstContacts(in: part, stored, within: window, reasons: reasons, until: now).cells
        #expect(cells.keys.allSatisfy { part.contains($0.quarter) })
        for (cell, counts) in cells { all[cell.subject, default: Counts()].add(counts) }
      }
      return all
    }
    await database.close()
    var expected = Counts()
    for record in log.records where log.isHers(record) && record.answeredAt != nil && record.endedAt != nil {
      let (isFollowed, maybe) = log.isFollowed(record, within: window)
      let isOpen = !isFollowed && (maybe || record.startedAt.wallMilliseconds + window >= now.wallMilliseconds)
      expected.add([.firstContacts: 1, .firstContactsRepeated: isFollowed ? 1 : 0, .firstContactsOpen: isOpen ? 1 : 0])
    }
    #expect(found[.all] == expected, "seed \(seed)")
    #expect(found[.entry("0312345678")] == expected && found[.agent("anna")] == expected, "seed \(seed)")
    #expect(expected[.firstContactsRepeated] > 0 && expected[.firstContacts] > expected[.firstContactsRepeated])
  }
}
