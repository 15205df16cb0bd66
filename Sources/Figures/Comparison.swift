public import Telephony

/// What is kept of figures, held against what the log says, day by day: no more than a day's rows are in memory at once.
public struct Comparison: Sendable {
  /// Contacts of the log that began in the time.
  public private(set) var contacts = 0
  /// Rows of agents' time that began in it.
  public private(set) var stretches = 0
  /// Quarters of subjects that were compared.
  public private(set) var cells = 0
  /// Where what is kept is not what the log says; the first of them.
  public private(set) var differences: [Discrepancy] = []
  /// How many there are.
  public private(set) var differenceCount = 0
  /// Quarters of subjects in which there is one.
  public private(set) var differentCells = 0
  /// What is kept and means nothing; the first of it.
  public private(set) var unreadable: [UnreadableFigures] = []
  /// How much of it there is.
  public private(set) var unreadableCount = 0

  /// So many differences are listed, and so much of what is unreadable.
  public static let mostListed = 1000
  /// The longest time of which rows are read at once: a day, in milliseconds.
  static let step: Int64 = 96 * Cell.length

  /// Nothing was compared yet.
  public init() {}

  /// What the log says of a time, by either view, which is a day at most, and what is different in what is kept.
  public mutating func found(in range: Range<Int64>, _ stored: any StoredFigures, until now: Moment) throws -> [Cell:
    Counts]
  {
    var fold = Fold(in: range, until: now)
    for contact in try stored.contacts(touching: range) {
      if range.contains(contact.startedAt.wallMilliseconds) { contacts += 1 }
      fold.add(contact)
    }
    for stretch in try stored.stretches(touching: range) {
      if range.contains(stretch.startedAt.wallMilliseconds) { stretches += 1 }
      fold.add(stretch)
    }
    let (kept, reckoned) = (try stored.cells(in: range), fold.cells)
    let all = Discrepancy.all(between: kept, and: reckoned)
    cells += Set(kept.keys).union(reckoned.keys).count
    differences += all.prefix(Self.mostListed - differences.count)
    differenceCount += all.count
    differentCells += Set(all.map(\.cell)).count
    let nothing = try stored.unreadable(in: range)
    unreadable += nothing.prefix(Self.mostListed - unreadable.count)
    unreadableCount += nothing.count
    return reckoned
  }

  /// A time in parts that are short enough, in order.
  public static func parts(of range: Range<Int64>) -> some Sequence<Range<Int64>> {
    sequence(state: range.lowerBound) { start -> Range<Int64>? in
      guard start < range.upperBound else { return nil }
      let (end, isTooFar) = start.addingReportingOverflow(step)
      let part = start..<(isTooFar ? range.upperBound : min(end, range.upperBound))
      start = part.upperBound
      return part
    }
  }
}

/// What is kept of one cell and what a fold finds there are not the same.
public struct Discrepancy: Sendable, Equatable {
  /// Where.
  public var cell: Cell
  /// Of what.
  public var item: Item
  /// What is kept.
  public var kept: Int
  /// What the log says.
  public var found: Int

  /// Puts it together.
  public init(cell: Cell, item: Item, kept: Int, found: Int) {
    self.cell = cell
    self.item = item
    self.kept = kept
    self.found = found
  }

  /// All of them, by time, subject and item.
  public static func all(between kept: [Cell: Counts], and found: [Cell: Counts]) -> [Discrepancy] {
    var all: [Discrepancy] = []
    for cell in Set(kept.keys).union(found.keys) {
      let (kept, found) = (kept[cell] ?? Counts(), found[cell] ?? Counts())
      for item in Set(kept.values.keys).union(found.values.keys) where kept[item] != found[item] {
        all.append(Discrepancy(cell: cell, item: item, kept: kept[item], found: found[item]))
      }
    }
    return all.sorted {
      ($0.cell.quarter, $0.cell.subject, $0.item) < ($1.cell.quarter, $1.cell.subject, $1.item)
    }
  }
}
