import Distribution
import Telephony

/// Where one contact's legs and segments are found: an index, not a state machine. What may happen next is decided by the
/// features.
struct Contact: Sendable {
  let id: ContactID
  let isOutbound: Bool
  let caller: Caller
  let called: String
  let startedAt: Moment
  /// By what the outside party is known again.
  var keys = KnownCallers.Keys()
  /// The caller's leg, or that of the number an agent dialled.
  var outside: LegID?
  /// What the caller has been told so far.
  var reception = Reception.none
  /// Files for him to hear, one after the other: the first is being played.
  var sounds: [String] = []
  /// The leg of a phone that dialled by itself, and at which no agent sits.
  var keypad: LegID?
  /// Whether the phone that dialled by itself waits for our answer still.
  var awaitsAnswer = false
  /// Legs whose phones hold us at this moment.
  var holding: Set<LegID> = []
  /// The queue visit that lasts, or lasted until an agent took it; nil once the queue has sent it elsewhere.
  var queue: (id: QueueID, segment: SegmentID)? { didSet { cameBy = queue?.id ?? cameBy } }
  /// The last queue that it was in: wherever that has sent it, its music, and what it says of recordings, hold for it.
  private(set) var cameBy: QueueID?
  /// Playing to its end is all that this contact is still for.
  var announcement: (segment: SegmentID, status: Int)?
  /// Of the number that an agent dialled.
  var numberSegment: SegmentID?
  /// The number that the caller was sent on to, on our side of the counter.
  var forward: Forward?
  /// Agents whose phones were dialled for it so far.
  var rung: Set<AgentID> = []
  /// Agents to whom it is offered, in the order of the offers: their phones ring, or will.
  var offers: [Engagement] = []
  /// The agent who dials it, or talks.
  var engagement: Engagement?
  /// Whether our number is withheld from the number that is dialled.
  var isPrivate = false

  /// The leg on our side of the counter.
  var inside: LegID? { engagement?.leg ?? keypad ?? forward?.leg }

  /// The only agent who has a part in it; nil when there is none, or several phones ring.
  var agent: AgentID? { engagement?.agent ?? (offers.count == 1 ? offers.first?.agent : nil) }

  /// Everybody who has a part in it.
  var agents: [AgentID] { engagement.map { [$0.agent] } ?? offers.map(\.agent) }

  /// An agent's part in it, whichever that is; an offer that is new goes behind those before.
  subscript(agent: AgentID) -> Engagement? {
    get { engagement?.agent == agent ? engagement : offers.first { $0.agent == agent } }
    set {
      if engagement?.agent == agent {
        engagement = newValue
      } else if let index = offers.firstIndex(where: { $0.agent == agent }) {
        if let newValue { offers[index] = newValue } else { offers.remove(at: index) }
      } else if let newValue {
        offers.append(newValue)
      }
    }
  }

  /// Every leg of it.
  var legs: [LegID] { [outside, inside].compactMap(\.self) + offers.compactMap(\.leg) }

  /// Whether two people are joined.
  var isTalking: Bool { engagement?.isTalking ?? forward?.isTalking ?? (keypad != nil && !awaitsAnswer) }

  /// The leg on our side is over, or being ended.
  mutating func insideLeft() {
    engagement?.leg = nil
    forward?.leg = nil
    keypad = nil
  }

  /// What a caller's network has been told of his call; each includes those before it.
  enum Reception: Int, Sendable, Comparable {
    case none
    /// 180.
    case ringing
    /// 183: he hears us.
    case early
    /// 200.
    case answered

    static func < (a: Reception, b: Reception) -> Bool { a.rawValue < b.rawValue }
  }

  /// A number in the place of an agent.
  struct Forward: Sendable {
    let segment: SegmentID
    var leg: LegID?
    var isTalking = false
  }

  /// One agent's part in a contact.
  struct Engagement: Sendable {
    let agent: AgentID
    let phone: PhoneID
    let segment: SegmentID
    var leg: LegID?
    var stage: Stage

    /// Reserved until her phone is dialled: the card is awaited.
    enum Stage: Sendable { case reserved, offered, ringing, dialing, talking, holding }
    var isTalking: Bool { stage == .talking || stage == .holding }
  }
}

/// Which part a leg plays, from the moment when it exists until its `ended`.
enum LegPart: Sendable, Equatable {
  case caller(ContactID)
  case agent(ContactID, AgentID)
  /// Of a phone that dialled by itself, and at which no agent sits.
  case keypad(ContactID)
  case number(ContactID)
  /// Of the number that a caller was sent on to.
  case forward(ContactID)
  /// Of a supervisor, until she becomes a contact's party.
  case supervisor(MonitorID)
  /// We have told it to end; nobody waits for anything more from it.
  case ending

  /// The contact that it belongs to.
  var contact: ContactID? {
    switch self {
    case .caller(let contact), .agent(let contact, _), .keypad(let contact), .number(let contact),
      .forward(let contact):
      contact
    case .supervisor, .ending: nil
    }
  }

  /// What clients are told it is: the `outside`, or the `agent`'s side of a conversation.
  var side: String {
    switch self {
    case .caller, .number, .ending: "outside"
    case .agent, .keypad, .forward, .supervisor: "agent"
    }
  }
}
