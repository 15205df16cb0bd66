public import Telephony

/// What `shift.set` asks for: the whole plan of an agent for one day. Times as people write them; whoever plans judges them.
public struct ShiftWish: Sendable, Equatable {
  /// Who.
  public var agent: AgentID
  /// `2026-11-23`
  public var date: String
  /// `09:00-18:00`
  public var shifts: [String]
  /// Without pay, `12:00-13:00`.
  public var breaks: [String]
  /// With pay.
  public var paidBreaks: [String]
  /// Training and the like.
  public var work: [String]

  /// Puts it together.
  public init(
    agent: AgentID, date: String, shifts: [String], breaks: [String] = [], paidBreaks: [String] = [],
    work: [String] = []
  ) {
    self.agent = agent
    self.date = date
    self.shifts = shifts
    self.breaks = breaks
    self.paidBreaks = paidBreaks
    self.work = work
  }
}

/// Which shifts `shift.list` is to bring.
public struct ShiftFilter: Sendable, Equatable {
  /// The first date; nil: today.
  public var from: String?
  /// The last date; nil: six days after the first.
  public var to: String?
  /// Only those of this agent.
  public var agent: AgentID?
  /// Everybody's of a week.
  public init() {}
}

extension Command {
  /// The bytes of a table that `shift.import` takes: a request is a line of a mebibyte at most.
  public static let longestTable = 500_000

  /// The plan of when agents are to be there.
  static let shifts: [Command] = [
    Command(
      "shift.list", .agent, "Lists the shifts that are planned, by day.",
      .optional(.date("from", "the first day; today unless told")),
      .optional(.date("to", "the last day; six after the first unless told")),
      .optional(.identifier("agent", "only those of this agent"))
    ) { (from, to, agent: AgentID?) in
      var filter = ShiftFilter()
      filter.from = from
      filter.to = to
      filter.agent = agent
      return .shiftList(filter)
    },
    Command(
      "shift.set", .supervisor, "Plans an agent's shifts that begin on a day, in place of what was planned for it.",
      .identifier("agent", "who"), .date("date", "the day"),
      .texts("shifts", "from when to when, as 09:00-18:00; one that ends no later than it begins ends the next day"),
      .optional(.texts("breaks", "within them, without pay")),
      .optional(.texts("paidBreaks", "within them, with pay")),
      .optional(.texts("work", "within them, other work than with contacts: training"))
    ) { (agent: AgentID, date, shifts, breaks, paidBreaks, work) in
      .shiftSet(
        ShiftWish(
          agent: agent, date: date, shifts: shifts, breaks: breaks ?? [], paidBreaks: paidBreaks ?? [],
          work: work ?? []))
    },
    Command(
      "shift.remove", .supervisor, "Takes away what is planned for an agent on a day.", .identifier("agent", "who"),
      .date("date", "the day")
    ) { .shiftRemove($0, date: $1) },
    Command(
      "shift.import", .supervisor,
      "Plans all that a table says, or nothing where anything of it is wrong; days that it does not name stay.",
      .document("csv", longest: longestTable, "agent,date,from,to and maybe breaks,paid_breaks,work; a row per shift")
    ) { .shiftImport(csv: $0) },
  ]
}

extension Parameter where Value == String {
  /// A date.
  static func date(_ name: String, _ help: String) -> Parameter {
    let text = Parameter.text(name, help, longest: 64)
    return Parameter(name, "date", help) { (json, name) throws(ControlError) in
      let value = try text.read(json)
      guard value.utf8.count == 10, RFC3339.milliseconds(value + "T00:00:00Z") != nil else {
        throw .invalid(name, "expected a date as 2026-11-23, not \"\(value)\".")
      }
      return value
    }
  }

  /// A whole text of many lines.
  static func document(_ name: String, longest: Int, _ help: String) -> Parameter {
    Parameter(name, "text of lines", help) { (json, name) throws(ControlError) in
      guard case .string(let text) = json else { throw .invalid(name, "expected a text, not \(json.inWords).") }
      guard !text.isEmpty else { throw .invalid(name, "the text is empty.") }
      guard text.utf8.count <= longest else {
        throw .invalid(name, "the text is longer than \(longest) bytes: send it in parts.")
      }
      return text
    }
  }
}

extension Parameter where Value == [String] {
  /// A few texts without control characters.
  static func texts(_ name: String, _ help: String) -> Parameter {
    let text = Parameter<String>.text(name, help, longest: 64)
    return Parameter(name, "list of texts", help) { (json, name) throws(ControlError) in
      guard case .array(let elements) = json else {
        throw .invalid(name, "expected a list of texts, not \(json.inWords).")
      }
      guard elements.count <= 100 else { throw .invalid(name, "more than 100 texts.") }
      var texts: [String] = []
      for element in elements { texts.append(try text.read(element)) }
      return texts
    }
  }
}
