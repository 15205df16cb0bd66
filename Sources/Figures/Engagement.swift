public import Telephony

/// What an agent does, as far as her time is told apart.
public enum Occupation: String, Sendable, CaseIterable, Codable {
  /// Ready, and free for a contact.
  case idle
  /// Chosen for a contact, or her phone rings for it.
  case ringing
  case talking
  case holding
  case acw
  case outboundDialing = "outbound_dialing"
  case outboundTalking = "outbound_talking"
  case supervising
  /// Ready, but her phone cannot be reached.
  case unreachable
  /// Logged in, and not ready.
  case away
}

extension Occupation {
  /// The numerator of occupancy: talk, hold and wrap-up, her own calls and the dialling of them. Ringing and supervising are
  /// neither that nor idle.
  public var isWorking: Bool {
    switch self {
    case .talking, .holding, .acw, .outboundDialing, .outboundTalking: true
    case .idle, .ringing, .supervising, .unreachable, .away: false
    }
  }
}

/// What an agent is at one moment, for the figures.
public struct Engagement: Sendable, Equatable {
  /// What she does.
  public var occupation: Occupation
  /// With `away`: why.
  public var reason: String
  /// With `away`: the time is paid.
  public var isPaid: Bool
  /// With `away`: the time counts as work, though not with callers.
  public var countsAsWork: Bool
  /// Not of somebody who supervises without having logged in.
  public var isLoggedIn: Bool
  /// What she works on.
  public var contact: ContactID?

  /// Logged in, unless said otherwise; being away is paid.
  public init(
    _ occupation: Occupation, contact: ContactID? = nil, reason: String = "", isPaid: Bool = true,
    countsAsWork: Bool = false, isLoggedIn: Bool = true
  ) {
    self.occupation = occupation
    self.contact = contact
    self.reason = reason
    self.isPaid = isPaid
    self.countsAsWork = countsAsWork
    self.isLoggedIn = isLoggedIn
  }
}

extension Engagement {
  /// What somebody has said of herself.
  public enum Intent: Sendable, Equatable {
    case loggedOut
    case ready
    /// For a reason; time for a reason that is not known is paid, and is nobody's work.
    case away(reason: String, isPaid: Bool = true, countsAsWork: Bool = false)
  }

  /// What her time is, from what she has said of herself, what she does with calls (nil: nothing), and whether her phone can
  /// be reached. Nil for somebody who is not there: logged out, and with nothing to do. Whoever is ready or away is
  /// that only while she has nothing to do.
  public init?(_ intent: Intent, work: Occupation?, contact: ContactID? = nil, isReachable: Bool = true) {
    switch (work, intent) {
    case (let work?, _): self.init(work, contact: contact, isLoggedIn: intent != .loggedOut)
    case (nil, .loggedOut): return nil
    case (nil, .ready): self.init(isReachable ? .idle : .unreachable, contact: contact)
    case (nil, .away(let reason, let isPaid, let countsAsWork)):
      self.init(.away, contact: contact, reason: reason, isPaid: isPaid, countsAsWork: countsAsWork)
    }
  }
}
