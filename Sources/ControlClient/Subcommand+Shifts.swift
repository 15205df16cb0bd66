import Control

extension Subcommand {
  /// The plan of when agents are to be there.
  static let shifts: [Subcommand] = [
    Subcommand(
      name: "shifts",
      usage: ["shifts [--from DATE] [--to DATE] [--agent AGENT] [--csv]", "shifts import FILE"],
      help: "Lists the shifts that are planned, or plans all that a table says (- reads standard input).",
      valued: [
        "--from": "the first day (today unless told)", "--to": "the last day (six after the first unless told)",
        "--agent": "only those of this agent",
      ], flags: ["--csv": "as a table that `shifts import` takes"]
    ) { (words) throws(UsageError) in
      if let verb = words.nextIfAny() {
        guard verb == "import" else {
          throw UsageError(
            "shifts has no \"\(verb)\"\(question(verb, among: ["import"])): import FILE, or options alone")
        }
        guard !words.has("--csv"), ["--from", "--to", "--agent"].allSatisfy({ !words.has($0) }) else {
          throw UsageError("import takes no options: the table says who and when")
        }
        return .importShifts(file: try words.next("FILE"))
      }
      var members: [String: JSON] = [:]
      for name in ["from", "to", "agent"] { members[name] = words.value("--\(name)").map(JSON.string) }
      return .call("shift.list", members, words.has("--csv") ? .shiftTable : .shifts)
    },
    Subcommand(
      name: "shift",
      usage: [
        "shift AGENT DATE set HOURS... [--break HOURS]... [--paid-break HOURS]... [--work HOURS]...",
        "shift AGENT DATE remove",
      ],
      help:
        "Plans an agent's day (09:00-18:00; past midnight 22:00-06:00) in place of what was planned, or takes it away.",
      valued: [
        "--break": "within a shift, without pay", "--paid-break": "within a shift, with pay",
        "--work": "within a shift, other work than with contacts: training",
      ]
    ) { (words) throws(UsageError) in
      var members: [String: JSON] = [
        "agent": .string(try words.next("AGENT")), "date": .string(try words.next("DATE")),
      ]
      let verb = try words.next("set or remove")
      guard ["set", "remove"].contains(verb) else {
        throw UsageError("a day has no \"\(verb)\"\(question(verb, among: ["set", "remove"])): set, remove")
      }
      let parts = [("--break", "breaks"), ("--paid-break", "paidBreaks"), ("--work", "work")]
      for (option, member) in parts where words.has(option) {
        guard verb == "set" else { throw UsageError("\(option) goes with set") }
        members[member] = .array(words.values(option).map(JSON.string))
      }
      guard verb == "set" else { return .call("shift.remove", members, .done) }
      var shifts = [JSON.string(try words.next("HOURS"))]
      while let shift = words.nextIfAny() { shifts.append(.string(shift)) }
      members["shifts"] = .array(shifts)
      return .call("shift.set", members, .done)
    },
  ]
}
