import Telephony
import Testing

@testable import Figures

@Suite struct `The fold over the log` {
  private let start = Moment(monotonicNanoseconds: 1_000_000_000, wallMilliseconds: Day.morning)
  private func at(_ seconds: Int) -> Moment { start.advanced(by: .seconds(seconds)) }

  private func contact() -> LoggedContact {
    LoggedContact(
      id: "c", isOutbound: false, entry: "8000", startedAt: start, endedAt: at(100), endReason: .callerHungUp,
      segments: [
        .init(
          id: "v", kind: .visit("sales", ServiceTarget()), startedAt: start, endedAt: at(30), endReason: .answered),
        .init(id: "o1", kind: .agent("anna", visit: "v"), startedAt: at(1), endedAt: at(21), endReason: .noAnswer),
        .init(
          id: "o2", kind: .agent("ben", visit: "v"), startedAt: at(21), answeredAt: at(30), endedAt: at(100),
          endReason: .callerHungUp, held: .seconds(10)),
      ])
  }

  @Test func `finds what the records say`() {
    let wrapUp = Stretch(
      agent: "ben", engagement: Engagement(.acw, contact: "c"), startedAt: at(100), endedAt: at(115))
    let fold = Fold([contact()], [wrapUp], until: at(200))
    let queue = fold.cells[Cell(at: Day.morning, .queue("sales"))] ?? Counts()
    #expect(
      queue.seen(by: .cohort) == [
        .offered: 1, .answered: 1, .pastThreshold: 1, .answerTime: 30_000_000_000, .longestWait: 30_000_000_000,
        .leastThreshold: 20_000_000_000, .greatestThreshold: 20_000_000_000, .handled: 1, .talk: 60_000_000_000,
        .hold: 10_000_000_000, .held: 1, .wrapUp: 15_000_000_000, .offers: 2, .offersAnswered: 1,
        .offersEnded("no_answer"): 1, .ringTime: 29_000_000_000,
      ])
    #expect(fold.cells[Cell(at: Day.morning, .agent("anna"))]?[.handled] == 0)
  }

  @Test func `what lasts has no talk yet, and what was sent on waits no more`() {
    var running = contact()
    running.endedAt = nil
    running.endReason = nil
    running.segments[2].endedAt = nil
    let queue = Fold([running], [], until: at(90)).cells[Cell(at: Day.morning, .queue("sales"))] ?? Counts()
    #expect(queue[.answered] == 1 && queue[.handled] == 0 && queue[.talk] == 0)
    var sentOn = running
    sentOn.segments = [
      .init(id: "v", kind: .visit("sales", ServiceTarget()), startedAt: start, endedAt: at(30), endReason: .busy),
      .init(id: "n", kind: .number, startedAt: at(30)),
    ]
    let all = Fold([sentOn], [], until: at(90)).cells[Cell(at: Day.morning, .all)] ?? Counts()
    #expect(all[.flowOut(.overflow)] == 1 && all[.longestWait] == 30_000_000_000)
  }

  /// The manual's table of ends stands in the book's words and in the fold's: here both are held against each other.
  @Test(arguments: EndReason.allCases) func `each reason ends a visit in one way, by either of the two`(
    reason: EndReason
  ) {
    let outcomes = LoggedWait.reasons.filter { $0.value.contains(reason.rawValue) }.map(\.key)
    #expect(outcomes.count == 1)
    for seconds in [4, 5, 20, 21] {
      let target = ServiceTarget()
      var book = Counts()
      book.addBeginning(target)
      book.addEnd(Disposition(reason, after: .seconds(seconds), short: target.short), after: .seconds(seconds), target)
      book.addPassing(after: .seconds(seconds), target)
      let wait = LoggedWait(target, start, end: (at(seconds), LoggedWait.outcome(reason)))
      var fold = wait.begun
      fold.add(wait.passed)
      fold.add(wait.ended)
      #expect(fold == book, "\(seconds) s")
    }
  }

  @Test func `only what was asked for is kept, and a stretch without end does no harm`() {
    let morning = Day.morning..<Day.morning + Cell.length
    var fold = Fold(in: morning, until: Moment(monotonicNanoseconds: .max, wallMilliseconds: Day.morning))
    fold.add(contact())
    fold.add(Stretch(agent: "ben", engagement: Engagement(.idle), startedAt: start))
    var strange = start
    strange.wallMilliseconds = .min
    fold.add(Stretch(agent: "ben", engagement: Engagement(.idle), startedAt: strange, endedAt: at(10)))
    #expect(Set(fold.cells.keys.map(\.quarter)) == [Day.morning])
    #expect(fold.cells[Cell(at: Day.morning, .agent("ben"))]?[.time(.idle)] == 900_000_000_000)
  }

  @Test func `and a row that was changed shows`() {
    let kept = Fold([contact()], [], until: at(200)).cells
    var wrong = contact()
    wrong.segments[0].endReason = .abandoned
    let found = Fold([wrong], [], until: at(200)).cells
    let differences = Discrepancy.all(between: kept, and: found).filter { $0.cell.subject == .queue("sales") }
    #expect(differences.contains { $0.item == .answered && $0.kept == 1 && $0.found == 0 })
    #expect(differences.contains { $0.item == .abandoned && $0.kept == 0 && $0.found == 1 })
    #expect(Discrepancy.all(between: kept, and: kept).isEmpty)
  }

  @Test func `rows that contradict themselves do no harm`() {
    var strange = contact()
    strange.segments[0].endedAt = at(-50)
    strange.segments[2].held = .seconds(1_000_000)
    strange.endedAt = nil
    let stretch = Stretch(agent: "ben", engagement: Engagement(.idle), startedAt: at(50), endedAt: at(10))
    let fold = Fold([strange], [stretch], until: at(0))
    #expect(fold.cells.values.allSatisfy { $0[.answerTime] >= 0 && $0[.talk] >= 0 && $0[.loggedIn] >= 0 })
  }
}

extension Fold {
  /// All rows at once.
  init(_ contacts: [LoggedContact], _ stretches: [Stretch], until now: Moment) {
    self.init(until: now)
    for contact in contacts { add(contact) }
    for stretch in stretches { add(stretch) }
  }
}
