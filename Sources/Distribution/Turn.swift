import Telephony

/// One input being worked on: what is decided so far, and for whom a partner must be sought before it is over.
struct Turn: Sendable {
  let now: Moment
  var effects: [Distributor.Effect] = []
  /// May have become free, or free for more contacts than before.
  var freedAgents: [AgentID] = []
  /// Wait now, and did not before; or may be offered to more agents than before.
  var freedContacts: [ContactID] = []

  /// Queues that may have lost the last agent for whom their contacts stay.
  var leftQueues: Set<QueueID> = []

  /// Began to wait somewhere.
  var joined: [ContactID] = []

  /// Contacts for which all ring at once, and which are explained when it is known who they are.
  var rings: [ContactID: Ring] = [:]

  /// Where the decision is to stand among the effects, and whose phones ring, the best first.
  struct Ring: Sendable {
    let index: Int
    var ranks: [Rank] = []
  }

  /// Queues in which steps of skill may have to be skipped, and contacts that begin theirs anew, while more changes of the
  /// same moment are to come; nil: that is looked at as soon as it is known.
  var laterSteps: (queues: Set<QueueID>, contacts: [ContactID])?

  init(at now: Moment) { self.now = now }
}
