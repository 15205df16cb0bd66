public import Telephony

/// A plan as a table of comma-separated values (RFC 4180), as spreadsheets write it: a heading, then a row for each shift.
///
/// `agent,date,from,to` must be in the heading, `breaks`, `paid_breaks` and `work` may; times of one cell are divided by
/// spaces or semicolons. A row without `from` and `to` says that the agent is off on that day.
public struct ShiftTable: Sendable {
  /// Rows of a table.
  public static let mostRows = 10_000
  private static let needed = ["agent", "date", "from", "to"]
  private static let columns = needed + Shift.Kind.allCases.map(\.rawValue)

  /// The change that a table means, or all that is wrong with it, each with its line. `known` brings the agent of a name as
  /// she is configured, which may be spelt in other bytes; nil: there is none.
  public static func read(_ text: String, known: (AgentID) -> AgentID?) -> Result<ShiftChange, ShiftFaults> {
    let rows = rows(of: text)
    if let open = rows.last, open.isOpen { return .failure(ShiftFaults([fault(open, "a quote is not closed")])) }
    guard let heading = rows.first else { return .failure(ShiftFaults([ShiftFault("the table is empty")])) }
    let names = heading.cells.map { $0.lowercased() }
    if let name = names.first(where: { !columns.contains($0) }) {
      let column = "there is no column \"\(ShiftFault.shown(name))\": \(columns.joined(separator: ", "))"
      return .failure(ShiftFaults([fault(heading, column)]))
    }
    if let name = needed.first(where: { !names.contains($0) }) {
      return .failure(ShiftFaults([fault(heading, "the heading lacks the column \(name)")]))
    }
    if Set(names).count < names.count { return .failure(ShiftFaults([fault(heading, "a column stands there twice")])) }
    guard rows.count - 1 <= mostRows else {
      return .failure(ShiftFaults([ShiftFault("more than \(mostRows) rows: import it in parts")]))
    }
    return read(rows.dropFirst(), names, known)
  }

  private static func read(_ rows: ArraySlice<Row>, _ names: [String], _ known: (AgentID) -> AgentID?)
    -> Result<ShiftChange, ShiftFaults>
  {
    var change = ShiftChange()
    var faults: [ShiftFault] = []
    var daysOff: [ShiftChange.Place: Int] = [:]
    for row in rows {
      guard row.cells.count <= names.count else {
        faults.append(fault(row, "\(row.cells.count) cells under a heading of \(names.count)"))
        continue
      }
      let cells = Dictionary(zip(names, row.cells)) { first, _ in first }
      let name = cells["agent"] ?? ""
      guard let agent = known(AgentID(rawValue: name)) else {
        faults.append(fault(row, "there is no agent \"\(ShiftFault.shown(name))\""))
        continue
      }
      let (from, to) = (cells["from"] ?? "", cells["to"] ?? "")
      let day = WrittenDay(
        agent: agent, date: date(cells["date"] ?? ""),
        shifts: from.isEmpty && to.isEmpty ? [] : ["\(from)-\(to)"],
        parts: Dictionary(uniqueKeysWithValues: Shift.Kind.allCases.map { ($0, times(cells[$0.rawValue] ?? "")) }))
      switch day.read {
      case .failure(let wrong): faults.append(fault(row, wrong.text))
      case .success(let read):
        let place = ShiftChange.Place(agent: day.agent, day: read.day)
        let others = change.plans[place]
        if read.shifts.isEmpty ? others?.isEmpty == false : daysOff[place] != nil {
          faults.append(fault(row, "agent \(day.agent) is off on \(read.day.text), and has a shift: one of the two"))
        } else if let shift = read.shifts.first, others?.contains(shift) == true {
          faults.append(fault(row, "the same shift of agent \(day.agent) on \(read.day.text) stands there before"))
        } else if (others?.count ?? 0) >= Shift.mostOnADay {
          faults.append(fault(row, "more than \(Shift.mostOnADay) shifts of agent \(day.agent) on \(read.day.text)"))
        } else {
          if read.shifts.isEmpty { daysOff[place] = row.line }
          change.add(read.shifts, day.agent, read.day, line: row.line)
        }
      }
    }
    guard faults.isEmpty else { return .failure(ShiftFaults(faults)) }
    faults = change.faults(beside: [])
    return faults.isEmpty ? .success(change) : .failure(ShiftFaults(faults))
  }

  private static func fault(_ row: Row, _ what: String) -> ShiftFault { ShiftFault("line \(row.line): \(what)") }

  private static func times(_ cell: String) -> [String] { cell.split { $0 == " " || $0 == ";" }.map(String.init) }

  /// `2026/1/5`, as spreadsheets have it, is `2026-01-05`.
  private static func date(_ text: String) -> String {
    guard text.contains("/") else { return text }
    return text.split(separator: "/", omittingEmptySubsequences: false).map { $0.count == 1 ? "0\($0)" : "\($0)" }
      .joined(separator: "-")
  }

  // MARK: Cells

  private struct Row {
    /// Where it begins.
    let line: Int
    var cells: [String] = []
    /// It ends within a quote.
    var isOpen = false
  }

  /// Rows that have something in them, of cells without the spaces around them; what is empty at the end of a row is left
  /// out. A mark of the byte order is passed over. Past the heading and one row more than there may be, nothing is read.
  private static func rows(of text: String) -> [Row] {
    let bytes = Array(text.utf8)
    var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var (line, rows, row, cell, isBlank, isQuoted) = (1, [Row](), Row(line: 1), [UInt8](), true, false)
    func endCell() {
      row.cells.append(trimmed(cell))
      (cell, isBlank) = ([], true)
    }
    func endRow() {
      endCell()
      while row.cells.last?.isEmpty == true { row.cells.removeLast() }
      if !row.cells.isEmpty || row.isOpen { rows.append(row) }
      row = Row(line: line)
    }
    while at < bytes.count, rows.count < mostRows + 2 {
      let byte = bytes[at]
      at += 1
      if byte == 0x0A { line += 1 }
      if isQuoted {
        if byte != 0x22 {
          cell.append(byte)
        } else if at < bytes.count, bytes[at] == 0x22 {
          cell.append(0x22)
          at += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case 0x22 where isBlank: (isQuoted, isBlank, cell) = (true, false, [])
      case 0x2C: endCell()
      case 0x0A: endRow()
      case 0x0D where at >= bytes.count || bytes[at] == 0x0A: break
      default:
        cell.append(byte)
        if byte != 0x20 { isBlank = false }
      }
    }
    row.isOpen = isQuoted
    endRow()
    return rows
  }

  private static func trimmed(_ bytes: [UInt8]) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
