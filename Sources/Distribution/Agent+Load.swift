import Telephony

// Several contacts at a time.
extension Agent {
  /// Those that she talks in or dials, in the order in which they came to her.
  var contacts: [ContactID] { (aside + [work]).compactMap(\.call) }

  /// How many they are.
  var load: Int { aside.count { $0.call != nil } + (work.call == nil ? 0 : 1) }

  /// What she is offered.
  var offered: ContactID? { if case .offered(let offer) = work { offer.contact } else { nil } }

  /// The conversation that she is in: of several the one that she turned to last, of those that her phone does not hold if
  /// there are any.
  var conversation: Conversation? {
    if aside.isEmpty { return work.conversation }
    // Of two of the same moment the one that came later.
    return (aside + [work]).reversed().compactMap(\.conversation).max {
      $0.isHeld == $1.isHeld ? $0.turnedTo < $1.turnedTo : $0.isHeld
    }
  }

  /// Whether a contact may be beside what she does: only callers are, at the phone that would ring. What she dials is not
  /// disturbed; it may be an emergency call.
  var mayTalkBeside: Bool {
    switch work {
    case .offered: aside.allSatisfy(isWithCallerHere)
    case .talking: isWithCallerHere(work) && aside.allSatisfy(isWithCallerHere)
    case .none, .dialing, .supervising, .wrapUp: false
    }
  }

  private func isWithCallerHere(_ work: Work) -> Bool {
    work.conversation.map { !$0.isOutbound && $0.phone == phone } ?? false
  }

  /// How many contacts she could have beside those that she has and is offered, as she is now.
  var room: Int {
    guard status == .ready, isPhoneReachable, pausedUntil == nil else { return 0 }
    if case .none = work { return capacity }
    // Who wants to go is not kept, and notes are written before the next caller comes.
    guard mayTalkBeside, pendingStatus == nil, owed == nil else { return 0 }
    return max(0, capacity - load - (offered == nil ? 0 : 1))
  }

  /// Whether she has something to do beside what she is offered: a call, or the wrap-up of one that has ended meanwhile.
  var doesMore: Bool { !aside.isEmpty || owed != nil }

  /// Whether she may be offered a contact now, beside those that she has or not.
  var isAvailable: Bool { offered == nil && room > 0 }

  /// Shares out her time with callers since the last moment at which one came or went. Of several at a time she serves one
  /// while the others wait, and each takes an equal part of it.
  mutating func shareTime(until now: Moment) {
    let callers = (aside + [work]).compactMap(\.conversation).filter { !$0.isOutbound }
    for var conversation in callers {
      conversation.cost += now.since(sharedUntil) / callers.count
      replaceWork(on: conversation.contact, with: .talking(conversation))
    }
    sharedUntil = now
  }
}

extension Agent.Work {
  var conversation: Agent.Conversation? { if case .talking(let conversation) = self { conversation } else { nil } }
}
