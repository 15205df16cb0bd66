import Control
import Distribution
import Figures
import Telephony

/// Figures in the words of the socket.
extension CallFlow {
  /// The rows of one report: quarters times subjects.
  private static let mostPeriods = 40_000

  /// The quarters that a wish means, or what is wrong with it.
  func period(of wish: FigureWish, at now: Moment) -> Result<Range<Int64>, ControlError> {
    let calendar = settings.calendar
    func fault(_ name: String, _ text: String) -> Result<Range<Int64>, ControlError> {
      .failure(ControlError(.invalidParameters, "\(name): '\(text)' is neither a date nor an RFC 3339 time"))
    }
    var range = calendar.period(.day, containing: now.wallMilliseconds)
    if let text = wish.from {
      if let day = calendar.day(text) {
        range = day
      } else if let time = RFC3339.milliseconds(text) {
        range = time..<max(calendar.period(.day, containing: time).upperBound, time)
      } else {
        return fault("from", text)
      }
    }
    if let text = wish.to {
      guard let end = calendar.day(text)?.upperBound ?? RFC3339.milliseconds(text) else { return fault("to", text) }
      guard end > range.lowerBound else {
        return .failure(ControlError(.invalidParameters, "to: '\(text)' is not after the beginning"))
      }
      range = range.lowerBound..<end
    }
    let (first, last) = (Cell.quarter(of: range.lowerBound), Cell.quarter(of: range.upperBound - 1))
    guard (last - first) / Cell.length < Self.mostPeriods else {
      return .failure(ControlError(.invalidParameters, "that is more than a year: ask for less at once"))
    }
    return .success(first..<last + Cell.length)
  }

  /// Those who wait now.
  func standing(at now: Moment) -> [Cell: Counts] { ledger.figures.standing(at: now) }

  func report(_ wish: FigureWish, _ range: Range<Int64>, _ cells: [Cell: Counts], _ standing: [Cell: Counts])
    -> FigureReport
  {
    let kinds = wish.per.flatMap(Subject.Kind.init).map { Set([$0]) } ?? Set(Subject.Kind.allCases)
    let span = Calendar.Span(rawValue: wish.by) ?? .day
    var all = cells
    for (cell, counts) in standing where range.contains(cell.quarter) { all[cell, default: Counts()].add(counts) }
    let report = Report(all, in: range, by: span, kinds, settings.calendar)
    return summary(report.rows.map { ($0.period, $0.subject, $0.counts) }, range, by: span.rawValue)
  }

  mutating func liveFigures(at now: Moment) -> FigureReport {
    let live = ledger.figures.live(at: now).sorted { $0.key < $1.key }
    let day = ledger.figures.presentDay
    return summary(live.map { (day, $0.key, $0.value) }, day, by: Calendar.Span.day.rawValue)
  }

  private func summary(_ rows: [(Range<Int64>, Subject, Counts)], _ range: Range<Int64>, by span: String)
    -> FigureReport
  {
    FigureReport(
      from: RFC3339.text(range.lowerBound), to: RFC3339.text(range.upperBound), by: span,
      dayEndsMinutes: settings.calendar.dayEnds, earlyFlowOut: settings.figures.earlyFlowOut.rawValue,
      columns: Definition.all.map { FigureColumn(name: $0.name, japanese: $0.japanese, unit: $0.unit.rawValue) },
      rows: rows.map { period, subject, counts in
        var figures: [String: JSON] = [:]
        for figure in Definition.all where figure.kinds.contains(subject.kind) {
          figures[figure.name] = figure.value(of: counts, settings.figures).map(JSON.init) ?? .null
        }
        return FigureRow(
          start: RFC3339.text(period.lowerBound), end: RFC3339.text(period.upperBound),
          label: settings.calendar.text(period.lowerBound), kind: subject.kind.rawValue, subject: subject.name,
          name: name(of: subject), figures: figures,
          counts: Dictionary(counts.values.map { ($0.key.name, $0.value) }) { first, _ in first })
      })
  }

  private func name(of subject: Subject) -> String {
    switch subject {
    case .all: ""
    case .entry(let called): called
    case .queue(let queue): settings.queues[queue]?.name ?? queue.rawValue
    case .agent(let agent): settings.agents[agent]?.name ?? agent.rawValue
    }
  }

  /// Agents as this client may see them, with their day where it is its business.
  mutating func agentList(for client: Client, at now: Moment) -> [AgentSummary] {
    let live = ledger.figures.live(at: now)
    return distributor.agents.map { state in
      var summary = offerSummary(visible(state, to: client))
      guard client.role >= .supervisor || client.scope == state.id else { return summary }
      let counts = live[.agent(state.id)] ?? Counts()
      summary.callsToday = counts[.handled]
      summary.occupancyPercent = JSON(figure: "occupancy", of: counts, settings.figures)?.asNumber
      return summary
    }
  }

  /// Queues with their day.
  mutating func queueList(at now: Moment) -> [QueueSummary] {
    let live = ledger.figures.live(at: now)
    return distributor.queues.map { state in
      var summary = summary(state, at: now)
      let counts = live[.queue(state.id)] ?? Counts()
      summary.offeredToday = counts[.offered]
      summary.answeredToday = counts[.answered]
      summary.abandonedToday = counts[.abandoned] + counts[.shortAbandoned]
      summary.serviceLevelPercent = JSON(figure: "sl_gross", of: counts, settings.figures)?.asNumber
      return summary
    }
  }
}

extension JSON {
  /// A figure's value, in thousandths where it is not whole.
  fileprivate init(_ value: Definition.Value) {
    if case .count(let count) = value {
      self = .integer(Int64(count))
    } else {
      self = .number(Double(value.thousandths) / 1000)
    }
  }

  fileprivate init?(figure name: String, of counts: Counts, _ settings: Definition.Settings) {
    guard let value = Definition.named(name)?.value(of: counts, settings) else { return nil }
    self.init(value)
  }

  fileprivate var asNumber: Double? { if case .number(let value) = self { value } else { nil } }
}
