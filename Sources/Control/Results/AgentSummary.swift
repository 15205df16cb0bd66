public import Telephony

/// One agent in `agents.list` and in `agent.changed`.
public struct AgentSummary: Sendable, Equatable, Codable {
  /// Her name in commands.
  public var agent: AgentID
  /// As people write it.
  public var name: String
  /// How it is read: kana.
  public var reading: String
  /// `logged_out`, `ready` or `not_ready`.
  public var status: String
  /// With `not_ready`.
  public var reason: String?
  /// The reason as people call it; nil where it is called by its word alone.
  public var reasonName: String?
  /// What her calls make of her: `idle`, `ringing`, `talking`, …
  public var activity: String
  /// What becomes of the status after the present work.
  public var pending: String?
  /// Where her calls ring; nil when logged out.
  public var phone: PhoneID?
  /// What she rings for, talks in or wraps up; of several calls the one that she turned to last, of those not held.
  public var contact: ContactID?
  /// All that she talks in or dials, in the order in which they came to her.
  public var contacts: [ContactID] = []
  /// What she is offered, beside those or not.
  public var offered: ContactID?
  /// How many contacts she may have at once.
  public var capacity = 1
  /// Wall time, RFC 3339.
  public var statusSince: String
  /// Wall time, RFC 3339.
  public var activitySince: String
  /// The queues that she serves.
  public var queues: [QueueID]
  /// Contacts that she has handled on the present day; nil for whom that is no business of, and in events.
  public var callsToday: Int?
  /// Of the present day; nil as above, and before she was ready.
  public var occupancyPercent: Double?
  /// What became of her offers; in `agents.list` only.
  public var offers: OfferSummary?

  /// Puts it together.
  public init(
    agent: AgentID, name: String, reading: String, status: String, reason: String?, activity: String, pending: String?,
    phone: PhoneID?, contact: ContactID?, statusSince: String, activitySince: String, queues: [QueueID]
  ) {
    self.agent = agent
    self.name = name
    self.reading = reading
    self.status = status
    self.reason = reason
    self.activity = activity
    self.pending = pending
    self.phone = phone
    self.contact = contact
    self.statusSince = statusSince
    self.activitySince = activitySince
    self.queues = queues
  }
}

/// What became of the offers that were made to an agent since the daemon began, or since she was added.
public struct OfferSummary: Sendable, Equatable, Codable {
  /// All, the one that is under way too.
  public var made: Int
  /// Joined with the caller.
  public var answered: Int
  /// Refused by her, or by her phone for her: `declined` and `busy` of those that ended.
  public var declined: Int
  /// Of the others, how many ended in which way: `declined`, `busy`, `no_answer`, `unreachable`, `caller_gone`, …
  public var ended: [String: Int]

  /// Puts it together.
  public init(made: Int, answered: Int, ended: [String: Int]) {
    self.made = made
    self.answered = answered
    declined = ["declined", "busy"].reduce(0) { $0 + (ended[$1] ?? 0) }
    self.ended = ended
  }
}
