public import Telephony

// The parts of a decision as words of a closed set, and what goes with them: for stores and for the socket.

extension Decision.Outcome {
  /// `offered`, `waits`, `relaxed`, `kept`, `unkept` or `diverted`.
  public var word: String {
    switch self {
    case .offered: "offered"
    case .waits: "waits"
    case .relaxed: "relaxed"
    case .kept: "kept"
    case .unkept: "unkept"
    case .diverted: "diverted"
    }
  }

  /// The agent whom it names.
  public var agent: AgentID? {
    switch self {
    case .offered(let agent), .kept(let agent), .unkept(let agent): agent
    case .waits, .relaxed, .diverted: nil
    }
  }

  /// The step of skill that applies from now on.
  public var step: Int? { if case .relaxed(let step) = self { step } else { nil } }

  /// Why the queue does not take or keep it.
  public var reason: OverflowReason? { if case .diverted(let reason) = self { reason } else { nil } }

  /// From what the others say; nil for a word that there is not, or one without its part.
  public init?(word: String, agent: AgentID?, step: Int?, reason: OverflowReason?) {
    switch (word, agent, reason) {
    case ("offered", let agent?, _): self = .offered(to: agent)
    case ("waits", _, _): self = .waits
    case ("relaxed", _, _): self = .relaxed(step: step)
    case ("kept", let agent?, _): self = .kept(for: agent)
    case ("unkept", let agent?, _): self = .unkept(agent)
    case ("diverted", _, let reason?): self = .diverted(reason)
    default: return nil
    }
  }
}

extension Decision.Obstacle {
  /// One word for each kind.
  public var word: String {
    switch self {
    case .loggedOut: "logged_out"
    case .notReady: "not_ready"
    case .ringing: "ringing"
    case .talking: "talking"
    case .dialing: "dialing"
    case .supervising: "supervising"
    case .wrapUp: "acw"
    case .phoneUnreachable: "unreachable"
    case .retryDelay: "retry_delay"
    case .leftOut: "offer_failed"
    case .skillMissing: "skill_missing"
    case .delayed: "delayed"
    case .otherLevel: "other_level"
    case .keptFor: "kept_for"
    case .queuePaused: "queue_paused"
    case .membershipPaused: "membership_paused"
    }
  }

  /// What goes with the word: why she is away, for which contact her phone rings, how the offer ended, for whom it is kept.
  public var detail: String? {
    switch self {
    case .notReady(let reason): reason
    case .ringing(let contact): contact.rawValue
    case .leftOut(let end): end.rawValue
    case .keptFor(let agent): agent.rawValue
    case .loggedOut, .talking, .dialing, .supervising, .wrapUp, .phoneUnreachable, .retryDelay, .skillMissing, .delayed,
      .otherLevel, .queuePaused, .membershipPaused:
      nil
    }
  }

  /// From the two; nil for a word that there is not, or one without its detail.
  public init?(word: String, detail: String?) {
    let plain: [Decision.Obstacle] = [
      .loggedOut, .talking, .dialing, .supervising, .wrapUp, .phoneUnreachable, .retryDelay, .skillMissing, .delayed,
      .otherLevel, .queuePaused, .membershipPaused,
    ]
    switch (word, detail) {
    case ("not_ready", let reason?): self = .notReady(reason: reason)
    case ("ringing", let contact?): self = .ringing(ContactID(rawValue: contact))
    case ("offer_failed", let end?):
      guard let end = Distributor.OfferEnd(rawValue: end) else { return nil }
      self = .leftOut(after: end)
    case ("kept_for", let agent?): self = .keptFor(AgentID(rawValue: agent))
    default:
      guard let found = plain.first(where: { $0.word == word }) else { return nil }
      self = found
    }
  }
}
