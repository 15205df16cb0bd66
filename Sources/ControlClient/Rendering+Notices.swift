import Control

extension Rendering {
  /// One event in one line: time, type, whom it is about, and its data.
  func event(_ parameters: JSON) -> String {
    var words = [
      shown(parameters["time"]?.text ?? ""), "\(parameters["seq"]?.integer ?? 0)", parameters["type"]?.text ?? "",
    ]
    for name in ["contact", "agent", "queue"] {
      if let text = parameters[name]?.text { words.append("\(name)=\(text)") }
    }
    if let data = parameters["data"], data != .object([:]) { words.append(JSONLine.text(data)) }
    return TerminalText.safe(words.joined(separator: "  ")) + "\n"
  }

  /// A card, as it pops up.
  func card(_ parameters: JSON) throws(ClientError) -> String {
    guard let data = parameters["data"] else { throw .notUnderstood("a pop-up without data") }
    let popUp = try data.read(as: PopUp.self)
    var rows: [(String, String)] = []
    let name = popUp.caller.name.isEmpty ? "" : "  \(popUp.caller.name)"
    rows.append((words["Caller"], popUp.caller.display + name))
    rows.append((words["Called"], popUp.called))
    rows.append((words["Waited"], Self.length(popUp.waitedMilliseconds / 1000)))
    for customer in popUp.customers {
      let readings = [customer.reading, customer.romaji].filter { !$0.isEmpty }.joined(separator: ", ")
      let reading = readings.isEmpty ? "" : " (\(readings))"
      rows.append((words["Customer"], "\(customer.name)\(reading)  \(customer.customer)"))
      if !customer.numbers.isEmpty { rows.append((words["Numbers"], customer.numbers.joined(separator: "  "))) }
      for (key, value) in customer.attributes.sorted(by: { $0.key < $1.key }) { rows.append((key, value)) }
      if !customer.notes.isEmpty { rows.append((words["Notes"], customer.notes)) }
    }
    if popUp.customers.isEmpty { rows.append((words["Customer"], words[absence(of: popUp.card)])) }
    if let contact = parameters["contact"]?.text { rows.append((words["Contact"], contact)) }
    let title = "── \(shown(parameters["time"]?.text ?? "")) ── \(parameters["agent"]?.text ?? "") "
    let rule = TerminalText.safe(title) + String(repeating: "─", count: max(60 - TerminalText.width(title), 2))
    let safe = rows.map { (TerminalText.safe($0), TerminalText.safe($1)) }
    let width = safe.map { TerminalText.width($0.0) }.max() ?? 0
    let lines = safe.map { name, value in
      "  " + name + String(repeating: " ", count: width - TerminalText.width(name) + 2) + value
    }
    return ([emphasis ? "\u{1B}[1m\(rule)\u{1B}[0m" : rule] + lines).joined(separator: "\n") + "\n"
  }

  private func absence(of card: String) -> String {
    switch card {
    case "pending": "looking up"
    case "failed": "look-up failed"
    default: "unknown number"
    }
  }
}
