/// `figures.live` and `figures.report`.
public struct FigureReport: Sendable, Equatable, Codable {
  /// The first instant, RFC 3339.
  public var from: String
  /// The first instant after it, RFC 3339.
  public var to: String
  /// How long each row's time is: `15min`, `hour`, `day`, `week` or `month`.
  public var by: String
  /// Minutes after local midnight at which a day ends.
  public var dayEndsMinutes: Int
  /// To which time things belong: `cohort`, that in which the visit began, or `event`, that in which they happened.
  public var view: String
  /// By cohort `enqueue`, the beginning of the visit; absent by event.
  public var cohort: String?
  /// What a flow-out before the threshold is to `sl_gross` and `sl_net`: `excluded`, `hit` or `miss`.
  public var earlyFlowOut: String
  /// Days within which another contact of the same customer about the same speaks against the first, for `fcr`; absent where
  /// that was not reckoned.
  public var firstContactDays: Int?
  /// All figures, in the order of the manual.
  public var columns: [FigureColumn]
  /// By time, then by subject.
  public var rows: [FigureRow]

  /// Puts it together.
  public init(
    from: String, to: String, by: String, view: String = "cohort", dayEndsMinutes: Int, earlyFlowOut: String,
    firstContactDays: Int?,
    columns: [FigureColumn], rows: [FigureRow]
  ) {
    self.from = from
    self.to = to
    self.by = by
    self.view = view
    cohort = view == "cohort" ? "enqueue" : nil
    self.dayEndsMinutes = dayEndsMinutes
    self.earlyFlowOut = earlyFlowOut
    self.firstContactDays = firstContactDays
    self.columns = columns
    self.rows = rows
  }
}

extension FigureReport {
  /// A daemon of a release that had one view does not say which: it was by cohort.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      from: try fields.decode(String.self, forKey: .from), to: try fields.decode(String.self, forKey: .to),
      by: try fields.decode(String.self, forKey: .by),
      view: try fields.decodeIfPresent(String.self, forKey: .view) ?? "cohort",
      dayEndsMinutes: try fields.decode(Int.self, forKey: .dayEndsMinutes),
      earlyFlowOut: try fields.decode(String.self, forKey: .earlyFlowOut),
      firstContactDays: try fields.decodeIfPresent(Int.self, forKey: .firstContactDays),
      columns: try fields.decode([FigureColumn].self, forKey: .columns),
      rows: try fields.decode([FigureRow].self, forKey: .rows))
  }
}

/// One figure.
public struct FigureColumn: Sendable, Equatable, Codable {
  /// Its name.
  public var name: String
  /// Its term in Japanese.
  public var japanese: String
  /// `count`, `seconds` or `percent`.
  public var unit: String

  /// Puts it together.
  public init(name: String, japanese: String, unit: String) {
    self.name = name
    self.japanese = japanese
    self.unit = unit
  }
}

/// The figures of one subject in one time.
public struct FigureRow: Sendable, Equatable, Codable {
  /// RFC 3339.
  public var start: String
  /// RFC 3339.
  public var end: String
  /// The start in the daemon's local time, as people read it: `2026-11-22 09:00`.
  public var label: String
  /// `all`, `entry`, `queue` or `agent`.
  public var kind: String
  /// The number, queue or agent; empty for all.
  public var subject: String
  /// As people call it.
  public var name: String
  /// Each figure that the kind has, to nine decimals, for whoever shows it to round; null where there is none, as a share of nothing.
  public var figures: [String: JSON]
  /// What they were made from: whole numbers, and times in nanoseconds.
  public var counts: [String: Int]

  /// Puts it together.
  public init(
    start: String, end: String, label: String, kind: String, subject: String, name: String, figures: [String: JSON],
    counts: [String: Int]
  ) {
    self.start = start
    self.end = end
    self.label = label
    self.kind = kind
    self.subject = subject
    self.name = name
    self.figures = figures
    self.counts = counts
  }
}

/// `figures.verify`.
public struct FigureVerification: Sendable, Equatable, Codable {
  /// The first instant, RFC 3339.
  public var from: String
  /// The first instant after it, RFC 3339.
  public var to: String
  /// Contacts of the log that were folded.
  public var contacts: Int
  /// Rows of agents' time that were folded.
  public var stretches: Int
  /// Quarters of subjects that were compared.
  public var cells: Int
  /// Where what is kept is not what the log says.
  public var differences: [FigureDifference]
  /// How many there are, of which at most a thousand are in `differences`.
  public var differenceCount: Int
  /// What is kept and means nothing.
  public var unreadable: [UnreadableFigure]
  /// How much of it there is, of which at most a thousand are in `unreadable`.
  public var unreadableCount: Int

  /// Puts it together.
  public init(
    from: String, to: String, contacts: Int, stretches: Int, cells: Int, differences: [FigureDifference],
    differenceCount: Int, unreadable: [UnreadableFigure] = [], unreadableCount: Int = 0
  ) {
    self.from = from
    self.to = to
    self.contacts = contacts
    self.stretches = stretches
    self.cells = cells
    self.differences = differences
    self.differenceCount = differenceCount
    self.unreadable = unreadable
    self.unreadableCount = unreadableCount
  }
}

/// Figures of a quarter that nobody can read any more; they are kept as they are.
public struct UnreadableFigure: Sendable, Equatable, Codable {
  /// The beginning of the quarter, RFC 3339.
  public var quarter: String
  /// The word that stands there for what kind of subject it is of.
  public var kind: String
  /// The number, queue or agent; empty for all.
  public var subject: String
  /// What stands there.
  public var text: String

  /// Puts it together.
  public init(quarter: String, kind: String, subject: String, text: String) {
    self.quarter = quarter
    self.kind = kind
    self.subject = subject
    self.text = text
  }
}

/// One number that is kept, and is another one by the log.
public struct FigureDifference: Sendable, Equatable, Codable {
  /// The beginning of the quarter, RFC 3339.
  public var quarter: String
  /// `all`, `entry`, `queue` or `agent`.
  public var kind: String
  /// The number, queue or agent; empty for all.
  public var subject: String
  /// What is counted, or summed in nanoseconds.
  public var item: String
  /// As it is kept.
  public var kept: Int
  /// As the log says.
  public var log: Int

  /// Puts it together.
  public init(quarter: String, kind: String, subject: String, item: String, kept: Int, log: Int) {
    self.quarter = quarter
    self.kind = kind
    self.subject = subject
    self.item = item
    self.kept = kept
    self.log = log
  }
}
