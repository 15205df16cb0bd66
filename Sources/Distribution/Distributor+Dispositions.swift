public import Telephony

// What contacts came to: whose it is to say that.
extension Distributor {
  /// Whose it is to say what a contact came to.
  public struct Disposer: Sendable, Equatable {
    /// She talks in it, or wraps it up.
    public var agent: AgentID
    /// The queue that it came to her by.
    public var queue: QueueID?
  }

  /// Why somebody cannot say it.
  public enum DispositionRefusal: Error, Equatable, Sendable {
    /// No agent talks in it, or wraps it up: not yet, or not any more.
    case isNobodys
    /// Another agent does.
    case isAnothers
  }

  /// Who says it; `own` is the agent for whom alone a client may speak, nil: it may for any. A walk over all agents, for
  /// requests.
  public func disposer(of contact: ContactID, for own: AgentID?) -> Result<Disposer, DispositionRefusal> {
    guard let disposer = disposer(of: contact) else { return .failure(.isNobodys) }
    return own == nil || own == disposer.agent ? .success(disposer) : .failure(.isAnothers)
  }

  private func disposer(of contact: ContactID) -> Disposer? {
    for agent in agentOrder {
      guard let person = people[agent] else { continue }
      if case .talking(let conversation)? = person.work(on: contact) {
        return Disposer(agent: agent, queue: conversation.queue)
      }
      if let queue = person.owed?.covered[contact] { return Disposer(agent: agent, queue: queue) }
      if case .wrapUp(let wrapUp, _) = person.work, let queue = wrapUp.covered[contact] {
        return Disposer(agent: agent, queue: queue)
      }
    }
    return nil
  }
}
