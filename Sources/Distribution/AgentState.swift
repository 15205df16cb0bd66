public import Telephony

/// What a person wants: set by her, by a supervisor, or by a rule, never by a call's course.
public enum AgentStatus: Sendable, Hashable {
  case loggedOut
  case ready
  /// Away, with a reason of the configuration, or one of `ownReasons`.
  case notReady(reason: String)

  /// Why she is away who has just logged in.
  public static let afterLogIn = "login"
  /// Why she is away who has missed as many offers as she may.
  public static let afterNoAnswer = "no-answer"
  /// Why she is away who was logged in when the daemon ended.
  public static let afterRestart = "restart"
  /// The reasons that nobody chooses.
  public static let ownReasons: Set = [afterLogIn, afterNoAnswer, afterRestart]
}

/// What an agent's calls make of her: derived, never set.
public enum AgentActivity: String, Sendable, Codable, CaseIterable {
  case idle
  /// Chosen, her phone does not ring yet.
  case reserved
  case ringing
  case talking
  /// Talking, and her phone holds the caller.
  case holding
  /// Her own dialling: her phone or the far end rings.
  case outboundDialing = "outbound_dialing"
  case outboundTalking = "outbound_talking"
  /// Her phone is with another agent's call.
  case supervising
  /// Wrap-up 後処理.
  case afterCallWork = "acw"
  /// Her phone cannot be reached.
  case unreachable
}

/// Everything that is known of one agent at one moment.
public struct AgentState: Sendable, Equatable {
  /// Who.
  public var id: AgentID
  /// What she wants.
  public var status: AgentStatus
  /// What her calls make of her.
  public var activity: AgentActivity
  /// What becomes of the status when the present work ends.
  public var pendingStatus: AgentStatus?
  /// Where her calls ring; nil when logged out.
  public var phone: PhoneID?
  /// What she talks in, dials, is reserved for, rings for, or wraps up: of several calls the one that she turned to last, of
  /// those that her phone does not hold.
  public var contact: ContactID?
  /// All that she talks in or dials, in the order in which they came to her.
  public var contacts: [ContactID]
  /// What she is reserved for, or her phone rings for, beside those or not.
  public var offered: ContactID?
  /// When she took on the status.
  public var statusSince: Moment
  /// When the activity began.
  public var activitySince: Moment
  /// Start of the present stretch of ready and idle; the key of longest idle.
  public var readySince: Moment
  /// Offers missed in a row.
  public var missedOffers: Int
  /// How her offers ended, since she was added.
  public var counters: OfferCounters
}

/// How often an agent's offers ended in which way; each offer in exactly one of them, but for the one that is under way.
public struct OfferCounters: Sendable, Hashable {
  /// Joined with the caller.
  public var answered = 0
  /// By the end.
  public var ended: [Distributor.OfferEnd: Int] = [:]
  /// All that were made.
  public var made = 0

  /// None yet.
  public init() {}
}

/// Who made a status change.
public enum Actor: Sendable, Hashable {
  case agent
  case supervisor
  case system
}
