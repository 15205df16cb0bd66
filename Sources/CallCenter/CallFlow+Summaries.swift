import Control
import Directory
import Distribution
import History
import Recordings
import Telephony

/// What clients see of the state: the features' values in the words of the socket.
extension CallFlow {
  func summary(_ state: AgentState) -> AgentSummary {
    let profile = settings.agents[state.id]
    var reason: String?
    if case .notReady(let text) = state.status { reason = text }
    var summary = AgentSummary(
      agent: state.id, name: profile?.name ?? state.id.rawValue, reading: profile?.reading ?? "",
      status: state.status.word, reason: reason, activity: state.activity.rawValue,
      pending: state.pendingStatus?.word, phone: state.phone, contact: state.contact,
      statusSince: RFC3339.text(state.statusSince.wallMilliseconds),
      activitySince: RFC3339.text(state.activitySince.wallMilliseconds),
      queues: distributor.queues(of: state.id))
    (summary.contacts, summary.offered) = (state.contacts, state.offered)
    summary.reasonName = reason.flatMap { settings.reasonNames[$0] }
    summary.capacity = distributor.capacity(of: state.id)
    return summary
  }

  /// With what became of her offers.
  func offerSummary(_ state: AgentState) -> AgentSummary {
    var summary = summary(state)
    let ended = Distributor.OfferEnd.allCases.map { ($0.rawValue, state.counters.ended[$0] ?? 0) }
    summary.offers = OfferSummary(
      made: state.counters.made, answered: state.counters.answered, ended: Dictionary(uniqueKeysWithValues: ended))
    return summary
  }

  func summary(_ state: QueueState, at now: Moment) -> QueueSummary {
    QueueSummary(
      queue: state.id, name: settings.queues[state.id]?.name ?? state.id.rawValue, waiting: state.waiting.count,
      ringing: state.ringing, longestWaitSeconds: state.longestWaitingSince.map { now.since($0).components.seconds },
      agentsLoggedIn: state.agentsLoggedIn, agentsFree: state.agentsFree, paused: state.isPaused)
  }

  func summary(_ caller: Caller) -> CallerSummary {
    CallerSummary(
      number: caller.number?.canonical,
      display: caller.number?.display ?? caller.anonymity?.japanese ?? caller.text,
      name: caller.displayName, anonymity: caller.anonymity?.rawValue, verified: caller.isVerified)
  }

  func summary(_ contact: Contact, at now: Moment) -> CallSummary {
    let state =
      switch contact.engagement?.stage ?? contact.offers.first?.stage {
      case .reserved, .offered, .ringing: "ringing"
      case .dialing: "dialing"
      case .talking: "talking"
      case .holding: "holding"
      case nil where contact.keypad != nil || contact.forward != nil: contact.isTalking ? "talking" : "dialing"
      case nil: contact.announcement == nil ? "waiting" : "announcing"
      }
    return CallSummary(
      contact: contact.id, direction: contact.isOutbound ? "outbound" : "inbound", state: state,
      caller: summary(contact.caller), called: contact.called,
      customer: books.record(contact.id)?.customerName, queue: contact.queue?.id, agent: contact.agent,
      agents: contact.agents, startedAt: RFC3339.text(contact.startedAt.wallMilliseconds),
      seconds: now.since(contact.startedAt).components.seconds, recording: recorder.current(of: contact.id) != nil)
  }

  /// All that are up, by id; those that wait with their estimate, unless the client sees none of these anyway.
  func callList(for client: Client, at now: Moment) -> [CallSummary] {
    let waits = client.scope == nil ? distributor.estimatedWaits(at: now) : [:]
    return contacts.values.sorted { $0.id < $1.id }.map { contact in
      var summary = summary(contact, at: now)
      if case .known(let median, let ninetieth)? = waits[contact.id] {
        summary.estimatedWait = EstimatedWaitSummary(median, ninetieth)
      }
      return summary
    }
  }

  func popUp(of contact: Contact, card: CallerCards.Card, at now: Moment) -> PopUp {
    let word: String
    var customers: [CustomerCard] = []
    switch card {
    case .pending: word = "pending"
    case .unknown: word = "unknown"
    case .failed: word = "failed"
    case .known(let found):
      word = "known"
      customers = found.map(CustomerCard.init)
    }
    return PopUp(
      card: word, caller: summary(contact.caller), called: contact.called, customers: customers,
      waitedMilliseconds: now.since(contact.startedAt).milliseconds)
  }

  /// How many contacts are in which part, for the status.
  public var counts: (contacts: Int, waiting: Int, talking: Int, loggedIn: Int, ready: Int, recordings: Int) {
    let agents = distributor.agents
    return (
      contacts.count, contacts.values.count { !$0.isTalking }, contacts.values.count(where: \.isTalking),
      agents.count { $0.status != .loggedOut },
      agents.count { $0.status == .ready }, recordings.count
    )
  }
}

extension EstimatedWaitSummary {
  init(_ median: Duration, _ ninetieth: Duration) {
    func seconds(_ duration: Duration) -> Int64 {
      let (seconds, rest) = duration.components
      return rest > 0 ? seconds + 1 : seconds
    }
    self.init(p50Seconds: seconds(median), p90Seconds: seconds(ninetieth))
  }
}

extension CustomerCard {
  init(_ customer: Customer) {
    self.init(
      customer: customer.id, name: customer.name, reading: customer.reading, romaji: customer.romaji,
      numbers: customer.numbers, notes: customer.notes, attributes: customer.attributes)
  }
}

extension AgentStatus {
  /// The word on the socket.
  var word: String {
    switch self {
    case .loggedOut: "logged_out"
    case .ready: "ready"
    case .notReady: "not_ready"
    }
  }
}

extension Caller.Anonymity {
  /// As Japanese phones show it.
  var japanese: String {
    switch self {
    case .withheld: "非通知"
    case .payphone: "公衆電話"
    case .unavailable, .serviceConflict: "表示圏外"
    }
  }
}
