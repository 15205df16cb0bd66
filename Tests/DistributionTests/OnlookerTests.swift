import Distribution
import Telephony
import Testing

@Suite struct `Who may know why a contact went where it went` {
  private let everybody = DecisionOnlooker(knowsWhoSupervises: true)
  private let anna = DecisionOnlooker(own: "anna", knowsWhoSupervises: false)

  /// Berta was chosen; Anna could have taken it, too.
  private var decision: Decision {
    var decision = Decision(
      contact: "c", queue: "sales", at: Moment(monotonicNanoseconds: 0, wallMilliseconds: 0), waited: .zero,
      outcome: .offered(to: "berta"))
    decision.candidates = ["berta", "anna", "clara"].map {
      .init(agent: $0, level: 1, key: Ratio(7), idle: .seconds(5), position: 0)
    }
    decision.leftOut = [
      .init(agent: "dora", obstacle: .supervising), .init(agent: "emi", obstacle: .notReady(reason: "lunch")),
    ]
    (decision.moreCandidates, decision.moreLeftOut) = (2, 3)
    return decision
  }

  @Test func `an agent sees herself and who was chosen, and of her colleagues how many they were`() {
    let seen = anna.view(decision)
    #expect(seen.candidates.map(\.agent) == ["anna"] && seen.moreCandidates == 4)
    #expect(seen.leftOut.isEmpty && seen.moreLeftOut == 5)
    #expect(seen.outcome == .offered(to: "berta"))
    #expect(seen.sentence(in: .english).contains("berta") && !seen.sentence(in: .english).contains("lunch"))
    var left = decision
    left.leftOut.append(.init(agent: "anna", obstacle: .supervising))
    #expect(anna.view(left).leftOut == [.init(agent: "anna", obstacle: .supervising)])
  }

  @Test func `others see everything, but who supervises where that is nobody's business`() {
    #expect(everybody.view(decision) == decision)
    let seen = DecisionOnlooker(knowsWhoSupervises: false).view(decision)
    #expect(seen.candidates == decision.candidates && seen.leftOut.map(\.agent) == ["emi"] && seen.moreLeftOut == 4)
  }

  @Test func `an agent may ask about her own calls and what was offered to her`() {
    #expect(everybody.mayAsk(agents: [], []) && !anna.mayAsk(agents: ["berta"], [decision]))
    #expect(anna.mayAsk(agents: ["berta", "anna"], []))
    var hers = decision
    hers.outcome = .offered(to: "anna")
    #expect(anna.mayAsk(agents: [], [decision, hers]))
    // With the others' phones hers rings, too.
    var all = decision
    all.others = ["clara", "anna"]
    #expect(anna.mayAsk(agents: [], [all]))
    // It was kept for another one before she was told, unless her phone had rung by then, which it had when the next did.
    var (kept, next) = (decision, decision)
    kept.outcome = .kept(for: "clara")
    #expect(!anna.mayAsk(agents: [], [hers, kept]) && !anna.mayAsk(agents: [], [all, kept, decision]))
    #expect(anna.mayAsk(agents: [], [kept, hers]) && anna.mayAsk(agents: [], [hers, kept, hers]))
    #expect(anna.mayAsk(agents: [], [hers, next, kept]))
    next.strategy = .ringProgressively
    #expect(!anna.mayAsk(agents: [], [hers, next, kept]))
    kept.outcome = .kept(for: "anna")
    #expect(anna.mayAsk(agents: [], [hers, kept]))
    // It was kept for her, and never rang.
    hers.outcome = .unkept("anna")
    #expect(!anna.mayAsk(agents: [], [hers]))
  }
}
