import Control
import Figures
import History
import Telephony

/// Reports, and the check of what is kept against the log: both look at the stores when everything that has happened is
/// written there, and nothing that comes later.
extension CallCenterService {
  func report(_ wish: FigureWish) async -> Result<ControlResult, ControlError> {
    switch flow.period(of: wish, at: outside.now()) {
    case .failure(let fault): return .failure(fault)
    case .success(let range):
      do {
        let store = outside.figures
        let standing = flow.standing(at: outside.now())
        let cells = try await whenWritten { _ in try await store.cells(in: range) }
        return .success(.figures(flow.report(wish, range, cells, standing)))
      } catch {
        return .failure(ControlError(.internalError, "the figures could not be read: \(error)"))
      }
    }
  }

  func verification(_ wish: FigureWish) async -> Result<ControlResult, ControlError> {
    switch flow.period(of: wish, at: outside.now()) {
    case .failure(let fault): return .failure(fault)
    case .success(let range):
      do {
        let (figures, history) = (outside.figures, outside.history)
        return .success(
          .verification(
            try await whenWritten { now in
              let kept = try await figures.cells(in: range)
              let records = try await history.records(touching: range)
              let stretches = try await figures.stretches(touching: range)
              let fold = Fold(records.map { LoggedContact($0) }, stretches, until: now)
              return FigureVerification(
                range, contacts: records.count, stretches: stretches.count, kept, fold.cells(in: range))
            }))
      } catch {
        return .failure(ControlError(.internalError, "the log could not be read: \(error)"))
      }
    }
  }
}

extension FigureVerification {
  /// Compares what is kept with what the log says.
  init(
    _ range: Range<Int64>, contacts: Int, stretches: Int, _ kept: [Cell: Counts], _ found: [Cell: Counts]
  ) {
    let all = Discrepancy.all(between: kept, and: found)
    self.init(
      from: RFC3339.text(range.lowerBound), to: RFC3339.text(range.upperBound), contacts: contacts,
      stretches: stretches, cells: Set(kept.keys).union(found.keys).count,
      differences: all.prefix(1000).map {
        FigureDifference(
          quarter: RFC3339.text($0.cell.quarter), kind: $0.cell.subject.kind.rawValue, subject: $0.cell.subject.name,
          item: $0.item.name, kept: $0.kept, log: $0.found)
      }, differenceCount: all.count)
  }
}
