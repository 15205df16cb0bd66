import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `What decided between those who could take it` {
  /// Who is on which level, with how many contacts at most, and how many she has; whoever comes first is idle for longest.
  private func office(
    _ agents: [(name: AgentID, level: Int, capacity: Int, calls: Int)], strategy: QueueStrategy = .longestIdle
  ) -> Desk {
    var settings = DistributionSettings(queues: [QueueSettings(id: "sales")])
    settings.queues[0].strategy = strategy
    for (name, level, capacity, _) in agents {
      var agent = AgentSettings(
        id: name, memberships: ["sales": Membership(level: level), QueueID(rawValue: "to \(name)"): 1])
      agent.capacity = capacity
      settings.queues.append(QueueSettings(id: QueueID(rawValue: "to \(name)")))
      settings.agents.append(agent)
    }
    var desk = Desk(settings)
    for (name, _, _, calls) in agents {
      desk.makeReady(name)
      for number in 0..<calls {
        let contact = ContactID(rawValue: "\(name) \(number)")
        desk.arrive(contact, QueueID(rawValue: "to \(name)"))
        desk.answer(contact, name)
      }
    }
    return desk
  }

  private func sentences(_ desk: Desk) -> [String] {
    var desk = desk
    let decisions = desk.arrive("call").decisions
    return decisions.flatMap { decision in Decision.Language.allCases.map { decision.sentence(in: $0) } }
  }

  @Test func `her level, where she is alone on it, whoever is idle for longer`() {
    #expect(
      sentences(office([("boris", 2, 1, 0), ("anna", 1, 1, 0)])) == [
        "After 0 s it was offered to anna, the only one of level 1 of 2 who could take it.",
        "0秒待ち、annaさんを呼び出しました(対応できる2人のうち唯一段階1であるため)。",
      ])
  }

  @Test func `the strategy, among those of her level`() {
    #expect(
      sentences(office([("boris", 2, 1, 0), ("anna", 1, 1, 0), ("clara", 1, 1, 0)])) == [
        "After 0 s it was offered to anna, the longest idle of 2 of level 1 who could take it.",
        "0秒待ち、annaさんを呼び出しました(対応できる段階1の2人のうち待機時間が最も長いため)。",
      ])
  }

  @Test func `nothing, where nobody else could take it`() {
    #expect(
      sentences(office([("anna", 1, 1, 0)])) == [
        "After 0 s it was offered to anna, the only one who could take it.",
        "0秒待ち、annaさんを呼び出しました(唯一対応できるため)。",
      ])
  }

  @Test func `her load, where nobody else has so few contacts`() {
    #expect(
      sentences(office([("boris", 1, 2, 1), ("anna", 2, 1, 0)])) == [
        "After 0 s it was offered to anna, the only one free of 2 who could take it.",
        "0秒待ち、annaさんを呼び出しました(対応できる2人のうち唯一手が空いているため)。",
      ])
    #expect(
      sentences(office([("boris", 1, 3, 2), ("anna", 2, 3, 1)])) == [
        "After 0 s it was offered to anna beside one call, the only one with so few of 2 who could take it.",
        "0秒待ち、annaさん(1件対応中)を呼び出しました(対応できる2人のうち対応件数が最も少ないため)。",
      ])
  }

  @Test func `load, then level, then the strategy`() {
    #expect(
      sentences(office([("boris", 1, 2, 1), ("clara", 2, 1, 0), ("anna", 1, 1, 0)])) == [
        "After 0 s it was offered to anna, the only one of level 1 of 2 free ones who could take it.",
        "0秒待ち、annaさんを呼び出しました(対応できる手の空いた2人のうち唯一段階1であるため)。",
      ])
    #expect(
      sentences(office([("boris", 1, 2, 1), ("anna", 1, 1, 0), ("clara", 2, 1, 0), ("dora", 1, 1, 0)])) == [
        "After 0 s it was offered to anna, the longest idle of 2 free ones of level 1 who could take it.",
        "0秒待ち、annaさんを呼び出しました(対応できる手の空いた段階1の2人のうち待機時間が最も長いため)。",
      ])
    #expect(
      sentences(office([("boris", 1, 3, 2), ("anna", 1, 3, 1), ("clara", 2, 3, 1), ("dora", 1, 3, 1)])) == [
        "After 0 s it was offered to anna beside one call, since nobody has fewer: "
          + "the longest idle of 2 of level 1 with as few who could take it.",
        "0秒待ち、annaさん(1件対応中)を呼び出しました"
          + "(より手の空いた人がおらず、対応できる対応件数が同じ段階1の2人のうち待機時間が最も長いため)。",
      ])
  }

  @Test(arguments: QueueStrategy.allCases.filter { $0 != .ringAll })
  func `a level goes before every strategy`(strategy: QueueStrategy) {
    #expect(
      sentences(office([("boris", 2, 1, 0), ("anna", 1, 1, 0)], strategy: strategy)).first
        == "After 0 s it was offered to anna, the only one of level 1 of 2 who could take it.")
  }

  @Test func `nobody is the best at what nobody asked for`() {
    #expect(
      sentences(office([("boris", 1, 1, 0), ("anna", 1, 1, 0)], strategy: .skillFirst)).first
        == "After 0 s it was offered to boris, the longest idle of 2 who could take it.")
  }

  @Test func `whoever may not know how others stand is told who was first, and whoever was chosen why`() {
    var desk = office([("boris", 2, 1, 0), ("anna", 1, 1, 0), ("clara", 1, 1, 0)])
    guard let decision = desk.arrive("call").decisions.first else { return }
    #expect(
      DecisionOnlooker(own: "clara", knowsWhoSupervises: false).view(decision).sentence(in: .english)
        == "After 0 s it was offered to anna, the first of 3 who could take it.")
    #expect(
      DecisionOnlooker(own: "anna", knowsWhoSupervises: false).view(decision).sentence(in: .english)
        == decision.sentence(in: .english))
    #expect(
      DecisionOnlooker(own: "boris", knowsWhoSupervises: false).view(decision).sentence(in: .japanese)
        == "0秒待ち、annaさんを呼び出しました(対応できる3人のうち最も優先されるため)。")
  }
}

@Suite struct `Of more who are free than are looked at` {
  /// Linear, so that who is looked at is known: by level and name.
  private func floor(_ number: Int, change: (Int, inout AgentSettings) -> Void = { _, _ in }) -> Desk {
    var settings = DistributionSettings(queues: [QueueSettings(id: "sales")])
    settings.queues[0].strategy = .linear
    for index in 0..<number {
      let name = AgentID(rawValue: "a\(1000 + index)")
      settings.agents.append(AgentSettings(id: name, memberships: ["sales": 1]))
      change(index, &settings.agents[index])
    }
    var desk = Desk(settings)
    for agent in settings.agents { desk.makeReady(agent.id) }
    return desk
  }

  private func call(_ skill: SkillID) -> Arrival {
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(.skill(skill, atLeast: 1))]
    return arrival
  }

  private func speaking(_ number: Int, _ speakers: Set<Int>) -> Desk {
    floor(number) { index, agent in if speakers.contains(index) { agent.skills = ["english": 1] } }
  }

  /// Everybody who serves the queue is told of, or counted, once.
  private func isWhole(_ decision: Decision, _ members: Int) -> Bool {
    decision.candidates.count + decision.moreCandidates + decision.moreFree + decision.leftOut.count
      + decision.moreLeftOut == members
  }

  @Test func `whoever could not take it does not count as somebody who could`() throws {
    var desk = speaking(60, [20])
    let decision = try #require(desk.arrive("call", call("english")).decisions.first)
    #expect(decision.candidates.map(\.agent) == ["a1020"] && decision.moreCandidates == 0 && decision.moreFree == 0)
    #expect(decision.leftOut.count == 50 && decision.moreLeftOut == 9)
    #expect(
      decision.sentence(in: .english).hasPrefix(
        "After 0 s it was offered to a1020, the only one who could take it; left out: a1000 (does not have the skill)"))
  }

  @Test func `a caller whom nobody can take waits for nobody, however many are free`() throws {
    for number in [60, 150] {
      // The last speaks English, and so the caller waits for her; she talks.
      var desk = speaking(number, [number - 1])
      desk.arrive("before", call("english"))
      desk.answer("before", AgentID(rawValue: "a\(1000 + number - 1)"))
      let decision = try #require(desk.arrive("call", call("english")).decisions.last)
      #expect(decision.outcome == .waits && decision.candidates.isEmpty)
      #expect(decision.moreCandidates == 0 && decision.moreFree == 0 && isWhole(decision, number))
      #expect(decision.sentence(in: .english).hasPrefix("It waits: nobody can take it; "))
    }
  }

  @Test func `all who could take it are counted, and fifty listed`() throws {
    var desk = floor(60)
    let decision = try #require(desk.arrive("call").decisions.first)
    #expect(decision.candidates.count == 50 && decision.moreCandidates == 10 && decision.moreFree == 0)
    #expect(
      decision.sentence(in: .english)
        == "After 0 s it was offered to a1000, the first in the list of 60 who could take it.")
  }

  @Test func `those who were not looked at are not counted, and it is said`() throws {
    var desk = floor(150)
    let decision = try #require(desk.arrive("call").decisions.first)
    #expect(decision.candidates.count == 50 && decision.moreCandidates == 50 && decision.moreFree == 50)
    #expect(isWhole(decision, 150))
    #expect(
      Decision.Language.allCases.map { decision.sentence(in: $0) } == [
        "After 0 s it was offered to a1000, the first in the list of at least 100 who could take it.",
        "0秒待ち、a1000さんを呼び出しました(対応できる100人以上のうち一覧の先頭にいるため)。",
      ])
  }

  @Test func `that she is alone on her level is known when the level was looked through`() throws {
    var desk = floor(150) { index, agent in agent.memberships["sales"] = Membership(level: index == 70 ? 1 : 2) }
    let decision = try #require(desk.arrive("call").decisions.first)
    #expect(
      Decision.Language.allCases.map { decision.sentence(in: $0) } == [
        "After 0 s it was offered to a1070, the only one of level 1 of at least 100 who could take it.",
        "0秒待ち、a1070さんを呼び出しました(対応できる100人以上のうち唯一段階1であるため)。",
      ])
    // Of a level of 120, of whom one of the first hundred speaks English, there may be another.
    desk = floor(150) { index, agent in
      agent.memberships["sales"] = Membership(level: index < 120 ? 1 : 2)
      if index == 5 { agent.skills = ["english": 1] }
    }
    let other = try #require(desk.arrive("call", call("english")).decisions.first)
    #expect(
      other.sentence(in: .english).hasPrefix(
        "After 0 s it was offered to a1005, the first in the list of at least 1 who could take it; "))
    #expect(isWhole(other, 150))
  }

  @Test func `whoever is left out is not among those who were not looked at`() throws {
    var desk = floor(150) { index, agent in
      var membership = Membership(level: 1)
      membership.position = -index
      agent.memberships = ["sales": membership]
      if index == 149 { agent.skills = ["english": 1] }
    }
    let decision = try #require(desk.arrive("call", call("english")).decisions.first)
    // Those who are named come last in the list, and are not looked at; each is told of once.
    #expect(decision.candidates.map(\.agent) == ["a1149"] && decision.moreFree == 0)
    #expect(decision.leftOut.count == 50 && decision.moreLeftOut == 99)
  }

  @Test func `one who is found behind them is listed first`() throws {
    var desk = speaking(150, [140])
    let decision = try #require(desk.arrive("call", call("english")).decisions.first)
    #expect(decision.candidates.map(\.agent) == ["a1140"] && decision.moreFree == 49 && isWhole(decision, 150))
  }

  @Test func `of a caller whose phone rings it is said how many there could be at most`() throws {
    var desk = speaking(150, [20])
    desk.arrive("call", call("english"))
    let decision = try #require(desk.distributor.explanation(of: "call", at: desk.clock.now))
    #expect(decision.candidates.isEmpty && decision.moreFree == 49 && isWhole(decision, 150))
    #expect(decision.sentence(in: .english).hasPrefix("It waits: at most 49 could take it; a1000 ("))
    #expect(decision.sentence(in: .japanese).hasPrefix("待機中です:対応できるのは多くて49人です。a1000さん("))
  }

  @Test func `where all ring, others of another level are not passed over, though they are not listed`() throws {
    var desk = floor(150) { index, agent in agent.memberships["sales"] = Membership(level: index < 120 ? 1 : 2) }
    desk.tell { $0.queueSet(Self.ringing, at: $1) }
    let decision = try #require(desk.arrive("call").decisions.first)
    #expect(decision.offered.count == 120 && decision.moreLeftOut == 30)
    #expect(
      decision.sentence(in: .english).hasPrefix(
        "After 0 s it rings all 120 agents of the best level of sales who are free for it: a1000, "))
  }

  private static let ringing: QueueSettings = {
    var queue = QueueSettings(id: "sales")
    queue.strategy = .ringAll
    return queue
  }()
}
