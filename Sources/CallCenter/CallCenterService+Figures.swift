import Control
import Figures
import Synchronization
import Telephony

/// Reports, and the check of what is kept against the log: both look at the stores when everything that has happened is
/// written there, and nothing that comes later, and neither holds up calls or rows meanwhile.
extension CallCenterService {
  func report(_ wish: FigureWish) async -> Result<ControlResult, ControlError> {
    await answer(wish, "the figures could not be read") { range in
      let sheet = flow.figureSheet.seen(by: wish)
      return .figures(
        try await whenWritten(withRecords: false) { [self] stored, now, standing in
          var report = sheet.report(wish, range)
          for part in Comparison.parts(of: range) {
            if isReadingOver.load(ordering: .relaxed) { throw CancellationError() }
            try report.add(try stored.cells(in: part))
            try report.add(try sheet.firstContacts(in: part, stored, at: now))
            if report.hasAgents { try report.add(try sheet.scheduled(in: part, stored, at: now)) }
          }
          try report.add(standing)
          let rows = report.rows.map { ($0.period, $0.subject, $0.counts) }
          return sheet.summary(rows, range, by: wish.by)
        })
    }
  }

  func verification(_ wish: FigureWish) async -> Result<ControlResult, ControlError> {
    await answer(wish, "the log could not be read") { range in
      return .verification(
        try await whenWritten(withRecords: true) { [self] stored, now, _ in
          var comparison = Comparison()
          for part in Comparison.parts(of: range) {
            if isReadingOver.load(ordering: .relaxed) { throw CancellationError() }
            _ = try comparison.found(in: part, stored, until: now)
          }
          return FigureVerification(range, comparison)
        })
    }
  }

  private func answer(
    _ wish: FigureWish, _ fault: String, _ make: (Range<Int64>) async throws -> ControlResult
  ) async -> Result<ControlResult, ControlError> {
    do {
      let now = outside.now()
      let (range, oldest) = (try flow.period(of: wish, at: now).get(), flow.oldestFigures(at: now))
      guard range.lowerBound >= oldest else {
        throw ControlError(
          .invalidParameters, "from: figures are kept since \(RFC3339.text(oldest)) ([figures] keep_figures_days)")
      }
      return .success(try await make(range))
    } catch let refusal as ControlError {
      return .failure(refusal)
    } catch let tooLong as Report.TooLong {
      return .failure(
        ControlError(
          .invalidParameters,
          "that is more than \(tooLong.most) rows: narrow the range, ask for a longer \"by\", or for one kind (\"per\")"
        ))
    } catch {
      return .failure(ControlError(.internalError, "\(fault): \(error)"))
    }
  }
}

extension FigureVerification {
  /// What came of it, in the words of the socket.
  init(_ range: Range<Int64>, _ comparison: Comparison) {
    self.init(
      from: RFC3339.text(range.lowerBound), to: RFC3339.text(range.upperBound), contacts: comparison.contacts,
      stretches: comparison.stretches, cells: comparison.cells,
      differences: comparison.differences.map {
        FigureDifference(
          quarter: RFC3339.text($0.cell.quarter), kind: $0.cell.subject.kind.rawValue, subject: $0.cell.subject.name,
          item: $0.item.name, kept: $0.kept, log: $0.found)
      }, differenceCount: comparison.differenceCount,
      unreadable: comparison.unreadable.map {
        UnreadableFigure(quarter: RFC3339.text($0.quarter), kind: $0.kind, subject: $0.subject, text: $0.text)
      }, unreadableCount: comparison.unreadableCount)
  }
}
