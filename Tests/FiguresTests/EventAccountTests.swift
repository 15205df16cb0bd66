import Telephony
import TelephonyTesting
import Testing

@testable import Figures

@Suite struct `The accounts of figures by event` {
  private var day = Day()

  /// An open visit of the test's own accounts.
  private struct Visit {
    let queue: QueueID
    let began: Int64
    var ended: Int64?
    let call: (ContactID, SegmentID)
    var offer: SegmentID?
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  mutating func
    `whoever waits at the end of a quarter waited at its beginning, or was offered in it, and has not ended in it`(
      seed: UInt64
    )
  {
    var chance = SeededRandom(seed: seed)
    var visits: [Visit] = []
    for _ in 0..<400 {
      day.passes(.milliseconds(Int.random(in: 0...60_000, using: &chance)))
      let now = day.now.wallMilliseconds
      let open = visits.indices.filter { visits[$0].ended == nil }
      switch Int.random(in: 0..<10, using: &chance) {
      case 0..<4:
        let queue: QueueID = Bool.random(using: &chance) ? "sales" : "support"
        visits.append(Visit(queue: queue, began: now, call: day.calls(queue)))
      case 4..<7:
        guard let index = open.randomElement(using: &chance) else { continue }
        visits[index].offer = day.isOffered(visits[index].call.0)
        day.answers(visits[index].call, visits[index].offer ?? "")
        visits[index].ended = now
      default:
        guard let index = open.randomElement(using: &chance) else { continue }
        let reason = EndReason.allCases.filter { $0 != .answered }.randomElement(using: &chance) ?? .abandoned
        day.book.contactEnded(visits[index].call.0, reason, at: day.now)
        visits[index].ended = now
      }
    }
    let standing = day.book.standing(at: day.now)
    let kept = day.cells()
    for subject in [.all, .entry("8000"), .queue("sales"), .queue("support")] as [Subject] {
      let own = visits.filter { visit in
        if case .queue(let queue) = subject { queue == visit.queue } else { true }
      }
      var waiting = 0
      for quarter in stride(from: Day.morning, through: day.now.wallMilliseconds, by: Int(Cell.length)) {
        let events = (kept[Cell(quarter: quarter, subject: subject)] ?? Counts()).seen(by: .event)
        waiting += events[.offered] - events.ended
        let end = quarter + Cell.length
        #expect(
          waiting == own.count { $0.began < end && ($0.ended ?? .max) >= end }, "\(subject), \(quarter), seed \(seed)")
      }
      let left = standing.reduce(0) { $1.key.subject == subject ? $0 + $1.value[.waiting] : $0 }
      #expect(waiting == left, "\(subject), seed \(seed)")
      expectSums(kept.merging(standing) { $0 + $1 }.filter { $0.key.subject == subject }.map(\.value), seed)
    }
  }

  /// Over all time both views are the same, and each visit that does not wait within its threshold is settled once.
  private func expectSums(_ cells: [Counts], _ seed: UInt64) {
    let (cohort, event) = (cells.sum(.cohort), cells.sum(.event))
    for item in Set(cohort.values.keys).union(event.values.keys).subtracting([.waiting, .waitingWithin]) {
      #expect(cohort[item] == event[item], "\(item), seed \(seed)")
    }
    #expect(event.settled == event[.offered] - cohort[.waitingWithin], "seed \(seed)")
  }

  /// Six hours of twenty agents and two queues, two calls a minute of five minutes each.
  @Test mutating func `on a busy floor both views are hardly more rows than one, and a third more text`() {
    var chance = SeededRandom(seed: 7)
    var calls: [Int: (call: (ContactID, SegmentID), offer: SegmentID, agent: AgentID)] = [:]
    var (rows, rowsOfOne) = (0, 0)
    var kept: [Cell: Counts] = [:]
    for second in 0..<6 * 3600 {
      day.passes(1)
      if Int.random(in: 0..<30, using: &chance) == 0 {
        let agent = AgentID(rawValue: "agent-\(second % 20)")
        let call = day.calls(Bool.random(using: &chance) ? "sales" : "support")
        calls[second] = (call, day.isOffered(call.0, to: agent), agent)
      }
      for (began, (call, offer, agent)) in calls {
        switch second - began {
        case 10:
          day.answers(call, offer)
          _ = day.book.agentBecame(agent, Engagement(.talking, contact: call.0), at: day.now)
        case 310:
          day.book.contactEnded(call.0, .callerHungUp, at: day.now)
          _ = day.book.agentBecame(agent, Engagement(.acw, contact: call.0), at: day.now)
        case 340:
          _ = day.book.agentBecame(agent, Engagement(.idle), at: day.now)
          calls[began] = nil
        default: break
        }
      }
      guard let cells = day.book.due(at: day.now) else { continue }
      rows += cells.count
      rowsOfOne += cells.values.count { !$0.seen(by: .cohort).isEmpty }
      for (cell, counts) in cells { kept[cell, default: Counts()].add(counts) }
    }
    let text = kept.values.reduce(0) { $0 + $1.text.utf8.count }
    let textOfOne = kept.values.reduce(0) { $0 + $1.seen(by: .cohort).text.utf8.count }
    #expect(rowsOfOne > 10_000 && rows <= rowsOfOne * 11 / 10, "\(rows) rows, \(rowsOfOne) of one view")
    #expect(text <= textOfOne * 4 / 3, "\(text) bytes, \(textOfOne) of one view, in \(kept.count) cells")
  }
}

extension [Counts] {
  fileprivate func sum(_ view: View) -> Counts {
    reduce(into: Counts()) { $0.add($1.seen(by: view)) }
  }
}
