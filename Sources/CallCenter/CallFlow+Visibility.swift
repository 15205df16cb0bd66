import Control
import Distribution
import Recordings
import Supervision
import Telephony

/// Who may know that somebody is monitored, as `Visibility` rules.
extension CallFlow {
  var visibility: Visibility { settings.supervision.visibility }

  func audience(of recording: Recording) -> Audience {
    recording.beside == nil ? .everybody : visibility.audience(ofFileBeside: recording.agent)
  }

  /// The same in the history.
  func isVisible(_ recording: Recording, to client: Client) -> Bool {
    recording.beside == nil || visibility.mayKnow(client.onlooker, of: recording.agent)
  }

  func monitorList(for client: Client) -> Decision {
    guard visibility.mayList(client.onlooker) else {
      return .refused(.forbidden, "the configuration ([supervision] visible_to) shows this to the role supervisor")
    }
    return .found(
      .monitors(monitors.monitors.filter { visibility.lists($0.agent, for: client.onlooker) }.map(summary)))
  }

  /// Nil for whom it is a secret.
  func visible(_ marks: [RecordingMark], to client: Client) -> [RecordingMark]? {
    guard visibility.mayList(client.onlooker) else { return nil }
    return marks.filter { visibility.lists($0.agent, for: client.onlooker) }
  }

  /// An agent as this client may see her: one who monitors somebody of whom it may not know has nothing to do.
  func visible(_ state: AgentState, to client: Client) -> AgentState {
    state.activity != .supervising || monitors.mayKnow(client.onlooker, that: state.id) ? state : state.disguised
  }

  /// Whoever may not know that she monitors somebody is told what is left of it without that, if anything.
  func agentChanged(_ old: AgentState, _ new: AgentState, cause: String, by actor: Actor, at now: Moment) -> [Effect] {
    func notice(_ state: AgentState, _ cause: String, _ audience: Audience) -> Effect {
      .notice(
        Notice(
          at: now, contact: state.contact, agent: state.id,
          body: .agentChanged(summary(state), cause: cause, by: actor.word), audience: audience))
    }
    guard [old, new].contains(where: { $0.activity == .supervising }),
      let audiences = visibility.audiences(ofSupervising: new.id)
    else { return [notice(new, cause, .everybody)] }
    let told = notice(new, cause, audiences.told)
    guard old.disguised.isOther(than: new.disguised) else { return [told] }
    let plain = new.activity == .supervising || old.disguised.status != new.status ? new.status.cause : cause
    return [told, notice(new.disguised, plain, audiences.deceived)]
  }
}

extension Client {
  fileprivate var onlooker: Visibility.Onlooker { .init(isSupervisor: role >= .supervisor, own: scope) }
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
