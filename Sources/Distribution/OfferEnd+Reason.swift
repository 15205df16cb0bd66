public import Telephony

extension Distributor.OfferEnd {
  /// What the end of the leg to an agent's phone says of the offer: our own fault, or what its final status means.
  public init(_ end: LegEnd) {
    self = end.isOurFault ? .systemFailure : Self(sipStatus: end.status)
  }

  /// What a final SIP status from an agent's phone says of her: refused, in use, or not to be reached. A redirection is a
  /// refusal, never followed; 482 means that the call came back to us. Where no audio can be agreed upon, nobody was asked.
  public init(sipStatus status: Int) {
    switch status {
    case 486, 600: self = .busy
    case 404, 408, 410, 430, 480, 484, 502, 503, 504, 604: self = .unreachable
    case 406, 415, 488, 500...599, 606: self = .unreachable
    default: self = .declined
    }
  }

  /// The same thing as the end of an agent's segment.
  public var endReason: EndReason {
    switch self {
    case .noAnswer: .noAnswer
    case .declined: .declined
    case .busy: .busy
    case .unreachable: .unreachable
    case .callerGone: .abandoned
    case .agentGone: .cancelled
    case .systemFailure: .systemFailure
    }
  }

  /// As the reason of an agent's change.
  var word: String {
    switch self {
    case .noAnswer: "missed"
    case .declined: "declined"
    case .busy: "busy"
    case .unreachable: "phone-unreachable"
    case .callerGone: "caller-gone"
    case .agentGone: "agent-gone"
    case .systemFailure: "system-failure"
    }
  }
}
