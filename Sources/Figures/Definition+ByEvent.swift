// What figures are in the view by event.
extension Definition {
  /// What a figure is by event, where the counts are those of what happened in the time.
  public enum ByEvent: Sendable, Equatable {
    /// The same formula.
    case same
    /// Another one, since the cohort's holds things against each other that need not have happened to the same visits.
    case formula(String)
    /// It has no value, and why.
    case missing(String)
  }

  /// With another formula by event: a share.
  func byEvent(
    _ formula: String, _ reckon: @escaping @Sendable (Counts, Settings) -> (part: Int, whole: Int)
  ) -> Definition {
    var other = self
    other.byEvent = .formula(formula)
    other.reckonEvents = { counts, settings in
      let (part, whole) = reckon(counts, settings)
      return Share(part, of: whole).map(Value.share)
    }
    return other
  }

  /// With another formula by event: a count.
  func countedByEvent(_ formula: String, _ reckon: @escaping @Sendable (Counts) -> Int) -> Definition {
    var other = self
    other.byEvent = .formula(formula)
    other.reckonEvents = { counts, _ in .count(reckon(counts)) }
    return other
  }

  /// Without a value by event.
  func missingByEvent(_ reason: String) -> Definition {
    var other = self
    other.byEvent = .missing(reason)
    other.reckonEvents = { _, _ in nil }
    return other
  }

  /// Those that are something else by event as a Markdown table, for the manual.
  public static let manualTableByEvent: String = {
    var rows = ["| Figure | By event |", "| --- | --- |"]
    for figure in all {
      switch figure.byEvent {
      case .same: break
      case .formula(let formula): rows.append("| `\(figure.name)` | \(formula) |")
      case .missing(let reason): rows.append("| `\(figure.name)` | none: \(reason) |")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }()
}
