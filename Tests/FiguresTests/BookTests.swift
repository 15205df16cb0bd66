import Figures
import Telephony
import TelephonyTesting
import Testing

@Suite struct `The book of figures` {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `accounts for every visit at every moment, under any course of things`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    var day = Day()
    var open: [(ContactID, SegmentID)] = []
    var offers: [(Int, SegmentID)] = []
    for _ in 0..<600 {
      day.passes(.milliseconds(Int.random(in: 0...9000, using: &chance)))
      switch Int.random(in: 0..<10, using: &chance) {
      case 0..<3:
        open.append(day.calls(Bool.random(using: &chance) ? "sales" : "support"))
      case 3..<5:
        guard let index = open.indices.randomElement(using: &chance) else { continue }
        offers.append((index, day.isOffered(open[index].0)))
      case 5..<7:
        guard let (index, offer) = offers.randomElement(using: &chance) else { continue }
        day.answers(open[index], offer)
      default:
        guard let call = open.randomElement(using: &chance) else { continue }
        let reason = EndReason.allCases.randomElement(using: &chance) ?? .abandoned
        // An answer is no end of a contact.
        day.book.contactEnded(call.0, reason == .answered ? .abandoned : reason, at: day.now)
      }
      for (subject, counts) in day.book.live(at: day.now) {
        #expect(counts.isBalanced, "\(subject) in step with seed \(seed)")
        #expect(Definition.named("waiting")?.value(of: counts) == .count(counts[.waiting]))
      }
    }
  }

  @Test func `a day ends at its time, and the next begins with nothing but what lasts`() {
    var day = Day(calendar: Calendar(dayEnds: 5 * 60) { _ in 9 * 3600 })
    // 18:00 in Japan.
    day.call(waits: 1, talks: 1)
    #expect(day.counts(.all)[.offered] == 1)
    _ = day.book.agentBecame("anna", Engagement(.idle), at: day.now)
    day.passes(10 * 3600)
    #expect(day.counts(.all)[.offered] == 1)
    day.passes(3600)
    let counts = day.counts(.all)
    #expect(counts[.offered] == 0)
    // Two seconds before five o'clock are of the day before.
    #expect(counts[.loggedIn] == 2_000_000_000)
  }

  @Test func `a day that ends while nobody asks is told from its beginning`() {
    var day = Day(calendar: Calendar(dayEnds: 5 * 60) { _ in 9 * 3600 })
    _ = day.book.agentBecame("anna", Engagement(.idle), at: day.now)
    day.passes(11 * 3600 + 5)
    // As it is stored every few seconds, of the old day and of the new.
    _ = day.cells()
    day.passes(10)
    _ = day.cells()
    #expect(day.counts(.all)[.loggedIn] == 15_000_000_000)
  }

  @Test(arguments: [9, 60])
  func `a clock that was ahead, and is put right, leaves the day as it is counted and stored`(hours: Int64) {
    func moment(_ seconds: Int64, ahead: Int64 = 0) -> Moment {
      Moment(monotonicNanoseconds: seconds * 1_000_000_000, wallMilliseconds: Day.morning + seconds * 1000 + ahead)
    }
    var day = Day(calendar: Calendar(dayEnds: 17 * 60) { _ in 0 })
    let stored = Cell(at: day.now.wallMilliseconds, .all)
    func asks() -> [Int] {
      let counts = day.counts(.all)
      return [.offered, .answered, .waiting].map { counts[$0] }
    }
    if hours < 24 {
      // Already at the start.
      day.book = FloorBook(calendar: Calendar(dayEnds: 17 * 60) { _ in 0 }, at: moment(0, ahead: hours * 3_600_000))
      #expect(day.book.keptDays.contains(stored.quarter))
      day.book.restored([stored: [.offered: 3, .answered: 3]])
    } else {
      day.now = moment(0)
      day.book.restored([stored: [.offered: 3, .answered: 3]])
    }
    day.now = moment(1, ahead: hours * 3_600_000)
    day.call(waits: 1, talks: 1)
    #expect(asks() == [1, 1, 0])
    day.now = moment(10)
    #expect(asks() == [3, 3, 0])
    _ = day.cells()
    day.call(waits: 1, talks: 1)
    _ = day.calls()
    #expect(asks() == [5, 4, 1])
    // What was counted by the wrong clock belongs to the time that it told.
    day.now = moment(20, ahead: hours * 3_600_000)
    #expect(asks() == [1, 1, 0])
  }

  @Test func `what was stored of the day is counted on`() {
    var day = Day()
    let here = Cell(at: day.now.wallMilliseconds, .all)
    let yesterday = Cell(quarter: here.quarter - 86_400_000, subject: .all)
    day.book.restored([here: [.offered: 3], yesterday: [.offered: 50]])
    day.call(waits: 1, talks: 1)
    #expect(day.counts(.all)[.offered] == 4)
    #expect(day.cells().filter { $0.key.subject == .all }.values.reduce(0) { $0 + $1[.offered] } == 1)
  }

  @Test func `what has come is due after ten seconds, and what has not is never`() {
    var day = Day()
    day.passes(60)
    #expect(day.book.due(at: day.now) == nil)
    day.call(waits: 1, talks: 1)
    #expect(day.book.due(at: day.now) == nil)
    day.passes(8)
    #expect(day.book.due(at: day.now)?.isEmpty == false)
    #expect(day.book.due(at: day.now) == nil)
  }

  @Test func `there is a sign of life every ten seconds while somebody waits`() {
    var day = Day()
    let call = day.calls()
    day.passes(10)
    #expect(day.book.due(at: day.now)?.isEmpty == false)
    day.passes(10)
    #expect(day.book.due(at: day.now)?.isEmpty == true)
    day.book.contactEnded(call.0, .abandoned, at: day.now)
    day.passes(10)
    #expect(day.book.due(at: day.now)?.isEmpty == false)
    day.passes(10)
    #expect(day.book.due(at: day.now) == nil)
  }

  @Test func `it hands out what has come once`() {
    var day = Day()
    day.call(waits: 1, talks: 1)
    #expect(!day.cells().isEmpty)
    #expect(day.cells().isEmpty)
  }
}

@Suite struct `Counts and shares` {
  @Test func `are read again as they were written, whatever the names are`() throws {
    let counts: Counts = [.offered: 3, Item("away:昼 休=み%"): 7, Item("x\ny"): -2, .longestWait: 5]
    #expect(try #require(Counts(text: counts.text)) == counts)
    #expect(Counts(text: "") == Counts())
    for text in ["offered", "offered=x", "=3", "a=1=2", "%=1", "%4=1"] { #expect(Counts(text: text) == nil, "\(text)") }
  }

  @Test func `add up, and never beyond what fits`() {
    var counts: Counts = [.offered: .max, .longestWait: 3, .leastThreshold: 20]
    counts.add([.offered: 1, .longestWait: 2, .leastThreshold: 30])
    #expect(counts[.offered] == .max)
    #expect(counts[.longestWait] == 3)
    #expect(counts[.leastThreshold] == 20)
    var none: Counts = [.offered: 1]
    none.add(-1, to: .offered)
    #expect(none.isEmpty)
  }

  @Test func `shares are rounded once, half away from zero, and there is none of nothing`() {
    #expect(Share(1, of: 0) == nil)
    #expect(Share(1, of: 2)?.rounded(scale: 1) == 1)
    #expect(Share(-1, of: 2)?.rounded(scale: 1) == -1)
    #expect(Share(2, of: 3)?.rounded(scale: 1000) == 667)
    #expect(Share(.max, of: 1)?.rounded(scale: 1000) == .max)
    #expect(Share(5, of: 8).map { Definition.Value.share($0).text } == "62.5")
  }

  @Test func `every figure has a value or none of nothing, and its name once`() {
    #expect(Set(Definition.all.map(\.name)).count == Definition.all.count)
    for figure in Definition.all {
      if figure.unit == .percent { #expect(figure.value(of: Counts()) == nil, "\(figure.name)") }
      #expect(!figure.formula.contains("|") && !figure.kinds.isEmpty)
    }
  }
}
