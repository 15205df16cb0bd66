import Control
import Distribution
import Supervision
import Telephony

/// Why contacts were offered to whom: kept as it is decided, and told to whoever may know.
extension CallFlow {
  mutating func decided(_ decision: Distribution.Decision) -> [Effect] {
    decisions.keep(decision).map { [.saveDecision($0)] } ?? []
  }

  /// What this client may see of it, as `DecisionOnlooker` rules.
  func explanation(of id: ContactID, _ kept: [KeptDecision], for client: Client, at now: Moment)
    -> Result<ControlResult, ControlError>
  {
    guard contacts[id] != nil || !kept.isEmpty else {
      return .failure(ControlError(.notFound, "there is no contact \(id), or no decision about it is kept any more"))
    }
    let onlooker = DecisionOnlooker(
      own: client.scope,
      knowsWhoSupervises: client.role >= .supervisor || settings.supervision.visibility == .everyone)
    let decisions = kept.map(\.decision)
    guard onlooker.mayAsk(agents: contacts[id]?.agents ?? [], decisions) else {
      return .failure(
        ControlError(
          .forbidden, "contact \(id) was not offered to \(client.scope ?? ""): this needs the role supervisor"))
    }
    // While a phone rings for it, the last decision says how it stands.
    let isTold = contacts[id]?.offers.isEmpty == false && !decisions.isEmpty
    return .success(
      .explanation(
        ExplanationSummary(
          contact: id, decisions: decisions.map { summary(onlooker.view($0)) },
          present: isTold ? nil : distributor.explanation(of: id, at: now).map { summary(onlooker.view($0)) })))
  }

  private func summary(_ decision: Distribution.Decision) -> DecisionSummary {
    let name = { (agent: AgentID) in settings.agents[agent]?.name ?? agent.rawValue }
    let title = { (queue: QueueID) in settings.queues[queue]?.name ?? queue.rawValue }
    let outcome = decision.outcome
    return DecisionSummary(
      time: RFC3339.text(decision.at.wallMilliseconds), queue: decision.queue, outcome: outcome.word,
      agent: outcome.agent, others: decision.others, step: outcome.step, reason: outcome.reason?.rawValue,
      destination: decision.destination.map { DestinationSummary(kind: $0.kind, to: $0.name) },
      strategy: decision.strategy?.rawValue, waitedMilliseconds: decision.waited.milliseconds, ahead: decision.ahead,
      candidates: decision.candidates.map(CandidateSummary.init), moreCandidates: decision.moreCandidates,
      moreFree: decision.moreFree,
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
      idleMilliseconds: candidate.idle.milliseconds, position: candidate.position, contacts: candidate.contacts)
  }
}
