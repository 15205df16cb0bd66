/// One figure, defined once: what the report, its columns, the manual's table and the tests all read.
public struct Definition: Sendable {
  /// Its name in JSON and in the heading of CSV.
  public let name: String
  /// The term of the trade in Japanese.
  public let japanese: String
  /// What it is measured in.
  public let unit: Unit
  /// Of whom it says something.
  public let kinds: Set<Subject.Kind>
  /// As people write it.
  public let formula: String
  /// What else must be known.
  public let note: String
  /// What it is in the view by event.
  public internal(set) var byEvent = ByEvent.same
  let reckon: @Sendable (Counts, Settings) -> Value?
  var reckonEvents: @Sendable (Counts, Settings) -> Value?

  /// What a figure is measured in.
  public enum Unit: String, Sendable {
    case count
    /// Means and sums of time.
    case seconds
    /// Shares.
    case percent
  }

  /// A figure's value: exact.
  public enum Value: Sendable, Equatable {
    case count(Int)
    /// Of nanoseconds.
    case time(Share)
    case share(Share)
  }

  /// What an administrator decides about figures.
  public struct Settings: Sendable, Equatable {
    /// What a visit that flowed out, or asked for a call-back, within the threshold is to the service level.
    public var earlyFlowOut = EarlyFlowOut.miss
    /// Days of twenty-four hours within which a customer's next contact about the same is one too many; nil: that was not
    /// reckoned.
    public var firstContactDays: Int? = 7

    /// An early flow-out counts as missed; seven days.
    public init() {}
  }

  /// What becomes of visits that flow out before the threshold, in `sl_gross` and `sl_net`.
  public enum EarlyFlowOut: String, Sendable, CaseIterable {
    /// Neither above the line nor below it.
    case excluded
    /// As if answered in time.
    case hit
    /// As if not answered in time.
    case miss
  }

  /// The value; nil where there is none: a share of nothing, or something that is not known.
  /// The counts are those of the view.
  public func value(of counts: Counts, _ settings: Settings = Settings(), by view: View = .cohort) -> Value? {
    switch view {
    case .cohort: reckon(counts, settings)
    case .event: reckonEvents(counts, settings)
    }
  }

  init(
    _ name: String, _ japanese: String, _ unit: Unit, _ kinds: Set<Subject.Kind>, _ formula: String,
    _ note: String = "",
    reckon: @escaping @Sendable (Counts, Settings) -> Value?
  ) {
    self.name = name
    self.japanese = japanese
    self.unit = unit
    self.kinds = kinds
    self.formula = formula
    self.note = note
    self.reckon = reckon
    reckonEvents = reckon
  }

  /// Of this name.
  public static func named(_ name: String) -> Definition? { all.first { $0.name == name } }

  /// All of them as a Markdown table, for the manual.
  public static let manualTable: String = {
    var rows = ["| Figure | Term | In | Of | Formula | Note |", "| --- | --- | --- | --- | --- | --- |"]
    for figure in all {
      let kinds = Subject.Kind.allCases.filter(figure.kinds.contains).map(\.rawValue).joined(separator: ", ")
      rows.append(
        "| `\(figure.name)` | \(figure.japanese) | \(figure.unit.rawValue) | \(kinds) | \(figure.formula) | \(figure.note) |"
      )
    }
    return rows.joined(separator: "\n") + "\n"
  }()
}

extension Definition.Value {
  /// In billionths: of a second, of a percent. Counts are whole.
  ///
  /// So many digits that a table which shows fewer rounds as the fraction itself would be. To go wrong it would have to lie
  /// within half a billionth of the middle between two of the table's steps, and not in it: no fraction does that whose
  /// denominator is below a million.
  public var billionths: Int {
    switch self {
    case .count(let count): Int(clamping: Int128(count) * 1_000_000_000)
    case .time(let share): share.rounded(scale: 1)
    case .share(let share): share.rounded(scale: 100_000_000_000)
    }
  }

  /// As people read it: `12`, `10.0` seconds, `76.9` percent.
  public var text: String {
    switch self {
    case .count(let count): "\(count)"
    case .time(let share): Self.decimal(share.inTenthsOfSeconds)
    case .share(let share): Self.decimal(share.rounded(scale: 1000))
    }
  }

  private static func decimal(_ tenths: Int) -> String {
    "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }
}

extension Share {
  /// Of nanoseconds: rounded once.
  fileprivate var inTenthsOfSeconds: Int {
    let (above, below) = (Int128(numerator), Int128(denominator) * 100_000_000)
    let magnitude = (2 * abs(above) + below) / (2 * below)
    return Int(clamping: above < 0 ? -magnitude : magnitude)
  }
}
