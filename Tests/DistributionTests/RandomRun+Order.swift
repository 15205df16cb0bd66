import Distribution
import Telephony
import TelephonyTesting
import Testing

// What must not depend on what is told first.
extension RandomRun {
  /// An agent becomes ready and a caller comes in one instant, where neither finds anybody else: both orders lead to the
  /// same.
  mutating func checkOrder() {
    let queues = overseer.settings.queues.filter {
      $0.joinNeeds == nil && $0.stayNeeds == nil && $0.longestLine == nil
    }
    let away = overseer.states.values.filter { $0.status != .ready && $0.status != .loggedOut && $0.activity == .idle }
    guard let agent = away.map(\.id).min(), !queues.isEmpty else { return }
    let (queue, contact) = (random.pick(queues).id, ContactID(rawValue: "in-any-order"))
    var (agentFirst, callerFirst) = (desk, desk)
    let ready = agentFirst.set(agent, .ready)
    let arrived = callerFirst.arrive(contact, queue)
    guard ready.offers.isEmpty, arrived.offers.isEmpty else { return }
    let one = agentFirst.arrive(contact, queue).deeds
    let other = callerFirst.set(agent, .ready).deeds
    #expect(one == other, "\(agent) and a caller of \(queue), seed \(seed)")
    #expect(agentFirst.distributor.queues == callerFirst.distributor.queues, "seed \(seed)")
    #expect(agentFirst.distributor.agents == callerFirst.distributor.agents, "seed \(seed)")
    #expect(agentFirst.clock.pending == callerFirst.clock.pending, "seed \(seed)")
    ordersChecked += 1
    if !one.offers.isEmpty { pairsInAnyOrder += 1 }
  }
}
