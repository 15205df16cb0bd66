import History
import Telephony
import TelephonyTesting
import Testing

private let contact: ContactID = "c"
private let number = PhoneNumber(canonical: "+81312345678", display: "03-1234-5678", kind: .fixed)
private let caller = Caller(number: number)

@Suite struct `The record of a contact` {
  private var ledger = Ledger()
  private let start = ManualClock<Int>().now

  private func at(_ seconds: Int) -> Moment { start.advanced(by: .seconds(seconds)) }

  private mutating func open(_ direction: ContactRecord.Direction = .inbound) -> [Ledger.Effect] {
    ledger.opened(contact, direction, caller: caller, called: "8000", at: start)
  }

  private func saved(_ effects: [Ledger.Effect]) -> ContactRecord? {
    guard effects.count == 1, case .save(let record) = effects[0] else { return nil }
    return record
  }

  @Test mutating func `it is saved at the opening`() {
    let record = ContactRecord(id: contact, direction: .inbound, caller: caller, called: "8000", startedAt: start)
    #expect(open() == [.save(record)])
    #expect(ledger.record(contact) == record)
    #expect(open() == [])
  }

  @Test mutating func `a call through a queue to an agent has its segments, each with its times and its end`() throws {
    _ = open()
    #expect(saved(ledger.segmentBegan(contact, .queue("sales"), name: "s1", at: at(0)))?.segments.map(\.id) == ["s1"])
    #expect(ledger.segmentBegan(contact, .agent("anna", "101"), name: "s2", at: at(1)) == [])
    let missed = saved(ledger.segmentEnded(contact, name: "s2", .noAnswer, at: at(21)))
    #expect(missed?.segments.map(\.endReason) == [nil, .noAnswer])
    _ = ledger.segmentBegan(contact, .agent("ben", "102"), name: "s3", at: at(21))
    let answered = try #require(saved(ledger.segmentAnswered(contact, name: "s3", at: at(25))))
    #expect(answered.answeredAt == at(25))
    _ = ledger.segmentEnded(contact, name: "s1", .answeredElsewhere, at: at(25))
    let record = try #require(saved(ledger.ended(contact, .callerHungUp, at: at(60))))
    #expect(record.segments.map(\.id) == ["s1", "s2", "s3"])
    #expect(record.segments.map(\.endReason) == [.answeredElsewhere, .noAnswer, .callerHungUp])
    #expect(record.segments.map(\.endedAt) == [at(25), at(21), at(60)])
    #expect(record.segments.map(\.answeredAt) == [nil, nil, at(25)])
    #expect(record.endReason == .callerHungUp)
    #expect(record.endedAt == at(60))
    #expect(record.answeredAt == at(25))
  }

  @Test(arguments: [Segment.Kind.queue("sales"), .number(number), .announcement("closed.wav"), .agent("anna", "101")])
  mutating func `what begins is saved at once, since the daemon may die before it has come to anything`(
    kind: Segment.Kind
  ) {
    _ = open(kind == .agent("anna", "101") ? .outbound : .inbound)
    let record = saved(ledger.segmentBegan(contact, kind, name: "s1", at: at(1)))
    #expect(record?.segments.map(\.kind) == [kind])
    #expect(record == ledger.record(contact))
    #expect(ledger.segmentBegan(contact, kind, name: "s1", at: at(2)) == [])
  }

  @Test(arguments: EndReason.allCases)
  mutating func `a contact ends once, with the reason that came first, and takes open segments with it`(
    reason: EndReason
  ) throws {
    _ = open()
    _ = ledger.segmentBegan(contact, .queue("sales"), name: "s1", at: at(0))
    let record = try #require(saved(ledger.ended(contact, reason, at: at(5))))
    #expect(record.endReason == reason)
    #expect(record.segments.map(\.endReason) == [reason])
    #expect(ledger.ended(contact, .lost, at: at(6)) == [])
    #expect(ledger.record(contact) == nil)
    #expect(ledger.current == [])
  }

  @Test mutating func `a segment ends once, with the reason that came first`() {
    _ = open()
    _ = ledger.segmentBegan(contact, .agent("anna", "101"), name: "s1", at: at(0))
    _ = ledger.segmentEnded(contact, name: "s1", .declined, at: at(3))
    _ = ledger.segmentEnded(contact, name: "s1", .busy, at: at(9))
    #expect(ledger.segmentAnswered(contact, name: "s1", at: at(9)) == [])
    _ = ledger.segmentBegan(contact, .queue("sales"), name: "s1", at: at(9))
    #expect(ledger.record(contact)?.segments.count == 1)
    #expect(ledger.record(contact)?.segments.first?.endReason == .declined)
    #expect(ledger.record(contact)?.segments.first?.endedAt == at(3))
  }

  @Test mutating func `an inbound contact is answered with the first agent who answers`() {
    _ = open()
    _ = ledger.segmentBegan(contact, .agent("anna", "101"), name: "s1", at: at(0))
    _ = ledger.segmentBegan(contact, .agent("ben", "102"), name: "s2", at: at(0))
    #expect(ledger.segmentAnswered(contact, name: "s2", at: at(4)).count == 1)
    #expect(ledger.segmentAnswered(contact, name: "s2", at: at(5)) == [])
    #expect(ledger.segmentAnswered(contact, name: "s1", at: at(6)).count == 1)
    #expect(ledger.record(contact)?.answeredAt == at(4))
    #expect(ledger.record(contact)?.segments.map(\.answeredAt) == [at(6), at(4)])
  }

  @Test mutating func `an outbound contact is answered with the number, not with our own agent`() {
    _ = open(.outbound)
    _ = ledger.segmentBegan(contact, .agent("anna", "101"), name: "s1", at: at(0))
    #expect(ledger.segmentAnswered(contact, name: "s1", at: at(4)).count == 1)
    #expect(ledger.record(contact)?.answeredAt == nil)
    _ = ledger.segmentBegan(contact, .number(number), name: "s2", at: at(4))
    #expect(ledger.segmentAnswered(contact, name: "s2", at: at(9)).count == 1)
    #expect(ledger.record(contact)?.answeredAt == at(9))
  }

  @Test mutating func `an inbound contact that was sent on to a number is answered with that`() {
    _ = open()
    _ = ledger.segmentBegan(contact, .queue("sales"), name: "s1", at: at(0))
    _ = ledger.segmentEnded(contact, name: "s1", .waitedTooLong, at: at(3))
    _ = ledger.segmentBegan(contact, .number(number), name: "s2", at: at(3))
    #expect(ledger.segmentAnswered(contact, name: "s2", at: at(9)).count == 1)
    #expect(ledger.record(contact)?.answeredAt == at(9))
    #expect(ledger.record(contact)?.segments.map(\.answeredAt) == [nil, at(9)])
  }

  @Test mutating func `queues and announcements answer nobody`() {
    _ = open()
    _ = ledger.segmentBegan(contact, .queue("sales"), name: "s1", at: at(0))
    _ = ledger.segmentBegan(contact, .announcement("closed.wav"), name: "s2", at: at(0))
    #expect(ledger.segmentAnswered(contact, name: "s1", at: at(1)) == [])
    #expect(ledger.segmentAnswered(contact, name: "s2", at: at(1)) == [])
    #expect(ledger.record(contact)?.answeredAt == nil)
  }

  @Test mutating func `the time on hold is added up, to the end of the segment`() {
    _ = open()
    _ = ledger.segmentBegan(contact, .agent("anna", "101"), name: "s1", at: at(0))
    _ = ledger.segmentHeld(contact, name: "s1", at: at(1))
    _ = ledger.segmentAnswered(contact, name: "s1", at: at(2))
    _ = ledger.segmentHeld(contact, name: "s1", at: at(10))
    _ = ledger.segmentHeld(contact, name: "s1", at: at(11))
    _ = ledger.segmentRetrieved(contact, name: "s1", at: at(15))
    _ = ledger.segmentRetrieved(contact, name: "s1", at: at(18))
    #expect(ledger.record(contact)?.segments.first?.held == .seconds(5))
    _ = ledger.segmentHeld(contact, name: "s1", at: at(20))
    _ = ledger.segmentEnded(contact, name: "s1", .agentHungUp, at: at(27))
    _ = ledger.segmentRetrieved(contact, name: "s1", at: at(99))
    #expect(ledger.record(contact)?.segments.first?.held == .seconds(12))
  }

  @Test mutating func `a hold that lasts to the end of the contact counts`() throws {
    _ = open()
    _ = ledger.segmentBegan(contact, .agent("anna", "101"), name: "s1", at: at(0))
    _ = ledger.segmentAnswered(contact, name: "s1", at: at(2))
    _ = ledger.segmentHeld(contact, name: "s1", at: at(10))
    let record = try #require(saved(ledger.ended(contact, .callerHungUp, at: at(40))))
    #expect(record.segments.first?.held == .seconds(30))
  }

  @Test mutating func `the customer is kept as first known`() {
    _ = open()
    #expect(ledger.identified(contact, customer: "1", name: "山田 太郎", isCertain: true) == [])
    #expect(ledger.identified(contact, customer: "2", name: "鈴木 花子", isCertain: false) == [])
    #expect(ledger.record(contact)?.customer == "1")
    #expect(ledger.record(contact)?.customerName == "山田 太郎")
    #expect(ledger.record(contact)?.isCustomerCertain == true)
  }

  @Test mutating func `the first place is the first queue that it came to, else its entry point`() {
    _ = ledger.opened(contact, .inbound, caller: caller, called: "8000", entry: "80XX", at: start)
    func place() -> String? { ledger.record(contact)?.firstPlace }
    #expect(place() == "entry:80XX")
    _ = ledger.segmentBegan(contact, .agent("anna", "101"), name: "a0", at: at(0))
    _ = ledger.segmentAnswered(contact, name: "a0", at: at(0))
    #expect(place() == "entry:80XX")
    for (index, queue) in ["sales", "support"].enumerated() {
      _ = ledger.segmentBegan(
        contact, .queue(QueueID(rawValue: queue)), name: SegmentID(rawValue: queue), at: at(index))
      #expect(place() == "queue:sales")
      if queue == "support" {
        _ = ledger.segmentBegan(contact, .agent("anna", "101"), name: "a1", at: at(1))
        _ = ledger.segmentAnswered(contact, name: "a1", at: at(1))
      }
      _ = ledger.segmentEnded(contact, name: SegmentID(rawValue: queue), .waitedTooLong, at: at(index))
      #expect(place() == "queue:sales")
    }
  }

  @Test mutating func `each recording is saved once`() throws {
    _ = open()
    let record = try #require(saved(ledger.recorded(contact, "r1")))
    #expect(record.recordings == ["r1"])
    #expect(ledger.recorded(contact, "r1") == [])
    #expect(saved(ledger.recorded(contact, "r2"))?.recordings == ["r1", "r2"])
  }

  @Test mutating func `contacts that are not there have no history`() {
    #expect(ledger.identified(contact, customer: "1", name: "", isCertain: true) == [])
    #expect(ledger.segmentBegan(contact, .queue("sales"), name: "s1", at: at(0)) == [])
    #expect(ledger.segmentAnswered(contact, name: "s1", at: at(0)) == [])
    #expect(ledger.recorded(contact, "r1") == [])
    #expect(ledger.ended(contact, .lost, at: at(0)) == [])
    #expect(ledger.current == [])
  }

  @Test mutating func `the present contacts are told oldest first`() {
    for (index, name) in ["b", "a", "d", "c"].enumerated() {
      let id = ContactID(rawValue: name)
      _ = ledger.opened(id, .inbound, caller: caller, called: "8000", at: at(index / 2))
    }
    #expect(ledger.current.map(\.id) == ["a", "b", "c", "d"])
  }
}
