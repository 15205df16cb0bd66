import Control
import Figures
import History
import Telephony

/// Figures in the words of the socket; a value of its own, so that long reports are put into words on any thread.
struct FigureSheet: Sendable {
  /// By which figures are told.
  private(set) var view = View.cohort
  let calendar: Calendar
  private(set) var settings: Definition.Settings
  /// The dispositions that say what contacts were about.
  private let reasons: Set<String>
  let queues: [QueueID: QueueProfile]
  let agents: [AgentID: AgentProfile]

  init(_ settings: CallFlowSettings) {
    calendar = settings.calendar
    self.settings = settings.figures
    reasons = settings.dispositions.reasons
    queues = settings.queues
    agents = settings.agents
  }

  /// The rows that one report may have: some forty megabytes on the socket.
  static let mostRows = 10_000

  /// An empty report of what is wished for.
  func report(_ wish: FigureWish, _ range: Range<Int64>) -> Report {
    let kinds = wish.per.flatMap(Subject.Kind.init).map { Set([$0]) } ?? Set(Subject.Kind.allCases)
    return Report(
      in: range, by: Calendar.Span(rawValue: wish.by) ?? .day, kinds, view: view, calendar, most: Self.mostRows)
  }

  /// The same by what is wished for. By event there is nothing of first contacts: they belong to where they began, and what
  /// comes later says what they were.
  func seen(by wish: FigureWish) -> FigureSheet {
    var sheet = self
    sheet.view = View(rawValue: wish.view) ?? .cohort
    return sheet.view == .event ? sheet.withoutFirstContacts : sheet
  }

  /// The same where nobody has reckoned whether customers had to call again.
  var withoutFirstContacts: FigureSheet {
    var sheet = self
    sheet.settings.firstContactDays = nil
    return sheet
  }

  /// Whether the customers of a time had to call again.
  func firstContacts(in part: Range<Int64>, _ stored: any StoredFigures, at now: Moment) throws -> [Cell: Counts] {
    guard let days = settings.firstContactDays else { return [:] }
    return try FirstContacts(in: part, stored, within: Int64(days) * 86_400_000, reasons: reasons, until: now).cells
  }

  /// Agents' time against their shifts; where none is planned, nobody's time is read.
  func scheduled(in part: Range<Int64>, _ stored: any StoredFigures, at now: Moment) throws -> [Cell: Counts] {
    let shifts = try stored.shifts(on: calendar.days(touching: part))
    guard !shifts.isEmpty else { return [:] }
    return ScheduledTime(in: part, until: now, calendar).cells(shifts, try stored.stretches(touching: part))
  }

  /// The counts of the rows are those of the view.
  func summary(_ rows: [(Range<Int64>, Subject, Counts)], _ range: Range<Int64>, by span: String)
    -> FigureReport
  {
    FigureReport(
      from: RFC3339.text(range.lowerBound), to: RFC3339.text(range.upperBound), by: span, view: view.rawValue,
      dayEndsMinutes: calendar.dayEnds, earlyFlowOut: settings.earlyFlowOut.rawValue,
      firstContactDays: settings.firstContactDays,
      columns: Definition.all.map { FigureColumn(name: $0.name, japanese: $0.japanese, unit: $0.unit.rawValue) },
      rows: rows.map { period, subject, counts in
        var figures: [String: JSON] = [:]
        for figure in Definition.all where figure.kinds.contains(subject.kind) {
          figures[figure.name] = figure.value(of: counts, settings, by: view).map(JSON.init) ?? .null
        }
        return FigureRow(
          start: RFC3339.text(period.lowerBound), end: RFC3339.text(period.upperBound),
          label: calendar.text(period.lowerBound), kind: subject.kind.rawValue, subject: subject.name,
          name: name(of: subject), figures: figures,
          counts: Dictionary(counts.values.map { ($0.key.name, $0.value) }) { first, _ in first })
      })
  }

  private func name(of subject: Subject) -> String {
    switch subject {
    case .all: ""
    case .entry(let called): called
    case .queue(let queue): queues[queue]?.name ?? queue.rawValue
    case .agent(let agent): agents[agent]?.name ?? agent.rawValue
    }
  }
}

extension JSON {
  /// A figure's value, with nine decimals where it is not whole: for whoever shows it to round.
  init(_ value: Definition.Value) {
    if case .count(let count) = value {
      self = .integer(Int64(count))
    } else {
      self = .number(Double(value.billionths) / 1e9)
    }
  }

  init?(figure name: String, of counts: Counts, _ settings: Definition.Settings) {
    guard let value = Definition.named(name)?.value(of: counts, settings) else { return nil }
    self.init(value)
  }

  var asNumber: Double? { if case .number(let value) = self { value } else { nil } }
}
