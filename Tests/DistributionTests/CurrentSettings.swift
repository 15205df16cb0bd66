import Telephony

@testable import Distribution

// What the daemon never asks, and tests do.
extension Distributor {
  /// Queues and agents as they are now, with whatever was changed.
  var currentSettings: DistributionSettings {
    var current = settings
    current.queues = queueOrder.compactMap { lines[$0]?.settings }
    current.agents = agentOrder.compactMap { people[$0] }.filter { !$0.isRemoved }.map { agent in
      let memberships = agent.duties.map { ($0.queue, $0.membership) }
      var settings = AgentSettings(id: agent.id, memberships: Dictionary(memberships) { first, _ in first })
      settings.skills = agent.skills
      settings.capacity = agent.capacity
      return settings
    }
    return current
  }

  /// Who was offered a contact of the queue last: where the turn of round robin stands.
  func lastOffered(of queue: QueueID) -> AgentID? { lines[queue]?.turn?.agent }
}

// Pauses come as settings, as they do to the daemon.
extension Desk {
  /// The queue is paused, or goes on.
  @discardableResult
  mutating func pause(_ queue: QueueID, _ isPaused: Bool = true) -> [Distributor.Effect] {
    change { settings in
      for index in settings.queues.indices where settings.queues[index].id == queue {
        settings.queues[index].isPaused = isPaused
      }
    }
  }

  /// She is paused in this queue, or is not any more.
  @discardableResult
  mutating func pause(_ agent: AgentID, in queue: QueueID, _ isPaused: Bool = true) -> [Distributor.Effect] {
    change { settings in
      for index in settings.agents.indices where settings.agents[index].id == agent {
        settings.agents[index].memberships[queue]?.isPaused = isPaused
      }
    }
  }

  private mutating func change(_ change: (inout DistributionSettings) -> Void) -> [Distributor.Effect] {
    var settings = distributor.currentSettings
    change(&settings)
    return tell { [settings] in $0.settingsChanged(queues: settings.queues, agents: settings.agents, at: $1) }
  }
}
