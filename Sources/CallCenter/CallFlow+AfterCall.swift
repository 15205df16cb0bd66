import Control
import Distribution
import History
import Telephony

/// What comes after a call: its wrap-up, and what it came to.
extension CallFlow {
  mutating func setStatus(
    _ agent: AgentID, _ wanted: Request.WantedStatus, by actor: Actor, at now: Moment
  ) -> Decision {
    let status: AgentStatus =
      switch wanted {
      case .ready: .ready
      case .away(let reason): .notReady(reason: reason)
      }
    if let refusal = distributor.refusal(of: status) { return .refused(.invalidParameters, refusal) }
    return ofLoggedInAgent(agent) { flow in
      flow.translate(flow.distributor.statusSet(agent, to: status, by: actor, at: now), at: now)
    }
  }

  mutating func finishWrapUp(_ agent: AgentID, _ client: Client, at now: Moment) -> Decision {
    let refusal = distributor.refusalToFinishWrapUp(of: agent, at: now)
    return ofWrappingUp(agent, client) { flow in
      refusal == nil ? flow.translate(flow.distributor.wrapUpFinished(agent, at: now), at: now) : []
    }.unless(refusal, of: agent)
  }

  mutating func extendWrapUp(_ agent: AgentID, seconds: Int, _ client: Client, at now: Moment) -> Decision {
    let refusal = distributor.refusalToExtendWrapUp(of: agent)
    return ofWrappingUp(agent, client) { flow in
      flow.translate(flow.distributor.wrapUpExtended(agent, by: .seconds(seconds), at: now), at: now)
    }.unless(refusal, of: agent)
  }

  mutating func requestWrapUp(_ agent: AgentID, at now: Moment) -> Decision {
    let refusal = distributor.refusalToRequestWrapUp(by: agent)
    return ofAgent(agent) { flow in
      flow.translate(flow.distributor.wrapUpRequested(agent, at: now), at: now)
    }.unless(refusal, of: agent)
  }

  /// In the call, or in its wrap-up.
  mutating func setDisposition(
    _ id: ContactID, _ code: String, note: String, by client: Client, at now: Moment
  ) -> Decision {
    let disposer: Distributor.Disposer
    switch distributor.disposer(of: id, for: client.scope) {
    case .success(let found): disposer = found
    case .failure(.isNobodys): return .refused(.notFound, "no agent talks in contact \(id) now, or wraps it up")
    case .failure(.isAnothers):
      return .refused(.forbidden, "contact \(id) is not yours: this needs the role supervisor")
    }
    if let refusal = settings.dispositions.refusal(of: code, in: disposer.queue) {
      return .refused(.invalidParameters, refusal)
    }
    let disposition = ContactDisposition(code: code, note: note, agent: disposer.agent, at: now)
    let told = Notice(
      at: now, contact: id, agent: disposer.agent, queue: disposer.queue,
      body: .contactDisposition(code: code, note: note.isEmpty ? nil : note))
    return .done(
      Done(contact: id),
      [.saveDisposition(id, disposition), .notice(told)]
        + ([disposer.agent] + disposer.others).flatMap { agent in
          translate(distributor.dispositionSet(id, for: agent, at: now), at: now)
        })
  }

  func overstayed(_ agent: AgentID, _ reason: String, at now: Moment) -> [Effect] {
    let since = distributor.agent(agent)?.statusSince ?? now
    return [
      .notice(
        Notice(
          at: now, agent: agent,
          body: .agentOverstayed(reason: reason, since: RFC3339.text(since.wallMilliseconds))))
    ]
  }
}

extension CallFlow.Decision {
  /// What was found to be refused already stays so.
  fileprivate func unless(_ refusal: WrapUpRefusal?, of agent: AgentID) -> CallFlow.Decision {
    guard let refusal, case .success = answer else { return self }
    return .refused(.wrongState, refusal.explanation(of: agent))
  }
}
