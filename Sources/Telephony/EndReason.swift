/// Why a contact, a segment or an attempt ended: a closed set, the same word in log, history, events and socket.
public enum EndReason: String, Sendable, Codable, CaseIterable {
  /// The outside party hung up after having talked to somebody.
  case callerHungUp = "caller_hung_up"
  /// The agent hung up after having talked, or the number to which the caller was sent on.
  case agentHungUp = "agent_hung_up"
  /// A client's `call.hangUp`, or an administrator.
  case hungUpByCommand = "hung_up_by_command"
  /// The caller left before anybody answered.
  case abandoned
  /// Of a wait in a queue: an agent took it.
  case answered
  /// Nobody answered within the ring time.
  case noAnswer = "no_answer"
  /// The far end is in another call (486, 600), or the queue is full.
  case busy
  /// A person or a device refused (403, 603, 3xx, 482 and other refusals).
  case declined
  /// The phone or network could not be reached (408, 480, 5xx, transport), or nobody is there to serve the queue.
  case unreachable
  /// There is no such number (404, 410, 484, 604).
  case notFound = "not_found"
  /// We refused it by the entry table or the dial plan, or since we were stopping or overloaded.
  case rejected
  /// Whoever asked for it took it back before it was answered.
  case cancelled
  /// The longest wait of the queue was reached.
  case waitedTooLong = "waited_too_long"
  /// An announcement was played to its end and was the whole purpose.
  case announced
  /// Another phone or agent took it.
  case answeredElsewhere = "answered_elsewhere"
  /// Of an offer: the caller was known only then, and is for another agent.
  case keptForAnother = "kept_for_another"
  /// Of an offer: we took the contact away from a phone, since its wait was over, its queue has gone, or it was ended.
  case withdrawn
  /// The session timer ran out or media stopped: the far end vanished.
  case lost
  /// The daemon is stopping and the drain time is over.
  case shutdown
  /// The daemon died, or a part of it failed, with the call up.
  case systemFailure = "system_failure"

  /// What a final SIP status says of an attempt of ours (RFC 3261 §21), for anything but 2xx.
  public init(sipStatus status: Int) {
    switch status {
    case 486, 600: self = .busy
    case 404, 410, 484, 485, 604: self = .notFound
    case 408, 430, 480: self = .unreachable
    case 487: self = .cancelled
    case 500...599: self = .unreachable
    default: self = .declined
    }
  }

  /// The final status that tells a caller who was not answered yet (RFC 3261 §21).
  public var sipStatus: Int {
    switch self {
    case .busy: 486
    case .declined, .hungUpByCommand, .rejected: 603
    case .notFound: 404
    case .shutdown, .systemFailure: 503
    default: 480
    }
  }
}
