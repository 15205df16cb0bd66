import Telephony
import TelephonyTesting
import Testing

@testable import Figures

/// Both are over.
private func end(_ reason: EndReason) -> (inout Day, inout LoggedContact) -> Void {
  { day, record in
    day.book.contactEnded(record.id, reason, at: day.now)
    (record.endedAt, record.endReason) = (day.now, reason)
    if record.segments.last?.endedAt == nil {
      record.segments[record.segments.count - 1].endedAt = day.now
      record.segments[record.segments.count - 1].endReason = reason
    }
  }
}

/// Who is sent from a queue to one agent waits on for her: the queue is rid of him, and the whole is not.
@Suite struct `Figures of who is sent from a queue to an agent` {
  private var day = Day()
  private let second = 1_000_000_000

  /// He comes at 9:59:50 to a queue without anybody, and goes on to Anna at once; her phone rings, unless she is busy. `then`
  /// is told what comes of it after so many seconds.
  private mutating func isSentOn(
    after seconds: Int, rings: Bool = true, _ then: (inout Day, inout LoggedContact) -> Void
  ) -> [Subject: [Counts]] {
    day.passes(3590)
    let (contact, visit) = day.calls()
    var record = LoggedContact(id: contact, isOutbound: false, entry: "8000", startedAt: day.now)
    day.book.segmentEnded(contact, visit, .unreachable, at: day.now)
    record.segments.append(
      .init(
        id: visit, kind: .visit("sales", ServiceTarget()), startedAt: day.now, endedAt: day.now,
        endReason: .unreachable))
    if rings {
      day.book.agentBegan(contact, "offer", "anna", at: day.now)
      record.segments.append(.init(id: "offer", kind: .agent("anna", visit: nil), startedAt: day.now))
    }
    day.passes(seconds)
    then(&day, &record)
    let kept = day.cells()
    let found = Fold([record], [], until: day.now).cells
    #expect(Discrepancy.all(between: kept, and: found) == [])
    #expect(day.book.standing(at: day.now).isEmpty)
    var seen: [Subject: [Counts]] = [:]
    for subject in [.all, .entry("8000"), .queue("sales")] as [Subject] {
      seen[subject] = (3...4).map { quarter in
        (found[Cell(quarter: Day.morning + quarter * Cell.length, subject: subject)] ?? Counts()).seen(by: .event)
      }
      var whole = Counts()
      for (cell, counts) in found where cell.subject == subject { whole.add(counts.seen(by: .cohort)) }
      #expect(whole.isBalanced && day.counts(subject) == whole, "\(subject)")
    }
    return seen
  }

  /// What a queue's flow-out is, at once, whatever comes of it.
  private func expectFlowOut(_ seen: [Subject: [Counts]]) {
    let counts = seen[.queue("sales")]?.first ?? Counts()
    #expect(counts[.flowOut(.noAgent)] == 1 && counts[.flowOutWithin] == 1 && counts[.longestWait] == 0)
    #expect(seen[.queue("sales")]?.allSatisfy { $0.abandonments == 0 && $0[.pastThreshold] == 0 } == true)
  }

  @Test(arguments: [true, false])
  mutating func `when he hangs up while her phone rings, or before, he is lost after his whole wait, and a miss`(
    rings: Bool
  ) throws {
    let seen = isSentOn(after: 60, rings: rings, end(.abandoned))
    expectFlowOut(seen)
    for subject in [.all, .entry("8000")] as [Subject] {
      let counts = try #require(seen[subject])
      #expect(counts.map { $0[.abandoned] } == [0, 1] && counts.map { $0[.abandonTime] } == [0, 60 * second])
      #expect(counts.map { $0[.longestWait] } == [0, 60 * second])
      #expect(counts.map { $0[.pastThreshold] } == [0, 1] && counts.map { $0[.offered] } == [1, 0])
      for item in [.flowOut(.noAgent), .flowOutWithin, .abandonedWithin, .cutBySystem] as [Item] {
        #expect(counts.map { $0[item] } == [0, 0], "\(item)")
      }
      let gross = Definition.named("sl_gross")
      for early in [.miss, .hit, .excluded] as [Definition.EarlyFlowOut] {
        var settings = Definition.Settings()
        settings.earlyFlowOut = early
        #expect(gross?.value(of: day.counts(subject), settings)?.text == "0.0")
      }
    }
    #expect(seen[.queue("sales")]?.allSatisfy { $0[.cutBySystem] == 0 } == true)
  }

  @Test mutating func `when he is quick, he is short, and past no threshold`() {
    let seen = isSentOn(after: 4, end(.abandoned))
    expectFlowOut(seen)
    #expect(seen[.all]?.map { $0[.shortAbandoned] } == [1, 0] && seen[.all]?.map { $0[.abandonedWithin] } == [1, 0])
    #expect(seen[.all]?.map { $0[.pastThreshold] } == [0, 0])
  }

  @Test mutating func `when she answers, he is answered after his whole wait`() {
    let seen = isSentOn(after: 55) { day, record in
      day.book.answered(record.id, "offer", at: day.now)
      record.segments[1].answeredAt = day.now
      day.passes(10)
      end(.callerHungUp)(&day, &record)
    }
    expectFlowOut(seen)
    #expect(seen[.all]?.map { $0[.answered] } == [0, 1] && seen[.all]?.map { $0[.answerTime] } == [0, 55 * second])
    #expect(seen[.all]?.allSatisfy { $0.abandonments == 0 && $0.sum(of: "flow_out") == 0 } == true)
  }

  @Test(arguments: [true, false])
  mutating func `when we give up, he has flown out for the reason of his queue, after his whole wait`(rings: Bool) {
    let seen = isSentOn(after: 60, rings: rings, end(.waitedTooLong))
    expectFlowOut(seen)
    #expect(seen[.all]?.map { $0[.flowOut(.noAgent)] } == [0, 1] && seen[.all]?.map { $0[.flowOutWithin] } == [0, 0])
    #expect(seen[.all]?.map { $0[.longestWait] } == [0, 60 * second])
    #expect(seen[.all]?.map { $0[.pastThreshold] } == [0, 1])
    // With nobody sought for him.
    #expect(seen[.all]?.map { $0[.cutBySystem] } == [0, rings ? 0 : 1])
    #expect(seen[.queue("sales")]?.map { $0[.cutBySystem] } == [rings ? 0 : 1, 0])
  }

  @Test mutating func `when the daemon ends, that is a failure`() {
    let seen = isSentOn(after: 60, end(.systemFailure))
    expectFlowOut(seen)
    #expect(seen[.all]?.map { $0[.failed] } == [0, 1] && seen[.all]?.map { $0[.pastThreshold] } == [0, 1])
  }

  @Test mutating func `as long as it rings, he waits, and the miss is there before he hangs up`() throws {
    let (contact, visit) = day.calls()
    day.book.segmentEnded(contact, visit, .unreachable, at: day.now)
    day.book.agentBegan(contact, "offer", "anna", at: day.now)
    day.passes(21)
    #expect(day.value("waiting", of: .all) == "1" && day.value("waiting") == "0")
    #expect(day.value("sl_gross", of: .all) == "0.0")
    let before = day.counts(.all)
    day.passes(9)
    day.book.contactEnded(contact, .abandoned, at: day.now)
    let after = day.counts(.all)
    #expect(before[.pastThreshold] == 1 && after[.pastThreshold] == 1)
    #expect(after[.abandoned] == 1 && after[.waiting] == 0 && day.value("sl_gross", of: .all) == "0.0")
  }

  @Test(arguments: [true, false])
  mutating func `who goes on to a number or an announcement waits no more, also when he hangs up there`(
    isNumber: Bool
  ) {
    let seen = isSentOn(after: 0, rings: false) { day, record in
      if isNumber {
        day.book.numberBegan(record.id, "next", at: day.now)
      } else {
        day.book.announcementBegan(record.id, "next", at: day.now)
      }
      record.segments.append(.init(id: "next", kind: isNumber ? .number : .announcement, startedAt: day.now))
      day.passes(60)
      end(.abandoned)(&day, &record)
    }
    expectFlowOut(seen)
    #expect(seen[.all]?.map { $0[.flowOut(.noAgent)] } == [1, 0] && seen[.all]?.map { $0[.flowOutWithin] } == [1, 0])
    #expect(seen[.all]?.allSatisfy { $0.abandonments == 0 && $0[.pastThreshold] == 0 } == true)
    #expect(seen[.all]?.map { $0[.cutBySystem] } == [isNumber ? 0 : 1, 0])
  }
}
