public import Telephony

/// Why a wrap-up cannot be ended, extended or asked for now.
public enum WrapUpRefusal: Sendable, Equatable {
  /// Its time must be over first; so much of it is left.
  case timeMustPass(Duration)
  /// What these contacts came to must be said first.
  case dispositionsMissing([ContactID])
  /// There is no time that could be extended: what these contacts came to is all that is waited for.
  case hasNoTime([ContactID])
  /// It is as long as one may be.
  case isLongest
  /// She is in no conversation after which there could be one.
  case talksToNobody
  /// Whether there is one after this conversation is not up to her.
  case isNotUpToHer(WrapUpMode)

  /// One sentence for the client.
  public func explanation(of agent: AgentID) -> String {
    switch self {
    case .timeMustPass(let left):
      "\(agent) cannot end this wrap-up before its time: \(max(1, left.components.seconds)) s are left"
    case .dispositionsMissing(let contacts):
      "\(agent) must say first what \(Self.list(contacts)) came to: contact.setDisposition"
    case .hasNoTime(let contacts):
      "this wrap-up has no time: it lasts until \(agent) says what \(Self.list(contacts)) came to"
    case .isLongest: "this wrap-up is as long as one may be: an hour in all"
    case .talksToNobody: "\(agent) is in no conversation"
    case .isNotUpToHer(let mode): "wrap-up after this conversation is not up to \(agent): it is \(mode.rawValue)"
    }
  }

  private static func list(_ contacts: [ContactID]) -> String {
    "contact" + (contacts.count == 1 ? " " : "s ") + contacts.map(\.rawValue).joined(separator: ", ")
  }
}

extension Distributor {
  /// Why `wrapUpFinished` would come to nothing; nil when it would not, or when she is not wrapping up.
  public func refusalToFinishWrapUp(of agent: AgentID, at now: Moment) -> WrapUpRefusal? {
    guard case .wrapUp(let wrapUp, let ends)? = people[agent]?.work, !wrapUp.mayEnd(ends: ends) else { return nil }
    if !wrapUp.awaited.isEmpty { return .dispositionsMissing(wrapUp.awaited.sorted()) }
    return .timeMustPass(max(.zero, ends?.since(now) ?? .zero))
  }

  /// Why `wrapUpExtended` would come to nothing; as above.
  public func refusalToExtendWrapUp(of agent: AgentID) -> WrapUpRefusal? {
    guard case .wrapUp(let wrapUp, let ends)? = people[agent]?.work else { return nil }
    if ends == nil { return .hasNoTime(wrapUp.awaited.sorted()) }
    return wrapUp.allowed < Self.longestWrapUp ? nil : .isLongest
  }

  /// Why `wrapUpRequested` would come to nothing.
  public func refusalToRequestWrapUp(by agent: AgentID) -> WrapUpRefusal? {
    guard let conversation = people[agent]?.conversation else { return .talksToNobody }
    let mode = rules(of: conversation.queue).wrapUpMode
    return mode == .optional ? nil : .isNotUpToHer(mode)
  }

  /// Why nobody can choose this status, in one sentence; nil when everybody can. Where reasons are configured, being away
  /// needs one of them.
  public func refusal(of status: AgentStatus) -> String? {
    guard case .notReady(let reason) = status, !settings.reasons.isEmpty, settings.reasons[reason] == nil else {
      return nil
    }
    let known = settings.reasons.keys.sorted().joined(separator: ", ")
    return reason.isEmpty ? "reason is missing: \(known)" : "\(reason) is no reason of the configuration: \(known)"
  }
}
