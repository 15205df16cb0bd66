import Telephony

/// A contact that nobody has answered yet.
struct Contact: Sendable {
  let target: Distributor.Target
  let place: Place
  /// To whom it is being offered; nil while it waits.
  var offeredTo: AgentID?
  /// Not offered to anybody until its timer `offerAgain` is due: the last offer failed by a fault of ours.
  var isPausing = false
  /// Agents to whom it is not offered for now: the other side of `Agent.leftOutUntil`.
  var leftOut: Set<AgentID> = []
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
