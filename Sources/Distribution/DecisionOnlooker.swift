public import Telephony

/// Somebody who asks why a contact went where it went, and what of it is hers to know.
public struct DecisionOnlooker: Sendable, Equatable {
  /// The agent whose part she may see, and nobody else's; nil: everybody's.
  public var own: AgentID?
  /// Whether she may know that somebody else supervises.
  public var knowsWhoSupervises: Bool

  /// Puts it together.
  public init(own: AgentID? = nil, knowsWhoSupervises: Bool) {
    self.own = own
    self.knowsWhoSupervises = knowsWhoSupervises
  }

  /// Whether she may ask about a contact that these agents have a part in now, and about which this was decided: an agent
  /// about her own calls, and what was offered to her, unless it was kept for another one before she was told of it.
  public func mayAsk(agents: [AgentID], _ decisions: [Decision]) -> Bool {
    guard let own else { return true }
    return agents.contains(own) || wasTold(own, decisions)
  }

  private func wasTold(_ own: AgentID, _ decisions: [Decision]) -> Bool {
    // She is reserved, or her phone rings; that it rang is known as soon as the next phone does.
    var isOffered = false
    for decision in decisions {
      switch decision.outcome {
      case .offered:
        let isOneOfSeveral = decision.strategy == .ringAll || decision.strategy == .ringProgressively
        if isOffered, !isOneOfSeveral { return true }
        if decision.offered.contains(own) { isOffered = true }
      case .kept(let agent): if agent != own { isOffered = false }
      case .waits, .relaxed, .unkept, .diverted: break
      }
    }
    return isOffered
  }

  /// What she may see of it: an agent who was chosen, and herself; how her colleagues stood, and what they did, is only
  /// counted. Whoever may not know who supervises does not find it as a reason either.
  public func view(_ decision: Decision) -> Decision {
    var seen = decision
    seen.candidates.removeAll { !mayKnow($0.agent) }
    seen.moreCandidates += decision.candidates.count - seen.candidates.count
    seen.leftOut.removeAll { !mayKnow($0.agent) || ($0.obstacle == .supervising && !mayKnowOfSupervising($0.agent)) }
    seen.moreLeftOut += decision.leftOut.count - seen.leftOut.count
    return seen
  }

  private func mayKnow(_ agent: AgentID) -> Bool { own == nil || own == agent }

  private func mayKnowOfSupervising(_ agent: AgentID) -> Bool { knowsWhoSupervises || own == agent }
}
