import Distribution
import Telephony
import TelephonyTesting
import Testing

// Queues and agents come and go.
extension Overseer {
  /// The rules are different from now on, or there is a queue more.
  mutating func changed(_ queue: QueueSettings) {
    guard let index = settings.queues.firstIndex(where: { $0.id == queue.id }) else {
      settings.queues.append(queue)
      return
    }
    let old = settings.queues[index]
    settings.queues[index] = queue
    for (contact, waiting) in open where waiting.target == .queue(queue.id) {
      if old.strategy != queue.strategy {
        open[contact]?.phonesAtOnce = 1
        open[contact]?.hasRung = !waiting.offers.isEmpty
      }
      if old.steps != queue.steps || old.holdsLastStep != queue.holdsLastStep { beginSteps(contact) }
    }
  }

  /// It is taken away, and everybody in it goes where it says, in the order of the line.
  mutating func removed(_ queue: QueueID, at now: Moment) {
    let places = open.filter { $0.value.target == .queue(queue) }.sorted { stands($0, before: $1, at: now) }
    takenAway.formUnion(places.map(\.key))
    for (contact, _) in places { divert(contact, .removed, at: now) }
    settings.queues.removeAll { $0.id == queue }
    kept = kept.filter { $0.key.queue != queue }
    turns[queue] = nil
  }

  mutating func changed(_ agent: AgentSettings, at now: Moment) {
    leaving.remove(agent.id)
    guard let index = settings.agents.firstIndex(where: { $0.id == agent.id }) else { return }
    changeAgents(at: now) { $0[index] = agent }
    settle()
  }

  /// Where there are other delays than before, whoever waits has waited until now.
  private mutating func changeAgents(at now: Moment, _ change: (inout [AgentSettings]) -> Void) {
    let before = settings.agents
    change(&settings.agents)
    for (contact, waiting) in open {
      guard case .queue(let queue) = waiting.target else { continue }
      if delays(of: before, in: queue) != delays(of: settings.agents, in: queue) { hasWaited(contact, until: now) }
    }
  }

  private func delays(of agents: [AgentSettings], in queue: QueueID) -> Set<Duration> {
    Set(agents.compactMap { $0.memberships[queue]?.delay }).subtracting([.zero])
  }

  mutating func hasWaited(_ contact: ContactID, until now: Moment) {
    guard let waiting = open[contact] else { return }
    open[contact]?.waited = .nanoseconds(now.monotonicNanoseconds - waiting.joined.monotonicNanoseconds)
  }

  /// Whoever is away for a reason that allows another time than before is told by that.
  mutating func changed(_ reasons: [String: ReasonSettings]) {
    for state in states.values {
      guard case .notReady(let reason) = state.status else { continue }
      if reasons[reason]?.longest != settings.reasons[reason]?.longest { overstayed.remove(state.id) }
    }
    settings.reasons = reasons
  }

  /// She was not there, or is not any more, and is like this now.
  mutating func added(_ agent: AgentSettings, _ state: AgentState?, at now: Moment) {
    changeAgents(at: now) { $0.append(agent) }
    states[agent.id] = state
    diary.began(agent.id, at: now)
  }

  /// She serves nothing any more, and goes when her work is over.
  mutating func removed(_ agent: AgentID, at now: Moment) {
    guard let index = settings.agents.firstIndex(where: { $0.id == agent }) else { return }
    changeAgents(at: now) { $0[index].memberships = [:] }
    settings.agents[index].skills = [:]
    leaving.insert(agent)
    settle()
  }

  /// As it was before a restart.
  mutating func turnRestored(_ queue: QueueID, _ agent: AgentID) {
    guard settings.queues.contains(where: { $0.id == queue }), let place = membership(agent, queue) else { return }
    turns[queue] = Turn(position: place.position, agent: agent)
  }

  mutating func forgetLeaving() {
    for agent in leaving {
      guard let state = states[agent], state.status == .loggedOut, state.activity == .idle else { continue }
      leaving.remove(agent)
      settings.agents.removeAll { $0.id == agent }
      (states[agent], leftOut[agent], paused[agent], lastRelease[agent]) = (nil, nil, nil, nil)
      (owed[agent], writing[agent]) = (nil, nil)
      overstayed.remove(agent)
    }
  }
}
