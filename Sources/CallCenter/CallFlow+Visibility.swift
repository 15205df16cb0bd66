import Control
import Distribution
import Recordings
import Supervision
import Telephony

/// Who may know that somebody is monitored: the same in events, lists and what is sent again.
extension CallFlow {
  /// Whom notices of a monitor are for. `isKnown`: the clients of its agent have been told that it is there; until then they
  /// are told nothing of it.
  func audiences(of monitor: Monitor, isKnown: Bool) -> [Notice.Audience] {
    switch settings.supervision.visibility {
    case .supervisors: [.supervisors()]
    case .agent: [isKnown ? .supervisors(and: [monitor.agent]) : .supervisors()]
    case .everyone: isKnown ? [.everybody] : [.supervisors(), .others(than: [monitor.agent])]
    }
  }

  /// For the clients alone that are bound to the agent of a monitor.
  func ownAudience(of monitor: Monitor) -> [Notice.Audience] {
    settings.supervision.visibility == .supervisors ? [] : [.bound(to: monitor.agent)]
  }

  /// Of what supervisors say there is a file as soon as one may be heard: that tells as much as an event of hers.
  func audience(of recording: Recording) -> Notice.Audience {
    guard recording.beside != nil else { return .everybody }
    switch settings.supervision.visibility {
    case .supervisors: return .supervisors()
    case .agent: return .supervisors(and: recording.agent.map { [$0] } ?? [])
    case .everyone: return .everybody
    }
  }

  /// The same in the history.
  func isVisible(_ recording: Recording, to client: Client) -> Bool {
    guard recording.beside != nil, client.role < .supervisor else { return true }
    switch settings.supervision.visibility {
    case .supervisors: return false
    case .agent: return client.scope != nil && client.scope == recording.agent
    case .everyone: return true
    }
  }

  func monitorList(for client: Client) -> Decision {
    if client.role >= .supervisor { return .found(.monitors(monitors.monitors.map(summary))) }
    let isTold =
      settings.supervision.visibility == .everyone
      || (settings.supervision.visibility == .agent && client.scope != nil)
    guard isTold else {
      return .refused(.forbidden, "the configuration ([supervision] visible_to) shows this to the role supervisor")
    }
    let own = client.scope
    return .found(.monitors(monitors.monitors.filter { own == nil || $0.agent == own }.map(summary)))
  }

  /// Nil for whom it is a secret.
  func visible(_ marks: [RecordingMark], to client: Client) -> [RecordingMark]? {
    if client.role >= .supervisor { return marks }
    switch settings.supervision.visibility {
    case .supervisors: return nil
    case .agent: return client.scope.map { own in marks.filter { $0.agent == own } }
    case .everyone: return client.scope.map { own in marks.filter { $0.agent == own } } ?? marks
    }
  }

  /// An agent as this client may see her: one who monitors somebody of whom it may not know has nothing to do.
  func visible(_ state: AgentState, to client: Client) -> AgentState {
    guard state.activity == .supervising, client.role < .supervisor, client.scope != state.id else { return state }
    switch settings.supervision.visibility {
    case .everyone: return state
    case .agent:
      let isOwn = monitors.monitors.contains { $0.supervisor == state.id && $0.agent == client.scope }
      return isOwn ? state : state.disguised
    case .supervisors: return state.disguised
    }
  }

  /// Whoever may not know that she monitors somebody is told what is left of it without that, if anything.
  func agentChanged(_ old: AgentState, _ new: AgentState, cause: String, by actor: Actor, at now: Moment) -> [Effect] {
    func notice(_ state: AgentState, _ cause: String, _ audience: Notice.Audience) -> Effect {
      .notice(
        Notice(
          at: now, contact: state.contact, agent: state.id,
          body: .agentChanged(summary(state), cause: cause, by: actor.word), audience: audience))
    }
    let isSecret = [old, new].contains { $0.activity == .supervising } && settings.supervision.visibility != .everyone
    guard isSecret else { return [notice(new, cause, .everybody)] }
    let told = notice(new, cause, .supervisors(and: [new.id]))
    guard old.disguised.isOther(than: new.disguised) else { return [told] }
    let plain = new.activity == .supervising || old.disguised.status != new.status ? new.status.cause : cause
    return [told, notice(new.disguised, plain, .others(than: [new.id]))]
  }
}

extension AgentState {
  /// Without that she supervises.
  fileprivate var disguised: AgentState {
    var state = self
    if activity == .supervising { state.activity = .idle }
    return state
  }

  /// Whether there is something to tell, but since when.
  fileprivate func isOther(than state: AgentState) -> Bool {
    var same = state
    (same.activitySince, same.readySince) = (activitySince, readySince)
    return same != self
  }
}

extension AgentStatus {
  /// The word for somebody who took it on herself.
  fileprivate var cause: String {
    switch self {
    case .loggedOut: "log-out"
    case .ready: "ready"
    case .notReady: "away"
    }
  }
}
