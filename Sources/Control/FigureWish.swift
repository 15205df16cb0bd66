import Telephony

/// Which figures `figures.report` and `figures.verify` are asked for.
public struct FigureWish: Sendable, Equatable {
  /// RFC 3339, or a date: that day of work from its beginning; nil: the present day.
  public var from: String?
  /// RFC 3339, or a date: to the end of that day; nil: the end of the day of `from`.
  public var to: String?
  /// One of `spans`.
  public var by = "day"
  /// One of `subjects`; nil: each of them.
  public var per: String?
  /// One of `views`.
  public var view = "cohort"
  /// The present day.
  public init() {}

  /// How long the time of a row can be.
  public static let spans = ["15min", "hour", "day", "week", "month"]
  /// Of what figures can be.
  public static let subjects = ["all", "entry", "queue", "agent"]
  /// By what something can belong to a time.
  public static let views = ["cohort", "event"]
}

extension Command {
  private static let from = Parameter<String>.dateOrTime("from", "a time, or the beginning of a day; today unless told")
  private static let to = Parameter<String>.dateOrTime("to", "a time, or the end of a day; that of `from` unless told")

  /// What is asked of figures.
  static let figures: [Command] = [
    Command("figures.live", .supervisor, "Tells the figures of the present day, those who wait included.") {
      .figuresLive
    },
    Command(
      "figures.report", .supervisor, "Tells the figures of any time, by quarters of an hour or longer.",
      .optional(from), .optional(to),
      .optional(.choice("by", FigureWish.spans, "how long each row's time is; day unless told")),
      .optional(.choice("per", FigureWish.subjects, "of what; each of them unless told")),
      .optional(
        .choice(
          "view", FigureWish.views,
          "each visit in the time in which it began, or each thing in that in which it happened; cohort unless told"))
    ) { (from, to, by, per, view) in
      var wish = FigureWish()
      wish.from = from
      wish.to = to
      wish.by = by ?? wish.by
      wish.per = per
      wish.view = view ?? wish.view
      return .figuresReport(wish)
    },
    Command(
      "figures.verify", .supervisor, "Reckons figures from the log again, and tells where what is kept is different.",
      .optional(from), .optional(to)
    ) { (from, to) in
      var wish = FigureWish()
      wish.from = from
      wish.to = to
      return .figuresVerify(wish)
    },
  ]
}

extension Parameter where Value == String {
  /// A wall time, or a date.
  static func dateOrTime(_ name: String, _ help: String) -> Parameter {
    let text = Parameter.text(name, help, longest: 64)
    return Parameter(name, "date, or RFC 3339 time", help) { (json, name) throws(ControlError) in
      let value = try text.read(json)
      guard RFC3339.milliseconds(value) != nil || RFC3339.milliseconds(value + "T00:00:00Z") != nil else {
        throw .invalid(name, "expected a date as 2026-09-21, or a time as 2026-09-21T14:13:20Z, not \"\(value)\".")
      }
      return value
    }
  }
}
