import Distribution
import Telephony

// What is no fault, and hardly meant.
extension ConfigurationReading {
  /// When queues, agents, skills and dispositions are known.
  func warnOfPeople() {
    for (written, queue) in zip(writtenQueues, configuration.distribution.queues) {
      warnOfAgents(of: queue, written)
      warnOfSteps(of: queue, written)
      warnOfMissingDispositions(queue, in: written.section)
    }
    for (section, agent) in zip(writtenAgents, configuration.distribution.agents) {
      guard !agent.memberships.isEmpty, agent.memberships.values.allSatisfy(\.isPaused) else { continue }
      log.warning(
        section.place(of: "queues"),
        "agent \(quoted(agent.id.rawValue)) is paused in each of her queues: no call comes to her")
    }
  }

  private func warnOfAgents(of queue: QueueSettings, _ written: WrittenQueue) {
    let memberships = configuration.distribution.agents.compactMap { $0.memberships[queue.id] }
    let name = quoted(queue.id.rawValue)
    if memberships.isEmpty {
      log.warning(written.section.place(of: "id"), "queue \(name) has no agents: its callers wait in vain")
    } else if memberships.allSatisfy(\.isPaused) {
      log.warning(
        written.section.place(of: "id"), "everybody who serves queue \(name) is paused in it: its callers wait in vain")
    }
  }

  private func warnOfSteps(of queue: QueueSettings, _ written: WrittenQueue) {
    let agents = configuration.distribution.agents
    let known = Set(agents.flatMap(\.skills.keys).map(\.rawValue))
    let members = agents.filter { $0.memberships[queue.id] != nil }
    for (index, step) in queue.steps.enumerated() {
      let place = written.stepPlaces[index]
      let unknown = step.requirement.skills.map(\.rawValue).filter { !known.contains($0) }
      for skill in unknown {
        log.warning(place, "no agent has the skill \(quoted(skill))\(guess(skill, among: known))")
      }
      if unknown.isEmpty, !members.contains(where: { step.requirement.isMet(by: $0.skills) }) {
        log.warning(place, "no agent of queue \(quoted(queue.id.rawValue)) meets this step: it is skipped")
      }
      if step.lasts == nil, index + 1 < queue.steps.count {
        log.warning(place, "this step has no seconds and stays for ever: those behind it never come")
      }
    }
    if queue.holdsLastStep, queue.steps.last?.lasts == nil {
      log.warning(
        written.section.place(of: "hold_last_step"), "hold_last_step does nothing without a last step that has seconds")
    }
  }

  /// Her wrap-up would never end.
  func warnOfMissingDispositions(_ queue: QueueSettings, in section: Section) {
    guard queue.wrapUpMode == .untilDisposition else { return }
    let hasOne = configuration.dispositions.contains { disposition in
      disposition.queues.map { $0.contains(queue.id) } ?? true
    }
    if !hasOne {
      log.warning(
        section.place(of: "wrap_up"),
        "wrap_up ends with a disposition, and there are no [[dispositions]] for \(quoted(queue.id.rawValue))")
    }
  }
}
