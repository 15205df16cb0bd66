public import Telephony

extension Distributor.OfferEnd {
  /// What the end of the leg to an agent's phone says of the offer: our own fault, or what its final status means.
  public init(_ end: LegEnd) {
    self = end.isOurFault ? .systemFailure : Self(sipStatus: end.status)
  }

  /// What a final SIP status from an agent's phone says of her: refused, in use, or not to be reached. A redirection is a
  /// refusal, never followed; 482 means that the call came back to us. Where no audio can be
  /// agreed upon, or a PBX does not let the call through to her phone, nobody was asked.
  public init(sipStatus status: Int) {
    switch status {
    case 486, 600: self = .busy
    case 400, 401, 404, 405, 407, 408, 410, 430, 480, 484, 502, 503, 504, 604: self = .unreachable
    case 406, 415, 420, 421, 488, 500...599, 606: self = .unreachable
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
    case .withdrawn: .withdrawn
    case .keptForAnother: .keptForAnother
    case .agentGone: .cancelled
    case .answeredElsewhere: .answeredElsewhere
    case .systemFailure: .systemFailure
    }
  }

  /// Nothing that the agent or her phone did: she keeps her place among the longest idle, and may be offered it again.
  var isNobodysFault: Bool {
    switch self {
    case .callerGone, .withdrawn, .keptForAnother, .systemFailure, .answeredElsewhere: true
    case .noAnswer, .declined, .busy, .unreachable, .agentGone: false
    }
  }

  /// Whether a phone can end an offer like this: of what the caller or we do it knows nothing.
  var isKnownToPhone: Bool {
    switch self {
    case .noAnswer, .declined, .busy, .unreachable, .systemFailure, .answeredElsewhere: true
    case .callerGone, .withdrawn, .keptForAnother, .agentGone: false
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
    case .withdrawn: "withdrawn"
    case .keptForAnother: "kept-for-another"
    case .agentGone: "agent-gone"
    case .answeredElsewhere: "answered-elsewhere"
    case .systemFailure: "system-failure"
    }
  }
}
