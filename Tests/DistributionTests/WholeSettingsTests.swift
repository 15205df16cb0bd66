import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Other settings while it runs` {
  private var desk = Desk()
  private var settings = DistributionSettings.small

  private mutating func change(_ change: (inout DistributionSettings) -> Void) -> [Distributor.Effect] {
    change(&settings)
    let (queues, agents) = (settings.queues, settings.agents)
    return desk.tell { $0.settingsChanged(queues: queues, agents: agents, at: $1) }
  }

  @Test mutating func `what is as it was is not touched`() {
    desk.makeReady("anna")
    #expect(change { _ in } == [])
    #expect(change { $0.queues.reverse() } == [])
  }

  @Test mutating func `a level, a skill or a place in a queue is enough to be different`() {
    _ = change { $0.agents[1].memberships["sales"] = 5 }
    #expect(desk.distributor.currentSettings.agents[1].memberships["sales"]?.level == 5)
    _ = change { $0.agents[1].skills["english"] = 1 }
    #expect(desk.distributor.currentSettings.agents[1].skills == ["english": 1])
    _ = change { $0.agents[1].memberships["support"] = nil }
    #expect(desk.distributor.currentSettings.agents[1].memberships["support"] == nil)
    // One more, with the others as they were.
    _ = change { $0.agents[0].memberships["support"] = 3 }
    #expect(desk.distributor.currentSettings.agents[0].memberships["support"]?.level == 3)
    desk.makeReady("anna")
    #expect(desk.arrive("call", "support").offers == ["call→anna"])
  }

  @Test mutating func `a queue that goes on gives who waits in it to an agent at once`() {
    _ = change { for index in $0.queues.indices { $0.queues[index].isPaused = true } }
    desk.makeReady("anna")
    #expect(desk.arrive("call", "sales").offers.isEmpty)
    #expect(change { for index in $0.queues.indices { $0.queues[index].isPaused = false } }.offers == ["call→anna"])
  }

  @Test mutating func `a queue and whoever serves it change at once: nobody is sent away in between`() {
    _ = change { $0.agents[0].memberships["sales"]?.isPaused = true }
    desk.makeReady("anna")
    #expect(desk.arrive("call").offers.isEmpty)
    let effects = change { settings in
      settings.queues[0].stayNeeds = .ready
      settings.agents[0].memberships["sales"]?.isPaused = false
    }
    #expect(effects.deeds.count == 1 && effects.offers == ["call→anna"])
  }

  @Test mutating func `no step is skipped that somebody meets who could not before`() {
    _ = change { settings in
      settings.queues[0].steps = [SkillStep(.skill("english", atLeast: 1))]
      settings.agents[0].skills = ["english": 1]
    }
    desk.makeReady("anna", "berta", "clara")
    for agent in ["anna", "clara"] as [AgentID] { desk.set(agent, .notReady(reason: "lunch")) }
    #expect(desk.arrive("call").offers.isEmpty)
    // From one to the other, who is told after her.
    let handed = change { settings in
      settings.agents[0].skills = [:]
      settings.agents[1].skills = ["english": 1]
      settings.agents[1].memberships["sales"]?.isPaused = true
      settings.agents[2].skills = ["english": 1]
    }
    #expect(handed.decisions.isEmpty && handed.offers.isEmpty)
    // Another step, and somebody who meets it.
    let asked = change { settings in
      settings.queues[0].steps = [SkillStep(.skill("french", atLeast: 1), lasts: .seconds(10))]
      settings.agents[1].skills = ["french": 1]
      settings.agents[1].memberships["sales"]?.isPaused = false
    }
    #expect(asked.offers == ["call→berta"])
    #expect(desk.clock.pending.contains(.nextStep("call")))
  }

  @Test mutating func `a queue that goes sends its contacts where somebody is there by the same change`() {
    _ = change { settings in
      settings.queues[0].overflow.whenNobody = .queue("support")
      settings.queues[1].joinNeeds = .ready
      settings.agents[1].memberships["support"]?.isPaused = true
    }
    desk.makeReady("berta")
    desk.arrive("before")
    desk.answer("before", "berta")
    desk.arrive("call")
    let effects = change { settings in
      settings.queues.removeFirst()
      settings.agents[1].memberships["support"]?.isPaused = false
    }
    #expect(effects.deeds == [.overflow("call", from: "sales", to: .queue("support"), .removed)])
  }

  @Test mutating func `queues and agents come and go together`() {
    _ = change { settings in
      settings.queues.append(QueueSettings(id: "hotline"))
      settings.agents.append(AgentSettings(id: "dora", memberships: ["hotline": 1]))
    }
    desk.makeReady("dora")
    #expect(desk.arrive("call", "hotline").offers == ["call→dora"])
    let effects = change { settings in
      settings.queues.removeLast()
      settings.agents.removeLast()
    }
    #expect(effects.deeds.contains(.giveUp("call", .unreachable)))
    #expect(desk.distributor.currentSettings.queues.map(\.id) == DistributionSettings.small.queues.map(\.id).sorted())
    #expect(desk.distributor.agent("dora") == nil)
  }
}
