#if DEBUG
  import Distribution
  import Telephony
  import TelephonyTesting
  import Testing

  /// How many agents, contacts and comparisons of places the rules look at for one event: counted, since time says nothing
  /// on a busy machine.
  @Suite struct `What an event costs` {
    /// All stand in one line and serve it, and half of them a second one: nothing is shared out. Those with a capacity above 1
    /// have as many contacts, and no wrap-up.
    private func visits(agents count: Int, _ strategy: QueueStrategy, explains: Bool, capacity: Int = 1) -> [Int] {
      var settings = DistributionSettings(queues: ["one", "two"].map { QueueSettings(id: $0) })
      for index in settings.queues.indices {
        settings.queues[index].strategy = strategy
        if capacity > 1 { settings.queues[index].wrapUp = .zero }
      }
      settings.explains = explains
      settings.agents = (0..<count).map { number in
        var agent = AgentSettings(
          id: AgentID(rawValue: "agent-\(number)"), memberships: number % 2 == 0 ? ["one": 1] : ["one": 1, "two": 2])
        agent.capacity = capacity
        return agent
      }
      let arrivals = (capacity + 1) * count
      var desk = Desk(settings)
      for agent in settings.agents {
        desk.logIn(agent.id)
        desk.set(agent.id, .ready)
      }
      for number in 0..<arrivals {
        let contact = ContactID(rawValue: "contact-\(number)")
        for offer in desk.arrive(contact, "one").withoutDecisions {
          if case .offer(let contact, let agent, _) = offer { desk.answer(contact, agent) }
        }
      }
      var visits: [Int] = []
      func counted(_ what: () -> [Distributor.Effect]) -> [Distributor.Effect] {
        let counter = Visits.Counter()
        let effects = Visits.$counter.withValue(counter, operation: what)
        visits.append(counter.count)
        return effects
      }
      for round in 0..<60 {
        let agent = AgentID(rawValue: "agent-\(round * 7 % count)")
        let talk = desk.distributor.agent(agent)?.contact ?? "nobody"
        var offered = counted { desk.hangUp(talk, agent) }
        offered += counted { desk.tell { $0.wrapUpFinished(agent, at: $1) } }
        guard case .offer(let contact, _, _)? = offered.first(where: { if case .offer = $0 { true } else { false } })
        else { continue }
        if round % 3 == 0 {
          _ = counted { desk.fail(contact, agent, .declined) }
          continue
        }
        _ = counted { desk.answer(contact, agent) }
        _ = counted { desk.arrive(ContactID(rawValue: "late-\(round)"), round % 2 == 0 ? "one" : "two") }
        _ = counted { desk.leave(ContactID(rawValue: "contact-\(arrivals - 1 - round)")) }
      }
      return visits
    }

    /// The logarithm of a hundred times as many is less than four times as large: 40 to 4,000 agents and callers.
    @Test(arguments: [QueueStrategy.longestIdle, .leastRecent, .fewestCalls])
    func `grows by the logarithm of agents and callers, and nothing walks over them`(strategy: QueueStrategy) {
      func worst(_ count: Int) -> Int { visits(agents: count, strategy, explains: false).max() ?? .max }
      let (few, more, many) = (worst(40), worst(400), isSanitized ? 0 : worst(4000))
      print("visits for the most expensive event, \(strategy): \(few), \(more), \(many)")
      #expect(few > 10 && more < 3 * few && many < 4 * few, "\(few), \(more), \(many)")
    }

    @Test func `whoever talks and has room is found as fast as who is free`() {
      func worst(_ count: Int) -> Int {
        visits(agents: count, .longestIdle, explains: false, capacity: 2).max() ?? .max
      }
      let (few, more, many) = (worst(40), worst(400), isSanitized ? 0 : worst(2000))
      print("visits for the most expensive event with room for two: \(few), \(more), \(many)")
      #expect(few > 10 && more < 3 * few && many < 4 * few, "\(few), \(more), \(many)")
    }

    @Test func `with its reasons it looks at no more than it lists`() {
      func worst(_ count: Int) -> Int { visits(agents: count, .longestIdle, explains: true).max() ?? .max }
      let (few, many) = (worst(200), worst(2000))
      #expect(many < 2 * few && many < 1000, "\(few), \(many)")
    }
  }
#endif
