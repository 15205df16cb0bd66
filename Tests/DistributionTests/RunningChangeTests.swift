import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Changes while it runs` {
  var desk = Desk()

  /// A queue's rules are the usual ones but for this.
  @discardableResult
  private mutating func change(_ id: QueueID = "sales", _ change: (inout QueueSettings) -> Void) -> [Distributor.Effect]
  {
    var queue = QueueSettings(id: id)
    change(&queue)
    return desk.tell { $0.queueSet(queue, at: $1) }
  }

  @Test mutating func `a new queue, and a new agent for it`() {
    change("hotline") { _ in }
    desk.tell { $0.agentSet(AgentSettings(id: "dora", memberships: ["hotline": 1]), at: $1) }
    desk.makeReady("dora")
    #expect(desk.arrive("call", "hotline").offers == ["call→dora"])
    #expect(desk.distributor.queues.map(\.id) == ["hotline", "sales", "support"])
    #expect(desk.distributor.agents.map(\.id) == ["anna", "berta", "clara", "dora"])
    #expect(desk.distributor.queues[0].agentsLoggedIn == 1)
  }

  @Test mutating func `members that came before their queue serve it as soon as it is there`() {
    desk.tell { $0.agentSet(AgentSettings(id: "dora", memberships: ["hotline": 1]), at: $1) }
    desk.makeReady("dora")
    change("hotline") { _ in }
    #expect(desk.distributor.queues[0].agentsFree == 1)
    #expect(desk.arrive("call", "hotline").offers == ["call→dora"])
  }

  @Test mutating func `a new membership gives her who waits, at once`() {
    desk.makeReady("anna")
    desk.arrive("call", "support")
    let effects = desk.tell {
      $0.agentSet(AgentSettings(id: "anna", memberships: ["sales": 1, "support": 1]), at: $1)
    }
    #expect(effects.offers == ["call→anna"])
  }

  @Test mutating func `a membership that is taken away takes nothing from the present call`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.tell { $0.agentSet(AgentSettings(id: "anna", memberships: [:]), at: $1) }
    #expect(desk.answer("call", "anna").deeds == [.connect("call", "anna")])
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk.arrive("next").offers.isEmpty)
    #expect(desk.distributor.queues[0].agentsLoggedIn == 0 && desk.distributor.queues[0].agentsFree == 0)
  }

  @Test mutating func `a skill that she has learnt gives her who waits for it`() {
    desk.makeReady("anna")
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(.skill("german", atLeast: 1))]
    desk.logIn("berta")
    desk.tell { $0.agentSet(german("berta"), at: $1) }
    #expect(desk.arrive("call", arrival).offers.isEmpty)
    #expect(desk.tell { $0.agentSet(german("anna"), at: $1) }.offers == ["call→anna"])
  }

  @Test mutating func `a skill that nobody has any more is not waited for`() {
    desk.makeReady("anna")
    desk.logIn("berta")
    desk.tell { $0.agentSet(german("berta"), at: $1) }
    var arrival = Arrival(for: .queue("sales"))
    arrival.steps = [SkillStep(.skill("german", atLeast: 1))]
    desk.arrive("call", arrival)
    let effects = desk.tell { $0.agentSet(AgentSettings(id: "berta", memberships: ["sales": 1]), at: $1) }
    #expect(effects.offers == ["call→anna"])
  }

  @Test mutating func `a paused queue keeps everybody's place, and a paused member gets nobody of it`() {
    desk.makeReady("anna", "berta")
    desk.pause("sales")
    desk.arrive("one")
    desk.arrive("two")
    #expect(desk.distributor.queues[0].isPaused)
    desk.pause("anna", in: "sales")
    #expect(desk.pause("sales") == [])
    #expect(desk.pause("sales", false).offers == ["one→berta"])
    #expect(desk.pause("anna", in: "sales", false).offers == ["two→anna"])
    #expect(desk.pause("anna", in: "support") == [])
  }

  @Test mutating func `another strategy orders those who are free already`() {
    desk.makeReady("berta", "anna")
    change { $0.strategy = .linear }
    #expect(desk.arrive("call").offers == ["call→anna"])
    #expect(
      change { $0.strategy = .ringAll }.offers == ["call→berta"])
  }

  @Test mutating func `with another strategy the phones that may ring at once are counted anew`() {
    change { $0.strategy = .ringProgressively }
    desk.makeReady("anna", "berta", "clara")
    desk.arrive("call")
    desk.ring("call", "anna")
    #expect(desk.pass(.seconds(10)).offers == ["call→berta"])
    desk.ring("call", "berta")
    change { $0.strategy = .longestIdle }
    change { $0.strategy = .ringProgressively }
    #expect(desk.fail("call", "berta", .declined).offers.isEmpty)
  }

  @Test mutating func `a longest wait counts from when they came`() {
    desk.arrive("old")
    desk.pass(.seconds(50))
    desk.arrive("new")
    change { $0.longestWait = .seconds(60) }
    #expect(desk.pass(.seconds(10)).deeds == [.giveUp("old", .waitedTooLong)])
    change { _ in }
    #expect(desk.pass(.seconds(600)).deeds.isEmpty)
  }

  @Test mutating func `a weight counts at once for those who wait`() {
    desk.arrive("help", "support")
    desk.pass(.seconds(1))
    desk.arrive("buy")
    desk.tell { $0.agentSet(AgentSettings(id: "anna", memberships: ["sales": 1, "support": 1]), at: $1) }
    change { $0.weight = 1 }
    desk.logIn("anna")
    #expect(desk.set("anna", .ready).offers == ["buy→anna"])
  }

  @Test mutating func `a queue that is taken away lets nobody fall`() {
    change { $0.overflow.whenNobody = .queue("support") }
    desk.makeReady("anna", "clara")
    desk.arrive("talks")
    desk.answer("talks", "anna")
    desk.set("clara", .notReady(reason: "lunch"))
    desk.arrive("waits")
    let effects = desk.tell { $0.queueRemoved("sales", at: $1) }
    #expect(effects.deeds == [.overflow("waits", from: "sales", to: .queue("support"), .removed)])
    #expect(desk.arrive("late").deeds == [.giveUp("late", .notFound)])
    #expect(desk.set("clara", .ready).offers == ["waits→clara"])
    desk.hangUp("talks", "anna")
    desk.pass(.seconds(60))
    #expect(desk["anna"].activity == .idle)
    #expect(desk.tell { $0.queueRemoved("sales", at: $1) } == [])
  }

  @Test mutating func `phones that ring for a queue that is taken away stop`() {
    desk.makeReady("anna")
    desk.arrive("call")
    let effects = desk.tell { $0.queueRemoved("sales", at: $1) }
    #expect(effects.withdrawals == ["call→anna withdrawn"] && effects.contains(.giveUp("call", .unreachable)))
    #expect(desk["anna"].activity == .idle && desk.clock.pending.isEmpty)
  }

  @Test mutating func `an agent who is taken out goes when her call is over, and is not let in again`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.tell { $0.agentRemoved("anna", at: $1) }
    #expect(desk["anna"].activity == .talking)
    #expect(desk.tell { $0.agentLoggedIn("anna", phone: "other", at: $1) } == [])
    desk.hangUp("call", "anna")
    #expect(desk["anna"].pendingStatus == .loggedOut)
    desk.pass(.seconds(15))
    #expect(desk.distributor.agents.map(\.id) == ["berta", "clara"])
    #expect(desk.tell { $0.agentRemoved("anna", at: $1) } == [])
    #expect(desk.clock.pending.isEmpty)
  }

  @Test mutating func `an agent who is taken out while her phone rings leaves the caller to the next`() {
    desk.makeReady("anna", "berta")
    desk.arrive("call")
    let effects = desk.tell { $0.agentRemoved("anna", at: $1) }
    #expect(effects.withdrawals == ["call→anna agentGone"] && effects.offers == ["call→berta"])
    #expect(desk.distributor.agents.map(\.id) == ["berta", "clara"])
    #expect(desk.clock.pending == [.ringing("berta"), .alerting("berta")])
  }

  @Test mutating func `an agent who is taken out and put in again stays`() {
    desk.makeReady("anna")
    desk.arrive("call")
    desk.answer("call", "anna")
    desk.tell { $0.agentRemoved("anna", at: $1) }
    desk.tell { $0.agentSet(AgentSettings(id: "anna", memberships: ["support": 1]), at: $1) }
    desk.hangUp("call", "anna")
    desk.pass(.seconds(15))
    #expect(desk["anna"].status == .loggedOut)
    desk.makeReady("anna")
    #expect(desk.arrive("help", "support").offers == ["help→anna"])
  }

  @Test mutating func `the settings as they are now can be read, and begin the same office anew`() {
    change { $0.weight = 3 }
    desk.tell { $0.agentSet(german("anna"), at: $1) }
    desk.tell { $0.agentRemoved("clara", at: $1) }
    desk.pause("berta", in: "support")
    let current = desk.distributor.currentSettings
    #expect(current.queues.map(\.weight) == [3, 0])
    #expect(current.agents.map(\.id) == ["anna", "berta"] && current.agents[0].skills == ["german": 1])
    #expect(current.agents[1].memberships["support"]?.isPaused == true)
    #expect(Desk(current).distributor.currentSettings == current)
  }
}

/// Sells, and speaks German.
private func german(_ agent: AgentID) -> AgentSettings {
  var settings = AgentSettings(id: agent, memberships: ["sales": 1])
  settings.skills = ["german": 1]
  return settings
}
