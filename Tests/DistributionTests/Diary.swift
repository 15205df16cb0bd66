import Distribution
import Telephony

/// What every agent did, kept for ever and added up anew each time: the plain form of the window in which calls count.
struct Diary {
  struct Sums {
    var calls = 0
    var talk = 0
    var busy = 0
    var idle = 0
  }

  private struct Stretch {
    let activity: AgentActivity
    let isReady: Bool
    let from: Int64
    let to: Int64
  }

  let window: CounterWindow
  private var stretches: [AgentID: [Stretch]] = [:]
  private var calls: [AgentID: [Int64]] = [:]
  /// What newcomers were given, and when.
  private var gifts: [AgentID: [(at: Int64, sums: Sums)]] = [:]
  private var since: [AgentID: Int64] = [:]
  private var lastChange: [AgentID: Int64] = [:]
  private var beginning: Int64?

  init(window: CounterWindow) { self.window = window }

  mutating func begins(at now: Moment) { beginning = now.monotonicNanoseconds }

  /// Her state before a change, until now.
  mutating func changed(_ state: AgentState, until now: Moment) {
    let from = lastChange[state.id] ?? beginning ?? now.monotonicNanoseconds
    stretches[state.id, default: []].append(
      Stretch(
        activity: state.activity, isReady: state.status == .ready, from: from, to: now.monotonicNanoseconds))
    lastChange[state.id] = now.monotonicNanoseconds
  }

  mutating func answered(_ agent: AgentID, at now: Moment) {
    calls[agent, default: []].append(now.monotonicNanoseconds)
  }

  /// Somebody of whom nothing is known yet.
  mutating func began(_ agent: AgentID, at now: Moment) {
    (stretches[agent], calls[agent], gifts[agent], since[agent]) = ([], [], [], nil)
    lastChange[agent] = now.monotonicNanoseconds
  }

  /// A new day: nothing counts that was before it.
  mutating func dayBegan(_ states: [AgentID: AgentState], at now: Moment) {
    guard window == .day else { return }
    for state in states.values {
      changed(state, until: now)
      since[state.id] = now.monotonicNanoseconds
      calls[state.id] = []
      gifts[state.id] = []
    }
  }

  mutating func loggedIn(
    _ agent: AgentID, among colleagues: [AgentID], _ states: [AgentID: AgentState], at now: Moment
  ) {
    if window == .shift {
      since[agent] = now.monotonicNanoseconds
      calls[agent] = []
      gifts[agent] = []
    }
    let others = colleagues.compactMap { states[$0] }.map { sums(of: $0, at: now) }
    guard let calls = others.map(\.calls).min(), let talk = others.map(\.talk).min() else { return }
    guard let state = states[agent] else { return }
    let own = sums(of: state, at: now)
    var gift = Sums()
    gift.calls = max(0, calls - own.calls)
    gift.talk = max(0, talk - own.talk)
    func share(_ sums: Sums) -> Double { sums.busy == 0 ? 0 : Double(sums.busy) / Double(sums.busy + sums.idle) }
    let least = others.min { (share($0), $0.busy, $0.idle) < (share($1), $1.busy, $1.idle) }
    if let least, share(own) < share(least) { (gift.busy, gift.idle) = (least.busy, least.idle) }
    gifts[agent, default: []].append((now.monotonicNanoseconds, gift))
  }

  func sums(of state: AgentState, at now: Moment) -> Sums {
    let now = now.monotonicNanoseconds
    var from = since[state.id] ?? .min
    if case .rolling(let length) = window {
      let part = length.components.seconds * 1_000_000_000 / 12
      from = (now / part - 11) * part
    }
    var sums = Sums()
    sums.calls = calls[state.id, default: []].count { $0 >= from }
    for gift in gifts[state.id, default: []] where gift.at >= from {
      sums.calls += gift.sums.calls
      sums.talk += gift.sums.talk
      sums.busy += gift.sums.busy
      sums.idle += gift.sums.idle
    }
    let running = Stretch(
      activity: state.activity, isReady: state.status == .ready, from: lastChange[state.id] ?? beginning ?? now, to: now
    )
    for stretch in stretches[state.id, default: []] + [running] where stretch.to > from {
      let time = Int(stretch.to / 1000 - max(stretch.from, from) / 1000)
      switch stretch.activity {
      case .talking, .holding, .outboundTalking:
        sums.talk += time
        sums.busy += time
      case .afterCallWork, .outboundDialing: sums.busy += time
      case .idle where stretch.isReady: sums.idle += time
      default: break
      }
    }
    return sums
  }
}
