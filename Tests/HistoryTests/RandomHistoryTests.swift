import History
import Telephony
import TelephonyTesting
import Testing

@Suite struct `The record of contacts, at random` {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `each contact and each segment ends once and for good, and no time runs backwards`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var clock = ManualClock<Int>()
    var ledger = Ledger()
    var ends: [ContactID: Int] = [:]
    var segmentEnds: [SegmentID: EndReason] = [:]
    let number = PhoneNumber(canonical: "+81312345678", display: "", kind: .fixed)
    let contacts = (0..<6).map { ContactID(rawValue: "c\($0)") }
    for contact in contacts {
      let direction: ContactRecord.Direction = Bool.random(using: &random) ? .inbound : .outbound
      #expect(ledger.opened(contact, direction, caller: Caller(), called: "8000", at: clock.now).count == 1)
    }
    for step in 0..<400 {
      let contact = contacts[Int.random(in: 0..<contacts.count, using: &random)]
      let name = SegmentID(rawValue: "\(contact)-\(Int.random(in: 0..<5, using: &random))")
      let reason = EndReason.allCases[Int.random(in: 0..<EndReason.allCases.count, using: &random)]
      clock.advance(by: .milliseconds(Int.random(in: 0...5000, using: &random)))
      let effects: [Ledger.Effect]
      switch Int.random(in: 0..<20, using: &random) {
      case 0...4:
        let kinds: [Segment.Kind] = [.queue("q"), .agent("anna", "101"), .number(number), .announcement("a.wav")]
        let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
        effects = ledger.segmentBegan(contact, kind, name: name, at: clock.now)
      case 5...8: effects = ledger.segmentAnswered(contact, name: name, at: clock.now)
      case 9...11: effects = ledger.segmentHeld(contact, name: name, at: clock.now)
      case 12...14: effects = ledger.segmentRetrieved(contact, name: name, at: clock.now)
      case 15...17: effects = ledger.segmentEnded(contact, name: name, reason, at: clock.now)
      case 18: effects = ledger.recorded(contact, RecordingID(rawValue: "r\(step)"))
      default: effects = step > 200 ? ledger.ended(contact, reason, at: clock.now) : []
      }
      for case .save(let record) in effects {
        #expect(ends[record.id] == nil, "saved after its end")
        if record.endReason != nil { ends[record.id, default: 0] += 1 }
        for segment in record.segments { check(segment, of: record, &segmentEnds, at: clock.now) }
      }
    }
    for contact in contacts {
      for case .save(let record) in ledger.ended(contact, .shutdown, at: clock.now) {
        ends[record.id, default: 0] += 1
        for segment in record.segments { check(segment, of: record, &segmentEnds, at: clock.now) }
      }
      #expect(ends[contact] == 1)
    }
    #expect(ledger.current.isEmpty)
  }

  private func check(
    _ segment: Segment, of record: ContactRecord, _ ends: inout [SegmentID: EndReason], at now: Moment
  ) {
    #expect((segment.endedAt == nil) == (segment.endReason == nil))
    if let first = ends[segment.id] { #expect(segment.endReason == first, "\(segment.id) ended differently") }
    if let reason = segment.endReason { ends[segment.id] = reason }
    if record.endReason != nil { #expect(segment.endReason != nil, "\(segment.id) outlived its contact") }
    let end = segment.endedAt ?? now
    let begin = segment.answeredAt ?? segment.startedAt
    #expect(record.startedAt <= segment.startedAt && segment.startedAt <= begin && begin <= end)
    #expect(segment.held >= .zero && segment.held <= end.since(begin))
    if segment.answeredAt == nil { #expect(segment.held == .zero) }
  }
}
