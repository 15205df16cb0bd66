extension Distributor.OfferEnd {
  /// What a final SIP status from an agent's phone says of her: refused, in use, or not to be reached. A redirection is a
  /// refusal, never followed; 482 means that the call came back to us.
  public init(sipStatus status: Int) {
    switch status {
    case 486, 600: self = .busy
    case 404, 408, 410, 430, 480, 484, 502, 503, 504, 604: self = .unreachable
    case 500...599: self = .unreachable
    default: self = .declined
    }
  }
}
