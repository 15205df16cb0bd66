import Telephony

/// One outgoing leg that rings at several phones at once: the first to answer takes it.
///
///     ringing ──answered──▶ won(child) ──ended──▶ over
///        │                                          ▲
///        ├── the last child ends ───────────────────┤
///        └── a 6xx, or end() ──▶ giving up ── the last child ends
///
/// Pure: told what became of its children, it answers with what the leg has to tell and which children must go.
/// Whatever comes late, twice or of an unknown child changes nothing.
struct Fork: Sendable {
  /// What is to be done.
  enum Effect: Equatable, Sendable {
    /// The leg progresses; told once.
    case progressed(status: Int)
    /// The leg is answered, by this child; told once.
    case answered(by: LegID)
    /// The leg is over; told once, and nothing after it.
    case ended(LegEnd)
    /// This child is to be ended; another took the call if `isAnsweredElsewhere`.
    case end(LegID, isAnsweredElsewhere: Bool)
  }

  private enum State: Equatable {
    case ringing(hasProgressed: Bool)
    case givingUp
    case won(LegID)
    case over
  }

  private var state = State.ringing(hasProgressed: false)
  private var living: [LegID]
  private var ends: [LegEnd] = []
  private var isEndedByUs = false

  /// The children, in the order in which they are dialled.
  init(children: [LegID]) { living = children }

  /// The child that took the call.
  var winner: LegID? {
    if case .won(let child) = state { return child }
    return nil
  }

  /// Whether it still waits for somebody to answer.
  var isRinging: Bool {
    if case .ringing = state { return true }
    return false
  }

  /// Whether its end has been told.
  var isOver: Bool { state == .over }

  /// True when every child has ended, also those that lost: nothing of this leg can come any more.
  var isFinished: Bool { living.isEmpty }

  /// The children that have not ended.
  var children: [LegID] { living }

  /// A child rings or progresses.
  mutating func childProgressed(_ child: LegID, status: Int) -> [Effect] {
    guard living.contains(child), state == .ringing(hasProgressed: false) else { return [] }
    state = .ringing(hasProgressed: true)
    return [.progressed(status: status)]
  }

  /// A child answered: it takes the call, unless another has, or the call is being given up.
  mutating func childAnswered(_ child: LegID) -> [Effect] {
    guard living.contains(child) else { return [] }
    switch state {
    case .ringing:
      state = .won(child)
      let losers = living.filter { $0 != child }
      return losers.map { .end($0, isAnsweredElsewhere: true) } + [.answered(by: child)]
    case .won(let winner): return winner == child ? [] : [.end(child, isAnsweredElsewhere: true)]
    // Our CANCEL and its 200 crossed.
    case .givingUp, .over: return [.end(child, isAnsweredElsewhere: false)]
    }
  }

  /// A child is over.
  mutating func childEnded(_ child: LegID, _ end: LegEnd) -> [Effect] {
    guard let index = living.firstIndex(of: child) else { return [] }
    living.remove(at: index)
    switch state {
    case .won(let winner):
      guard winner == child else { return [] }
      state = .over
      return [.ended(end)]
    case .over: return []
    case .ringing, .givingUp:
      ends.append(end)
      return goOn(after: end)
    }
  }

  /// A child could not even be dialled: it is as if it had never been.
  mutating func childNotDialled(_ child: LegID) -> [Effect] {
    guard let index = living.firstIndex(of: child) else { return [] }
    living.remove(at: index)
    guard winner == nil, state != .over, living.isEmpty, !ends.isEmpty else { return [] }
    return finish()
  }

  /// We end the leg: all children go, or the one that took it.
  mutating func end() -> [Effect] {
    switch state {
    case .ringing:
      state = .givingUp
      isEndedByUs = true
      return living.map { .end($0, isAnsweredElsewhere: false) }
    case .givingUp:
      isEndedByUs = true
      return living.map { .end($0, isAnsweredElsewhere: false) }
    case .won(let winner): return [.end(winner, isAnsweredElsewhere: false)]
    case .over: return []
    }
  }

  private mutating func goOn(after end: LegEnd) -> [Effect] {
    if living.isEmpty { return finish() }
    // RFC 3261 §16.7 step 5: somebody said no for everywhere.
    guard end.status >= 600, state != .givingUp else { return [] }
    state = .givingUp
    return living.map { .end($0, isAnsweredElsewhere: false) }
  }

  private mutating func finish() -> [Effect] {
    state = .over
    guard var best = Self.best(of: ends) else { return [] }
    // What the children said after we gave up is the echo of our CANCEL.
    if isEndedByUs { best.byPeer = false }
    return [.ended(best)]
  }

  /// The best of the final answers (RFC 3261 §16.7 step 6): 6xx first, else the lowest class; within 4xx what a person
  /// or set decided before what nobody noticed. The first among equals.
  static func best(of ends: [LegEnd]) -> LegEnd? {
    ends.enumerated().min { a, b in
      (rank(of: a.element.status), a.offset) < (rank(of: b.element.status), b.offset)
    }?.element
  }

  private static func rank(of status: Int) -> Int {
    switch status {
    case 600...: 0
    case 300..<400: 3
    case 486: 40
    case 480: 42
    case 408: 43
    // Our own CANCEL.
    case 487: 44
    case 400..<500: 41
    case 500..<600: 50
    default: 90
    }
  }
}
