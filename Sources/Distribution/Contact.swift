import Telephony

/// A contact that nobody has answered yet.
struct Contact: Sendable {
  var target: Distributor.Target
  var place: Place
  var priority: Int
  /// Somebody said what it counts for: the directory does not any more.
  var isPrioritySet = false
  var caller: CallerKey?
  /// When it came to where it waits.
  var joined: Moment
  /// What agents must be able to do; `step` is the one in force, past the last when it does not matter any more.
  var steps: [SkillStep] = []
  /// The steps that it brought with it; nil: those of the queue count.
  let ownSteps: [SkillStep]?
  var step = 0
  /// For how long it has waited here as far as agents with a delay go: as long as its timer `delay` has said.
  var waited: Duration = .zero
  /// Kept for her, for now.
  var wish: AgentID?
  /// For whom it is to be kept in queues that it goes on to; nil: nobody, or she was waited for, or did not take it.
  var lastAgent: Wish?
  /// Whose phones ring, or will at once, in the order of the offers.
  var offers: [Ringing] = []
  /// How many phones may ring at once, where that grows.
  var phonesAtOnce = 1
  /// Not offered to anybody until its timer `offerAgain` is due: the last offer failed by a fault of ours.
  var isPausing = false
  /// Agents to whom it is not offered for now, and why: the other side of `Agent.leftOutUntil`.
  var leftOut: [AgentID: Distributor.OfferEnd] = [:]
  /// Queues in which it has been.
  var visited: Set<QueueID> = []

  /// One phone, and what whoever it belongs to had and was when the contact was offered to her.
  struct Ringing: Sendable {
    let agent: AgentID
    let tier: Tier
    /// The turn of the queue that it took, and where that stood before; nil: it took none.
    var turn: (taken: Slot, before: Slot?)?
  }

  /// The one agent who may take it, if there is but one.
  var only: AgentID? {
    if case .agent(let agent) = target { return agent }
    return wish
  }

  var queue: QueueID? {
    if case .queue(let queue) = target { return queue }
    return nil
  }

  var requirement: SkillRequirement? { step < steps.count ? steps[step].requirement : nil }
}

/// What is known of a telephone.
struct Phone: Sendable {
  /// Has a binding with our registrar; always false for an extension.
  var isRegistered = false
  /// Left alone after an offer did not get through.
  var isInBackOff = false
  /// How long the next back-off will be; nil after an offer that rang.
  var nextBackOff: Duration?
  /// Who is logged in here.
  var agent: AgentID?
}
