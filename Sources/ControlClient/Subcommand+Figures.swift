import Control

// What is asked of figures.
extension Subcommand {
  static let report = Subcommand(
    name: "report", usage: ["report [--from TIME] [--to TIME] [--by SPAN] [--per WHAT] [--view VIEW] [--csv]"],
    help:
      "Shows the figures of any time: service level, abandonment, handling times, first-contact resolution, occupancy.",
    valued: [
      "--from": "a date (that day of work), or an RFC 3339 time; today unless told",
      "--to": "a date (its end), or an RFC 3339 time; the end of the day of --from unless told",
      "--by": "how long each row's time is: \(either(FigureWish.spans)) (day unless told)",
      "--per": "\(either(FigureWish.subjects)) (each of them unless told)",
      "--view": """
      cohort: what began in the time, to its end; event: what happened in it, rates over what ended in it (and for \
      service levels what passed T in it), without "waiting" and "fcr" (cohort unless told)
      """,
    ], flags: ["--csv": "all figures as comma-separated values (RFC 4180)"]
  ) { (words) throws(UsageError) in
    var members = try period(words)
    for (option, choices) in [
      ("by", FigureWish.spans), ("per", FigureWish.subjects), ("view", FigureWish.views),
    ] {
      guard let value = words.value("--\(option)") else { continue }
      guard choices.contains(value) else {
        throw UsageError("--\(option): expected \(choices.joined(separator: ", ")), not \"\(value)\"")
      }
      members[option] = .string(value)
    }
    return .call("figures.report", members, words.has("--csv") ? .csv : .report)
  }

  static let figures = Subcommand(
    name: "figures", usage: ["figures [--verify] [--from TIME] [--to TIME]"],
    help: "Shows the figures of the present day; with --verify reckons them from the log again, and compares.",
    valued: [
      "--from": "with --verify: a date, or an RFC 3339 time; today unless told",
      "--to": "with --verify: a date (its end), or an RFC 3339 time",
    ], flags: ["--verify": "reckon from the log again; exit code 1 where what is kept is different"]
  ) { (words) throws(UsageError) in
    let members = try period(words)
    if words.has("--verify") { return .verifyFigures(members) }
    guard members.isEmpty else { throw UsageError("--from and --to go with --verify: see report") }
    return .call("figures.live", [:], .report)
  }

  /// `a, b or c`
  private static func either(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
  }

  private static func period(_ words: Arguments) throws(UsageError) -> [String: JSON] {
    var members: [String: JSON] = [:]
    for name in ["from", "to"] {
      guard let value = words.value("--\(name)") else { continue }
      guard !value.isEmpty else { throw UsageError("--\(name): a date or a time is expected") }
      members[name] = .string(value)
    }
    return members
  }
}
