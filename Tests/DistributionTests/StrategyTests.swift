import Distribution
import Telephony
import TelephonyTesting
import Testing

/// One queue, as many agents as a test names, and its strategy.
private func office(
  _ strategy: QueueStrategy, _ memberships: [(AgentID, Membership)],
  _ change: (inout DistributionSettings) -> Void = { _ in }
) -> Desk {
  var queue = QueueSettings(id: "sales")
  queue.strategy = strategy
  queue.wrapUp = .zero
  var settings = DistributionSettings(
    queues: [queue], agents: memberships.map { AgentSettings(id: $0.0, memberships: ["sales": $0.1]) })
  change(&settings)
  var desk = Desk(settings)
  for (agent, _) in memberships { desk.makeReady(agent) }
  return desk
}

private func at(_ position: Int, level: Int = 1, weight: Int = 1) -> Membership {
  var membership = Membership(level: level)
  membership.position = position
  membership.weight = weight
  return membership
}

/// The rows of the table of strategies, each with its tie-breaks.
@Suite struct `Each strategy` {
  @Test func `longest idle: who has been idle for thirteen days does not overtake a better level`() {
    var desk = office(.longestIdle, [("old", 2), ("new", 1)])
    desk.set("new", .notReady(reason: "holiday"))
    desk.pass(.seconds(13 * 86_400))
    desk.set("new", .ready)
    #expect(desk.arrive("call").offers == ["call→new"])
  }

  @Test func `longest idle: a break does not count as idle, and neither does a missed offer`() {
    var desk = office(.longestIdle, [("anna", 1), ("berta", 1), ("clara", 1)])
    desk.set("anna", .notReady(reason: "lunch"))
    desk.pass(.seconds(60))
    desk.set("anna", .ready)
    desk.arrive("missed")
    desk.ring("missed", "berta")
    desk.pass(.seconds(20))
    desk.serve("missed", "clara")
    desk.pass(.seconds(10))
    #expect((1...3).flatMap { desk.arrive(ContactID(rawValue: "\($0)")).offers } == ["1→anna", "2→berta", "3→clara"])
  }

  @Test func `longest idle: dialling sends to the end, or does not, as it is set`() {
    for resets in [true, false] {
      var desk = office(.longestIdle, [("anna", 1), ("berta", 1)]) {
        $0.outboundResetsIdle = resets
        $0.direct.wrapUp = .seconds(5)
      }
      desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
      desk.tell { $0.dialingAnswered("out", by: "anna", at: $1) }
      desk.pass(.seconds(60))
      desk.hangUp("out", "anna")
      desk.pass(.seconds(5))
      #expect(desk.arrive("call").offers == [resets ? "call→berta" : "call→anna"])
    }
  }

  @Test func `longest idle: a break after dialling is a break all the same`() {
    var desk = office(.longestIdle, [("anna", 1), ("berta", 1)]) { $0.outboundResetsIdle = false }
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    desk.set("anna", .notReady(reason: "lunch"))
    desk.tell { $0.dialingFailed("out", by: "anna", at: $1) }
    desk.set("anna", .ready)
    #expect(desk.arrive("call").offers == ["call→berta"])
  }

  @Test func `least recent: who never had a call comes first, then whose call ended first`() {
    var desk = office(.leastRecent, [("anna", 1), ("berta", 1), ("clara", 1)])
    desk.arrive("first")
    desk.serve("first", "anna")
    desk.pass(.seconds(1))
    desk.arrive("second")
    desk.serve("second", "berta")
    // A break makes Anna the last who became ready, and changes nothing.
    desk.set("anna", .notReady(reason: "lunch"))
    desk.set("anna", .ready)
    #expect((1...3).flatMap { desk.arrive(ContactID(rawValue: "\($0)")).offers } == ["1→clara", "2→anna", "3→berta"])
  }

  @Test func `fewest calls: the number decides, then idle time`() {
    var desk = office(.fewestCalls, [("anna", 1), ("berta", 1), ("clara", 1)])
    for call in ["1", "2"] as [ContactID] {
      desk.arrive(call)
      desk.serve(call, desk["anna"].counters.answered == 0 ? "anna" : "berta")
    }
    #expect(desk.arrive("3").offers == ["3→clara"])
    desk.serve("3", "clara")
    #expect(desk.arrive("4").offers == ["4→anna"])
  }

  @Test func `fewest calls: a newcomer begins with as many as the least of those present`() {
    var desk = office(.fewestCalls, [("anna", 1), ("berta", 1), ("clara", 1)])
    desk.tell { $0.agentLoggedOut("clara", by: .agent, at: $1) }
    for number in 0..<6 {
      let call = ContactID(rawValue: "\(number)")
      desk.arrive(call)
      desk.serve(call, number % 2 == 0 ? "anna" : "berta")
    }
    desk.logIn("clara")
    desk.set("clara", .ready)
    desk.pass(.seconds(1))
    // Three like the others, and idle for a shorter time than both.
    #expect((7...9).flatMap { desk.arrive(ContactID(rawValue: "\($0)")).offers } == ["7→anna", "8→berta", "9→clara"])
  }

  @Test func `fewest calls: what is older than a rolling window is forgotten, by twelfths of it`() {
    var desk = office(.fewestCalls, [("anna", 1), ("berta", 1)]) { $0.counterWindow = .rolling(.seconds(1_200)) }
    desk.arrive("1")
    desk.serve("1", "anna")
    desk.pass(.seconds(1_000))
    #expect(desk.arrive("2").offers == ["2→berta"])
    desk.leave("2")
    desk.set("berta", .notReady(reason: "lunch"))
    desk.set("berta", .ready)
    desk.pass(.seconds(200))
    #expect(desk.arrive("3").offers == ["3→anna"])
  }

  @Test func `fewest calls: a new day forgets the old one`() {
    var desk = office(.fewestCalls, [("anna", 1), ("berta", 1)]) { $0.counterWindow = .day }
    desk.arrive("1")
    desk.serve("1", "anna")
    desk.set("berta", .notReady(reason: "lunch"))
    desk.set("berta", .ready)
    desk.tell { $0.dayBegan(at: $1) }
    #expect(desk.arrive("2").offers == ["2→anna"])
  }

  @Test func `least talk time: hold counts, wrap-up does not`() {
    var desk = office(.leastTalkTime, [("anna", 1), ("berta", 1)]) { $0.queues[0].wrapUp = .seconds(500) }
    desk.arrive("1")
    desk.answer("1", "anna")
    desk.pass(.seconds(10))
    desk.tell { $0.conversationHeld("1", by: "anna", at: $1) }
    desk.pass(.seconds(10))
    desk.hangUp("1", "anna")
    desk.arrive("2")
    desk.serve("2", "berta", for: .seconds(19))
    desk.pass(.seconds(500))
    #expect(desk.arrive("3").offers == ["3→berta"])
    desk.serve("3", "berta", for: .seconds(2))
    #expect(desk.arrive("4").offers == ["4→anna"])
  }

  @Test func `least occupied: busy time in busy and idle time, breaks in neither`() {
    var desk = office(.leastOccupied, [("anna", 1), ("berta", 1)])
    // Anna: 100 s of 200. Berta, who talked less: 60 s of 63, for her break counts as neither.
    desk.arrive("1")
    desk.answer("1", "anna")
    desk.set("berta", .notReady(reason: "lunch"))
    desk.pass(.seconds(100))
    desk.hangUp("1", "anna")
    desk.pass(.seconds(100))
    desk.set("anna", .notReady(reason: "lunch"))
    desk.set("berta", .ready)
    desk.arrive("2")
    desk.serve("2", "berta", for: .seconds(60))
    desk.set("anna", .ready)
    desk.pass(.seconds(1))
    #expect(desk.arrive("3").offers == ["3→anna"])
  }

  @Test func `least occupied: her own dialling keeps her busy, answered or not`() {
    var desk = office(.leastOccupied, [("anna", 1), ("berta", 1)])
    // Anna dials for 100 s of 200, Berta talks for 60.
    desk.tell { $0.dialingBegan("out", by: "anna", at: $1) }
    desk.arrive("1")
    desk.serve("1", "berta", for: .seconds(60))
    desk.pass(.seconds(40))
    desk.tell { $0.dialingFailed("out", by: "anna", at: $1) }
    desk.pass(.seconds(100))
    #expect(desk.arrive("2").offers == ["2→berta"])
  }

  @Test func `least occupied: a newcomer begins as occupied as the least of those present`() {
    var desk = office(.leastOccupied, [("anna", 1), ("berta", 1), ("clara", 1)])
    desk.tell { $0.agentLoggedOut("clara", by: .agent, at: $1) }
    desk.arrive("1")
    desk.arrive("2")
    desk.answer("1", "anna")
    desk.answer("2", "berta")
    desk.pass(.seconds(60))
    desk.hangUp("1", "anna")
    desk.pass(.seconds(60))
    desk.hangUp("2", "berta")
    desk.logIn("clara")
    desk.set("clara", .ready)
    // At first as much as Anna, who has been idle for longer.
    #expect(desk.arrive("3").offers == ["3→anna"])
    #expect(desk.arrive("4").offers == ["4→clara"])
  }

  @Test func `round robin: the turn moves with the offer, answered or not, and goes round by position and name`() {
    var desk = office(.roundRobin, [("anna", at(3)), ("berta", at(1)), ("clara", at(1))])
    #expect(desk.arrive("1").offers == ["1→berta"])
    desk.leave("1")
    #expect(desk.arrive("2").offers == ["2→clara"])
    desk.leave("2")
    #expect(desk.arrive("3").offers == ["3→anna"])
    desk.leave("3")
    #expect(desk.arrive("4").offers == ["4→berta"])
    #expect(desk.distributor.lastOffered(of: "sales") == "berta")
  }

  @Test func `round robin: the turn is kept over comings and goings, and over a restart`() {
    var desk = office(.roundRobin, [("anna", at(0)), ("berta", at(1)), ("clara", at(2))])
    desk.arrive("1")
    desk.leave("1")
    desk.arrive("2")
    desk.leave("2")
    desk.tell { $0.agentRemoved("berta", at: $1) }
    #expect(desk.arrive("3").offers == ["3→clara"])
    var again = office(.roundRobin, [("anna", at(0)), ("berta", at(1)), ("clara", at(2))])
    again.distributor.turnRestored("sales", after: "anna")
    #expect(again.arrive("4").offers == ["4→berta"])
  }

  @Test func `linear: always from the top, by position and then by name`() {
    var desk = office(.linear, [("anna", at(2)), ("berta", at(1)), ("clara", at(1))])
    for call in ["1", "2"] as [ContactID] {
      #expect(desk.arrive(call).offers == ["\(call)→berta"])
      desk.serve(call, "berta")
    }
    desk.arrive("3")
    #expect(desk.arrive("4").offers == ["4→clara"])
    #expect(desk.arrive("5").offers == ["5→anna"])
  }

  @Test func `random: the same seed chooses the same agents, another one others, and all alike`() {
    func choices(_ seed: UInt64) -> [String] {
      var desk = office(.random, (0..<4).map { (AgentID(rawValue: "agent-\($0)"), 1) }) { $0.seed = seed }
      return (0..<400).flatMap { number in
        let offers = desk.arrive(ContactID(rawValue: "\(number)")).offers
        desk.leave(ContactID(rawValue: "\(number)"))
        return offers
      }
    }
    let one = choices(1)
    #expect(one == choices(1) && one != choices(2))
    for agent in 0..<4 { #expect((70...130).contains(one.count { $0.hasSuffix("agent-\(agent)") })) }
  }

  @Test func `weighted random: three times the weight, three times as often`() {
    var desk = office(.weightedRandom, [("anna", at(0, weight: 3)), ("berta", at(0))])
    let offers = (0..<1_000).flatMap { number in
      let offers = desk.arrive(ContactID(rawValue: "\(number)")).offers
      desk.leave(ContactID(rawValue: "\(number)"))
      return offers
    }
    // 750 expected, with a standard deviation of 14.
    #expect((700...800).contains(offers.count { $0.hasSuffix("anna") }))
  }

  @Test func `skill first: the best at what is asked for, then the longest idle`() {
    var desk = office(.skillFirst, [("anna", 1), ("berta", 1), ("clara", 1)]) {
      for (index, level) in [3, 5, 5].enumerated() {
        $0.agents[index].skills = ["german": level, "english": 9 - level]
      }
    }
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(.skill("german", atLeast: 2))]
    #expect(desk.arrive("1", arrival).offers == ["1→berta"])
    #expect(desk.arrive("2", arrival).offers == ["2→clara"])
    desk.leave("1")
    desk.leave("2")
    // Of all that is asked for the weakest counts: 3 of Anna's, 4 of the others'.
    arrival.steps = [SkillStep(.all([.skill("german", atLeast: 1), .skill("english", atLeast: 1)]))]
    #expect(desk.arrive("3", arrival).offers == ["3→berta"])
  }

  @Test(arguments: [QueueStrategy.skillFirst, .leastTalkTime, .leastOccupied])
  func `skill first, least talk time, least occupied: of equals the longest idle, before position and name`(
    strategy: QueueStrategy
  ) {
    var desk = office(strategy, [("zoe", at(9)), ("mia", at(5)), ("anna", at(0))]) {
      for index in $0.agents.indices { $0.agents[index].skills = ["german": 5] }
    }
    for agent in ["zoe", "mia", "anna"] as [AgentID] { desk.tell { $0.agentLoggedOut(agent, by: .agent, at: $1) } }
    // All three begin, talk and end in the same moments.
    for agent in ["zoe", "mia", "anna"] as [AgentID] {
      desk.logIn(agent)
      desk.set(agent, .ready)
    }
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(.skill("german", atLeast: 1))]
    let calls: [(ContactID, AgentID)] = [("1", "anna"), ("2", "mia"), ("3", "zoe")]
    for (call, agent) in calls {
      // By position, as all else is the same.
      #expect(desk.arrive(call, arrival).offers == ["\(call)→\(agent)"])
    }
    for (call, agent) in calls { desk.answer(call, agent) }
    desk.pass(.seconds(20))
    for (call, agent) in calls { desk.hangUp(call, agent) }
    desk.pass(.seconds(10))
    // Breaks without a length, which count as neither idle nor busy, and only take the place among the longest idle.
    for agent in ["anna", "mia"] as [AgentID] {
      desk.set(agent, .notReady(reason: "lunch"))
      desk.set(agent, .ready)
    }
    #expect(desk.arrive("4", arrival).offers == ["4→zoe"])
    #expect(desk.arrive("5", arrival).offers == ["5→anna"])
    #expect(desk.arrive("6", arrival).offers == ["6→mia"])
  }

  @Test(arguments: QueueStrategy.allCases)
  func `with any strategy a better level goes first, and what is left open goes by position and name`(
    strategy: QueueStrategy
  ) {
    var desk = office(strategy, [])
    for (name, membership) in [("a", at(1)), ("b", at(0)), ("c", at(0)), ("top", at(9, level: 0))]
      as [(AgentID, Membership)]
    {
      desk.tell { $0.agentSet(AgentSettings(id: name, memberships: ["sales": membership]), at: $1) }
      desk.logIn(name)
      desk.set(name, .ready)
    }
    #expect(desk.arrive("1").offers.first == "1→top")
    guard strategy != .random, strategy != .weightedRandom, strategy != .ringAll, strategy != .ringProgressively else {
      return
    }
    #expect((2...4).flatMap { desk.arrive(ContactID(rawValue: "\($0)")).offers } == ["2→b", "3→c", "4→a"])
  }

  @Test func `a queue with a thousand members keeps its order`() {
    let names = (0..<1_000).map { AgentID(rawValue: "agent-\($0)") }
    for strategy in [QueueStrategy.longestIdle, .roundRobin] {
      var desk = office(strategy, []) { $0.explains = true }
      for (number, name) in names.enumerated() {
        desk.tell { $0.agentSet(AgentSettings(id: name, memberships: ["sales": at(number)]), at: $1) }
        desk.logIn(name)
        desk.set(name, .ready)
        desk.clock.advance(by: .milliseconds(1))
      }
      let offers = (0..<1_000).flatMap { desk.arrive(ContactID(rawValue: "\($0)")).offers }
      #expect(offers == (0..<1_000).map { "\($0)→agent-\($0)" }, "\(strategy)")
    }
  }
}
