public import Telephony

/// `distribution.explain`: why a contact was offered to whom, and why it waited.
public struct ExplanationSummary: Sendable, Equatable, Codable {
  /// Whom it is about.
  public var contact: ContactID
  /// What was decided, the oldest first; of very many the latest.
  public var decisions: [DecisionSummary]
  /// How it stands at this moment with one that waits; nil for any other.
  public var present: DecisionSummary?

  /// Puts it together.
  public init(contact: ContactID, decisions: [DecisionSummary], present: DecisionSummary?) {
    self.contact = contact
    self.decisions = decisions
    self.present = present
  }
}

/// One decision about a contact, and what it rested on.
public struct DecisionSummary: Sendable, Equatable, Codable {
  /// Wall time, RFC 3339, to the millisecond.
  public var time: String
  /// Where it waited; nil without a queue.
  public var queue: QueueID?
  /// `offered`, `waits`, `relaxed`, `kept`, `unkept` or `diverted`.
  public var outcome: String
  /// To whom it was offered, or for whom it is kept, or not any more.
  public var agent: AgentID?
  /// Whose phones ring with hers, where all ring at once.
  public var others: [AgentID]
  /// `relaxed`: the step of skill that applies, from 1; nil when nothing is asked any more.
  public var step: Int?
  /// `diverted`: `full`, `nobody`, `waited_too_long` or `removed`.
  public var reason: String?
  /// `diverted`: where it went; nil in what former releases kept.
  public var destination: DestinationSummary?
  /// The queue's; nil where it was for one agent alone.
  public var strategy: String?
  /// A place that was kept for it included.
  public var waitedMilliseconds: Int64
  /// How many stood before it in the queue.
  public var ahead: Int
  /// Who could take it, the best first.
  public var candidates: [CandidateSummary]
  /// How many more could.
  public var moreCandidates: Int
  /// How many more were free for the queue, and not looked at.
  public var moreFree: Int
  /// Who could not, and why.
  public var leftOut: [LeftOutSummary]
  /// How many more serve the queue.
  public var moreLeftOut: Int
  /// The decision in one sentence.
  public var english: String
  /// The same in Japanese.
  public var japanese: String

  /// Puts it together.
  public init(
    time: String, queue: QueueID?, outcome: String, agent: AgentID?, others: [AgentID], step: Int?,
    reason: String?, destination: DestinationSummary? = nil, strategy: String?, waitedMilliseconds: Int64, ahead: Int,
    candidates: [CandidateSummary],
    moreCandidates: Int, moreFree: Int,
    leftOut: [LeftOutSummary], moreLeftOut: Int, english: String, japanese: String
  ) {
    self.time = time
    self.queue = queue
    self.outcome = outcome
    self.agent = agent
    self.others = others
    self.step = step
    self.reason = reason
    self.destination = destination
    self.strategy = strategy
    self.waitedMilliseconds = waitedMilliseconds
    self.ahead = ahead
    self.candidates = candidates
    self.moreCandidates = moreCandidates
    self.moreFree = moreFree
    self.leftOut = leftOut
    self.moreLeftOut = moreLeftOut
    self.english = english
    self.japanese = japanese
  }
}

/// Where a contact went that its queue did not take or keep, in the words of `contact.overflowed`.
public struct DestinationSummary: Sendable, Equatable, Codable {
  /// `queue`, `agent`, `number`, `announcement`; `end` where its call was ended.
  public var kind: String
  /// Which one; nil for `end`.
  public var to: String?

  /// Both as given.
  public init(kind: String, to: String?) {
    self.kind = kind
    self.to = to
  }
}

/// Somebody who could take a contact: compared by `contacts`, then `level`, then `key`, then `idleMilliseconds` (the longer
/// one first), then `position`, then name.
public struct CandidateSummary: Sendable, Equatable, Codable {
  /// Who.
  public var agent: AgentID
  /// Of her membership; nil when it is for her alone.
  public var level: Int?
  /// The strategy's own key, lower first: a whole number or a fraction, as text since it may be longer than JavaScript can
  /// hold.
  public var key: String
  /// For how long she had been ready and idle; with contacts, since she was so last.
  public var idleMilliseconds: Int64
  /// Of her membership.
  public var position: Int
  /// How many contacts she has already; fewer first.
  public var contacts: Int

  /// Puts it together.
  public init(agent: AgentID, level: Int?, key: String, idleMilliseconds: Int64, position: Int, contacts: Int = 0) {
    self.agent = agent
    self.level = level
    self.key = key
    self.idleMilliseconds = idleMilliseconds
    self.position = position
    self.contacts = contacts
  }
}

/// Somebody who could not take it.
public struct LeftOutSummary: Sendable, Equatable, Codable {
  /// Who.
  public var agent: AgentID
  /// Why not, as one word.
  public var reason: String
  /// What goes with that: why she is away, for which contact her phone rings, how the offer ended, for whom it is kept.
  public var detail: String?

  /// Puts it together.
  public init(agent: AgentID, reason: String, detail: String?) {
    self.agent = agent
    self.reason = reason
    self.detail = detail
  }
}
