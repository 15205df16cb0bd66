public import Control
import Distribution
public import Telephony

extension CallFlow {
  /// Other queues and agents: what of the settings is about them is taken from `new`, and told as `differences`.
  public mutating func settingsChanged(
    to new: CallFlowSettings, _ differences: [SettingDifference], by user: UInt32, at now: Moment
  ) -> [Effect] {
    settings.distribution = new.distribution
    settings.queues = new.queues
    settings.agents = new.agents
    let told = Dictionary(grouping: differences, by: \.subject).sorted { $0.key < $1.key }.map { subject, changes in
      Effect.notice(
        Notice(at: now, agent: subject.agent, queue: subject.queue, body: Self.body(subject, changes, user)))
    }
    return told
      + translate(
        distributor.settingsChanged(queues: new.distribution.queues, agents: new.distribution.agents, at: now), at: now)
  }

  private static func body(_ subject: SettingSubject, _ changes: [SettingDifference], _ user: UInt32) -> Notice.Body {
    switch subject {
    case .queue: .queueChanged(changes, user: user)
    case .agent: .agentSettingsChanged(changes, user: user)
    case .membership: .membershipChanged(changes, user: user)
    }
  }

  mutating func setPriority(_ id: ContactID, _ priority: Int, at now: Moment) -> Decision {
    guard let contact = contacts[id] else { return .refused(.notFound, "there is no contact \(id) now") }
    guard contact.queue != nil, !contact.isTalking else {
      return .refused(.wrongState, "contact \(id) does not wait in a queue")
    }
    return .done(
      Done(contact: id),
      [notice(.contactPriorityChanged(priority), contact, at: now)]
        + translate(distributor.priorityChanged(id, to: priority, at: now), at: now))
  }
}
