extension Command {
  /// As `help` brings it.
  public var description: CommandDescription {
    CommandDescription(name: name, help: help, role: role, parameters: parameters)
  }

  /// What `help` answers: all, or the one that is named.
  public static func help(_ name: String?) throws(ControlError) -> [CommandDescription] {
    guard let name else { return all.map(\.description) }
    return [try named(name).description]
  }

  /// All commands as a Markdown table, for the manual: one row each, in the order of `help`.
  public static let manualTable: String = {
    var rows = ["| Method | Parameters | Least role | What it does |", "| --- | --- | --- | --- |"]
    for command in all {
      let parameters = command.parameters.map { "`\($0.name)`\($0.required ? "" : "?")" }.joined(separator: " ")
      rows.append("| `\(command.name)` | \(parameters) | \(command.role.rawValue) | \(command.help) |")
    }
    return rows.joined(separator: "\n") + "\n"
  }()
}

extension CommandDescription {
  /// One line: `call.dial agent=<agent> to=<to>  Rings the agent, …`; what may be left out stands in brackets.
  public var line: String {
    let words = parameters.map { $0.required ? "\($0.name)=<\($0.name)>" : "[\($0.name)=<\($0.name)>]" }
    return ([name] + words).joined(separator: " ") + "  " + help
  }
}
