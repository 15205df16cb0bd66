import Telephony

/// One of an agent's places in queues.
struct Duty: Sendable {
  let queue: QueueID
  let membership: Membership
}

/// A person at work. What others see of her (`state`) is derived.
struct Agent: Sendable {
  let id: AgentID
  /// By level.
  var duties: [Duty] {
    didSet {
      memberships = Self.memberships(duties)
      dutiesInForce = Self.inForce(duties)
    }
  }
  /// How many of them are not paused.
  private(set) var dutiesInForce: Int
  private var memberships: [QueueID: Membership]
  var skills: [SkillID: Int]
  /// How many contacts she may have at once.
  var capacity: Int
  /// Was taken out of the settings, and goes when her work is over.
  var isRemoved = false
  private(set) var status = AgentStatus.loggedOut
  var pendingStatus: AgentStatus?
  /// Nil when logged out, and for somebody displaced until her conversation is over.
  var phone: PhoneID?
  var work = Work.none
  /// Conversations and dialling beside which she dialled again (an emergency call, or on her phone's keypad), or was
  /// offered another contact, the latest last: they go on meanwhile.
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
  /// Waiting for her alone: without a queue, or kept for her for a while.
  var waiting = Sorted<Place>()
  var counters = OfferCounters()
  var tally: Tally
  /// Up to when her time with callers has been shared out between them; of no meaning while she talks to none.
  var sharedUntil: Moment
  /// When her last call ended; nil before the first.
  var lastRelease: Moment?
  /// What she does now, her own dialling, is not to change her place among the longest idle.
  var keepsPlace = false
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
    /// `ends` is when its timer is due; nil when nothing but a disposition is still missing.
    case wrapUp(WrapUp, ends: Moment?)

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
    /// Made while she talked.
    let isBeside: Bool
    var isDialled = false
    var rang = false
  }

  struct Conversation: Sendable {
    let contact: ContactID
    /// Where she talks with a caller; nil for what she dialled.
    let phone: PhoneID?
    /// Of which its wrap-up is.
    let queue: QueueID?
    let isOutbound: Bool
    /// When she turned to it last: when it began, or was taken back.
    var turnedTo: Moment
    /// How much of her time it has taken: of what several take at once an equal part.
    var cost = Duration.zero
    var isHeld = false
    /// She asked for a wrap-up.
    var wantsWrapUp = false
    var hasDisposition = false
  }

  init(_ settings: AgentSettings, window: CounterWindow, at now: Moment) {
    id = settings.id
    duties = Self.duties(settings)
    memberships = Self.memberships(duties)
    dutiesInForce = Self.inForce(duties)
    skills = settings.skills
    capacity = settings.capacity
    tally = Tally(window: window, at: now)
    statusSince = now
    activitySince = now
    readySince = now
    sharedUntil = now
  }

  static func duties(_ settings: AgentSettings) -> [Duty] {
    settings.memberships.map { Duty(queue: $0.key, membership: $0.value) }
      .sorted { ($0.membership.level, $0.queue) < ($1.membership.level, $1.queue) }
  }

  var isLoggedIn: Bool { status != .loggedOut }

  private static func memberships(_ duties: [Duty]) -> [QueueID: Membership] {
    Dictionary(duties.map { ($0.queue, $0.membership) }) { first, _ in first }
  }

  private static func inForce(_ duties: [Duty]) -> Int { duties.count { !$0.membership.isPaused } }

  func membership(of queue: QueueID) -> Membership? { memberships[queue] }

  var activity: AgentActivity {
    switch (work, conversation) {
    case (.none, _): isPhoneReachable || !isLoggedIn ? .idle : .unreachable
    // A phone that rings beside a conversation takes nothing from it.
    case (.talking, let conversation?), (.offered, let conversation?):
      conversation.isHeld ? .holding : conversation.isOutbound ? .outboundTalking : .talking
    case (.offered(let offer), nil): offer.rang ? .ringing : .reserved
    case (.talking, nil): .talking
    case (.dialing, _): .outboundDialing
    case (.supervising, _): .supervising
    case (.wrapUp, _): .afterCallWork
    }
  }

  private var contact: ContactID? {
    switch work {
    case .none, .supervising: nil
    case .offered(let offer): conversation?.contact ?? offer.contact
    case .talking: conversation?.contact
    case .dialing(let contact): contact
    case .wrapUp(let wrapUp, _): wrapUp.contact
    }
  }

  private var isReadyAndIdle: Bool { status == .ready && activity == .idle }

  /// Whether she may be offered a contact now, and has none.
  var isFree: Bool { isReadyAndIdle && pausedUntil == nil }

  /// Why she may not; nil when she may.
  var obstacle: Decision.Obstacle? {
    switch work {
    case .none: break
    case .offered(let offer): return .ringing(offer.contact)
    case .talking:
      guard mayTalkBeside, load < capacity, pendingStatus == nil else { return .talking }
      if owed != nil { return .wrapUp }
    case .dialing: return .dialing
    case .supervising: return .supervising
    case .wrapUp: return .wrapUp
    }
    switch status {
    case .loggedOut: return .loggedOut
    case .notReady(let reason): return .notReady(reason: reason)
    case .ready: break
    }
    if !isPhoneReachable { return .phoneUnreachable }
    return pausedUntil == nil ? nil : .retryDelay
  }

  /// Whether what is kept for her may hope: she is ready and means to stay, and her phone can be reached.
  var keepsWishes: Bool { status == .ready && (pendingStatus ?? .ready) == .ready && isPhoneReachable }

  /// How far she is there for a queue that she serves, paused in it or not.
  func isPresent(_ kind: Presence, _ membership: Membership) -> Bool {
    switch kind {
    case .loggedIn: isLoggedIn
    case .ready: status == .ready && !membership.isPaused
    case .reachable: status == .ready && !membership.isPaused && isPhoneReachable
    // Whoever helps after a while only is nobody to come for, whoever waits.
    case .free: isAvailable && !membership.isPaused && membership.delay == .zero
    }
  }

  var state: AgentState {
    AgentState(
      id: id, status: status, activity: activity, pendingStatus: pendingStatus, phone: phone, contact: contact,
      contacts: contacts, offered: offered, statusSince: statusSince, activitySince: activitySince,
      readySince: readySince, missedOffers: missedOffers, counters: counters)
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

  /// Of several wrap-ups that are to come, the longest counts, and every disposition that is missing.
  mutating func owe(_ wrapUp: WrapUp?) {
    guard let wrapUp, !wrapUp.isOver else { return }
    owed = owed?.joined(with: wrapUp) ?? wrapUp
  }

  /// An offer has ended: she is with the conversation beside which it was made, or wraps that up, or her work is over.
  mutating func leaveOffer(owing wrapUp: WrapUp?, ends: Moment?) {
    if let last = aside.popLast() {
      work = last
    } else if let wrapUp {
      work = .wrapUp(wrapUp, ends: ends)
      owed = nil
    } else {
      endWork()
    }
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
    if isReadyAndIdle, !before.isReadyAndIdle, !keepingPlace, !keepsPlace { readySince = now }
    // Only over the one call: neither a break nor a lost phone is bridged.
    if case .none = work { keepsPlace = false }
  }
}
