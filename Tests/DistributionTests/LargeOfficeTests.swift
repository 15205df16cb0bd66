import Distribution
import Telephony
import TelephonyTesting
import Testing

@Suite struct `A large office` {
  /// It is a matter of seconds in a debug build as long as no event walks over all agents.
  @Test func `twenty thousand calls by five hundred agents all find somebody`() {
    let queues = (0..<10).map { QueueID(rawValue: "queue-\($0)") }
    let agents = (0..<500).map { number in
      AgentSettings(
        id: AgentID(rawValue: "agent-\(number)"), memberships: [queues[number % 10]: 1, queues[(number + 1) % 10]: 2])
    }
    var desk = Desk(DistributionSettings(queues: queues.map { QueueSettings(id: $0) }, agents: agents))
    for agent in agents {
      desk.logIn(agent.id)
      desk.set(agent.id, .ready)
    }
    var offers: [(ContactID, AgentID)] = []
    var answered = 0
    func collect(_ effects: [Distributor.Effect]) {
      for case .offer(let contact, let agent, _) in effects { offers.append((contact, agent)) }
    }
    for number in 0..<20_000 {
      desk.clock.advance(by: .milliseconds(10))
      collect(desk.arrive(ContactID(rawValue: "call-\(number)"), queues[number % 10]))
      guard number >= 1_000 else { continue }
      while let (contact, agent) = offers.first {
        offers.removeFirst()
        desk.ring(contact, agent)
        collect(desk.answer(contact, agent))
        collect(desk.hangUp(contact, agent))
        collect(desk.tell { $0.wrapUpFinished(agent, at: $1) })
        answered += 1
      }
    }
    #expect(answered == 20_000)
    #expect(desk.clock.pending.isEmpty)
  }
}
