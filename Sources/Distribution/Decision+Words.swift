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

extension OverflowTarget {
  /// `queue`, `agent`, `number` or `announcement`.
  public var kind: String {
    switch self {
    case .queue: "queue"
    case .agent: "agent"
    case .number: "number"
    case .announcement: "announcement"
    }
  }

  /// Which one: a name of the configuration, a number, or a file.
  public var name: String {
    switch self {
    case .queue(let queue): queue.rawValue
    case .agent(let agent): agent.rawValue
    case .number(let number): number
    case .announcement(let file): file
    }
  }

  /// From the two; nil for a kind that there is not.
  public init?(kind: String, name: String) {
    switch kind {
    case "queue": self = .queue(QueueID(rawValue: name))
    case "agent": self = .agent(AgentID(rawValue: name))
    case "number": self = .number(name)
    case "announcement": self = .announcement(name)
    default: return nil
    }
  }
}

extension Decision.Destination {
  /// `end`, or the target's kind.
  public var kind: String { if case .target(let target) = self { target.kind } else { "end" } }

  /// The target's; nil for the end.
  public var name: String? { if case .target(let target) = self { target.name } else { nil } }

  /// From the two; nil for a kind that there is not, or a target without its name.
  public init?(kind: String, name: String?) {
    switch (kind, name) {
    case ("end", _): self = .end
    case (_, let name?):
      guard let target = OverflowTarget(kind: kind, name: name) else { return nil }
      self = .target(target)
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
