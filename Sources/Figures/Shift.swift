public import Telephony

/// When an agent is to be there, as somebody has planned it: from when to when, with what is planned within it.
public struct Shift: Hashable, Sendable {
  /// Who.
  public let agent: AgentID
  /// The day on which it begins.
  public let day: LocalDay
  /// Minutes after the midnight with which the day begins; it ends within a day of its beginning.
  public let hours: Range<Int>
  /// Breaks, and other work than with contacts: within the hours, in order, none over another.
  public let parts: [Part]

  /// What is planned within a shift.
  public struct Part: Hashable, Sendable {
    /// What it is.
    public var kind: Kind
    /// Minutes after the midnight with which the shift's day begins.
    public var hours: Range<Int>

    /// Both as given.
    public init(_ kind: Kind, _ hours: Range<Int>) {
      self.kind = kind
      self.hours = hours
    }
  }

  /// What a part is, by its word in tables.
  public enum Kind: String, Sendable, CaseIterable {
    /// Without pay.
    case unpaidBreak = "breaks"
    /// With pay.
    case paidBreak = "paid_breaks"
    /// Away for a reason that counts as work: training.
    case work
  }

  /// The parts that a shift may have.
  public static let mostParts = 16
  /// The shifts that an agent may have on one day.
  public static let mostOnADay = 4
  static let dayLength = 24 * 60

  /// Nil for what is none: no time, more than a day, parts outside it or over one another.
  public init?(agent: AgentID, day: LocalDay, hours: Range<Int>, parts: [Part] = []) {
    let parts = parts.sorted { $0.hours.lowerBound < $1.hours.lowerBound }
    guard (0..<Self.dayLength).contains(hours.lowerBound), !hours.isEmpty, hours.upperBound <= 2 * Self.dayLength,
      hours.count <= Self.dayLength, parts.count <= Self.mostParts,
      parts.allSatisfy({ !$0.hours.isEmpty && hours.lowerBound <= $0.hours.lowerBound }),
      parts.allSatisfy({ $0.hours.upperBound <= hours.upperBound }),
      zip(parts, parts.dropFirst()).allSatisfy({ $0.hours.upperBound <= $1.hours.lowerBound })
    else { return nil }
    self.agent = agent
    self.day = day
    self.hours = hours
    self.parts = parts
  }

  /// The parts of one kind, as people write them: `12:00-13:00`.
  public func texts(_ kind: Kind) -> [String] { parts.filter { $0.kind == kind }.map { Self.text($0.hours) } }

  /// `09:00-18:00`
  public var text: String { Self.text(hours) }

  /// When it begins and ends, as people write it: `09:00` and `18:00`; midnight is the end `24:00` of a day.
  public var ends: (from: String, to: String) { (Self.time(hours.lowerBound), Self.end(hours)) }

  static func text(_ hours: Range<Int>) -> String { "\(time(hours.lowerBound))-\(end(hours))" }

  private static func end(_ hours: Range<Int>) -> String {
    hours.upperBound == dayLength ? "24:00" : time(hours.upperBound)
  }

  private static func time(_ minutes: Int) -> String { Calendar.time(ofMinutes: Int64(minutes % dayLength)) }

  /// Minutes since 1970 by the clock on the wall: two shifts of an agent have none in common.
  var span: Range<Int64> {
    let midnight = day.number * Int64(Self.dayLength)
    return midnight + Int64(hours.lowerBound)..<midnight + Int64(hours.upperBound)
  }
}

/// What is wrong with a plan, in one sentence.
public struct ShiftFault: Error, Hashable, Sendable {
  /// Where, and what.
  public var text: String

  /// As given.
  public init(_ text: String) { self.text = text }

  /// The beginning of what somebody wrote. By scalars: one character may be as long as a text with all its marks.
  static func shown(_ text: String) -> String { String(String.UnicodeScalarView(text.unicodeScalars.prefix(40))) }
}
