public import Telephony

// What contacts came to: whose it is to say that.
extension Distributor {
  /// Whose it is to say what a contact came to.
  public struct Disposer: Sendable, Equatable {
    /// She talks in it, or wraps it up.
    public var agent: AgentID
    /// The queue that it came to her by.
    public var queue: QueueID?
    /// Who else wraps it up, or talks in it: after a take-over it is two agents', and one disposition does for both.
    public var others: [AgentID] = []
  }

  /// Why somebody cannot say it.
  public enum DispositionRefusal: Error, Equatable, Sendable {
    /// No agent talks in it, or wraps it up: not yet, or not any more.
    case isNobodys
    /// Another agent does.
    case isAnothers
  }

  /// Who says it: of several whoever talks in it; `own` is the agent for whom alone a client may speak, nil: it may for any.
  /// A walk over all agents, for requests.
  public func disposer(of contact: ContactID, for own: AgentID?) -> Result<Disposer, DispositionRefusal> {
    let all = agentOrder.compactMap { people[$0]?.part(in: contact) }.sorted { $0.talks && !$1.talks }
    guard let first = all.first else { return .failure(.isNobodys) }
    guard let disposer = own == nil ? first : all.first(where: { $0.agent == own }) else {
      return .failure(.isAnothers)
    }
    let others = all.map(\.agent).filter { $0 != disposer.agent }
    return .success(Disposer(agent: disposer.agent, queue: disposer.queue, others: others))
  }
}

extension Agent {
  /// What she has to do with a contact, and by which queue; nil: nothing.
  fileprivate func part(in contact: ContactID) -> (agent: AgentID, queue: QueueID?, talks: Bool)? {
    if case .talking(let conversation)? = work(on: contact) { return (id, conversation.queue, true) }
    if let queue = owed?.covered[contact] { return (id, queue, false) }
    if case .wrapUp(let wrapUp, _) = work, let queue = wrapUp.covered[contact] { return (id, queue, false) }
    return nil
  }
}
