import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Why` {
  /// Dora is free beside Berta; Anna talks, Clara is away, Emil is logged out.
  private func office() -> Desk {
    let names = ["anna", "berta", "clara", "dora", "emil"] as [AgentID]
    var desk = Desk(
      DistributionSettings(
        queues: [QueueSettings(id: "sales")], agents: names.map { AgentSettings(id: $0, memberships: ["sales": 1]) }))
    desk.makeReady("anna", "berta", "clara", "dora")
    desk.arrive("before")
    desk.answer("before", "anna")
    desk.set("clara", .notReady(reason: "lunch"))
    return desk
  }

  @Test func `an offer comes with its candidates in order, their keys, and everybody else's reason`() {
    var desk = office()
    let decisions = desk.arrive("call").decisions
    #expect(decisions.count == 1)
    guard let decision = decisions.first else { return }
    #expect(decision.outcome == .offered(to: "berta") && decision.strategy == .longestIdle && decision.ahead == 0)
    #expect(decision.candidates.map(\.agent) == ["berta", "dora"])
    #expect(decision.candidates.map(\.idle) == [.seconds(3), .seconds(1)])
    #expect(
      decision.leftOut.map(\.obstacle) == [.talking, .notReady(reason: "lunch"), .loggedOut])
    #expect(decision.moreCandidates == 0 && decision.moreLeftOut == 0)
    #expect(
      decision.sentence(in: .english)
        == "After 0 s it was offered to berta, the longest idle of 2 who could take it; "
        + "left out: anna (on a call), clara (away: lunch), emil (logged out).")
    #expect(
      decision.sentence(in: .japanese) { $0 == "berta" ? "田中" : $0.rawValue }
        == "0秒待ち、田中さんを呼び出しました(対応できる2人のうち待機時間が最も長いため)。"
        + "対象外:annaさん(通話中)、claraさん(離席:lunch)、emilさん(ログアウト中)。")
  }

  @Test func `whoever declined, missed or is unreachable is left out for that`() {
    var desk = office()
    desk.arrive("call")
    desk.fail("call", "berta", .declined)
    desk.fail("call", "dora", .unreachable)
    desk.tell { $0.phoneBecameReachable("phone-anna", at: $1) }
    let leftOut = desk.distributor.explanation(of: "call", at: desk.clock.now)?.leftOut ?? []
    #expect(leftOut[1].obstacle == .leftOut(after: .declined) && leftOut[3].obstacle == .phoneUnreachable)
    desk.arrive("other")
    desk.ring("other", "berta")
    desk.pass(.seconds(20))
    #expect(desk.distributor.explanation(of: "other", at: desk.clock.now)?.leftOut[1].obstacle == .retryDelay)
  }

  @Test func `whoever finds nobody is told why, and who is ahead`() {
    var desk = office()
    desk.arrive("one")
    desk.arrive("two")
    desk.clock.advance(by: .seconds(1))
    let decision = desk.arrive("three").decisions.last
    #expect(decision?.outcome == .waits && decision?.ahead == 2 && decision?.candidates == [])
    #expect(
      decision?.sentence(in: .english)
        == "It waits: nobody can take it; anna (on a call), berta (her phone rings), clara (away: lunch), "
        + "dora (her phone rings), emil (logged out).")
  }

  @Test func `the keys are those of the strategy`() {
    var settings = DistributionSettings(queues: [QueueSettings(id: "sales")])
    settings.queues[0].strategy = .skillFirst
    for (name, level) in [("anna", 2), ("berta", 7)] as [(AgentID, Int)] {
      var agent = AgentSettings(id: name, memberships: ["sales": 1])
      agent.skills = ["german": level]
      settings.agents.append(agent)
    }
    var desk = Desk(settings)
    desk.makeReady("anna", "berta")
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(.skill("german", atLeast: 1))]
    #expect(desk.arrive("call", arrival).decisions.first?.candidates.map(\.key) == [Ratio(-7), Ratio(-2)])
  }

  @Test func `of a thousand members fifty are listed, and the rest is counted`() {
    let agents = (0..<1_000).map { AgentSettings(id: AgentID(rawValue: "a\($0)"), memberships: ["sales": 1]) }
    var settings = DistributionSettings(queues: [QueueSettings(id: "sales")], agents: agents)
    settings.queues[0].strategy = .random
    var desk = Desk(settings)
    for number in 0..<200 { desk.makeReady(AgentID(rawValue: "a\(number)")) }
    guard let decision = desk.arrive("call").decisions.first, case .offered(let chosen) = decision.outcome else {
      Issue.record("no offer")
      return
    }
    #expect(decision.candidates.first?.agent == chosen && decision.candidates.count <= 51)
    #expect((100...101).contains(decision.candidates.count + decision.moreCandidates))
    #expect(decision.candidates.count + decision.moreCandidates + decision.moreFree == 200)
    #expect(decision.leftOut.count <= 50 && decision.leftOut.count + decision.moreLeftOut >= 800)
  }

  private func office(
    _ strategy: QueueStrategy, levels: [Int], change: (Int, inout AgentSettings) -> Void = { _, _ in }
  ) -> Desk {
    var settings = DistributionSettings(
      queues: [QueueSettings(id: "sales")],
      agents: levels.enumerated().map { number, level in
        var agent = AgentSettings(
          id: AgentID(rawValue: "a\(number)"), memberships: ["sales": Membership(level: level)])
        change(number, &agent)
        return agent
      })
    settings.queues[0].strategy = strategy
    var desk = Desk(settings)
    for agent in settings.agents { desk.makeReady(agent.id) }
    return desk
  }

  @Test func `that all phones of a level ring is one decision, before the first of them, and names them all`() {
    var desk = office(.ringAll, levels: [1, 1, 1, 1, 1, 1, 1, 2])
    let effects = desk.arrive("call")
    let all = (0..<7).map { AgentID(rawValue: "a\($0)") }
    #expect(effects.decisions.count == 1 && effects.offers.count == 7)
    guard let decision = effects.decisions.first, case .decided? = effects.first else {
      Issue.record("no decision before the offers")
      return
    }
    #expect(decision.offered == all && decision.candidates.map(\.agent) == all && decision.moreCandidates == 0)
    #expect(decision.candidates.first?.idle == .seconds(8))
    #expect(decision.leftOut == [.init(agent: "a7", obstacle: .otherLevel)] && decision.moreLeftOut == 0)
    #expect(
      decision.sentence(in: .english) {
        $0.rawValue
      } title: { _ in
        "Sales"
      }
        == "After 0 s it rings all 7 agents of the best level of Sales who are free for it: a0, a1, a2, a3, a4, 2 more; "
        + "left out: a7 (of another level).")
    #expect(
      decision.sentence(in: .japanese) {
        $0.rawValue
      } title: { _ in
        "営業"
      }
        == "0秒待ち、営業の最優先の段階で対応できる7人全員を一斉に呼び出しました:a0さん、a1さん、a2さん、a3さん、a4さん、ほか2人"
        + "。対象外:a7さん(別の段階)。")
  }

  @Test func `whoever rings later by herself is a decision of her own`() {
    var desk = office(.ringAll, levels: [1, 1, 1])
    desk.set("a0", .notReady(reason: "lunch"))
    desk.arrive("call")
    let decisions = desk.set("a0", .ready).decisions
    #expect(decisions.map(\.offered) == [["a0"]])
    #expect(
      decisions.first?.sentence(in: .english)
        == "After 0 s it rings a0, who alone is free for it; left out: a1 (her phone rings), a2 (her phone rings).")
    #expect(
      decisions.first?.sentence(in: .japanese)
        == "0秒待ち、唯一対応できるa0さんを呼び出しました。対象外:a1さん(呼出中)、a2さん(呼出中)。")
  }

  @Test func `of two callers for whom phones ring in one turn each has her own decision, before her phones`() {
    var desk = office(.ringAll, levels: [1, 1, 1, 1]) { number, agent in
      agent.skills = [number < 2 ? "german" : "french": 1]
    }
    desk.pause("sales")
    for (contact, skill) in [("one", "german"), ("two", "french")] as [(ContactID, SkillID)] {
      var arrival = Arrival(for: .queue("sales"))
      arrival.steps = [SkillStep(.skill(skill, atLeast: 1))]
      desk.arrive(contact, arrival)
    }
    let told = desk.pause("sales", false).compactMap { effect -> String? in
      switch effect {
      case .decided(let decision): "\(decision.contact): \(decision.offered.map(\.rawValue).joined(separator: " "))"
      case .offer(let contact, let agent, _): "\(contact)→\(agent)"
      default: nil
      }
    }
    #expect(told == ["one: a0 a1", "one→a0", "one→a1", "two: a2 a3", "two→a2", "two→a3"])
  }

  @Test func `of hundreds whose phones all ring fifty are listed, and all are named`() {
    var desk = office(.ringAll, levels: Array(repeating: 1, count: 450))
    let decisions = desk.arrive("call").decisions
    #expect(decisions.count == 1)
    #expect(Set(decisions.first?.offered ?? []).count == 450)
    #expect(decisions.first?.candidates.count == 50 && decisions.first?.moreCandidates == 400)
    #expect(decisions.first?.leftOut == [] && decisions.first?.moreLeftOut == 0)
  }

  @Test func `without explanations there are none, and the same happens`() {
    var settings = DistributionSettings.small
    settings.explains = false
    var desk = Desk(settings)
    desk.makeReady("anna")
    let effects = desk.arrive("call")
    #expect(effects.decisions.isEmpty && effects.offers == ["call→anna"])
    #expect(desk.distributor.explanation(of: "call", at: desk.clock.now) != nil)
    #expect(desk.distributor.explanation(of: "nobody", at: desk.clock.now) == nil)
  }

  @Test(arguments: Decision.Language.allCases)
  func `every outcome, strategy and obstacle has its words`(language: Decision.Language) {
    var desk = office()
    guard var decision = desk.arrive("call").decisions.first else { return }
    let outcomes: [Decision.Outcome] = [
      .waits, .relaxed(step: 2), .relaxed(step: nil), .kept(for: "anna"), .unkept("anna"), .offered(to: "anna"),
      .diverted(.full), .diverted(.nobody), .diverted(.waitedTooLong), .diverted(.removed),
    ]
    let sentences = outcomes.map { outcome in
      decision.outcome = outcome
      return decision.sentence(in: language)
    }
    #expect(sentences.suffix(4).allSatisfy { $0.contains("sales") })
    #expect(Set(sentences).count == outcomes.count)
    decision.outcome = .diverted(.full)
    let targets: [OverflowTarget] = [.queue("q"), .agent("a"), .number("1"), .announcement("x")]
    let destinations: [Decision.Destination?] = [nil, .end] + targets.map { .target($0) }
    let diverted = destinations.map { destination in
      decision.destination = destination
      return decision.sentence(in: language)
    }
    #expect(Set(diverted).count == diverted.count && diverted.allSatisfy { $0.hasPrefix(diverted[0].dropLast()) })
    decision.destination = nil
    decision.outcome = .offered(to: "berta")
    decision.candidates[0].key = Ratio(-7)
    let chosen = QueueStrategy.allCases.flatMap { strategy in
      decision.strategy = strategy
      decision.others = []
      let alone = decision.sentence(in: language)
      guard strategy == .ringAll else { return [alone] }
      decision.others = ["clara"]
      return [alone, decision.sentence(in: language)]
    }
    // Progressively is longest idle, one phone after the other.
    #expect(Set(chosen).count == QueueStrategy.allCases.count)
    let obstacles: [Decision.Obstacle] =
      [
        .loggedOut, .notReady(reason: "x"), .ringing("c"), .talking, .dialing, .supervising, .wrapUp, .phoneUnreachable,
        .retryDelay, .skillMissing, .delayed, .otherLevel, .keptFor("anna"), .queuePaused, .membershipPaused,
      ] + Distributor.OfferEnd.allCases.map { .leftOut(after: $0) }
    let named = obstacles.map { obstacle in
      decision.leftOut = [.init(agent: "berta", obstacle: obstacle)]
      return decision.sentence(in: language)
    }
    #expect(Set(named).count == obstacles.count)
    decision.leftOut = [.init(agent: "berta", obstacle: .notReady(reason: ""))]
    let away = decision.sentence(in: language)
    #expect(away.contains("(away)") || away.contains("(離席)"))
  }

  @Test(
    arguments: [
      (.relaxed(step: 2), "0秒後、求める技能を第2段階に緩めました。"), (.relaxed(step: nil), "0秒後、技能にかかわらず全員が対応できるようにしました。"),
      (.unkept("anna"), "0秒後、annaさんの専任待ちを終えました。"), (.diverted(.full), "salesのキューが満員です。"),
    ] as [(Decision.Outcome, String)])
  func `a step that is skipped at once, or a wish that ends, is not laid to his waiting`(
    outcome: Decision.Outcome, sentence: String
  ) {
    var desk = office()
    var decision = desk.arrive("call").decisions.first
    decision?.outcome = outcome
    #expect(decision?.sentence(in: .japanese) == sentence)
  }
}

@Suite struct `How long somebody will wait` {
  private func office(_ number: Int, _ change: (inout DistributionSettings) -> Void = { _ in }) -> Desk {
    var settings = DistributionSettings(
      queues: [QueueSettings(id: "sales"), QueueSettings(id: "support")],
      agents: (0..<number).map { AgentSettings(id: AgentID(rawValue: "a\($0)"), memberships: ["sales": 1]) })
    settings.expectedHandling = .seconds(300)
    change(&settings)
    return Desk(settings)
  }

  private func estimate(_ desk: Desk) -> EstimatedWait {
    desk.distributor.estimatedWait(in: "sales", at: desk.clock.now)
  }

  @Test func `nobody can say while nobody is there, and it says why`() {
    var desk = office(2)
    #expect(estimate(desk) == .unknown(.unstaffed))
    desk.logIn("a0")
    #expect(estimate(desk) == .unknown(.nobodyReady))
    desk.pause("sales")
    #expect(estimate(desk) == .unknown(.queuePaused))
    #expect(desk.distributor.estimatedWait(in: "nowhere", at: desk.clock.now) == .unknown(.noSuchQueue))
  }

  @Test func `nothing where somebody is free`() {
    var desk = office(1)
    desk.makeReady("a0")
    #expect(estimate(desk) == .known(median: .zero, ninetieth: .zero))
  }

  @Test func `one agent, nobody ahead: the quantiles of an exponential time`() {
    var desk = office(1)
    desk.makeReady("a0")
    desk.arrive("before")
    desk.answer("before", "a0")
    guard case .known(let median, let ninetieth) = estimate(desk) else {
      Issue.record("unknown")
      return
    }
    // ln 2 × 300 s = 208 s, ln 10 × 300 s = 691 s, within 2 %.
    #expect((204...212).contains(median.components.seconds) && (677...705).contains(ninetieth.components.seconds))
  }

  @Test func `more ahead makes it longer, more agents and agents who are all for this queue make it shorter`() {
    func median(_ agents: Int, ahead: Int, shared: Bool = false) -> Duration {
      var desk = office(agents) { settings in
        if shared { for index in settings.agents.indices { settings.agents[index].memberships["support"] = 1 } }
      }
      for number in 0..<agents {
        desk.makeReady(AgentID(rawValue: "a\(number)"))
        desk.arrive(ContactID(rawValue: "t\(number)"))
        desk.answer(ContactID(rawValue: "t\(number)"), AgentID(rawValue: "a\(number)"))
      }
      for number in 0..<ahead { desk.arrive(ContactID(rawValue: "w\(number)")) }
      guard case .known(let median, _) = estimate(desk) else { return .zero }
      return median
    }
    #expect(median(2, ahead: 3) > median(2, ahead: 2))
    #expect(median(3, ahead: 3) < median(2, ahead: 3))
    #expect(abs((median(2, ahead: 3, shared: true) - median(2, ahead: 3) * 2).components.seconds) <= 1)
    // Gamma of shape 4 and mean 600 s has its median at 551 s.
    #expect((540...562).contains(median(2, ahead: 3).components.seconds))
  }

  @Test func `whoever has waited longer, or has a higher priority, waits less`() {
    var desk = office(1)
    desk.makeReady("a0")
    desk.arrive("talk")
    desk.answer("talk", "a0")
    desk.arrive("one")
    desk.arrive("two")
    func median(_ wait: EstimatedWait?) -> Duration? {
      guard case .known(let median, _)? = wait else { return nil }
      return median
    }
    let (one, two) = (
      median(desk.distributor.estimatedWaits(at: desk.clock.now)["one"]),
      median(desk.distributor.estimatedWaits(at: desk.clock.now)["two"])
    )
    #expect(one.flatMap { one in two.map { one < $0 } } == true)
    #expect(median(desk.distributor.estimatedWait(in: "sales", priority: 1, at: desk.clock.now)) == one)
  }

  @Test func `what handling took is learnt, talk and wrap-up together`() {
    var desk = office(1) { $0.queues[0].wrapUp = .seconds(10) }
    desk.makeReady("a0")
    for number in 0..<1_000 {
      let contact = ContactID(rawValue: "\(number)")
      desk.arrive(contact)
      desk.answer(contact, "a0")
      desk.pass(.seconds(20))
      desk.hangUp(contact, "a0")
      desk.pass(.seconds(10))
    }
    desk.arrive("last")
    desk.answer("last", "a0")
    guard case .known(let median, _) = estimate(desk) else { return }
    // ln 2 × 30 s, and a little of what was expected.
    #expect((20...23).contains(median.components.seconds))
  }
  @Test func `a wrap-up that is interrupted teaches as long a wait as one that is not`() {
    let waits = [false, true].map { isInterrupted in
      var desk = office(1) { $0.queues[0].wrapUp = .seconds(3_000) }
      desk.makeReady("a0")
      desk.arrive("call")
      desk.answer("call", "a0")
      desk.hangUp("call", "a0")
      desk.pass(.seconds(2_000))
      if isInterrupted {
        desk.tell { $0.dialingBegan("out", by: "a0", at: $1) }
        desk.tell { $0.dialingFailed("out", by: "a0", at: $1) }
      }
      desk.pass(.seconds(1_000))
      desk.arrive("last")
      desk.answer("last", "a0")
      return estimate(desk)
    }
    #expect(waits[0] == waits[1] && waits[0] != .known(median: .zero, ninetieth: .zero))
  }
}
