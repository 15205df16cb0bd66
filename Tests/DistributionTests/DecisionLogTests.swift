import Distribution
import Telephony
import Testing

@Suite struct `Decisions that are kept` {
  private func moment(_ seconds: Int64) -> Moment {
    Moment(monotonicNanoseconds: 1_000_000_000_000 + seconds * 1_000_000_000, wallMilliseconds: 0)
  }

  private func decision(_ contact: ContactID, at seconds: Int64, waited: Int64 = 0) -> Decision {
    Decision(contact: contact, queue: "sales", at: moment(seconds), waited: .seconds(waited), outcome: .waits)
  }

  private func numbers(_ log: DecisionLog, _ contact: ContactID, at seconds: Int64) -> [Int64] {
    log.decisions(about: contact, at: moment(seconds)).held.map(\.number)
  }

  @Test func `are found by contact, in their order`() {
    var log = DecisionLog(age: .seconds(100))
    for (contact, second) in [("a", 0), ("b", 1), ("a", 2)] as [(ContactID, Int64)] {
      #expect(log.keep(decision(contact, at: second, waited: second)) != nil)
    }
    #expect(numbers(log, "a", at: 2) == [1, 3] && numbers(log, "b", at: 2) == [2] && numbers(log, "c", at: 2) == [])
    #expect(log.decisions(about: "a", at: moment(2)).areAll && !log.decisions(about: "c", at: moment(2)).areAll)
  }

  @Test func `are as many as there may be, the latest, and of one contact the latest too`() {
    var log = DecisionLog(age: .seconds(1000), most: 5, mostOfContact: 3)
    for second in 0..<4 { _ = log.keep(decision("a", at: Int64(second), waited: Int64(second))) }
    #expect(numbers(log, "a", at: 4) == [2, 3, 4])
    #expect(!log.decisions(about: "a", at: moment(4)).areAll)
    _ = log.keep(decision("b", at: 4))
    #expect(log.decisions(about: "b", at: moment(4)).areAll)
    for second in 5..<9 { _ = log.keep(decision("c", at: Int64(second), waited: Int64(second - 5))) }
    #expect(numbers(log, "a", at: 9) == [] && numbers(log, "b", at: 9) == [5] && numbers(log, "c", at: 9) == [7, 8, 9])
    // What it had before has gone, so what comes now is not all of it.
    _ = log.keep(decision("a", at: 9, waited: 9))
    #expect(numbers(log, "a", at: 9) == [10] && !log.decisions(about: "a", at: moment(9)).areAll)
  }

  @Test func `go with their age, whether another one comes or not`() {
    var log = DecisionLog(age: .seconds(10))
    _ = log.keep(decision("a", at: 0))
    #expect(numbers(log, "a", at: 10) == [1] && numbers(log, "a", at: 11) == [])
    #expect(!log.decisions(about: "a", at: moment(11)).areAll)
    _ = log.keep(decision("b", at: 11))
    #expect(numbers(log, "a", at: 5) == [])
    var none = DecisionLog(age: .zero)
    #expect(none.keep(decision("a", at: 0)) == nil && numbers(none, "a", at: 0) == [])
  }

  /// The plainest form beside it: all of them in a list.
  @Test(arguments: 0..<50 as Range<UInt64>) func `are those of a plain list`(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    let (most, mostOfContact, age) = (
      Int(random.next() % 20) + 1, Int(random.next() % 5) + 1, Int64(random.next() % 60)
    )
    var log = DecisionLog(age: .seconds(max(1, age)), most: most, mostOfContact: mostOfContact)
    var plain: [KeptDecision] = []
    var second: Int64 = 0
    for _ in 0..<300 {
      second += Int64(random.next() % 4)
      let contact = ContactID(rawValue: "c\(random.next() % 6)")
      if let kept = log.keep(decision(contact, at: second)) { plain.append(kept) }
      for name in 0..<6 {
        let contact = ContactID(rawValue: "c\(name)")
        let expected = plain.suffix(most).filter { $0.decision.contact == contact }.suffix(mostOfContact)
          .filter { moment(second).since($0.decision.at) <= log.age }
        #expect(numbers(log, contact, at: second) == expected.map(\.number), "seed \(seed)")
      }
    }
  }

  private struct SeededGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }

  @Test func `have words that are read back as what they were`() {
    let obstacles: [Decision.Obstacle] = [
      .loggedOut, .notReady(reason: "lunch"), .ringing("c"), .talking, .dialing, .supervising, .wrapUp,
      .phoneUnreachable, .retryDelay, .leftOut(after: .declined), .skillMissing, .delayed, .otherLevel,
      .keptFor("anna"),
      .queuePaused, .membershipPaused,
    ]
    #expect(Set(obstacles.map(\.word)).count == obstacles.count)
    for obstacle in obstacles { #expect(Decision.Obstacle(word: obstacle.word, detail: obstacle.detail) == obstacle) }
    #expect(Decision.Obstacle(word: "ringing", detail: nil) == nil)
    #expect(Decision.Obstacle(word: "offer_failed", detail: "nonsense") == nil)
    #expect(Decision.Obstacle(word: "nonsense", detail: nil) == nil)
    let outcomes: [Decision.Outcome] =
      [.offered(to: "anna"), .waits, .relaxed(step: 2), .relaxed(step: nil), .kept(for: "anna"), .unkept("anna")]
      + OverflowReason.allCases.map { .diverted($0) }
    for outcome in outcomes {
      let read = Decision.Outcome(
        word: outcome.word, agent: outcome.agent, step: outcome.step, reason: outcome.reason)
      #expect(read == outcome)
    }
    let targets: [OverflowTarget] = [.queue("q"), .agent("a"), .number("+81312345678"), .announcement("/a.wav")]
    for destination in [.end] + targets.map({ Decision.Destination.target($0) }) {
      #expect(Decision.Destination(kind: destination.kind, name: destination.name) == destination)
    }
    for kind in ["queue", "agent", "number", "announcement", "nonsense"] {
      #expect(Decision.Destination(kind: kind, name: nil) == nil)
    }
    #expect(Decision.Destination(kind: "nonsense", name: "x") == nil)
    for word in ["offered", "kept", "unkept", "diverted", "nonsense"] {
      #expect(Decision.Outcome(word: word, agent: nil, step: nil, reason: nil) == nil)
    }
  }
}
