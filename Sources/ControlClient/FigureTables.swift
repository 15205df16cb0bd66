import Control

/// Reports as people see them, and as spreadsheets read them.
extension Rendering {
  /// What a table shows of callers, and of agents; CSV and JSON have everything.
  private static let ofCallers = [
    "offered", "answered", "abandoned", "short_abandoned", "flow_out", "waiting", "sl_gross", "answer_rate",
    "abandonment", "asa", "att", "acw_inbound", "aht", "fcr", "fcr_open",
  ]
  private static let ofAgents = [
    "handled", "offers", "rona_rate", "att", "acw_inbound", "aht", "fcr", "fcr_open", "attempts", "connected",
    "outbound_att", "logged_in", "idle", "working", "occupancy", "utilisation_a_paid", "utilisation_b_paid",
  ]
  /// Where shifts are planned.
  private static let ofShifts = ["scheduled", "adherence", "utilisation_a_shift", "utilisation_b_shift"]

  /// What each view is.
  private static let headings = [
    "cohort": "by cohort: what began in each time, whenever it ended",
    "event":
      "by event: what happened in each time, whenever it began; rates are of what ended or passed its threshold in it",
  ]

  func report(_ report: FigureReport) -> String {
    let agents = report.rows.filter { $0.kind == "agent" }
    let callers = report.rows.filter { $0.kind != "agent" }
    let isPlanned = agents.contains { $0.figures["scheduled"].map { $0 != .null } ?? false }
    guard !report.rows.isEmpty else { return words["nothing to show"] + "\n" }
    var text = words[Self.headings[report.view] ?? report.view] + "\n\n"
    if !callers.isEmpty { text += figureTable(callers, Self.ofCallers, report) }
    if !agents.isEmpty {
      if !callers.isEmpty { text += "\n" }
      text += figureTable(agents, Self.ofAgents + (isPlanned ? Self.ofShifts : []), report)
    }
    text += "\n"
    text += earlyFlowOut(report.earlyFlowOut)
    if let days = report.firstContactDays {
      text +=
        "\(words["FCR: no next contact of the same customer about the same, in days:"]) \(days)\n"
    }
    if !agents.isEmpty {
      text += "\(words["utilisation PAID is over the time logged in less unpaid breaks"])\n"
    }
    if isPlanned {
      text += "\(words["utilisation SHIFT is over all of the planned shifts up to now, breaks included"])\n"
    }
    return text
  }

  /// What it is to the service level.
  func earlyFlowOut(_ what: String) -> String { "\(words["flow-out before the threshold:"]) \(words[what])\n" }

  private func figureTable(_ rows: [FigureRow], _ names: [String], _ report: FigureReport) -> String {
    let columns = names.compactMap { name in report.columns.first { $0.name == name } }
      .filter { report.firstContactDays != nil || !$0.name.hasPrefix("fcr") }
    var table = Table(
      columns: ["PERIOD", "SUBJECT"].map { .init(heading: words[$0]) }
        + columns.map { .init(heading: words.japanese ? $0.japanese : Self.heading($0), alignsRight: true) })
    table.rows = rows.map { row in
      let subject = row.kind == "all" ? words["total"] : row.name
      return [row.label, row.kind == "entry" ? "→ \(subject)" : subject]
        + columns.map { shown(row.figures[$0.name], $0) }
    }
    return table.text(emphasis: emphasis)
  }

  private static func heading(_ column: FigureColumn) -> String {
    let text = String(column.name.uppercased().map { $0 == "_" ? " " : $0 })
    return column.unit == "percent" ? text + " %" : text
  }

  /// `12`, `0:10` or `1:05:00`, `76.9`.
  private func shown(_ value: JSON?, _ column: FigureColumn) -> String {
    let number: Double
    switch value {
    case .integer(let whole)?: number = Double(whole)
    case .number(let broken)?: number = broken
    default: return ""
    }
    return switch column.unit {
    case "seconds": Self.length(Int64(min(max(number.rounded(), 0), 1e15)))
    case "percent": Figure.text(number, decimals: 1)
    default: Figure.text(number, decimals: 0)
    }
  }

  /// RFC 4180, with a heading and all figures; what has none is empty. Last comes by what they were reckoned.
  func csv(_ report: FigureReport) -> String {
    let settings = [report.view, report.earlyFlowOut, report.firstContactDays.map { "\($0)" } ?? ""].map(CSV.harmless)
    var lines = [
      ["start", "end", "kind", "subject", "name"] + report.columns.map(\.name)
        + ["view", "early_flow_out_is", "first_contact_days"]
    ]
    for row in report.rows {
      let figures = report.columns.map { column -> String in
        switch row.figures[column.name] {
        case .integer(let count)?: "\(count)"
        case .number(let value)?: Figure.text(value)
        default: ""
        }
      }
      let whose = [row.start, row.end, row.kind, row.subject, row.name].map(CSV.harmless)
      lines.append(whose + figures + settings)
    }
    return lines.map { $0.map(CSV.field).joined(separator: ",") + "\r\n" }.joined()
  }

  func verification(_ found: FigureVerification) -> String {
    let what =
      words.japanese
      ? "コンタクト \(found.contacts) 件、担当者の時間 \(found.stretches) 件、集計値 \(found.cells) 件"
      : "\(found.contacts) contacts, \(found.stretches) stretches of agents' time, \(found.cells) cells"
    guard found.differenceCount > 0 || found.unreadableCount > 0 else {
      return "\(shown(found.from)) – \(shown(found.to)): \(what): \(words["figures and log agree"])\n"
    }
    let rows = found.differences.map { difference in
      [
        shown(difference.quarter), difference.kind, difference.subject, difference.item, "\(difference.kept)",
        "\(difference.log)",
      ]
    }
    let unreadable = found.unreadable.map { figures in
      "\(words["cannot be read:"]) \(shown(figures.quarter)) \(figures.kind) \(figures.subject): \(figures.text)"
    }
    return
      (rows.isEmpty ? "" : table(["QUARTER", "KIND", "SUBJECT", "ITEM", "KEPT", "LOG"], right: ["KEPT", "LOG"], rows))
      + unreadable.map { TerminalText.safe($0) + "\n" }.joined()
      + "\(shown(found.from)) – \(shown(found.to)): \(what): "
      + "\(found.differenceCount) \(words["differences between figures and log"])\n"
  }
}

/// Comma-separated values (RFC 4180).
enum CSV {
  /// In quotes where it has to be.
  static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
    // By scalars: a mark that combines with a quote would hide it in one character with itself.
    var field = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      if scalar == "\"" { field.append(scalar) }
      field.append(scalar)
    }
    field.append("\"")
    return String(field)
  }

  /// Text that comes from people, so that no spreadsheet takes it for a formula: what begins like one gets an apostrophe.
  static func harmless(_ text: String) -> String {
    let clean = TerminalText.safe(text)
    guard let first = clean.unicodeScalars.first, "=+-@\t\r＝＋－＠".unicodeScalars.contains(first) else { return clean }
    return "'" + clean
  }
}
