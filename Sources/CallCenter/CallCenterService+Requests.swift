public import Control
import Directory
import Distribution
import History
import Recordings
import Telephony

extension CallCenterService: RequestHandler {
  /// What clients ask for: decided by the flow, or read from a store.
  public func handle(_ request: Request, from client: Client) async -> Result<ControlResult, ControlError> {
    if let decision = decided(request, client) { return decision.map { $0.narrowed(to: client) } }
    switch request {
    case .historyList(let filter): return await history(filter, for: client)
    case .distributionExplain(let contact): return await explain(contact, for: client)
    case .directoryLookUp(let text): return await lookUp(text)
    case .figuresReport(let wish): return await report(wish)
    case .figuresVerify(let wish): return await verification(wish)
    case .shiftList(let filter): return await shifts(filter)
    case .shiftSet(let wish): return await plan(wish, for: client)
    case .shiftRemove(let agent, let date): return await removePlan(of: agent, date, for: client)
    case .shiftImport(let table): return await importPlan(table, for: client)
    default: return .failure(ControlError(.noSuchMethod, "this daemon does not know that"))
    }
  }

  private func decided(_ request: Request, _ client: Client) -> Result<ControlResult, ControlError>? {
    var answer: Result<ControlResult, ControlError>?
    decide { flow, now in
      guard let decision = flow.requested(request, by: client, at: now) else { return [] }
      answer = decision.answer
      return decision.effects
    }
    return answer
  }

  /// How many of what there are, for `system.status`.
  public var counts: (contacts: Int, waiting: Int, talking: Int, loggedIn: Int, ready: Int, recordings: Int) {
    flow.counts
  }

  /// How much there is to do, and whether that is too much, for `system.status`.
  public var load: (figures: LoadSummary?, isTooMuch: Bool) { (flow.load, flow.isOverloaded) }

  private func lookUp(_ text: String) async -> Result<ControlResult, ControlError> {
    switch flow.read(text) {
    case .failure(let fault): return .failure(ControlError(.invalidParameters, "number: \(fault.explanation)"))
    case .success(let dialled):
      do {
        return .success(.customers(try await outside.customers.customers(with: dialled.number).map(CustomerCard.init)))
      } catch {
        return .failure(ControlError(.internalError, "the directory could not answer: \(error)"))
      }
    }
  }

  /// Of a list in which nothing was found: who or what it was to be about, if there is no such. Those that are gone have
  /// left something.
  func unknown(agent: AgentID?, queue: QueueID?) -> ControlError? {
    func fault(_ what: String, _ name: String, _ known: [String]) -> ControlError? {
      guard !known.contains(name) else { return nil }
      let question = Spelling.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
      return ControlError(.notFound, "there is no \(what) \(name)\(question)")
    }
    let settings = flow.settings.distribution
    return agent.flatMap { fault("agent", $0.rawValue, settings.agents.map(\.id.rawValue)) }
      ?? queue.flatMap { fault("queue", $0.rawValue, settings.queues.map(\.id.rawValue)) }
  }

  private func history(_ filter: HistoryFilter, for client: Client) async -> Result<ControlResult, ControlError> {
    var query = HistoryQuery()
    query.limit = filter.limit
    query.agent = filter.agent
    query.queue = filter.queue
    query.contact = filter.contact
    if let text = filter.number {
      guard case .success(let dialled) = flow.read(text) else {
        return .failure(ControlError(.invalidParameters, "number: '\(text)' is not a telephone number"))
      }
      query.number = dialled.number.canonical
    }
    if let text = filter.before {
      guard let milliseconds = RFC3339.milliseconds(text) else {
        return .failure(ControlError(.invalidParameters, "before: '\(text)' is not a time like 2026-11-22T09:00:00Z"))
      }
      query.before = milliseconds
    }
    await untilWritten()
    do {
      var summaries: [ContactSummary] = []
      for record in try await outside.history.records(query) {
        let recordings = try await outside.recordings.recordings(of: record.id)
        summaries.append(flow.summary(record, recordings: recordings, for: client))
      }
      // Whoever is gone may have left contacts, but none that the rest of the filter lets through.
      if summaries.isEmpty, filter.number == nil, filter.before == nil, filter.contact == nil,
        let unknown = unknown(agent: filter.agent, queue: filter.queue)
      {
        return .failure(unknown)
      }
      return .success(.history(summaries))
    } catch {
      return .failure(ControlError(.internalError, "the history could not be read: \(error)"))
    }
  }
}
