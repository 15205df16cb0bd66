import Telephony

/// One of an agent's places in queues.
struct Membership: Sendable {
  let queue: QueueID
  let level: Int
}

/// A person at work. What others see of her (`state`) is derived.
struct Agent: Sendable {
  let id: AgentID
  /// By level.
  let memberships: [Membership]
  private(set) var status = AgentStatus.loggedOut
  var pendingStatus: AgentStatus?
  /// Nil when logged out, and for somebody displaced until her conversation is over.
  var phone: PhoneID?
  var work = Work.none
  /// Conversations and dialling beside which she dialled again (an emergency call, or on her phone's keypad), the latest
  /// last: they go on without her.
  var aside: [Work] = []
  /// Wrap-up that is still to come, when what interrupted or delayed it is over.
  var owed: WrapUp?
  /// Kept by `Distributor.change`, from what is known of the phone.
  var isPhoneReachable = false
  var missedOffers = 0
  /// No offers at all before this; it stands until the retry timer takes it away.
  var pausedUntil: Moment?
  /// No offers of these before then; as above.
  var leftOutUntil: [ContactID: Moment] = [:]
  /// Waiting for her alone, without a queue.
  var waiting = SortedArray<Place>()
  private(set) var statusSince: Moment
  private(set) var activitySince: Moment
  private(set) var readySince: Moment

  /// What her calls keep her at.
  enum Work: Sendable {
    case none
    case offered(Offer)
    case talking(Conversation)
    /// Her own dialling.
    case dialing(ContactID)
    /// She monitors somebody; no contact of hers.
    case supervising
    /// `ends` is when its timer is due.
    case wrapUp(WrapUp, ends: Moment)

    /// The contact that she talks in, or dials.
    var call: ContactID? {
      switch self {
      case .talking(let conversation): conversation.contact
      case .dialing(let contact): contact
      case .none, .offered, .supervising, .wrapUp: nil
      }
    }
  }

  struct Offer: Sendable {
    let contact: ContactID
    let phone: PhoneID
    let target: Distributor.Target
    var isDialled = false
    var rang = false
  }

  struct Conversation: Sendable {
    let contact: ContactID
    let wrapUp: Duration
    let isOutbound: Bool
    var isHeld = false
  }

  struct WrapUp: Sendable {
    let contact: ContactID
    /// Time allowed in all, extensions included.
    var allowed: Duration
    /// What is left when it is interrupted.
    var remaining: Duration
  }

  init(id: AgentID, memberships: [Membership], at now: Moment) {
    self.id = id
    self.memberships = memberships
    statusSince = now
    activitySince = now
    readySince = now
  }

  var isLoggedIn: Bool { status != .loggedOut }

  var activity: AgentActivity {
    switch work {
    case .none: isPhoneReachable || !isLoggedIn ? .idle : .unreachable
    case .offered(let offer): offer.rang ? .ringing : .reserved
    case .talking(let conversation):
      conversation.isHeld ? .holding : conversation.isOutbound ? .outboundTalking : .talking
    case .dialing: .outboundDialing
    case .supervising: .supervising
    case .wrapUp: .afterCallWork
    }
  }

  private var contact: ContactID? {
    switch work {
    case .none, .supervising: nil
    case .offered(let offer): offer.contact
    case .talking(let conversation): conversation.contact
    case .dialing(let contact): contact
    case .wrapUp(let wrapUp, _): wrapUp.contact
    }
  }

  private var isReadyAndIdle: Bool { status == .ready && activity == .idle }

  /// Whether she may be offered a contact now.
  var isFree: Bool { isReadyAndIdle && pausedUntil == nil }

  var state: AgentState {
    AgentState(
      id: id, status: status, activity: activity, pendingStatus: pendingStatus, phone: phone, contact: contact,
      statusSince: statusSince, activitySince: activitySince, readySince: readySince, missedOffers: missedOffers)
  }

  /// Takes on a status. Whoever comes back, or leaves, starts without missed offers.
  mutating func adopt(_ status: AgentStatus) {
    if status != self.status, status == .ready || status == .loggedOut { missedOffers = 0 }
    self.status = status
    pendingStatus = nil
    if status == .loggedOut { phone = nil }
  }

  /// Her conversation or dialling of this contact, also one beside which she dialled again.
  func work(on contact: ContactID) -> Work? { ([work] + aside).first { $0.call == contact } }

  /// That call goes on as another kind of work.
  mutating func replaceWork(on contact: ContactID, with new: Work) {
    if work.call == contact {
      work = new
    } else if let index = aside.firstIndex(where: { $0.call == contact }) {
      aside[index] = new
    }
  }

  /// That call is over while another one goes on, or waits to: she is with that one, and owes the wrap-up.
  mutating func drop(_ contact: ContactID, owing wrapUp: WrapUp?) {
    if work.call == contact, let last = aside.popLast() { work = last }
    aside.removeAll { $0.call == contact }
    owe(wrapUp)
  }

  /// Of several wrap-ups that are to come, the longest counts.
  mutating func owe(_ wrapUp: WrapUp?) {
    if let wrapUp, wrapUp.remaining > owed?.remaining ?? .zero { owed = wrapUp }
  }

  /// Her work is over: what was asked for meanwhile happens now.
  mutating func endWork() {
    work = .none
    owed = nil
    if let pendingStatus { adopt(pendingStatus) }
  }

  /// Asked for while she works; what she has anyway takes back an earlier wish.
  mutating func adoptLater(_ status: AgentStatus) { pendingStatus = status == self.status ? nil : status }

  /// Notes since when things are as they are. With `keepingPlace`, what she did meanwhile does not count against her
  /// among the longest idle.
  mutating func note(changesSince before: Agent, keepingPlace: Bool, at now: Moment) {
    if status != before.status { statusSince = now }
    if activity != before.activity { activitySince = now }
    if isReadyAndIdle, !before.isReadyAndIdle, !keepingPlace { readySince = now }
  }
}
