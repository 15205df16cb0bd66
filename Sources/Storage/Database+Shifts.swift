public import Figures
public import Telephony

extension Database: ShiftStore {
  /// See `ShiftStore`: judged and written in one transaction of the one lane that writes.
  public func carryOut(_ change: ShiftChange, user: UInt32, at wall: Int64) async throws(StorageError) -> Result<
    [ShiftChange.Place], ShiftFaults
  > {
    try await writing.perform { connection throws(StorageError) in
      var planned: [Shift] = []
      for (agent, days) in change.around {
        planned += try connection.keptShifts(on: days, of: agent, atMost: .max).map(\.shift)
      }
      let faults = change.faults(beside: planned)
      guard faults.isEmpty else { return .failure(ShiftFaults(faults)) }
      let different = change.differences(from: planned)
      for place in different {
        try connection.run(
          "DELETE FROM shifts WHERE day = ? AND agent = ?", [Value(place.day.text), Value(place.agent)])
        for shift in change.plans[place] ?? [] { try connection.insert(shift, user: user, at: wall) }
      }
      return .success(different)
    }
  }

  /// By day, agent and beginning.
  public func shifts(on days: ClosedRange<LocalDay>, of agent: AgentID?, atMost most: Int) async throws(StorageError)
    -> [KeptShift]
  {
    try await listing.perform { connection throws(StorageError) in
      try connection.keptShifts(on: days, of: agent, atMost: most)
    }
  }
}

extension Connection {
  func shifts(on days: ClosedRange<LocalDay>) throws(StorageError) -> [Shift] {
    try keptShifts(on: days, of: nil, atMost: .max).map(\.shift)
  }

  /// A row that is no shift is left out.
  fileprivate func keptShifts(on days: ClosedRange<LocalDay>, of agent: AgentID?, atMost most: Int)
    throws(StorageError) -> [KeptShift]
  {
    let ends = [Value(days.lowerBound.text), Value(days.upperBound.text)]
    let (own, values) = agent.map { ("agent = ? AND ", [Value($0)] + ends) } ?? ("", ends)
    return try rows(
      """
      SELECT day, agent, begins, ends, parts, unix_user, changed_wall FROM shifts
      WHERE \(own)day >= ? AND day <= ? ORDER BY day, agent, begins LIMIT ?
      """, values + [Value(most)], of: "shifts"
    ) { row -> KeptShift? in
      guard let day = LocalDay(row.text(0)) else {
        row.tellUnreadable(0)
        return nil
      }
      guard let hours = minutes(row.integer(2), row.integer(3)) else {
        row.tellUnreadable(3)
        return nil
      }
      guard let parts = parts(row.text(4)),
        let shift = Shift(agent: row.name(1), day: day, hours: hours, parts: parts)
      else {
        row.tellUnreadable(4)
        return nil
      }
      return KeptShift(
        shift: shift, user: UInt32(truncatingIfNeeded: row.integer(5)), changedAt: min(max(0, row.integer(6)), 1 << 47))
    }.compactMap(\.self)
  }

  fileprivate func insert(_ shift: Shift, user: UInt32, at wall: Int64) throws(StorageError) {
    let parts = shift.parts.map { "\($0.kind.rawValue)=\($0.hours.lowerBound)-\($0.hours.upperBound)" }
    try run(
      """
      INSERT INTO shifts (day, agent, begins, ends, parts, unix_user, changed_wall) VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        Value(shift.day.text), Value(shift.agent), Value(shift.hours.lowerBound), Value(shift.hours.upperBound),
        Value(parts.joined(separator: " ")), .integer(Int64(user)), .integer(wall),
      ])
  }

  private func minutes(_ from: Int64, _ to: Int64) -> Range<Int>? {
    guard let from = Int(exactly: from), let to = Int(exactly: to), from <= to, to < 1 << 16 else { return nil }
    return from..<to
  }

  /// `breaks=720-780 work=600-630`
  private func parts(_ text: String) -> [Shift.Part]? {
    var parts: [Shift.Part] = []
    for word in text.split(separator: " ") {
      let sides = word.split(separator: "=")
      let ends = sides.last?.split(separator: "-").map { Int64($0) } ?? []
      guard sides.count == 2, let kind = Shift.Kind(rawValue: String(sides[0])), ends.count == 2, let from = ends[0],
        let to = ends[1], let hours = minutes(from, to)
      else { return nil }
      parts.append(Shift.Part(kind, hours))
    }
    return parts
  }
}
