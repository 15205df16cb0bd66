import Distribution
import Telephony
import TelephonyTesting

/// A distributor with a clock of its own: carries out its timers, keeps all it said.
struct Desk {
  var distributor: Distributor
  var clock = ManualClock<Distributor.Timer>()
  /// Whether phones are dialled in the moment of the offer, with no card to wait for.
  var dialsAtOnce = true
  private(set) var log: [Distributor.Effect] = []

  init(_ settings: DistributionSettings = .small) {
    distributor = Distributor(settings: settings, at: clock.now)
  }

  /// Tells the distributor something now, and returns what it answers.
  @discardableResult
  mutating func tell(_ input: (inout Distributor, Moment) -> [Distributor.Effect]) -> [Distributor.Effect] {
    let effects = input(&distributor, clock.now)
    for effect in effects {
      switch effect {
      case .startTimer(let timer, let duration): clock.start(timer, after: duration)
      case .cancelTimer(let timer): clock.cancel(timer)
      default: break
      }
    }
    log += effects
    guard dialsAtOnce else { return effects }
    return effects
      + effects.flatMap { effect -> [Distributor.Effect] in
        guard case .offer(let contact, let agent, _) = effect else { return [] }
        return tell { $0.offerDialled(contact, to: agent, at: $1) }
      }
  }

  /// Lets time pass, with the timers that come due in it.
  @discardableResult
  mutating func pass(_ duration: Duration) -> [Distributor.Effect] {
    let end = clock.now.advanced(by: duration)
    var effects: [Distributor.Effect] = []
    while let timer = clock.next(until: end) { effects += tell { $0.timerFired(timer, at: $1) } }
    return effects
  }

  // MARK: What happens often

  @discardableResult
  mutating func logIn(_ agent: AgentID, phone: PhoneID? = nil) -> [Distributor.Effect] {
    let phone = phone ?? PhoneID(rawValue: "phone-\(agent)")
    tell { $0.phoneBecameReachable(phone, at: $1) }
    return tell { $0.agentLoggedIn(agent, phone: phone, at: $1) }
  }

  @discardableResult
  mutating func set(_ agent: AgentID, _ status: AgentStatus, by actor: Actor = .agent) -> [Distributor.Effect] {
    tell { $0.statusSet(agent, to: status, by: actor, at: $1) }
  }

  /// Logged in and ready, one second after whoever came before.
  mutating func makeReady(_ agents: AgentID...) {
    for agent in agents {
      logIn(agent)
      set(agent, .ready)
      pass(.seconds(1))
    }
  }

  @discardableResult
  mutating func arrive(_ contact: ContactID, _ queue: QueueID = "sales", priority: Int = 0) -> [Distributor.Effect] {
    tell { $0.contactArrived(contact, for: .queue(queue), priority: priority, at: $1) }
  }

  @discardableResult
  mutating func arrive(_ contact: ContactID, _ arrival: Arrival) -> [Distributor.Effect] {
    tell { $0.contactArrived(contact, arrival, at: $1) }
  }

  /// The same, with an agent who should have it.
  @discardableResult
  mutating func arrive(_ contact: ContactID, wishing agent: AgentID) -> [Distributor.Effect] {
    var arrival = Arrival(for: .queue("sales"))
    arrival.wish = Wish(for: agent)
    return arrive(contact, arrival)
  }

  /// A whole call: offered to this agent, answered, ended after a while, and no wrap-up left.
  mutating func serve(_ contact: ContactID, _ agent: AgentID, for duration: Duration = .seconds(30)) {
    answer(contact, agent)
    pass(duration)
    hangUp(contact, agent)
    tell { $0.wrapUpFinished(agent, at: $1) }
  }

  @discardableResult
  mutating func ring(_ contact: ContactID, _ agent: AgentID) -> [Distributor.Effect] {
    tell { $0.offerRang(contact, at: agent, at: $1) }
  }

  @discardableResult
  mutating func answer(_ contact: ContactID, _ agent: AgentID) -> [Distributor.Effect] {
    tell { $0.offerAnswered(contact, by: agent, at: $1) }
  }

  @discardableResult
  mutating func fail(_ contact: ContactID, _ agent: AgentID, _ end: Distributor.OfferEnd) -> [Distributor.Effect] {
    tell { $0.offerFailed(contact, by: agent, end, at: $1) }
  }

  @discardableResult
  mutating func leave(_ contact: ContactID) -> [Distributor.Effect] { tell { $0.contactLeft(contact, at: $1) } }

  @discardableResult
  mutating func hangUp(_ contact: ContactID, _ agent: AgentID) -> [Distributor.Effect] {
    tell { $0.conversationEnded(contact, with: agent, at: $1) }
  }

  /// An agent as she stands.
  subscript(_ agent: AgentID) -> AgentState {
    distributor.agent(agent)
      ?? AgentState.nobody
  }
}

extension AgentState {
  /// Stands for an agent who is not there: fails whatever is expected of her.
  static var nobody: AgentState {
    let nobody = DistributionSettings(agents: [AgentSettings(id: "nobody", memberships: [:])])
    return Distributor(settings: nobody, at: ManualClock<Int>().now).agents[0]
  }
}

extension DistributionSettings {
  /// Two queues; anna and berta sell, berta also helps, clara only helps and sells when nobody else can.
  static var small: DistributionSettings {
    var settings = DistributionSettings(
      queues: [QueueSettings(id: "sales"), QueueSettings(id: "support")],
      agents: [
        AgentSettings(id: "anna", memberships: ["sales": 1]),
        AgentSettings(id: "berta", memberships: ["sales": 1, "support": 2]),
        AgentSettings(id: "clara", memberships: ["support": 1, "sales": 2]),
      ])
    settings.extensions = ["201", "202"]
    return settings
  }
}

extension [Distributor.Effect] {
  /// `call→anna` for each offer.
  var offers: [String] {
    compactMap { if case .offer(let call, let agent, _) = $0 { "\(call)→\(agent)" } else { nil } }
  }

  /// `call→anna declined` for each offer that has ended.
  var ends: [String] {
    compactMap { if case .offerEnded(let call, let agent, let end) = $0 { "\(call)→\(agent) \(end)" } else { nil } }
  }

  /// The same, for each that we take back.
  var withdrawals: [String] {
    compactMap { if case .withdraw(let call, let agent, let end) = $0 { "\(call)→\(agent) \(end)" } else { nil } }
  }

  /// `anna: away by supervisor` for each change.
  var changes: [String] {
    compactMap {
      if case .agentChanged(_, let new, let reason, let actor) = $0 { "\(new.id): \(reason) by \(actor)" } else { nil }
    }
  }

  /// Everything but the reasons.
  var withoutDecisions: [Distributor.Effect] {
    filter { if case .decided = $0 { false } else { true } }
  }

  /// The decisions alone.
  var decisions: [Decision] {
    compactMap { if case .decided(let decision) = $0 { decision } else { nil } }
  }

  /// Everything but timers, changes and reasons.
  var deeds: [Distributor.Effect] {
    filter {
      switch $0 {
      case .agentChanged, .decided, .startTimer, .cancelTimer: false
      default: true
      }
    }
  }
}
