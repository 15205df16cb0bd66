import Telephony

/// One queue at work: who waits in it and who is free to serve it, both in the order of service.
struct Line: Sendable {
  var settings: QueueSettings
  /// Everybody in it; who is being offered keeps his place.
  var places = Sorted<Place>()
  /// Of those, whoever an agent may be found for at this moment: not those who ring enough phones, pause, or are kept for
  /// one agent.
  var seeking = Sorted<Place>()
  /// How many are being offered.
  var ringing = 0
  /// Whoever can be offered its contacts now, also beside others, as far as an order can be kept beforehand
  /// (`QueueStrategy.isStanding`).
  private(set) var free = Sorted<Rank>()
  private var ranks: [AgentID: Rank] = [:]
  /// All who serve it, here or not.
  var members = Sorted<AgentID>()
  /// For how long contacts wait before some of them are offered them, ascending.
  var delays: [Duration] = []
  /// How many of them are at least that far there.
  var present: [Presence: Int] = [:]
  /// Where the turn stands: whoever was offered one of its contacts last.
  var turn: Slot?
  /// What handling its contacts took.
  var handling = HandlingTime()

  init(settings: QueueSettings) { self.settings = settings }

  /// She can be offered its contacts, at this rank; nil: she cannot.
  mutating func setFree(_ agent: AgentID, _ rank: Rank?) {
    let old = ranks[agent]
    guard old != rank else { return }
    if let old { free.remove(old) }
    if let rank { free.insert(rank) }
    ranks[agent] = rank
  }

  func isPresent(_ kind: Presence) -> Bool { present[kind, default: 0] > 0 }
}

extension QueueStrategy {
  /// Whether what agents did in the window counts.
  var counts: Bool { self == .fewestCalls || self == .leastTalkTime || self == .leastOccupied }

  /// Whether the order of its agents is the same for every contact, and is changed only by what agents do: then it is kept,
  /// and the first who may take a contact is the best. Otherwise those of one level are looked at for each decision.
  var isStanding: Bool {
    switch self {
    case .longestIdle, .leastRecent, .linear, .ringAll, .ringProgressively: true
    case .fewestCalls, .leastTalkTime, .leastOccupied, .roundRobin, .random, .weightedRandom, .skillFirst: false
    }
  }
}
