import Control
import Telephony

extension Rendering {
  /// The plan, by day.
  func shifts(_ shifts: [ShiftSummary]) -> String {
    table(
      ["DATE", "AGENT", "FROM", "TO", "BREAKS", "PAID BREAKS", "OTHER WORK", "CHANGED", "BY"],
      shifts.map { shift in
        [
          shift.date, shift.agent.rawValue, shift.from, shift.to, shift.breaks.joined(separator: " "),
          shift.paidBreaks.joined(separator: " "), shift.work.joined(separator: " "), shown(shift.changedAt),
          Self.name(of: shift.user),
        ]
      })
  }

  /// As `shift.import` takes it: an agent's name stands as it is, or it would be another's.
  func shiftTable(_ shifts: [ShiftSummary]) -> String {
    let rows = shifts.map { shift in
      [shift.agent.rawValue, shift.date, shift.from, shift.to]
        + [shift.breaks, shift.paidBreaks, shift.work].map { $0.joined(separator: " ") }
    }
    return ([["agent", "date", "from", "to", "breaks", "paid_breaks", "work"]] + rows)
      .map { $0.map(CSV.field).joined(separator: ",") + "\r\n" }.joined()
  }
}
