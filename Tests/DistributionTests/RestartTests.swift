import Distribution
import Telephony
import TelephonyTesting
import Testing

/// Keeps what it is told to keep, as the store does.
struct Memory {
  var floor = FloorState()

  mutating func keep(_ effects: [Distributor.Effect], of desk: Desk) {
    for case let change? in effects.map(desk.distributor.memory) {
      switch change {
      case .logIn(let agent, let phone): floor.logIns[agent] = phone
      case .turn(let queue, let agent): floor.turns[queue] = agent
      }
    }
  }
}

@Suite struct `The floor after a restart` {
  private static var goingRound: DistributionSettings {
    var settings = DistributionSettings.small
    for index in settings.queues.indices { settings.queues[index].strategy = .roundRobin }
    return settings
  }

  @Test func `whoever was logged in is away until she says that she is ready, and nobody else is here`() {
    var (desk, memory) = (Desk(), Memory())
    memory.keep(desk.logIn("anna"), of: desk)
    memory.keep(desk.set("anna", .ready), of: desk)
    memory.keep(desk.logIn("berta"), of: desk)
    memory.keep(desk.logIn("clara"), of: desk)
    memory.keep(desk.tell { $0.agentLoggedOut("berta", by: .agent, at: $1) }, of: desk)
    #expect(memory.floor.logIns == ["anna": "phone-anna", "clara": "phone-clara"])

    var next = Desk()
    let floor = memory.floor
    let effects = next.tell { $0.restored(floor, at: $1) }
    #expect(effects.count { if case .agentChanged(_, _, "restart", .system) = $0 { true } else { false } } == 2)
    for id in ["anna", "clara"] as [AgentID] {
      #expect(next.distributor.agent(id)?.status == .notReady(reason: "restart"))
      #expect(next.distributor.agent(id)?.phone == PhoneID(rawValue: "phone-\(id)"))
    }
    #expect(next.distributor.agent("berta")?.status == .loggedOut)
    next.tell { $0.phoneBecameReachable("phone-anna", at: $1) }
    #expect(next.arrive("call", "sales").offers.isEmpty)
    #expect(next.set("anna", .ready).offers == ["call→anna"])
  }

  @Test func `a log-in elsewhere, and one in her place, are kept as they came`() {
    var (desk, memory) = (Desk(), Memory())
    memory.keep(desk.logIn("anna", phone: "a"), of: desk)
    memory.keep(desk.logIn("anna", phone: "b"), of: desk)
    memory.keep(desk.logIn("berta", phone: "b"), of: desk)
    #expect(memory.floor.logIns == ["berta": "b"])
  }

  @Test func `a queue that goes round goes on where it stood`() {
    var (desk, memory) = (Desk(Self.goingRound), Memory())
    for agent in ["anna", "berta", "clara"] as [AgentID] { desk.makeReady(agent) }
    let effects = desk.arrive("one", "sales")
    memory.keep(effects, of: desk)
    #expect(effects.offers == ["one→anna"])
    #expect(memory.floor.turns == ["sales": "anna"])

    var next = Desk(Self.goingRound)
    let floor = memory.floor
    next.tell { $0.restored(floor, at: $1) }
    for agent in ["anna", "berta", "clara"] as [AgentID] { next.makeReady(agent) }
    #expect(next.arrive("two", "sales").offers == ["two→berta"])
  }

  @Test func `other strategies have no turn to keep`() {
    var (desk, memory) = (Desk(), Memory())
    desk.makeReady("anna")
    memory.keep(desk.arrive("one", "sales"), of: desk)
    #expect(memory.floor.turns.isEmpty)
  }

  @Test func `who and what is not there any more is left out, and a phone has one agent`() {
    var desk = Desk()
    let floor = FloorState(
      logIns: ["nobody": "x", "anna": "a", "berta": "a"], turns: ["nowhere": "anna", "sales": "nobody"])
    desk.tell { $0.restored(floor, at: $1) }
    #expect(desk.distributor.agents.filter { $0.status != .loggedOut }.map(\.id) == ["anna"])
    #expect(desk.distributor.queues.allSatisfy { desk.distributor.lastOffered(of: $0.id) == nil })
    // Told twice, or too late, it changes nothing.
    #expect(desk.tell { $0.restored(floor, at: $1) } == [])
  }
}
