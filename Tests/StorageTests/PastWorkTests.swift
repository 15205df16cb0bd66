import Distribution
import Figures
import History
import Telephony
import Testing

@testable import Storage

@Suite struct `What agents did, read for a restart` {
  private static func segment(
    _ id: SegmentID, _ kind: Segment.Kind, _ times: (Int64, Int64?, Int64?), visit: SegmentID? = nil
  ) -> Segment {
    var segment = Segment(id: id, kind: kind, startedAt: moment(times.0))
    segment.answeredAt = times.1.map(moment)
    segment.endedAt = times.2.map(moment)
    segment.visit = visit
    return segment
  }

  /// Waits from `start` on in a queue, and is answered ten seconds later by Anna, who talks for a minute.
  private static func call(_ id: ContactID, _ queue: QueueID = "sales", at start: Int64) -> ContactRecord {
    var record = contact(id, at: start)
    let visit = SegmentID(rawValue: "v-\(id)")
    record.segments = [
      segment(visit, .queue(queue), (start, nil, start + 10)),
      segment("missed", .agent("ben", "desk-2"), (start, nil, start + 5), visit: visit),
      segment("taken", .agent("anna", "desk-1"), (start + 5, start + 10, start + 70), visit: visit),
    ]
    record.answeredAt = moment(start + 10)
    record.endedAt = moment(start + 70)
    return record
  }

  private static func bounds(since: Int64, rows: Int = 1000, countsDialling: Bool = true) -> PastWorkBounds {
    PastWorkBounds(
      since: moment(since).wallMilliseconds, releasesSince: 0, countsDialling: countsDialling,
      agents: ["anna", "ben", "boss"], queues: ["sales", "support"], visitsOfEach: 2, rows: rows)
  }

  private static func stretch(
    _ agent: AgentID, _ engagement: Engagement, _ from: Int64, _ to: Int64?
  ) -> Stretch {
    Stretch(agent: agent, engagement: engagement, startedAt: moment(from), endedAt: to.map(moment))
  }

  @Test func `is what the rows say: times, answers, last calls and what they took`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    var takenOver = Self.call("c2", at: 200)
    takenOver.segments[2].endedAt = moment(230)
    takenOver.segments.append(
      Self.segment("over", .agent("boss", "desk-8"), (230, 230, 270), visit: takenOver.segments[0].id))
    var dialled = ContactRecord(
      id: "c4", direction: .outbound, caller: Caller(), called: "0398765432", startedAt: moment(600))
    dialled.segments = [Self.segment("o", .agent("ben", "desk-2"), (600, 601, 660))]
    for record in [Self.call("c1", at: 0), takenOver, Self.call("c3", "support", at: 400), dialled] {
      try await database.save(record)
    }
    for stretch in [
      Self.stretch("anna", Engagement(.away, reason: "restart"), 1, 5),
      Self.stretch("anna", Engagement(.idle), 5, 210),
      Self.stretch("anna", Engagement(.talking, contact: "c2"), 210, 230),
      Self.stretch("anna", Engagement(.acw, contact: "c2"), 230, 245),
      Self.stretch("ben", Engagement(.outboundTalking, contact: "c4"), 620, 660),
      Self.stretch("boss", Engagement(.talking, contact: "c2", isLoggedIn: false), 231, 270),
      Self.stretch("ben", Engagement(.idle), 660, nil),
    ] { try await database.save(stretch) }

    let past = try await database.pastWork(Self.bounds(since: 5))
    #expect(past.since == moment(5).wallMilliseconds)
    // What was over before is not in it, nor what lasts.
    #expect(
      past.spans == [
        .init(agent: "anna", activity: .idle, isReady: true, startedAt: moment(5), endedAt: moment(210)),
        .init(agent: "anna", activity: .talking, isReady: false, startedAt: moment(210), endedAt: moment(230)),
        .init(agent: "anna", activity: .afterCallWork, isReady: false, startedAt: moment(230), endedAt: moment(245)),
        .init(
          agent: "boss", activity: .talking, isReady: false, isLoggedIn: false, startedAt: moment(231),
          endedAt: moment(270)),
        .init(agent: "ben", activity: .outboundTalking, isReady: false, startedAt: moment(620), endedAt: moment(660)),
      ])
    // Not who took over, nor what was dialled.
    #expect(
      past.answers == [10, 210, 410].map { .init(agent: "anna", at: moment($0)) })
    #expect(past.releases == ["anna": moment(230), "ben": moment(660), "boss": moment(270)])
    #expect(try await database.pastWork(Self.bounds(since: 0, countsDialling: false)).releases["ben"] == nil)
    #expect(
      past.handlings.sorted { $0.startedAt < $1.startedAt } == [
        .init(agent: "anna", queue: "sales", startedAt: moment(10), endedAt: moment(70)),
        .init(agent: "anna", queue: "sales", startedAt: moment(210), endedAt: moment(230), wrapUp: .seconds(15)),
        .init(agent: "boss", queue: "sales", startedAt: moment(230), endedAt: moment(270)),
        .init(agent: "anna", queue: "support", startedAt: moment(410), endedAt: moment(470)),
      ])
    let before = try await database.pastWork(Self.bounds(since: 4))
    #expect(before.spans.first?.isAfterRestart == true && before.spans.first?.isReady == false)
    await database.close()
  }

  @Test func `is no more than was asked for, and then the latest`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    for index in 0..<6 as Range<Int64> {
      try await database.save(Self.call(ContactID(rawValue: "c\(index)"), at: index * 100))
      try await database.save(Self.stretch("anna", Engagement(.idle), index * 100, index * 100 + 50))
    }
    let past = try await database.pastWork(Self.bounds(since: 0, rows: 3))
    #expect(past.spans.map(\.startedAt) == [300, 400, 500].map(moment))
    #expect(past.since == moment(300).wallMilliseconds)
    #expect(past.answers.map(\.at) == [310, 410, 510].map(moment))
    #expect(Set(past.handlings.map(\.startedAt)) == [moment(410), moment(510)])
    await database.close()
  }
}
