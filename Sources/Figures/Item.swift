/// One thing that is counted, or one time that is summed (in nanoseconds): by its name on disk, in JSON and in reports.
public struct Item: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Lower-case words joined by `_`; of a family, the family's name, `:` and the member.
  public let name: String

  /// Takes the name as it stands.
  public init(_ name: String) { self.name = name }

  /// By name.
  public static func < (a: Item, b: Item) -> Bool { a.name < b.name }
  /// The name.
  public var description: String { name }

  // MARK: Contacts that come in, before any queue

  /// Came in: 入電.
  public static let arrived = Item("arrived")
  /// Rejected before any queue.
  public static let blocked = Item("blocked")
  /// Heard an announcement and nothing else: closed, for example.
  public static let announced = Item("announced")
  /// Went to one agent without a queue.
  public static let direct = Item("direct")
  /// Of these, answered.
  public static let directAnswered = Item("direct_answered")

  // MARK: Visits to a queue; of entry points and of the whole, contacts that have visited one

  /// Began.
  public static let offered = Item("offered")
  /// Ended by an agent's answer.
  public static let answered = Item("answered")
  /// Ended by the caller, not short.
  public static let abandoned = Item("abandoned")
  /// Ended by the caller before the short threshold of the visit.
  public static let shortAbandoned = Item("short_abandoned")
  /// Of these, past the threshold, which may be less than the short one.
  public static let shortPastThreshold = Item("short_past_threshold")
  /// Went elsewhere, or was ended by us, by why.
  public static func flowOut(_ cause: Disposition.Cause) -> Item { Item("flow_out:\(cause.rawValue)") }
  /// Ended with a call-back to come.
  public static let callback = Item("callback_requested")
  /// Ended at a voice mailbox.
  public static let voicemail = Item("voicemail")
  /// Ended by a fault, or by the end of the daemon.
  public static let failed = Item("system_failure")
  /// Of those that flowed out: ended by us, with nothing after it.
  public static let cutBySystem = Item("cut_by_system")
  /// Answered within the visit's threshold; exactly the threshold counts as within.
  public static let answeredWithin = Item("answered_within")
  /// Abandoned within it, short ones included.
  public static let abandonedWithin = Item("abandoned_within")
  /// Flowed out within it.
  public static let flowOutWithin = Item("flow_out_within")
  /// Ended with a call-back to come, within it.
  public static let callbackWithin = Item("callback_within")
  /// Ended at a voice mailbox, within it.
  public static let voicemailWithin = Item("voicemail_within")
  /// Ended by a fault, or by the end of the daemon, within it.
  public static let failedWithin = Item("system_failure_within")
  /// Reached the threshold without an end, whatever came then.
  public static let pastThreshold = Item("past_threshold")
  /// Waits now; never stored.
  public static let waiting = Item("waiting")
  /// Of these, not past the threshold; never stored.
  public static let waitingWithin = Item("waiting_within")
  /// Time from the beginning to the answer, of those answered.
  public static let answerTime = Item("answer_time")
  /// Time from the beginning to the end, of those abandoned.
  public static let abandonTime = Item("abandon_time")
  /// The longest time from the beginning to the end of any.
  public static let longestWait = Item("longest_wait")
  /// The least and the greatest threshold that was in force.
  public static let leastThreshold = Item("threshold_least")
  /// See `leastThreshold`.
  public static let greatestThreshold = Item("threshold_greatest")

  // MARK: Handling

  /// Handled: an agent talked, and that is over; counted together with `talk` and `hold`.
  public static let handled = Item("handled")
  /// Two-way talk, without hold.
  public static let talk = Item("talk")
  /// Held by the agent's phone.
  public static let hold = Item("hold")
  /// Of the handled, held at least once.
  public static let held = Item("held")
  /// Wrap-up.
  public static let wrapUp = Item("acw")
  /// Taken over by a supervisor.
  public static let takenOver = Item("taken_over")
  /// Offers to agents.
  public static let offers = Item("offers")
  /// Of these, answered.
  public static let offersAnswered = Item("offers_answered")
  /// Of these, ended otherwise, by why.
  public static func offersEnded(_ reason: String) -> Item { Item("offers_ended:\(reason)") }
  /// Time from an offer to its answer or its end.
  public static let ringTime = Item("ring_time")

  // MARK: Whether customers had to call again; reckoned when somebody asks, never stored

  /// Answered and over, of customers who are certain.
  public static let firstContacts = Item("fcr_contacts")
  /// Of these, followed by another one of the same customer about the same, within the time that was asked for.
  public static let firstContactsRepeated = Item("fcr_repeated")
  /// Of those that were not, the ones whose time is not over.
  public static let firstContactsOpen = Item("fcr_open")

  // MARK: Calls that agents dial

  /// Attempts.
  public static let attempts = Item("attempts")
  /// Of these, answered by the far end.
  public static let connected = Item("connected")
  /// Of these, ended without, by why.
  public static func attemptsEnded(_ reason: String) -> Item { Item("attempts_ended:\(reason)") }
  /// Of the connected, over; counted together with `outboundTalk` and `outboundHold`.
  public static let outboundHandled = Item("outbound_handled")
  /// Talk in them, without hold.
  public static let outboundTalk = Item("outbound_talk")
  /// Held in them.
  public static let outboundHold = Item("outbound_hold")
  /// Wrap-up after them.
  public static let outboundWrapUp = Item("outbound_acw")

  // MARK: Agents' time

  /// Logged in.
  public static let loggedIn = Item("time_logged_in")
  /// Doing that.
  public static func time(_ occupation: Occupation) -> Item { Item("time_\(occupation.rawValue)") }
  /// Away for a reason that is not paid.
  public static let awayUnpaid = Item("time_away_unpaid")
  /// Away for a reason that counts as work: training.
  public static let awayAtWork = Item("time_away_work")
  /// Away, by reason.
  public static func away(_ reason: String) -> Item { Item("away:\(reason)") }

  // MARK: Shifts that are planned; reckoned for a report, never stored

  /// Of a shift, up to now.
  public static let scheduled = Item("time_scheduled")
  /// Of these, without breaks that are not paid.
  public static let scheduledPaid = Item("time_scheduled_paid")
  /// In a shift, at work with contacts.
  public static let scheduledWorking = Item("time_scheduled_working")
  /// In a shift, ready and free.
  public static let scheduledIdle = Item("time_scheduled_idle")
  /// Of a shift, in the state that is planned.
  public static let adherent = Item("time_adherent")

  /// How two values of the same item make one.
  var rule: Rule {
    switch self {
    case .longestWait, .longestWaitAtItsEnd, .greatestThreshold: .greatest
    case .leastThreshold: .least
    default: .sum
    }
  }

  enum Rule { case sum, greatest, least }
}
