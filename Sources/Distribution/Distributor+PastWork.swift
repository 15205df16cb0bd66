public import Telephony

// What agents did before a restart counts on.
extension Distributor {
  /// A shift is no longer than that, as far as a restart is concerned.
  private static let longestShift = Duration.seconds(86_400)
  /// Whose last call was longer ago is as if she had had none.
  private static let longestRelease = Duration.seconds(30 * 86_400)

  /// How much of the log it needs to go on where it stood; `day` is the wall time, in milliseconds, at which the present day
  /// of work began.
  public func boundsOfPastWork(day: Int64, at now: Moment) -> PastWorkBounds {
    let since =
      switch settings.counterWindow {
      case .shift: now.advanced(by: .zero - Self.longestShift).wallMilliseconds
      case .day: day
      case .rolling(let length): now.advanced(by: .zero - length).wallMilliseconds
      }
    return PastWorkBounds(
      since: since, releasesSince: now.advanced(by: .zero - Self.longestRelease).wallMilliseconds,
      countsDialling: settings.outboundResetsIdle, agents: agentOrder, queues: queueOrder, visitsOfEach: 400,
      rows: 200_000)
  }

  /// Takes on what the log tells, as if it had happened here.
  mutating func take(_ past: PastWork, at now: Moment) {
    for (agent, moment) in past.releases { people[agent]?.lastRelease = min(moment.placed(at: now), now) }
    takeHandlings(of: past, at: now)
    for (agent, tally) in Replay(past, for: self, at: now).tallies { people[agent]?.tally = tally }
  }

  private mutating func takeHandlings(of past: PastWork, at now: Moment) {
    var handlings = past.handlings.filter { lines[$0.queue] != nil }
    for index in handlings.indices {
      let length = max(.zero, handlings[index].endedAt.since(handlings[index].startedAt))
      handlings[index].startedAt = handlings[index].startedAt.placed(at: now)
      handlings[index].endedAt = handlings[index].startedAt.advanced(by: length)
    }
    let costs = Dictionary(grouping: handlings, by: \.agent).values.flatMap(Self.shared)
    for (handling, cost) in costs.sorted(by: {
      ($0.handling.endedAt, $0.handling.agent) < ($1.handling.endedAt, $1.handling.agent)
    }) {
      measure(cost, of: handling.queue)
      measureWrapUp(max(.zero, handling.wrapUp), of: handling.queue)
    }
  }

  /// How much of her time each contact of an agent took: of several at a time each takes an equal part.
  private static func shared(_ handlings: [PastWork.Handling]) -> [(handling: PastWork.Handling, cost: Duration)] {
    var costs = handlings.sorted { $0.startedAt < $1.startedAt }.map { (handling: $0, cost: Duration.zero) }
    let moments = (handlings.map(\.startedAt) + handlings.map(\.endedAt)).sorted()
    var running: [Int] = []
    var next = 0
    for (moment, end) in zip(moments, moments.dropFirst()) where moment < end {
      running.removeAll { costs[$0].handling.endedAt <= moment }
      while next < costs.count, costs[next].handling.startedAt <= moment {
        if costs[next].handling.endedAt > moment { running.append(next) }
        next += 1
      }
      for index in running { costs[index].cost += end.since(moment) / running.count }
    }
    return costs
  }
}

/// What agents did before a restart, told once more to their tallies, in its order: whoever logged in among busy colleagues
/// began with the least of theirs, which no row says.
private struct Replay {
  private(set) var tallies: [AgentID: Tally] = [:]
  private var spans: [AgentID: PastWork.Span] = [:]
  private let distributor: Distributor
  private let window: CounterWindow

  private enum Step {
    case span(PastWork.Span)
    case answer(AgentID)
  }

  init(_ past: PastWork, for distributor: Distributor, at now: Moment) {
    self.distributor = distributor
    window = distributor.settings.counterWindow
    let since = Moment(monotonicNanoseconds: .min, wallMilliseconds: past.since).placed(at: now)
    var steps: [(at: Moment, step: Step)] = past.answers.map { ($0.at.placed(at: now), .answer($0.agent)) }
    for var span in past.spans {
      let length = max(.zero, span.endedAt.since(span.startedAt))
      span.startedAt = span.startedAt.placed(at: now)
      span.endedAt = min(span.startedAt.advanced(by: length), now)
      steps.append((span.startedAt, .span(span)))
    }
    for (at, step) in steps.sorted(by: { $0.at < $1.at }) where at <= now {
      switch step {
      case .span(let span): begin(span, notBefore: since)
      case .answer(let agent):
        guard distributor.people[agent] != nil else { continue }
        count(agent, until: at)
        tallies[agent, default: Tally(window: window, at: at)].add(.init(calls: 1), at: at)
      }
    }
    for agent in Array(tallies.keys) {
      count(agent, until: now)
      tallies[agent]?.skip(to: now)
    }
  }

  private mutating func begin(_ span: PastWork.Span, notBefore since: Moment) {
    guard let agent = distributor.people[span.agent] else { return }
    let start = max(span.startedAt, since)
    count(span.agent, until: start)
    var tally = tallies[span.agent] ?? Tally(window: window, at: start)
    tally.skip(to: start)
    if span.isLoggedIn, !span.isAfterRestart, !isPresent(span.agent, at: span.startedAt), span.startedAt >= since {
      if window == .shift { tally = Tally(window: .shift, at: start) }
      let colleagues = distributor.colleagues(of: agent).filter { isPresent($0, at: start) }
      for colleague in colleagues { count(colleague, until: start) }
      tally.catchUp(with: colleagues.compactMap { tallies[$0]?.counts(at: start) }, at: start)
    }
    tallies[span.agent] = tally
    spans[span.agent] = span
  }

  /// Rows that follow each other may be placed a moment apart.
  private func isPresent(_ agent: AgentID, at moment: Moment) -> Bool {
    guard let span = spans[agent], span.isLoggedIn else { return false }
    return span.endedAt.advanced(by: .milliseconds(5)) >= moment
  }

  private mutating func count(_ agent: AgentID, until moment: Moment) {
    guard let span = spans[agent] else { return }
    tallies[agent]?.count(span.activity, isReady: span.isReady, until: min(moment, span.endedAt))
  }
}

extension Moment {
  /// As it stands, where both clocks say that it is of this run of the machine; else by its wall time.
  fileprivate func placed(at now: Moment) -> Moment {
    let age = now.wallMilliseconds - max(0, wallMilliseconds)
    let counted = now.monotonicNanoseconds.subtractingReportingOverflow(monotonicNanoseconds)
    if !counted.overflow, abs(counted.partialValue / 1_000_000 &- age) < 60_000 { return self }
    // A year is as good as for ever.
    return now.advanced(by: .milliseconds(-min(max(age, -31_622_400_000), 31_622_400_000)))
  }
}
