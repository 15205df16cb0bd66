import Telephony
import TelephonyTesting
import Testing

@testable import Figures

/// What a book has counted up to now, and what the rows say.
@Suite struct `Figures by event` {
  private var day = Day()

  /// 9:45, 10:00, 10:15 and 10:30.
  private static let quarters = (3...6).map { Day.morning + $0 * Cell.length }

  private func seen(_ cells: [Cell: Counts], _ subject: Subject, _ view: View) -> [Counts] {
    Self.quarters.map { (cells[Cell(quarter: $0, subject: subject)] ?? Counts()).seen(by: view) }
  }

  /// Arrives at 9:59:50, is answered at 10:00:05 by Anna, who holds him for a minute; leaves at 10:20:05, and she writes
  /// until 10:31:05.
  private mutating func call() -> (record: LoggedContact, wrapUp: Stretch) {
    day.passes(3590)
    let start = day.now
    let call = day.calls()
    let offer = day.isOffered(call.0)
    day.passes(15)
    day.answers(call, offer)
    let answered = day.now
    _ = day.book.agentBecame("anna", Engagement(.talking, contact: call.0), at: day.now)
    day.passes(300)
    day.book.held(call.0, offer, at: day.now)
    day.passes(60)
    day.book.retrieved(call.0, offer, at: day.now)
    day.passes(840)
    let ended = day.now
    _ = day.book.agentBecame("anna", Engagement(.acw, contact: call.0), at: day.now)
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    day.passes(660)
    _ = day.book.agentBecame("anna", nil, at: day.now)
    let record = LoggedContact(
      id: call.0, isOutbound: false, entry: "8000", startedAt: start, endedAt: ended, endReason: .callerHungUp,
      segments: [
        .init(
          id: call.1, kind: .visit("sales", ServiceTarget()), startedAt: start, endedAt: answered, endReason: .answered),
        .init(
          id: offer, kind: .agent("anna", visit: call.1), startedAt: start, answeredAt: answered, endedAt: ended,
          endReason: .callerHungUp, held: .seconds(60)),
      ])
    let wrapUp = Stretch(
      agent: "anna", engagement: Engagement(.acw, contact: call.0), startedAt: ended, endedAt: day.now)
    return (record, wrapUp)
  }

  @Test
  mutating func
    `who arrives at 9:59:50 and is answered at 10:00:05 is offered in one quarter and answered in the next`()
  {
    let second = 1_000_000_000
    let (record, wrapUp) = call()
    let talking = Stretch(
      agent: "anna", engagement: Engagement(.talking, contact: record.id),
      startedAt: record.startedAt.advanced(by: .seconds(15)), endedAt: record.endedAt)
    let kept = day.cells()
    let found = Fold([record], [talking, wrapUp], until: day.now).cells
    #expect(Discrepancy.all(between: kept, and: found) == [])
    let offered: Counts = [.offered: 1, .leastThreshold: 20 * second, .greatestThreshold: 20 * second]
    let answer: Counts = [
      .answered: 1, .answeredWithin: 1, .answerTime: 15 * second, .longestWait: 15 * second, .offers: 1,
      .offersAnswered: 1, .ringTime: 15 * second,
    ]
    let handling: Counts = [.handled: 1, .held: 1, .hold: 60 * second, .talk: 1140 * second]
    for cells in [kept, found] {
      #expect(
        seen(cells, .queue("sales"), .event) == [
          offered, answer, handling + [.wrapUp: 595 * second], [.wrapUp: 65 * second],
        ])
      #expect(
        seen(cells, .queue("sales"), .cohort) == [
          offered + answer + handling + [.wrapUp: 660 * second], Counts(), Counts(), Counts(),
        ])
      #expect(
        seen(cells, .entry("8000"), .event) == [
          offered + [.arrived: 1], answer, handling + [.wrapUp: 595 * second], [.wrapUp: 65 * second],
        ])
      let anna = seen(cells, .agent("anna"), .event)
      #expect(anna.map { $0[.offersAnswered] } == [0, 1, 0, 0])
      #expect(anna.map { $0[.handled] } == [0, 0, 1, 0])
      #expect(anna.map { $0[.wrapUp] / second } == [0, 0, 595, 65])
      #expect(anna.map { $0[.time(.acw)] / second } == [0, 0, 595, 65])
    }
  }

  @Test
  mutating func
    `a call within a quarter is kept once for both views, and no call in more cells than it touches quarters`()
  {
    day.call(waits: 15, talks: 100)
    let within = day.cells()
    #expect(within.count == 4)
    let second = within.values.flatMap(\.values.keys).filter(\.isOfEvents)
    #expect(second.allSatisfy { $0 == Item.longestWait.atItsTime } && second.count == 3)
    for counts in within.values { #expect(counts.seen(by: .event) == counts.seen(by: .cohort)) }
    day = Day()
    _ = call()
    // Four subjects in four quarters: of the quarters after the first, what Anna and the whole floor did is there anyway.
    #expect(day.cells().count == 4 * 4)
  }

  @Test mutating func `the threshold is passed when it is, while the caller still waits and when he waits no more`()
    throws
  {
    day.passes(3590)
    let start = day.now
    let call = day.calls()
    func value(_ name: String, _ cells: [Cell: Counts], _ quarter: Int) throws -> String? {
      let counts = seen(cells, .queue("sales"), .event)[quarter]
      return try #require(Definition.named(name)).value(of: counts, by: .event)?.text
    }
    func withStanding() -> [Cell: Counts] {
      day.cells().merging(day.book.standing(at: day.now)) { $0 + $1 }
    }
    day.passes(20)
    #expect(seen(day.book.standing(at: day.now), .queue("sales"), .event).map { $0[.pastThreshold] } == [0, 0, 0, 0])
    day.passes(.nanoseconds(1))
    let waiting = withStanding()
    #expect(seen(waiting, .queue("sales"), .event).map { $0[.pastThreshold] } == [0, 1, 0, 0])
    #expect(seen(waiting, .queue("sales"), .cohort).map { $0[.pastThreshold] } == [1, 0, 0, 0])
    #expect(try value("sl_gross", waiting, 0) == nil)
    #expect(try value("sl_gross", waiting, 1) == "0.0")
    day.passes(1800)
    let offer = day.isOffered(call.0)
    day.answers(call, offer)
    let answered = day.now
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    let kept = day.cells()
    #expect(seen(kept, .all, .event).map { $0[.pastThreshold] } == [0, 1, 0, 0])
    #expect(seen(kept, .all, .event).map { $0[.answered] } == [0, 0, 0, 1])
    // Of the last quarter there is a mean wait and a rate of answers, and no level of service: that was missed before.
    #expect(try value("sl_gross", kept, 3) == nil)
    #expect(try value("sl_answered", kept, 3) == "0.0")
    #expect(try value("answer_rate", kept, 3) == "100.0")
    #expect(try value("asa", kept, 3) == "1820.0")
    let record = LoggedContact(
      id: call.0, isOutbound: false, entry: "8000", startedAt: start, endedAt: answered, endReason: .callerHungUp,
      segments: [
        .init(
          id: call.1, kind: .visit("sales", ServiceTarget()), startedAt: start, endedAt: answered, endReason: .answered),
        .init(
          id: offer, kind: .agent("anna", visit: call.1), startedAt: answered, answeredAt: answered, endedAt: answered,
          endReason: .callerHungUp),
      ])
    let found = Fold([record], [], until: day.now).cells
    #expect(seen(found, .all, .event).map { $0[.pastThreshold] } == [0, 1, 0, 0])
  }

  @Test
  mutating func `a contact is offered when it comes to its first queue, and handled when its last agent is through`() {
    day.passes(3598)
    let start = day.now
    day.book.contactBegan("c", isOutbound: false, entry: "8000", at: start)
    day.passes(5)
    let queued = day.now
    day.book.visitBegan("c", "v1", of: "sales", ServiceTarget(), at: queued)
    day.book.agentBegan("c", "o", "anna", at: queued)
    day.passes(7)
    let answered = day.now
    day.answers(("c", "v1"), "o")
    day.passes(880)
    // Anna is gone, and he waits for somebody else, in vain.
    let left = day.now
    day.book.segmentEnded("c", "o", .agentHungUp, at: left)
    day.book.visitBegan("c", "v2", of: "support", ServiceTarget(), at: left)
    day.passes(70)
    let ended = day.now
    day.book.contactEnded("c", .abandoned, at: ended)
    let record = LoggedContact(
      id: "c", isOutbound: false, entry: "8000", startedAt: start, endedAt: ended, endReason: .abandoned,
      segments: [
        .init(
          id: "v1", kind: .visit("sales", ServiceTarget()), startedAt: queued, endedAt: answered, endReason: .answered),
        .init(
          id: "o", kind: .agent("anna", visit: "v1"), startedAt: queued, answeredAt: answered, endedAt: left,
          endReason: .agentHungUp),
        .init(
          id: "v2", kind: .visit("support", ServiceTarget()), startedAt: left, endedAt: ended, endReason: .abandoned),
      ])
    let kept = day.cells()
    let found = Fold([record], [], until: day.now).cells
    #expect(Discrepancy.all(between: kept, and: found) == [])
    for cells in [kept, found] {
      let all = seen(cells, .all, .event)
      #expect(all.map { $0[.arrived] } == [1, 0, 0, 0])
      #expect(all.map { $0[.offered] } == [0, 1, 0, 0])
      #expect(all.map { $0[.answered] } == [0, 1, 0, 0])
      #expect(all.map { $0[.handled] } == [0, 1, 0, 0])
      #expect(all.map { $0[.talk] } == [0, 880_000_000_000, 0, 0])
      #expect(seen(cells, .queue("sales"), .event).map { $0[.handled] } == [0, 1, 0, 0])
      #expect(seen(cells, .queue("support"), .event).map { $0[.abandoned] } == [0, 0, 1, 0])
      #expect(seen(cells, .queue("support"), .event).map { $0[.pastThreshold] } == [0, 0, 1, 0])
    }
  }

  @Test mutating func `a number that is dialled is connected when it answers, and handled when it is over`() {
    day.passes(3590)
    day.book.contactBegan("d", isOutbound: true, entry: "", at: day.now)
    day.book.agentBegan("d", "a", "anna", at: day.now)
    day.book.numberBegan("d", "n", at: day.now)
    day.passes(20)
    day.book.answered("d", "n", at: day.now)
    day.passes(900)
    day.book.contactEnded("d", .callerHungUp, at: day.now)
    day.book.contactBegan("e", isOutbound: true, entry: "", at: day.now)
    day.book.agentBegan("e", "b", "anna", at: day.now)
    day.passes(900)
    day.book.contactEnded("e", .busy, at: day.now)
    let counts = seen(day.cells(), .agent("anna"), .event)
    #expect(counts.map { $0[.attempts] } == [1, 0, 1, 0])
    #expect(counts.map { $0[.connected] } == [0, 1, 0, 0])
    #expect(counts.map { $0[.outboundHandled] } == [0, 0, 1, 0])
    #expect(counts.map { $0[.attemptsEnded("busy")] } == [0, 0, 0, 1])
    let rate = Definition.named("connect_rate")
    #expect(counts.map { rate?.value(of: $0, by: .event)?.text } == [nil, "100.0", nil, "0.0"])
  }

  @Test(arguments: [-3600, 3600])
  mutating func `a step of the wall clock changes no duration, and each event is where the clock then was`(
    seconds: Int64
  ) {
    let call = day.calls()
    let offer = day.isOffered(call.0)
    day.passes(10)
    day.now.wallMilliseconds += seconds * 1000
    day.answers(call, offer)
    day.passes(60)
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    let cells = day.cells()
    let there = Cell(quarter: Day.morning + seconds * 1000, subject: .queue("sales"))
    let here = Cell(quarter: Day.morning, subject: .queue("sales"))
    #expect(cells[there]?.seen(by: .event)[.answerTime] == 10_000_000_000)
    #expect(cells[there]?.seen(by: .cohort) == Counts())
    #expect(cells[here]?.seen(by: .event)[.offered] == 1)
    #expect(cells[here]?.seen(by: .event)[.answered] == 0)
    #expect(cells[here]?.seen(by: .cohort)[.talk] == 60_000_000_000)
  }

  @Test mutating func `a report is by one view, of whole hours too`() throws {
    let wall = Day.morning..<Day.morning + 4 * 3_600_000
    _ = call()
    let cells = day.cells()
    func rows(_ span: Calendar.Span, _ view: View) throws -> [Report.Row] {
      var report = Report(in: wall, by: span, [.queue], view: view, Calendar { _ in 0 })
      try report.add(cells)
      return report.rows
    }
    #expect(try rows(.quarter, .cohort).map(\.counts[.answered]) == [1])
    #expect(try rows(.quarter, .event).map(\.counts[.answered]) == [0, 1, 0, 0])
    #expect(try rows(.hour, .event).map(\.counts[.offered]) == [1, 0])
    #expect(try rows(.hour, .event).map(\.counts[.handled]) == [0, 1])
    #expect(try rows(.day, .event).map(\.counts) == rows(.day, .cohort).map(\.counts))
    #expect(try rows(.quarter, .event).allSatisfy { $0.counts.values.keys.allSatisfy { !$0.isOfEvents } })
  }

  @Test mutating func `the present day is by cohort, also as it was restored`() {
    _ = call()
    var later = Day()
    later.now = day.now
    later.book.restored(day.cells())
    #expect(later.counts(.queue("sales")) == day.counts(.queue("sales")))
    #expect(later.counts(.queue("sales")).values.keys.allSatisfy { !$0.isOfEvents })
  }

  @Test
  mutating func
    `who is short and past the threshold is a miss where he reached it, and no service level passes the whole`()
    throws
  {
    let target = ServiceTarget(threshold: .seconds(10), short: .seconds(30))
    day.passes(3580)
    let start = day.now
    func isAnswered() {
      let call = day.calls("sales", target)
      day.answers(call, day.isOffered(call.0))
      day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    }
    isAnswered()
    var records: [LoggedContact] = []
    for seconds in [5, 25] {
      day.now = start
      let call = day.calls("sales", target)
      day.passes(seconds)
      day.book.contactEnded(call.0, .abandoned, at: day.now)
      records.append(
        LoggedContact(
          id: call.0, isOutbound: false, entry: "8000", startedAt: start, endedAt: day.now, endReason: .abandoned,
          segments: [
            .init(
              id: call.1, kind: .visit("sales", target), startedAt: start, endedAt: day.now, endReason: .abandoned)
          ]))
    }
    // In the quarter in which the second one leaves, who has been counted where he reached T.
    isAnswered()
    isAnswered()
    let kept = day.cells()
    for subject in [.queue("sales"), .all] as [Subject] {
      let net = try seen(kept, subject, .event).map {
        try #require(Definition.named("sl_net")).value(of: $0, by: .event)
      }
      // One in time, one who reached T; he who left in time is not counted, and he who is past it is counted once.
      #expect(net.map { $0?.text } == ["50.0", "100.0", nil, nil], "\(subject)")
      let found = seen(Fold(records, [], until: day.now).cells, subject, .event)
      for counts in [found, seen(kept, subject, .event)] {
        #expect(
          counts.map { $0[.shortPastThreshold] } == [0, 1, 0, 0] && counts.map { $0[.shortAbandoned] } == [1, 1, 0, 0])
      }
    }
  }

  @Test func `who waits now is of no event`() {
    let counts: Counts = [.offered: 2, .waiting: 2, .waitingWithin: 1]
    #expect(counts.seen(by: .event) == [.offered: 2] && counts.seen(by: .cohort) == counts)
  }

  @Test func `what has another formula by event says so, or that there is none`() {
    let counts: Counts = [
      .offered: 10, .answered: 4, .answeredWithin: 3, .abandoned: 2, .abandonedWithin: 1, .shortAbandoned: 1,
      .flowOut(.timeout): 1, .flowOutWithin: 1, .failed: 1, .failedWithin: 1, .pastThreshold: 2, .arrived: 20,
      .direct: 2, .directAnswered: 1, .blocked: 1, .attempts: 9, .connected: 1, .attemptsEnded("busy"): 3,
    ]
    let expected = [
      "sl_gross": "37.5",  // 3/8
      "sl_net": "42.9",  // 3/7
      "sl_removed": "50.0",  // 4/8
      "answer_rate": "44.4",  // 4/9
      "answer_rate_arrived": "41.7",  // 5/12
      "abandonment": "33.3", "abandonment_net": "25.0",  // 3/9, 2/8
      "unanswered": "5", "connect_rate": "25.0", "waiting": nil, "fcr": nil,
      "fcr_contacts": nil, "fcr_repeated": nil, "fcr_open": nil, "aht": nil, "acw_inbound": nil, "acw_outbound": nil,
    ]
    for figure in Definition.all {
      switch figure.byEvent {
      case .same: #expect(figure.value(of: counts) == figure.value(of: counts, by: .event), "\(figure.name)")
      case .formula, .missing: #expect(figure.value(of: counts, by: .event)?.text == expected[figure.name] ?? nil)
      }
    }
    #expect(Set(Definition.all.filter { $0.byEvent != .same }.map(\.name)) == Set(expected.keys))
  }
}

extension Counts {
  static func + (a: Counts, b: Counts) -> Counts {
    var sum = a
    sum.add(b)
    return sum
  }
}
