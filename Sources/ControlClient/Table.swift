/// Rows under headings, aligned by the cells that each text takes.
struct Table {
  /// One column.
  struct Column {
    var heading: String
    /// For numbers.
    var alignsRight = false
  }

  var columns: [Column]
  var rows: [[String]] = []

  /// Plain lines; headings are bold with `emphasis`. What is not there is shown as `-`. No white space ends a line.
  func text(emphasis: Bool) -> String {
    let cells = rows.map { row in row.map { $0.isEmpty ? "-" : TerminalText.safe($0) } }
    var widths = columns.map { TerminalText.width($0.heading) }
    for row in cells {
      for (index, cell) in row.enumerated() where index < widths.count {
        widths[index] = max(widths[index], TerminalText.width(cell))
      }
    }
    let heading = line(columns.map(\.heading), widths)
    let lines = [emphasis ? "\u{1B}[1m\(heading)\u{1B}[0m" : heading] + cells.map { line($0, widths) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for ((cell, column), width) in zip(zip(cells, columns), widths) {
      let space = String(repeating: " ", count: max(width - TerminalText.width(cell), 0))
      if !line.isEmpty { line += "  " }
      line += column.alignsRight ? space + cell : cell + space
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
