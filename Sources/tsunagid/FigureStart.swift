import Figures
import Storage
import Telephony

/// Figures and log at the start. After a clean end what is kept stays, and where the log says something else, that is a fault
/// and is told; after any other, and when a release has changed what figures mean, they are reckoned from the log.
struct FigureStart: Sendable {
  let database: Database
  let log: Log

  /// So many differences are told one by one.
  private static let mostTold = 20
  /// So many days are reckoned between two lines of the log.
  private static let daysBetweenLines = 30

  /// Nothing before `oldest`, wall time in milliseconds, is of interest. To be done before anything begins in this run: its
  /// monotonic clock may be another one than that of the last sign of life.
  func settle(interrupted: [ContactID], since oldest: Int64, at now: Moment) async throws {
    if let recovery = try await database.recoverFigures(interrupted: interrupted, since: oldest, at: now) {
      if recovery.isDue {
        try await reckon(recovery.range, at: now)
      } else {
        try await compare(recovery.range, at: now)
      }
    }
    try await database.add([:], at: now, forgetting: oldest)
  }

  private func compare(_ range: Range<Int64>, at now: Moment) async throws {
    let comparison = try await database.reading(begun: {}) { stored in
      var comparison = Comparison()
      for part in Comparison.parts(of: range) { _ = try comparison.found(in: part, stored, until: now) }
      return comparison
    }
    guard comparison.differenceCount > 0 else { return }
    for difference in comparison.differences.prefix(Self.mostTold) { log(line(.error, difference)) }
    log(
      LogLine(
        .error, "figures and log differ after a clean end: the figures are kept as they are",
        [
          "from": RFC3339.text(range.lowerBound), "to": RFC3339.text(range.upperBound),
          "differences": "\(comparison.differenceCount)",
        ]))
  }

  private func reckon(_ range: Range<Int64>, at now: Moment) async throws {
    let (from, to) = (RFC3339.text(range.lowerBound), RFC3339.text(range.upperBound))
    log(LogLine(.warning, "figures are being reckoned from the log", ["from": from, "to": to]))
    var whole = (cells: 0, different: 0)
    for (index, part) in Comparison.parts(of: range).enumerated() {
      let (comparison, found) = try await database.reading(begun: {}) { stored in
        var comparison = Comparison()
        let found = try comparison.found(in: part, stored, until: now)
        return (comparison, found)
      }
      try await database.replaceCells(in: part, with: found, isLast: part.upperBound >= range.upperBound)
      whole = (whole.cells + found.count, whole.different + comparison.differentCells)
      if index % Self.daysBetweenLines == Self.daysBetweenLines - 1 {
        log(LogLine(.info, "figures are reckoned so far", ["to": RFC3339.text(part.upperBound)]))
      }
    }
    log(
      LogLine(
        .info, "figures were reckoned from the log",
        ["from": from, "to": to, "cells": "\(whole.cells)", "different": "\(whole.different)"]))
  }

  private func line(_ level: LogLine.Level, _ difference: Discrepancy) -> LogLine {
    LogLine(
      level, "a figure is not what the log says",
      [
        "quarter": RFC3339.text(difference.cell.quarter), "of": difference.cell.subject.kind.rawValue,
        "subject": difference.cell.subject.name, "item": difference.item.name, "kept": "\(difference.kept)",
        "log": "\(difference.found)",
      ])
  }
}
