public import Telephony

/// One decision about a contact, and everything that it rested on.
public struct Decision: Sendable, Hashable {
  /// What was decided.
  public enum Outcome: Sendable, Hashable {
    /// To her first, and to `others` at once.
    case offered(to: AgentID)
    /// Nobody can take it now.
    case waits
    /// Less is asked of agents from now on: the step that applies, counted from 1; nil when nothing is asked any more.
    case relaxed(step: Int?)
    /// Who calls became known after he came: it is kept for her from now on, whoever was reserved for it.
    case kept(for: AgentID)
    /// It was kept for her, and is everybody's now.
    case unkept(AgentID)
    /// The queue does not take or keep it.
    case diverted(OverflowReason)
  }

  /// Somebody who could have taken it.
  public struct Candidate: Sendable, Hashable {
    /// Who.
    public var agent: AgentID
    /// Of her membership; nil when it is for her alone.
    public var level: Int?
    /// The strategy's own key: nanoseconds of the last call's end, calls, microseconds of talk, busy time in all time, place
    /// in the turn, position, draw, or the negative level of skill; 0 where idle time is the key. Lower goes first.
    public var key: Ratio
    /// For how long she has been ready and idle; with contacts, since she was so last.
    public var idle: Duration
    /// Of her membership.
    public var position: Int
    /// How many contacts she has already: whoever has fewer goes first, whatever her level.
    public var contacts = 0

    /// All as given; without contacts.
    public init(agent: AgentID, level: Int?, key: Ratio, idle: Duration, position: Int) {
      self.agent = agent
      self.level = level
      self.key = key
      self.idle = idle
      self.position = position
    }
  }

  /// Among whom somebody was chosen: of all who could take it and were looked at, herself included.
  public struct Rivals: Sendable, Hashable {
    /// Who had as many contacts as she.
    public var ofLoad: Int
    /// Who of these were of her level, too: the strategy decided among them.
    public var ofLevel: Int
    /// Whether everybody with as many contacts was looked at, and of these everybody of her level.
    public var isLoadSeen = true, isLevelSeen = true

    /// Where everybody was looked at.
    public init(ofLoad: Int, ofLevel: Int) {
      self.ofLoad = ofLoad
      self.ofLevel = ofLevel
    }
  }

  /// Where a contact goes that its queue does not take or keep.
  public enum Destination: Sendable, Hashable {
    case target(OverflowTarget)
    /// Nowhere: its call is ended.
    case end
  }

  /// Somebody who could not, or not yet.
  public struct LeftOut: Sendable, Hashable {
    /// Who.
    public var agent: AgentID
    /// Why not.
    public var obstacle: Obstacle

    /// Both as given.
    public init(agent: AgentID, obstacle: Obstacle) {
      self.agent = agent
      self.obstacle = obstacle
    }
  }

  /// Why somebody could not take a contact.
  public enum Obstacle: Sendable, Hashable {
    case loggedOut
    case notReady(reason: String)
    /// Her phone rings, for this or another contact, or will at once.
    case ringing(ContactID)
    case talking
    case dialing
    case supervising
    case wrapUp
    case phoneUnreachable
    /// She missed an offer, or her set was busy, a moment ago.
    case retryDelay
    /// An offer of this contact to her failed a moment ago.
    case leftOut(after: Distributor.OfferEnd)
    case skillMissing
    /// It has not waited for as long as her place in the queue wants.
    case delayed
    /// Phones of a better level ring for it.
    case otherLevel
    /// It is for somebody else alone, or for now.
    case keptFor(AgentID)
    case queuePaused
    /// She is paused in this queue.
    case membershipPaused
  }

  /// Whom it is about.
  public var contact: ContactID
  /// Where it waits; nil without a queue.
  public var queue: QueueID?
  /// When.
  public var at: Moment
  /// How long it had waited, a place that was kept for it included.
  public var waited: Duration
  /// What was decided.
  public var outcome: Outcome
  /// Where all ring at once, whose phones ring with hers, the best first: all of them, however many are listed below.
  public var others: [AgentID] = []
  /// By what; nil where it was for one agent alone.
  public var strategy: QueueStrategy?
  /// How many in its queue had a better place, and went on waiting or ringing.
  public var ahead = 0
  /// Who could take it, the best first: `mostListed` at most.
  public var candidates: [Candidate] = []
  /// How many more could.
  public var moreCandidates = 0
  /// How many more may be offered contacts of the queue, beyond the `mostLookedAt` best: whether they could take this one
  /// was not looked at.
  public var moreFree = 0
  /// Of a contact that its queue does not take or keep: where it goes. Nil for any other decision, and for those of before
  /// this was kept.
  public var destination: Destination?
  /// Whom the one who was chosen stood among; nil where it was for one agent alone, all ring at once, or nobody was chosen.
  public var rivals: Rivals?
  /// Who could not, by name: `mostListed` at most.
  public var leftOut: [LeftOut] = []
  /// How many more serve the queue.
  public var moreLeftOut = 0

  /// How many candidates, and how many who are left out, are listed.
  public static let mostListed = 50
  /// How many of those who are free, and how many of those who serve the queue, are looked at: a queue of thousands is
  /// explained as fast as one of a hundred.
  public static let mostLookedAt = 100

  /// Everybody whose phone rings by it.
  public var offered: [AgentID] { if case .offered(let agent) = outcome { [agent] + others } else { [] } }

  /// Without anybody listed.
  public init(contact: ContactID, queue: QueueID?, at: Moment, waited: Duration, outcome: Outcome) {
    self.contact = contact
    self.queue = queue
    self.at = at
    self.waited = waited
    self.outcome = outcome
  }
}
