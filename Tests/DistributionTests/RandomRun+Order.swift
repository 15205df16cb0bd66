import Distribution
import Telephony
import TelephonyTesting
import Testing

// What must not depend on what is told first.
extension RandomRun {
  /// An agent becomes ready, or has room, and a caller comes in one instant, where neither finds anybody else: both orders
  /// lead to the same.
  mutating func checkOrder() {
    let queues = overseer.settings.queues.filter {
      $0.joinNeeds == nil && $0.stayNeeds == nil && $0.longestLine == nil
    }
    guard !queues.isEmpty else { return }
    let queue = random.pick(queues).id
    let away = overseer.states.values.filter { $0.status != .ready && $0.status != .loggedOut && $0.activity == .idle }
    if let agent = away.map(\.id).min() { compareOrders(queue) { $0.set(agent, .ready) } }
    // One of several calls ends, which makes room where nothing is to be written after it.
    let talks = overseer.calls.filter { overseer.load($0.value.agent) > 1 }.keys.sorted()
    guard let contact = talks.first, let agent = overseer.calls[contact]?.agent else { return }
    compareOrders(queue) { $0.hangUp(contact, agent) }
  }

  private mutating func compareOrders(_ queue: QueueID, _ other: (inout Desk) -> [Distributor.Effect]) {
    let contact: ContactID = "in-any-order"
    var (agentFirst, callerFirst) = (desk, desk)
    let ready = other(&agentFirst)
    let arrived = callerFirst.arrive(contact, queue)
    guard ready.offers.isEmpty, arrived.offers.isEmpty else { return }
    let one = agentFirst.arrive(contact, queue).deeds
    let two = other(&callerFirst).deeds
    #expect(one == two, "a caller of \(queue), seed \(seed)")
    #expect(agentFirst.distributor.queues == callerFirst.distributor.queues, "seed \(seed)")
    #expect(agentFirst.distributor.agents == callerFirst.distributor.agents, "seed \(seed)")
    #expect(agentFirst.clock.pending == callerFirst.clock.pending, "seed \(seed)")
    ordersChecked += 1
    if !one.offers.isEmpty { pairsInAnyOrder += 1 }
  }
}
