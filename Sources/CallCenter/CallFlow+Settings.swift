public import Control
public import Distribution
import Supervision
public import Telephony

extension CallFlow {
  /// How much of what agents did before a restart is worth reading.
  public func boundsOfPastWork(at now: Moment) -> PastWorkBounds {
    distributor.boundsOfPastWork(day: presentDay.lowerBound, at: now)
  }

  /// The floor as it was before a restart, and what agents did: nobody is ready, and no supervisor is vouched for. To be told
  /// once, at the beginning: from then on days of work are watched.
  public mutating func restored(_ floor: FloorState, _ past: PastWork = PastWork(), at now: Moment) -> [Effect] {
    var floor = floor
    floor.logIns = floor.logIns.filter { settings.phones[$0.value] != nil }
    let effects = translate(distributor.restored(floor, past, at: now), at: now)
    for (agent, phone) in floor.logIns where distributor.agent(agent)?.phone == phone {
      monitors.loggedIn(agent, at: phone, isVouched: false)
    }
    guard settings.distribution.counterWindow == .day else { return effects }
    return effects + [.startTimer(.day, days.rest(at: now))]
  }

  mutating func dayPassed(at now: Moment) -> [Effect] {
    let effects = days.hasBegunAnother(at: now) ? translate(distributor.dayBegan(at: now), at: now) : []
    return effects + [.startTimer(.day, days.rest(at: now))]
  }

  /// Other queues, agents and codes: what of the settings is about them is taken from `new`, and told as `differences`.
  public mutating func settingsChanged(
    to new: CallFlowSettings, _ differences: [SettingDifference], by user: UInt32, at now: Moment
  ) -> [Effect] {
    formerReasons.merge(settings.distribution.reasons) { $1 }
    settings.distribution = new.distribution
    settings.queues = new.queues
    settings.agents = new.agents
    settings.dispositions = new.dispositions
    settings.reasonNames = new.reasonNames
    books.targets = new.queues.mapValues(\.target)
    let told = Dictionary(grouping: differences, by: \.subject).sorted { $0.key < $1.key }.map { subject, changes in
      Effect.notice(
        Notice(
          at: now, agent: subject.agent, queue: subject.queue, body: Self.body(subject, changes, user),
          // As `config.diff` shows it, and to whom it is about.
          audience: .supervisors(and: Set([subject.agent].compactMap(\.self)))))
    }
    return told
      + translate(distributor.reasonsChanged(to: new.distribution.reasons, at: now), at: now)
      + translate(
        distributor.settingsChanged(queues: new.distribution.queues, agents: new.distribution.agents, at: now), at: now)
      // Whoever is away by a reason that is paid now, or no longer, is so from now on.
      + distributor.agents.flatMap { noted($0, at: now) }
  }

  private static func body(_ subject: SettingSubject, _ changes: [SettingDifference], _ user: UInt32) -> Notice.Body {
    switch subject {
    case .queue: .queueChanged(changes, user: user)
    case .agent: .agentSettingsChanged(changes, user: user)
    case .membership: .membershipChanged(changes, user: user)
    case .code(let list, let code): .codeChanged(list: list.rawValue, code: code, changes, user: user)
    }
  }

  mutating func setPriority(_ id: ContactID, _ priority: Int, at now: Moment) -> Decision {
    guard let contact = contacts[id] else { return .refused(.notFound, "there is no contact \(id) now") }
    guard distributor.queue(of: id) != nil else {
      return .refused(.wrongState, "contact \(id) does not wait in a queue now")
    }
    return .done(
      Done(contact: id),
      [notice(.contactPriorityChanged(priority), contact, at: now)]
        + translate(distributor.priorityChanged(id, to: priority, at: now), at: now))
  }
}
