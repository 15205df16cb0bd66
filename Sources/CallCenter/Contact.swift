import Telephony

/// Where one contact's legs and segments are found: an index, not a state machine. What may happen next is decided by the
/// features.
struct Contact: Sendable {
  let id: ContactID
  let isOutbound: Bool
  let caller: Caller
  let called: String
  let startedAt: Moment
  /// The caller's leg, or that of the number an agent dialled.
  var outside: LegID?
  var outsideIsAnswered = false
  /// The queue visit that lasts, or lasted until an agent took it.
  var queue: (id: QueueID, segment: SegmentID)?
  /// Playing to its end is all that this contact is for.
  var announcement: (segment: SegmentID, status: Int)?
  /// Of the number that an agent dialled.
  var numberSegment: SegmentID?
  /// The agent who is offered it, dials it, or talks.
  var engagement: Engagement?
  /// Whether our number is withheld from the number that is dialled.
  var isPrivate = false
  /// Why we are ending it, when it was our doing.
  var ending: EndReason?

  /// One agent's part in a contact.
  struct Engagement: Sendable {
    let agent: AgentID
    let phone: PhoneID
    let segment: SegmentID
    var leg: LegID?
    var stage: Stage

    enum Stage: Sendable { case offered, ringing, dialing, talking, holding }
    var isTalking: Bool { stage == .talking || stage == .holding }
  }
}

/// Which part a leg plays.
enum LegPart: Sendable, Equatable {
  case caller(ContactID)
  case agent(ContactID, AgentID)
  case number(ContactID)
}
