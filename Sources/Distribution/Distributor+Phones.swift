public import Telephony

extension Distributor {
  /// It has registered, again or anew; or, for an extension, has answered. Ends a back-off.
  public mutating func phoneBecameReachable(_ phone: PhoneID, at now: Moment) -> [Effect] {
    var turn = Turn(at: now)
    if !settings.extensions.contains(phone) { phones[phone, default: Phone()].isRegistered = true }
    phones[phone]?.isInBackOff = false
    cancel(.backOff(phone), &turn)
    noticePhone(phone, "phone-reachable", &turn)
    return conclude(&turn)
  }

  /// Its last binding has gone; nothing to say of an extension, which never had one. An offer that is under way there goes
  /// on: the phone may still answer it, and its timers end it otherwise.
  public mutating func phoneBecameUnreachable(_ phone: PhoneID, at now: Moment) -> [Effect] {
    var turn = Turn(at: now)
    phones[phone]?.isRegistered = false
    noticePhone(phone, "phone-unreachable", &turn)
    return conclude(&turn)
  }

  func isReachable(_ phone: PhoneID) -> Bool {
    let known = phones[phone] ?? Phone()
    return (known.isRegistered || settings.extensions.contains(phone)) && !known.isInBackOff
  }

  /// Leaves a phone alone for a while that ought to have rung; each time in a row for twice as long. One that is known to
  /// be gone needs no back-off: its return is told.
  mutating func backOff(_ phone: PhoneID, _ turn: inout Turn) {
    guard isReachable(phone), var known = phones[phone] else { return }
    let duration = min(known.nextBackOff ?? settings.backOff, settings.longestBackOff)
    known.isInBackOff = true
    known.nextBackOff = duration * 2
    phones[phone] = known
    start(.backOff(phone), after: duration, &turn)
  }

  mutating func backOffOver(_ phone: PhoneID, _ turn: inout Turn) {
    phones[phone]?.isInBackOff = false
    noticePhone(phone, "back-off-over", &turn)
  }

  /// Whoever sits at the phone is idle or unreachable by it.
  private mutating func noticePhone(_ phone: PhoneID, _ reason: String, _ turn: inout Turn) {
    if let agent = phones[phone]?.agent { change(agent, reason, by: .system, &turn) { _ in } }
  }
}
