import Control
import Distribution
import Supervision
import Telephony

/// Why contacts were offered to whom: kept as it is decided, and told to whoever may know.
extension CallFlow {
  mutating func decided(_ decision: Distribution.Decision) -> [Effect] {
    decisions.keep(decision).map { [.saveDecision($0)] } ?? []
  }

  /// What clients see of it. A client that is bound to an agent is told of contacts that were offered to her, and of her
  /// calls.
  func explanation(of id: ContactID, _ kept: [KeptDecision], for client: Client, at now: Moment)
    -> Result<ControlResult, ControlError>
  {
    guard contacts[id] != nil || !kept.isEmpty else {
      return .failure(ControlError(.notFound, "nothing is known here of why with contact \(id)"))
    }
    let decisions = kept.map(\.decision)
    if let own = client.scope, contacts[id]?.agents.contains(own) != true,
      !decisions.contains(where: { $0.offered.contains(own) })
    {
      return .failure(
        ControlError(.forbidden, "contact \(id) was not offered to \(own): this needs the role supervisor"))
    }
    let present = distributor.explanation(of: id, at: now)
    return .success(
      .explanation(
        ExplanationSummary(
          contact: id, decisions: decisions.map { summary(visible($0, to: client)) },
          present: present.map { summary(visible($0, to: client)) })))
  }

  /// Whoever may not know that somebody monitors is not told it as the reason: she is one of those who are not named.
  private func visible(_ decision: Distribution.Decision, to client: Client) -> Distribution.Decision {
    guard client.role < .supervisor, settings.supervision.visibility != .everyone else { return decision }
    var told = decision
    told.leftOut.removeAll { $0.obstacle == .supervising && $0.agent != client.scope }
    told.moreLeftOut += decision.leftOut.count - told.leftOut.count
    return told
  }

  private func summary(_ decision: Distribution.Decision) -> DecisionSummary {
    let name = { (agent: AgentID) in settings.agents[agent]?.name ?? agent.rawValue }
    let title = { (queue: QueueID) in settings.queues[queue]?.name ?? queue.rawValue }
    let outcome = decision.outcome
    return DecisionSummary(
      time: RFC3339.text(decision.at.wallMilliseconds), queue: decision.queue, outcome: outcome.word,
      agent: outcome.agent, others: decision.others, step: outcome.step, reason: outcome.reason?.rawValue,
      strategy: decision.strategy?.rawValue, waitedMilliseconds: decision.waited.milliseconds, ahead: decision.ahead,
      candidates: decision.candidates.map(CandidateSummary.init), moreCandidates: decision.moreCandidates,
      leftOut: decision.leftOut.map {
        LeftOutSummary(agent: $0.agent, reason: $0.obstacle.word, detail: $0.obstacle.detail)
      }, moreLeftOut: decision.moreLeftOut,
      english: decision.sentence(in: .english, name: name, title: title),
      japanese: decision.sentence(in: .japanese, name: name, title: title))
  }
}

extension CandidateSummary {
  init(_ candidate: Distribution.Decision.Candidate) {
    let (numerator, denominator) = (candidate.key.numerator, candidate.key.denominator)
    self.init(
      agent: candidate.agent, level: candidate.level,
      key: denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)",
      idleMilliseconds: candidate.idle.milliseconds, position: candidate.position)
  }
}
