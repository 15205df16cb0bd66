import Control
import Distribution
import Figures
import Telephony

/// Figures in the words of the socket.
extension CallFlow {
  /// The quarters that one report may be of.
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
  func standing(at now: Moment) -> [Cell: Counts] { books.figures.standing(at: now) }

  /// By which figures are put into words, as things stand now.
  var figureSheet: FigureSheet { FigureSheet(settings) }

  mutating func liveFigures(at now: Moment) -> FigureReport {
    let live = books.figures.live(at: now).sorted { $0.key < $1.key }
    let day = books.figures.presentDay
    return figureSheet.withoutFirstContacts.summary(
      live.map { (day, $0.key, $0.value) }, day, by: Calendar.Span.day.rawValue)
  }

  /// Agents as this client may see them, with their day where it is its business.
  mutating func agentList(for client: Client, at now: Moment) -> [AgentSummary] {
    let live = books.figures.live(at: now)
    return distributor.agents.map { state in
      var summary = offerSummary(visible(state, to: client))
      guard client.role >= .supervisor || client.scope == state.id else { return summary }
      let counts = live[.agent(state.id)] ?? Counts()
      summary.callsToday = counts[.handled]
      summary.occupancyPercent = JSON(figure: "occupancy", of: counts, settings.figures)?.asNumber
      return summary
    }
  }

  /// Queues with their day, and how long somebody would wait: a walk over all who serve them, once for each queue.
  mutating func queueList(at now: Moment) -> [QueueSummary] {
    let live = books.figures.live(at: now)
    return distributor.queues.map { state in
      var summary = summary(state, at: now)
      let counts = live[.queue(state.id)] ?? Counts()
      summary.offeredToday = counts[.offered]
      summary.answeredToday = counts[.answered]
      summary.abandonedToday = counts[.abandoned] + counts[.shortAbandoned]
      summary.serviceLevelPercent = JSON(figure: "sl_gross", of: counts, settings.figures)?.asNumber
      summary.earlyFlowOut = settings.figures.earlyFlowOut.rawValue
      switch distributor.estimatedWait(in: state.id, at: now) {
      case .known(let median, let ninetieth): summary.estimatedWait = EstimatedWaitSummary(median, ninetieth)
      case .unknown(let reason): summary.estimatedWaitReason = reason.rawValue
      }
      return summary
    }
  }
}
