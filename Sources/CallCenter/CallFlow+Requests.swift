public import Control
import Distribution
import Recordings
import Supervision
public import Telephony

extension CallFlow {
  /// What a request came to: an answer for the client, and what must be done.
  public struct Decision: Sendable {
    /// For the client.
    public var answer: Result<ControlResult, ControlError>
    /// To be carried out; the client need not wait for it.
    public var effects: [Effect]

    static func done(_ done: Done, _ effects: [Effect]) -> Decision {
      Decision(answer: .success(.done(done)), effects: effects)
    }
    static func refused(_ kind: ControlError.Kind, _ message: String) -> Decision {
      Decision(answer: .failure(ControlError(kind, message)), effects: [])
    }
    static func found(_ result: ControlResult) -> Decision { Decision(answer: .success(result), effects: []) }
  }

  /// A client asked for something that the rules decide; nil for what needs a store or the system, and is not for us.
  public mutating func requested(_ request: Request, by client: Client, at now: Moment) -> Decision? {
    let actor: Actor = client.role >= .supervisor ? .supervisor : .agent
    switch request {
    case .agentLogIn(let agent, let named):
      guard let phone = named ?? settings.agents[agent]?.phone else {
        return distributor.agent(agent) == nil
          ? .refused(.notFound, "there is no agent \(agent)")
          : .refused(.invalidParameters, "phone is missing: the configuration gives agent \(agent) none of her own")
      }
      guard settings.phones[phone] != nil else { return .refused(.notFound, "there is no phone \(phone)") }
      return ofAgent(agent) { flow in
        flow.monitors.loggedIn(agent, at: phone, isVouched: client.speaks(for: agent))
        return flow.translate(flow.distributor.agentLoggedIn(agent, phone: phone, at: now), at: now)
      }
    case .agentLogOut(let agent):
      return ofAgent(agent) { flow in
        flow.translate(flow.distributor.agentLoggedOut(agent, by: actor, at: now), at: now)
      }
    case .agentSetStatus(let agent, let wanted):
      return setStatus(agent, wanted, by: actor, at: now)
    case .agentFinish(let agent): return finishWrapUp(agent, client, at: now)
    case .agentExtendWrapUp(let agent, let seconds): return extendWrapUp(agent, seconds: seconds, client, at: now)
    case .agentRequestWrapUp(let agent): return requestWrapUp(agent, at: now)
    case .contactSetDisposition(let id, let code, let note):
      return setDisposition(id, code, note: note, by: client, at: now)
    case .callDial(let agent, let text): return dial(agent, to: text, at: now)
    case .callHangUp(let id):
      return ofContact(id, client) { flow in
        if let declined = flow.declined(id, by: client, at: now) { return declined }
        // As when she hangs up her phone: a supervisor who barges stays with the customer.
        let inherited = actor == .agent ? flow.translate(flow.monitors.agentLeft(id, at: now), at: now) : []
        return inherited.isEmpty ? flow.hangUp(id, reason: .hungUpByCommand, at: now) : inherited
      }
    case .recordingStart(let id): return startRecording(id, client, at: now)
    case .recordingStop(let id): return stopRecording(id, client, at: now)
    case .monitorStart(let wish): return startMonitor(wish, by: client, at: now)
    case .monitorSetMode(let supervisor, let mode): return setMonitorMode(supervisor, mode, by: client, at: now)
    case .monitorStop(let supervisor): return stopMonitor(supervisor, by: client, at: now)
    case .monitorTakeOver(let supervisor): return takeOver(supervisor, by: client, at: now)
    case .monitorList: return monitorList(for: client)
    case .agentsList: return .found(.agents(agentList(for: client, at: now)))
    case .queuesList: return .found(.queues(queueList(at: now)))
    case .figuresLive: return .found(.figures(liveFigures(at: now)))
    case .callsList: return .found(.calls(callList(for: client, at: now)))
    case .contactSetPriority(let id, let priority): return setPriority(id, priority, at: now)
    case .settingsChange, .settingsDiff, .settingsShow, .systemStatus, .help, .historyList, .distributionExplain,
      .directoryLookUp,
      .figuresReport, .figuresVerify, .shiftList, .shiftSet, .shiftRemove, .shiftImport, .eventsSubscribe:
      return nil
    }
  }

  mutating func ofAgent(_ agent: AgentID, _ body: (inout CallFlow) -> [Effect]) -> Decision {
    guard distributor.agent(agent) != nil else { return .refused(.notFound, "there is no agent \(agent)") }
    return .done(Done(), body(&self))
  }

  mutating func ofLoggedInAgent(_ agent: AgentID, _ body: (inout CallFlow) -> [Effect]) -> Decision {
    guard distributor.agent(agent)?.status != .loggedOut else {
      return .refused(.wrongState, "agent \(agent) is logged out: log in first")
    }
    return ofAgent(agent, body)
  }

  mutating func ofWrappingUp(
    _ agent: AgentID, _ client: Client, _ body: (inout CallFlow) -> [Effect]
  ) -> Decision {
    if let state = distributor.agent(agent), state.activity != .afterCallWork {
      let activity = visible(state, to: client).activity
      return .refused(.wrongState, "agent \(agent) is not wrapping up: she is \(activity.rawValue)")
    }
    return ofAgent(agent, body)
  }

  /// A client of role agent that is bound to one agent touches only that agent's contacts.
  private mutating func ofContact(
    _ id: ContactID, _ client: Client, _ body: (inout CallFlow) -> [Effect]
  ) -> Decision {
    guard let contact = contacts[id] else { return .refused(.notFound, "there is no contact \(id) now") }
    if client.role < .supervisor, let own = client.agent, contact[own] == nil {
      return .refused(.forbidden, "contact \(id) is not yours: this needs the role supervisor")
    }
    return .done(Done(contact: id), body(&self))
  }

  /// An agent's client speaks for her phone alone while it rings: the caller is not hers yet. Nil: it is hers to end.
  private mutating func declined(_ id: ContactID, by client: Client, at now: Moment) -> [Effect]? {
    guard let own = client.scope, contacts[id]?.offers.contains(where: { $0.agent == own }) == true else { return nil }
    return translate(distributor.offerFailed(id, by: own, .declined, at: now), at: now)
  }

  private mutating func startRecording(_ id: ContactID, _ client: Client, at now: Moment) -> Decision {
    let refusal = recorder.refusalToStart(id)
    let decision = ofContact(id, client) { flow in
      guard refusal == nil else { return [] }
      let name = flow.newRecording(at: now)
      return flow.translate(flow.recorder.requested(id, name: name, at: now), at: now)
    }
    return decision.unless(refusal)
  }

  private mutating func stopRecording(_ id: ContactID, _ client: Client, at now: Moment) -> Decision {
    let refusal = recorder.refusalToStop(id)
    let decision = ofContact(id, client) { flow in
      flow.translate(flow.recorder.stopRequested(id, at: now), at: now)
    }
    return decision.unless(refusal)
  }
}

extension CallFlow.Decision {
  /// What the recorder refuses is told to whoever may touch the contact at all.
  fileprivate func unless(_ refusal: RecordingRefusal?) -> CallFlow.Decision {
    guard case .success = answer, let refusal else { return self }
    return .refused(refusal.isByPolicy ? .refused : .wrongState, refusal.explanation)
  }
}
